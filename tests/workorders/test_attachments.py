"""附件: what may come in, what is kept of it, and that nothing is left over when it fails."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from referrals import actions as referrals
from staff.models import User
from staff.now import pretend
from tests import files
from tests.cast import MORNING, City
from tests.files import given
from tests.workorders.scenes import ORDERS, reach
from workorders import actions, erasure, workflow
from workorders.errors import Invalid, NotAllowed
from workorders.files.names import LONGEST, clean
from workorders.models import Attachment, Audience, WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

TAKEN = {
    "漏水.jpg": (files.JPEG, "image/jpeg"),
    "IMG_0001.JPEG": (files.JPEG, "image/jpeg"),
    "shot.png": (files.PNG, "image/png"),
    "a.gif": (b"GIF89a\1\0\1\0\0\0\0;", "image/gif"),
    "a.bmp": (b"BM" + bytes(12) + b"\x28\0\0\0" + bytes(40), "image/bmp"),
    "a.tif": (b"II*\0\x08\0\0\0", "image/tiff"),
    "a.webp": (b"RIFF\x1a\0\0\0WEBPVP8L", "image/webp"),
    "a.heic": (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
    "合同.pdf": (files.PDF, "application/pdf"),
    "v.mp4": (files.MP4, "video/mp4"),
    "v.mov": (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
    "录音.m4a": (b"\0\0\0\x1cftypM4A \0\0\0\0", "audio/mp4"),
    "v.3gp": (b"\0\0\0\x18ftyp3gp4\0\0\0\0", "video/3gpp"),
    "v.webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm", "video/webm"),
    "v.avi": (b"RIFF\0\1\0\0AVI LIST", "video/x-msvideo"),
    "s.mp3": (b"ID3\3\0\0\0\0\0\0", "audio/mpeg"),
    "s2.mp3": (b"\xff\xfb\x90\x44" + bytes(100), "audio/mpeg"),
    "s.amr": (b"#!AMR\n\x3c", "audio/amr"),
    "s.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    "s.ogg": (b"OggS\0\2", "audio/ogg"),
    "经过.txt": ("两天了，没人管。\r\n".encode(), "text/plain"),
    "gbk.txt": ("两天了，没人管。".encode("gb18030"), "text/plain"),
    "utf16.txt": ("两天了".encode("utf-16"), "text/plain"),
    "缴费.csv": ("月份,金额\n十月,36.5\n".encode(), "text/plain"),
    "a.docx": (files.office(files.WORD), f"{files.OOXML}wordprocessingml.document"),
    "a.xlsx": (files.office(files.EXCEL), f"{files.OOXML}spreadsheetml.sheet"),
    "a.pptx": (files.office(files.POWERPOINT), f"{files.OOXML}presentationml.presentation"),
    "公文.ofd": (files.zipped(**{"OFD.xml": "<ofd/>"}), "application/ofd"),
    "a.doc": (files.compound("WordDocument"), "application/msword"),
    "a.wps": (files.compound("WordDocument"), "application/msword"),
    "a.xls": (files.compound("Workbook", content=files.sheet("Sheet1", 0)), "application/vnd.ms-excel"),
}
UNFOLDING = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><Types>&a;</Types>'
REFUSED = {
    "an SVG": ("a.svg", files.SVG, "kind of file"),
    "an SVG called a picture": ("a.png", files.SVG, "kind of file"),
    "a page": ("a.html", files.PAGE, "kind of file"),
    "a page called a text": ("a.txt", b"\n  " + files.PAGE, "kind of file"),
    "a page behind some words": ("a.txt", b"hello <script>alert(1)</script>", "kind of file"),
    "a page in UTF-16": ("a.txt", files.PAGE.decode().encode("utf-16"), "kind of file"),
    "a script": ("a.txt", b"#!/bin/sh\nrm -rf /\n", "kind of file"),
    "a program": ("a.exe", b"MZ\x90\0\3\0\0\0", "kind of file"),
    "a program called a picture": ("a.jpg", b"MZ\x90\0\3\0\0\0", "kind of file"),
    "a program behind a picture's name": ("a.jpg.exe", files.JPEG, "should end in .jpg"),
    "a picture called a PDF": ("a.pdf", files.PNG, "should end in .png"),
    "a picture without an ending": ("a", files.PNG, "should end in .png"),
    "a script's ending on a text": ("a.js", b"alert(1)", "should end in .txt"),
    "nothing": ("a.txt", b"", "is empty"),
    "a text with control characters": ("a.txt", b"abc\0def", "kind of file"),
    "a zip": ("a.zip", files.zipped(**{"a.txt": "a"}), "kind of file"),
    "a zip called a document": ("a.docx", files.zipped(**{"a.txt": "a"}), "kind of file"),
    "half a document": ("a.docx", files.office(files.WORD)[:200], "kind of file"),
    "a document whose list unfolds": ("a.docx", files.zipped(**{"[Content_Types].xml": UNFOLDING}), "kind of file"),
    "macros by their part": ("a.docx", files.office(files.WORD, word__vbaProject="x"), "macros"),
    "macros by their type": ("a.docx", files.office(files.WORD, "application/vnd.ms-office.vbaProject"), "macros"),
    "a macro document": ("a.docm", files.office("application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
    "a macro sheet": ("a.xlsx", files.office(files.EXCEL, "application/vnd.ms-excel.macrosheet+xml"), "macros"),
    "a control": ("a.docx", files.office(files.WORD, word__activeX__activeX1="x"), "macros"),
    "old macros": ("a.doc", files.compound("WordDocument", "_VBA_PROJECT"), "macros"),
    "the oldest macros": ("a.xls", files.compound("Workbook", content=files.sheet("Macro1", 1)), "macros"),
    "an old presentation": ("a.ppt", files.compound("PowerPoint Document"), "kind of file"),
    "an installer": ("a.doc", files.compound("Binary.x"), "kind of file"),
}
NAMES = {
    "花园路12号 漏水.jpg": "花园路12号 漏水.jpg",
    "../../etc/passwd.txt": "passwd.txt",
    r"C:\Users\lin\桌面\图.png": "图.png",
    "photo\u202egnp.exe": "photognp.exe",
    "a\r\nSet-Cookie: x.txt": "a Set-Cookie_ x.txt",
    "a\0b\x1b[31m.txt": "ab[31m.txt",
    "  ..  .hidden.txt . ": "hidden.txt",
    'a"b;c<d>|?*.pdf': "a_b;c_d____.pdf",
    "ｅ\u0301.txt": "ｅ\u0301.txt",
    "e\u0301.txt": "é.txt",
    "长" * 300 + ".docx": "长" * (LONGEST - 5) + ".docx",
    "x" * 300: "x" * LONGEST,
}


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def refusal(order: WorkOrder, by: User, name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as invalid:
        actions.attach(order, by=by, file=given(name, content))
    return str(invalid.value.errors["file"])


@pytest.mark.parametrize("name", TAKEN)
def test_what_citizens_send_is_taken_for_what_it_is(name: str, city: City, order: WorkOrder) -> None:
    content, content_type = TAKEN[name]
    kept = actions.attach(order, by=city.lin, file=given(name, content))
    assert (kept.name, kept.content_type, kept.size) == (name, content_type, len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    with default_storage.open(str(kept.file)) as file:
        assert file.read() == content


@pytest.mark.parametrize("what", REFUSED)
def test_what_could_do_harm_or_is_not_what_it_says_is_refused(
    what: str, city: City, order: WorkOrder, own_files: Path
) -> None:
    name, content, words = REFUSED[what]
    assert words in refusal(order, city.lin, name, content)
    assert not Attachment.objects.exists() and on_disk(own_files) == []


@pytest.mark.parametrize("given_name", NAMES)
def test_a_name_is_shown_as_given_without_what_misleads(given_name: str) -> None:
    assert clean(given_name) == NAMES[given_name]


def test_a_file_lies_under_a_name_nobody_can_guess(city: City, order: WorkOrder, own_files: Path) -> None:
    with pretend(MORNING):
        kept = actions.attach(order, by=city.lin, file=given("漏水.jpg", files.JPEG))
    (path,) = on_disk(own_files)
    assert path.parent == own_files / "attachments" / "2026" / "11"
    assert len(path.name) == 32 and set(path.name) <= set("0123456789abcdef") and path.stat().st_mode & 0o777 == 0o640
    event = order.events.latest("seq")
    assert (event.verb, event.by, event.data) == ("workorder.attached", city.lin, {"attachment": kept.pk})
    assert event.informative


def test_a_file_too_large_and_an_order_too_full_are_told_how_much_there_is_room_for(
    city: City, order: WorkOrder, settings: Any
) -> None:
    settings.ATTACHMENT_FILE_BYTES, settings.ATTACHMENT_ORDER_BYTES = 2048, 3000
    assert "at most 2.0\xa0KB" in refusal(order, city.lin, "a.txt", b"a" * 2049)
    actions.attach(order, by=city.lin, file=given("a.txt", b"a" * 2048))
    assert "952\xa0bytes are left" in refusal(order, city.lin, "b.txt", b"b" * 1000)
    actions.attach(order, by=city.lin, file=given("c.txt", b"c" * 952))


def test_the_same_file_is_taken_once_and_again_when_it_was_removed(city: City, order: WorkOrder) -> None:
    kept = actions.attach(order, by=city.lin, file=given("a.txt", b"a"))
    assert "already" in refusal(order, city.wang, "b.txt", b"a")
    actions.detach(kept, by=city.lin, reason="传错")
    actions.attach(order, by=city.lin, file=given("a.txt", b"a"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=kept.pk).update(
            removed_at=None, removed_by=None, removed_because="", file="attachments/x"
        )


def test_departments_add_while_the_order_is_in_their_hands(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        with pytest.raises(NotAllowed, match="Your unit is not working on it"):
            actions.attach(order, by=city.zhao, file=given("a.txt", b"a"))
        part = referrals.refer(order, by=city.wang, lead=city.water)
        kept = actions.attach(order, by=city.zhao, file=given("a.txt", b"a"))
        assert kept.department == city.water
        referrals.accept(part, by=city.zhao)
        referrals.record_contact(part, by=city.zhao, note="已联系")
        referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复", internal_note="")
        with pytest.raises(NotAllowed, match="Your unit is not working on it"):
            actions.attach(order, by=city.zhao, file=given("b.txt", b"b"))
        with pytest.raises(NotAllowed):
            actions.attach(order, by=city.admin, file=given("b.txt", b"b"))
        actions.attach(order, by=city.he, file=given("b.txt", b"b"))


def test_who_sees_a_file_is_one_rule_asked_in_two_ways(city: City) -> None:
    with pretend(MORNING):
        for changes in ({}, {"confidential": True}, {"kind": "report"}):
            order = city.register(**changes)
            referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic])
            for number, (by, marked) in enumerate(
                ((city.lin, None), (city.lin, True), (city.lin, False), (city.zhao, None))
            ):
                actions.attach(order, by=by, file=given("a.txt", b"a" * (number + 1)), for_departments=marked)
            hidden = bool(changes)
            told = [one.audience for one in order.attachments.order_by("pk")]
            marked_for_them = Audience.DEPARTMENTS if hidden else Audience.ORDER
            assert told == [Audience.ORDER, marked_for_them, Audience.HOTLINE, Audience.ORDER]
            expected = {
                "lin": [1, 2, 3, 4],
                "zhao": [2, 4] if hidden else [1, 2, 4],
                "qian": [2] if hidden else [1, 2, 4],
            }
            for name, sizes in expected.items():
                person = User.objects.get(username=name)
                visible = order.attachments.visible_to(person).order_by("pk")
                assert [one.size for one in visible] == sizes, (changes, name)
                asked = [one.size for one in order.attachments.order_by("pk") if workflow.may_see(one, order, person)]
                assert asked == sizes, (changes, name)


def test_a_file_of_an_order_that_becomes_confidential_is_hidden_unless_it_was_marked(
    city: City, order: WorkOrder
) -> None:
    with pretend(MORNING):
        referrals.refer(order, by=city.wang, lead=city.water)
        actions.attach(order, by=city.lin, file=given("a.txt", b"a"), for_departments=True)
        assert order.attachments.visible_to(city.zhao).count() == 1
        actions.amend(order, by=city.lin, confidential=True)
        assert order.attachments.visible_to(city.zhao).count() == 0
        actions.attach(order, by=city.lin, file=given("b.txt", b"b"), for_departments=True)
    assert [one.name for one in order.attachments.visible_to(city.zhao)] == ["b.txt"]


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_is_gone_and_its_record_says_who_and_why(city: City, own_files: Path) -> None:
    with pretend(MORNING):
        order = city.register()
        kept = actions.attach(order, by=city.lin, file=given("身份证.jpg", files.JPEG))
        with pytest.raises(NotAllowed, match="Only who added a file"):
            actions.detach(kept, by=city.wang, reason="不需要")
        assert len(on_disk(own_files)) == 1
        actions.detach(kept, by=city.chen, reason="无关隐私")
        with pytest.raises(NotAllowed, match="removed already"):
            actions.detach(kept, by=city.chen, reason="再次")
    assert on_disk(own_files) == []
    kept.refresh_from_db()
    assert (kept.removed_by, kept.removed_because, kept.removed_at, kept.name) == (
        city.chen, "无关隐私", MORNING, "身份证.jpg",
    )  # fmt: skip
    event = order.events.latest("seq")
    assert (event.verb, event.by, event.note) == ("workorder.detached", city.chen, "无关隐私")


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_not_written_takes_its_file_along(city: City, own_files: Path) -> None:
    order = city.register()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        with pytest.raises(Exception, match="read-only transaction"):
            actions.attach(order, by=city.lin, file=given("a.txt", b"a"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert on_disk(own_files) == [] and not Attachment.objects.exists()


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The operating system writes no file of this process beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_without_room_is_said_and_nothing_half_is_left(city: City, order: WorkOrder, own_files: Path) -> None:
    with no_file_longer_than(100_000):
        words = refusal(order, city.lin, "a.txt", b"a" * 200_000)
    assert "no room left on the disk" in words and on_disk(own_files) == []
    actions.attach(order, by=city.lin, file=given("a.txt", b"a" * 200_000))


def test_the_audit_names_what_does_not_agree_and_removes_what_nobody_names(
    city: City, order: WorkOrder, own_files: Path
) -> None:
    kept = [actions.attach(order, by=city.lin, file=given(f"{name}.txt", name.encode())) for name in ("a", "b", "c")]
    assert audited("--content") == (0, "0 wrong, 0 removed\n")
    orphan = own_files / "attachments" / "2026" / "11" / "orphan"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    assert audited()[0] == 0, "it may be on its way"
    with pretend(timezone.now() + timedelta(days=2)):
        Path(kept[0].file.path).unlink()
        Path(kept[1].file.path).write_bytes(b"B")
        Path(kept[2].file.path).write_bytes(b"longer")
        code, words = audited("--content")
        assert code == 1 and words.endswith("4 wrong, 0 removed\n")
        for one, why in ((kept[0], "is not there"), (kept[1], "another content"), (kept[2], "another size")):
            assert f"{one.file.name}: attachment {one.pk}:" in words and why in words
        assert "2026/11/orphan: no attachment names it" in words
        code, words = audited("--remove")
    assert code == 1 and words.endswith("2 wrong, 1 removed\n") and not orphan.exists()
    assert Path(kept[1].file.path).exists()


def audited(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit_attachments", *options, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_files_of_an_old_order_go_with_its_texts(
    city: City, own_files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with pretend(MORNING):
        order: WorkOrder = reach(ORDERS["closed"], city)
    with pretend(MORNING), django_capture_on_commit_callbacks(execute=True):
        actions.attach(order, by=city.lin, file=given("王小明身份证.jpg", files.JPEG))
        actions.detach(actions.attach(order, by=city.lin, file=given("b.txt", b"b")), by=city.lin, reason="王小明的")
        erasure.blank(WorkOrder.objects.all, [order.pk], MORNING)
    for one in order.attachments.all():
        assert (one.name, one.removed_because, str(one.file), one.removed_at) == ("", "", "", MORNING)
    assert order.attachments.count() == 2 and on_disk(own_files) == []
