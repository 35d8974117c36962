"""The tables of the data folder, whole. Without the folder these are skipped: HOTLINE_DATA_DIR names it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from loading import defaults
from oversight.audit import audit
from referrals.models import Referral
from workorders.models import WorkOrder

FOLDER = Path(settings.DATA_DIR)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no data folder {FOLDER}: set HOTLINE_DATA_DIR"),
]


def take_in(name: str, mapping: str, tmp_path: Path) -> str:
    screen = StringIO()
    report = tmp_path / "bad.csv"
    call_command("import_orders", str(FOLDER / name), mapping=mapping, report=report, stdout=screen)
    return screen.getvalue()


def test_the_haikou_table_comes_in_whole_and_keeps_the_closure_guarantee(tmp_path: Path) -> None:
    defaults.load()
    said = take_in("haikou_orders.csv", "haikou", tmp_path)
    assert "16775 new orders, 0 were here already, 0 bad rows" in said
    assert WorkOrder.objects.filter(status="closed", closing="imported").count() == 16775
    days = WorkOrder.objects.order_by("registered_at").values_list("registered_at", flat=True)
    assert f"{timezone.localtime(days[0]):%F}" == "2017-12-18"
    last = days.last()
    assert last is not None and f"{timezone.localtime(last):%F}" == "2018-05-31"
    assert max(order.category.path.count("/") for order in WorkOrder.objects.select_related("category")[:200]) == 5
    assert not Referral.objects.exists()  # the table tells no due times and no closings: nothing is made up
    found = audit(timezone.now())
    assert found.holds, found.broken
    assert "0 new orders, 16775 were here already" in take_in("haikou_orders.csv", "haikou", tmp_path)


def test_baltimore_brings_on_time_figures(tmp_path: Path) -> None:
    defaults.load()
    said = take_in("baltimore311.csv", "baltimore", tmp_path)
    assert "6997 new orders" in said and "0 bad rows" in said
    assert WorkOrder.objects.filter(status="registered").count() == 161
    parts = Referral.objects.filter(status="passed")
    assert parts.count() == Referral.objects.count() == 6668  # closed, and given a due time
    assert 0 < parts.filter(answered_at__gt=F("answer_step__due_at")).count() < 6668


def test_messages_of_both_tables_come_in_once(tmp_path: Path) -> None:
    assert "736 new orders" in take_in("messages_labelled.csv", "messages", tmp_path)
    assert "4230 new orders, 96 were here already, 0 bad rows" in take_in(
        "messages_for_hot_issues.csv", "hot_issues", tmp_path
    )
