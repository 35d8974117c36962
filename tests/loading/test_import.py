"""Tables from elsewhere: small ones made by hand, each with its own trouble."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import timezone

from loading import defaults
from loading.past import rows as written
from oversight.audit import audit
from staff.models import Department
from workorders.models import Category, WorkOrder

pytestmark = pytest.mark.django_db

MAPPING = """
source: test
number: 编号
registered: {column: 日期, formats: ["%Y-%m-%d %H:%M"]}
due: {column: 时限, formats: ["%Y-%m-%d %H:%M"]}
closed: {column: 办结, formats: ["%Y-%m-%d %H:%M"]}
content: 内容
category: {columns: [一级, 二级]}
unit: {column: 单位, kind: bureau, kinds: {"公司|集团": utility}}
caller: 电话
state: {column: 状态, values: {已办结: closed, 办理中: open}}
extra: {备注: remark}
"""
HEADER = ["编号", "日期", "时限", "办结", "内容", "一级", "二级", "单位", "电话", "状态", "备注"]
GOOD = [
    "A1",
    "2024-05-06 09:30",
    "2024-05-13 17:30",
    "2024-05-10 10:00",
    "市民来电反映：花园路水管漏水两天",
    "公用事业",
    "供水",
    "市自来水集团",
    "13800012345",
    "已办结",
    "",
]

Importing = Callable[..., str]


def changed(**values: str) -> list[str]:
    """The good row with other cells."""
    row = dict(zip(HEADER, GOOD, strict=True)) | values
    return [row[name] for name in HEADER]


def table(rows: list[list[str]], header: list[str] = HEADER) -> str:
    text = StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


@pytest.fixture
def take_in(tmp_path: Path) -> Importing:
    """Import a table given as text or bytes; returns what the screen says."""

    def importing(content: str | bytes | Path, mapping: str = MAPPING) -> str:
        path = content if isinstance(content, Path) else tmp_path / "appeals.csv"
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        rules = tmp_path / "rules.yaml"
        rules.write_text(mapping, encoding="utf-8")
        screen = StringIO()
        report = tmp_path / "bad.csv"
        call_command("import_orders", str(path), mapping=str(rules), report=report, stdout=screen)
        return screen.getvalue()

    return importing


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


def test_an_order_closed_elsewhere_keeps_its_dates_and_can_be_counted_as_on_time(take_in: Importing) -> None:
    take_in(table([GOOD]))
    order = WorkOrder.objects.get(source_number="A1")
    assert (order.status, order.closing, order.holder) == ("closed", "imported", None)
    assert order.registered_at == moment("2024-05-06 09:30") and order.closed_at == moment("2024-05-10 10:00")
    assert order.number.startswith("20240506T") and order.title == "花园路水管漏水两天"
    assert order.category.full_name == "公用事业 / 供水"
    assert order.caller.masked_phone == "138****2345"
    part = order.referrals.get()
    assert part.department.name == "市自来水集团" and part.department.kind == Department.Kind.UTILITY
    assert part.answered_at == moment("2024-05-10 10:00") and part.accepted_at is None
    assert part.answer_step.due_at == moment("2024-05-13 17:30")
    verbs = list(order.events.values_list("verb", flat=True))
    assert verbs == ["workorder.imported", "workorder.referred", "referral.answered", "workorder.closed"]
    first = order.events.first()
    assert first is not None and first.data["table"] == "appeals.csv" and first.data["line"] == 2


def test_an_open_order_awaits_dispatch_here_and_its_time_starts_now(take_in: Importing) -> None:
    defaults.load()
    take_in(table([changed(状态="办理中", 办结="")]))
    order = WorkOrder.objects.get()
    assert (order.status, order.holder_pool, order.next_step) == ("registered", "dispatch", "refer")
    assert order.registered_at == moment("2024-05-06 09:30")
    assert order.next_due_at is not None and order.next_due_at > timezone.now()
    assert order.lead_department is None and order.extra["unit"] == "市自来水集团"


def test_an_open_order_needs_the_time_limits_first(take_in: Importing) -> None:
    with pytest.raises(CommandError, match="load_defaults"):
        take_in(table([changed(状态="办理中", 办结="")]))


def test_a_table_taken_in_twice_is_there_once(take_in: Importing) -> None:
    take_in(table([GOOD, changed(编号="A2")]))
    said = take_in(table([GOOD, changed(编号="A2"), changed(编号="A3")]))
    assert "1 new orders, 2 were here already, 0 bad rows" in said
    assert WorkOrder.objects.count() == 3 and Category.objects.count() == 2 and Department.objects.count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found(take_in: Importing, encoding: str) -> None:
    rows = [
        changed(编号=f"A{n}", 内容=f"市民来电反映：第{n}号楼门口的路灯坏了，晚上看不清路，请尽快维修。")
        for n in range(30)
    ]
    take_in(table(rows).encode(encoding))
    assert WorkOrder.objects.filter(content__contains="路灯坏了").count() == 30


def test_every_bad_row_is_reported_with_line_column_and_reason_and_no_good_one_is_lost(
    take_in: Importing, tmp_path: Path
) -> None:
    rows = [
        GOOD,
        changed(编号="B1", 日期="06.05.2024"),
        changed(编号="B2", 内容="  "),
        changed(编号="B3", 办结="2024-05-01 10:00"),
        changed(编号="B4", 状态="=挂起"),
        changed(编号="A1", 内容="第二次\n出现"),
        ["B5", "2024-05-06 09:30"],
        changed(编号=""),
        changed(编号="B6", 日期="2999-01-01 00:00", 时限="", 办结=""),
        changed(编号="A9"),
    ]
    said = take_in(table(rows))
    assert set(WorkOrder.objects.values_list("source_number", flat=True)) == {"A1", "A9"}
    assert "2 new orders, 0 were here already, 8 bad rows" in said
    raw = (tmp_path / "bad.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # so that a spreadsheet knows the encoding
    report = {row["line"]: row for row in csv.DictReader(StringIO(raw.decode("utf-8-sig")))}
    told = {line: (row["column"], row["reason"]) for line, row in report.items()}
    assert told["3"] == ("日期", "is not written as %Y-%m-%d %H:%M")
    assert told["4"] == ("内容", "is empty")
    assert told["5"] == ("办结", "lies before the day the appeal came in")
    assert told["6"] == ("状态", "is none of 已办结, 办理中") and report["6"]["value"] == "'=挂起"
    assert told["7"] == ("编号", "stood on line 2 already")
    assert told["9"] == ("", "has 2 columns, the header 11")  # the row before it took two lines
    assert told["10"] == ("编号", "is empty")
    assert told["11"] == ("日期", "lies in the future")


def test_a_masked_number_is_no_caller(take_in: Importing) -> None:
    take_in(table([changed(电话="138****2345")]))
    order = WorkOrder.objects.get()
    assert not order.has_caller and not hasattr(order, "caller")


def test_a_spreadsheet_is_read_with_its_own_dates_and_numbers(take_in: Importing, tmp_path: Path) -> None:
    path = tmp_path / "appeals.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, dates = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, GOOD)
        sheet.write_number(1, 0, 20240506001)
        sheet.write_datetime(1, 1, datetime(2024, 5, 6, 9, 30), dates)
    take_in(path)
    order = WorkOrder.objects.get()
    assert order.source_number == "20240506001" and order.registered_at == moment("2024-05-06 09:30")


def test_categories_and_departments_that_are_there_are_used(take_in: Importing) -> None:
    defaults.load()
    known = Department.objects.create(code="water", name="市自来水集团", kind="utility")
    take_in(table([GOOD, changed(编号="A2", 二级="二次供水")]))
    assert WorkOrder.objects.get(source_number="A1").category.code == "0401"
    new = WorkOrder.objects.get(source_number="A2").category
    assert new.parent_id == Category.objects.get(code="04").pk
    before = (new.full_name, new.initials, new.path)
    new.save()
    assert (new.full_name, new.initials, new.path) == before == ("公用事业 / 二次供水", "gysy ecgs", new.path)
    assert set(Department.objects.all()) == {known}


def test_a_stopped_import_goes_on_where_it_stopped(
    take_in: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between two batches: what is in stays in, the same command brings the rest."""
    monkeypatch.setattr(written, "BATCH", 10)
    rows = [changed(编号=f"A{n}") for n in range(25)]
    path = tmp_path / "appeals.csv"
    path.write_text(table(rows), encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(MAPPING, encoding="utf-8")

    class Interrupted(StringIO):
        def write(self, text: str) -> int:
            if "10 new" in text:
                raise KeyboardInterrupt
            return super().write(text)

    monkeypatch.setattr("loading.management.commands.import_orders.EVERY_SECONDS", 0)
    with pytest.raises(CommandError, match="10 new orders are in") as stopped:
        call_command("import_orders", str(path), mapping=str(tmp_path / "rules.yaml"), stdout=Interrupted())
    assert stopped.value.returncode == 130 and WorkOrder.objects.count() == 10
    assert "15 new orders, 10 were here already" in take_in(path)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (MAPPING + "colour: 颜色\n", "colour is not known"),
        (MAPPING.replace("number: 编号\n", ""), "number is missing"),
        (MAPPING.replace("已办结: closed", "已办结: finished"), "state cannot be 'finished'"),
        (MAPPING.replace('formats: ["%Y-%m-%d %H:%M"]', "formats: x", 1), "registered needs a column and its formats"),
        (MAPPING + "timezone: Mars/Olympus\n", "no timezone 'Mars/Olympus'"),
        ("source: [", "is not YAML"),
        ("just words", "is not a list of names and values"),
        (MAPPING.replace("备注", "评论"), "has no column 评论. It has: 编号"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_in_words(take_in: Importing, mapping: str, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        take_in(table([GOOD]), mapping)
    assert words in str(refused.value) and not WorkOrder.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (bytes(range(256)) * 8, "encoding"),
        (Path("nowhere.csv"), "There is no file nowhere.csv"),
        (table([GOOD]).encode("utf-8-sig") + b"\xff\xff", "line 3"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(take_in: Importing, content: bytes | Path, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        take_in(content)
    assert words in str(refused.value)


def test_an_unknown_mapping_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Shipped: baltimore, haikou, hot_issues, messages"):
        call_command("import_orders", "x.csv", mapping="peking")


def test_what_was_taken_in_keeps_the_closure_guarantee(take_in: Importing) -> None:
    call_command("load_demo", orders=1, stdout=StringIO())  # somebody works at every desk
    take_in(table([GOOD, changed(编号="A2", 状态="办理中", 办结="")]))
    found = audit(timezone.now())
    assert found.holds, found.broken
