"""What nobody means well by: texts, numbers, days and bytes that are sent to every form, operation and list.

Each line says what becomes of it: `kept` is saved as it was typed and shown as what it is, `refused` is answered beside
the field. What is longer than a field takes is refused by every field, whatever this table says of it.
"""

from __future__ import annotations

from typing import NamedTuple


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
