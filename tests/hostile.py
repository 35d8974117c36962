"""What nobody means well by: texts, numbers, days and bytes that are sent to every form, operation and list.

Each line says what becomes of it: `kept` is saved as it was typed and shown as what it is, `refused` is answered beside
the field. What is longer than a field takes is refused by every field, whatever this table says of it.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from tests import files


class Hostile(NamedTuple):
    """A text somebody types or a program sends."""

    name: str
    text: str
    kept: bool = True


# No text at all: refused by every field.
NUL = Hostile("NUL", "漏水\x00了", kept=False)
HALF = Hostile("half a character", "漏水\ud800了", kept=False)

TEXTS = (
    NUL,
    Hostile("control characters", "漏\x01\x08\x0b\x1b[31m水\x7f\x85"),
    Hostile("zero width", "漏\u200b水\u200d\u2060了\ufeff。"),
    Hostile("bidi override", "漏水 \u202egpj.exe\u202c \u2066x\u2069"),
    Hostile("combining", "漏" + "\u0301" * 40 + " Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A"),
    Hostile("emoji", "漏水👩‍👩‍👧‍👦🏳️‍🌈🇨🇳"),
    Hostile("full-width digits", "１２３４５６７８９０１２号楼"),
    Hostile("other digits", "²³¹ ٣٤٥ ৪৫৬ Ⅻ ⑫ 12号楼"),
    Hostile("private and unassigned planes", "漏\ue000\uffff\U000e0041\U000f0000\U0010ffff水"),
    Hostile("upper case that grows", "ß ŉ ǰ ΐ ﬃ ẞ İ ı 漏水"),
    Hostile("script", "<script data-evil>window.evil=1</script>漏水"),
    Hostile("image", "\"'><img data-evil src=x onerror=window.evil=1>漏水"),
    Hostile("end of a script", "</script></textarea></title><svg data-evil onload=window.evil=1>"),
    Hostile("attribute", 'x" autofocus onfocus=window.evil=1 data-evil="'),
    Hostile("template", "{{ request.user.password }}{% load static %}{% debug %}${7*7}#{7*7}"),
    Hostile("percent", "%(name)s %s %d %n %x %% {0} {user} 100%"),
    Hostile("address of a script", "javascript:window.evil=1//漏水"),
    Hostile("SQL", "'; DROP TABLE workorders_workorder; -- 漏水' OR '1'='1"),
    Hostile("wildcards", "%_\\%' ESCAPE '' [a-z]* .*(a+)+$ 漏水"),
    Hostile("formula =", '=HYPERLINK("http://evil.example","漏水")'),
    Hostile("formula +", "+1+cmd|' /C calc'!A0"),
    Hostile("formula -", "-2+3+cmd|' /C calc'!A0"),
    Hostile("formula @", "@SUM(1+1)*漏水"),
    Hostile("formula of a Chinese keyboard", "＝1+1漏水"),
    Hostile("header", "漏水\r\nSet-Cookie: evil=1\r\n\r\n<b data-evil>"),
    Hostile("path", "../../../etc/passwd%00..\\..\\windows\\win.ini"),
    Hostile("other line ends", "一\u2028二\u2029三\x0c四\x1e五"),
    Hostile("long number", "9" * 100),
    Hostile("not a number", "NaN Infinity -0 1e999 0x10 1_000"),
    Hostile("JSON", '{"__proto__": {"evil": 1}, "$ne": null}'),
    Hostile("XML", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    Hostile("log lines", '漏水\n{"level": "ERROR", "message": "forged"}'),
)

# Longer than any field takes.
HUGE = Hostile("a megabyte", "x" * 1_000_000, kept=False)

# For whatever asks for a day.
DAYS = ("0000-01-01", "0001-01-01", "1800-01-01", "2026-02-31", "2026-13-01", "9999-12-31", "10000-01-01", "٢٠٢٦-01-01")
# For whatever asks for a number or an id.
NUMBERS = ("-1", "0", "9223372036854775808", "9" * 400, "²", "１２", "1e3", "[]", "NaN")


class HostileFile(NamedTuple):
    """A file somebody sends: what `refused` says of it, or that it is kept."""

    what: str
    name: str
    content: bytes
    refused: str = ""


def picture_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, of no more bytes than another."""
    return files.PNG.replace(struct.pack(">II", 1, 1), struct.pack(">II", width, height))


# Names of pictures, as they stand in the header of what is sent.
FILE_NAMES = (
    HostileFile("NUL", "a\0b.png", files.PNG),
    HostileFile("NUL before another ending", "a.png\0.exe", files.PNG, "should end in .png"),
    HostileFile("a path", "../../../../etc/cron.d/漏水.png", files.PNG),
    HostileFile("a path of Windows", "..\\..\\C:\\Windows\\漏水.png", files.PNG),
    HostileFile("a path in other writing", "..%2f..%2f漏水.png", files.PNG),
    HostileFile("wide slashes", "．．／．．／漏水.png", files.PNG),
    HostileFile("dots and an ending", "....png", files.PNG, "should end in .png"),
    HostileFile("right to left", "漏水\u202egnp.exe.png\u2066\u200f", files.PNG),
    HostileFile("right to left over the ending", "漏水\u202egnp.exe", files.PNG, "should end in .png"),
    HostileFile("invisible", "\ufeff漏\u200b水\u2060\U000e0041.png\u200b", files.PNG),
    HostileFile("300 characters", "长" * 300 + ".png", files.PNG),
    HostileFile("300 characters without an ending", "长" * 300, files.PNG, "should end in .png"),
    HostileFile("300 marks on a letter", "e" + "\u0301" * 300 + ".png", files.PNG),
    HostileFile("formula", "=HYPERLINK(A0,1)+cmd.png", files.PNG),
    HostileFile("markup", "<img data-evil src=x onerror=alert(1)>.png", files.PNG),
    HostileFile("masked markup", "&lt;img data-evil&gt;.png", files.PNG),
    HostileFile("template", "{{ user.password }}{% debug %}%(name)s %s.png", files.PNG),
    HostileFile("a device", "CON.png", files.PNG),
    HostileFile("a hidden one", ".htaccess.png", files.PNG),
    HostileFile("emoji and marks", "👩‍👩‍👧‍👦Z͑ͫ̓ͪ̂ͫ.png", files.PNG),
    HostileFile("another header", "a.png\u2028X-Evil: 1\u0085.png", files.PNG),
    HostileFile("SQL", "'; DROP TABLE workorders_attachment; --.png", files.PNG),
)

# Contents that are not what their name says, or more than they seem.
FILES = (
    HostileFile("a page as a picture", "漏水.png", files.PAGE, "kind of file"),
    HostileFile("a page as a text", "漏水.txt", files.PAGE, "kind of file"),
    HostileFile("a drawing with a script", "漏水.svg", files.SVG, "kind of file"),
    HostileFile("a drawing with a script as a picture", "漏水.png", files.SVG, "kind of file"),
    HostileFile("a zip as a document", "漏水.docx", files.zipped(**{"a.txt": "a"}), "kind of file"),
    HostileFile("no zip as a document", "漏水.docx", b"PK\3\4" + bytes(60), "kind of file"),
    HostileFile("a document as a picture", "漏水.png", files.office(files.WORD), "should end in .docx"),
    HostileFile("a program as a PDF", "漏水.pdf", b"MZ\x90\0\3\0\0\0", "kind of file"),
    HostileFile("a picture with a page's ending", "漏水.html", files.PNG, "should end in .png"),
    HostileFile("nothing", "漏水.png", b"", "is empty"),
    HostileFile("a picture without an end", "漏水.png", picture_of(2**31 - 1, 2**31 - 1)),
    HostileFile("a picture of no size", "漏水.png", picture_of(0, 0)),
    HostileFile("a picture that is a page too", "漏水.gif", b"GIF89a/*" + files.PAGE + b"*/=1;"),
    HostileFile("a picture with a page behind it", "漏水.png", files.PNG + files.PAGE),
    HostileFile("a PDF with a script", "漏水.pdf", files.PDF + b"<</S/JavaScript/JS(app.alert(1))>>"),
    HostileFile("a page in UTF-7", "漏水.txt", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
)
