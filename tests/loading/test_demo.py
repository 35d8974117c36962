"""The demo city: small, but with a case for everybody, and as sound as if people had worked there."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from loading.demo import city as cities
from loading.demo.appeals import OwnTexts
from loading.demo.load import Wish, load
from loading.demo.plans import cases
from loading.demo.real import RealTexts, texts_for
from notices.models import Notice
from oversight.audit import audit
from referrals.models import CatalogueRow, Extension, Referral, ReturnRequest
from staff.models import Department, User
from workorders.models import Category, Status, Supervision, WorkOrder
from workorders.models.choices import Closing, Pool

pytestmark = pytest.mark.django_db

AFTERNOON = datetime(2026, 11, 18, 15, 40, tzinfo=timezone.get_default_timezone())
SUNDAY_NIGHT = datetime(2026, 11, 15, 3, 20, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _no_folder(settings: Any, tmp_path: Path) -> None:
    """The data folder is not there: the demo tells our own texts."""
    settings.DATA_DIR = tmp_path / "nowhere"


@pytest.mark.parametrize("end", [AFTERNOON, SUNDAY_NIGHT], ids=["afternoon", "Sunday night"])
def test_every_status_queue_and_kind_of_trouble_has_cases_and_the_audit_passes(end: datetime) -> None:
    load(Wish(orders=len(cases()), seed=1, end=end), lambda _what, _done: None)

    orders = WorkOrder.objects.all()
    assert set(orders.values_list("status", flat=True)) == set(Status)
    assert set(orders.values_list("closing", flat=True)) >= set(Closing) - {Closing.IMPORTED}
    assert set(orders.exclude(holder_pool=None).values_list("holder_pool", flat=True)) == set(Pool)
    assert orders.exclude(holder_person=None).exists() and orders.exclude(holder_department=None).exists()
    open_orders = orders.open()
    assert 0 < orders.overdue(end).count() < open_orders.count()
    assert not orders.filter(registered_at__gt=end).exists()
    assert set(ReturnRequest.objects.values_list("granted", flat=True)) == {True, False, None}
    assert set(Extension.objects.values_list("granted", flat=True)) == {True, False, None}
    assert Referral.objects.filter(designated=True).exists() and Referral.objects.filter(is_rework=True).exists()
    assert set(Referral.objects.values_list("role", flat=True)) == {"lead", "supporting", "subunit"}
    assert set(Supervision.objects.values_list("ground", flat=True)) >= {"overdue", "decision", "unsatisfied"}
    assert orders.filter(chases__gt=0).exists() and orders.filter(confidential=True).exists()
    assert Notice.objects.filter(read_at=None).exists() and Notice.objects.exclude(read_at=None).exists()
    found = audit(end)
    assert found.holds, found.broken


def test_the_city_has_departments_of_four_kinds_people_in_each_and_a_catalogue_for_every_category() -> None:
    city = cities.build()
    assert set(Department.objects.values_list("kind", flat=True)) == set(Department.Kind)
    assert Department.objects.filter(parent=None).count() >= 30
    assert all(city.officers[department.pk] for department in city.departments.values())
    second = Category.objects.exclude(parent=None)
    assert set(CatalogueRow.objects.filter(area=None).values_list("category", flat=True)) >= set(
        second.values_list("pk", flat=True)
    )
    assert User.objects.get(username="sun").department == city.departments["yuanshan"]
    assert User.objects.get(username="admin").is_staff and not User.objects.filter(is_superuser=True).exists()
    assert User.objects.get(username="lin").check_password(cities.PASSWORD)


def test_building_the_city_again_leaves_what_was_changed() -> None:
    cities.build()
    User.objects.filter(username="lin").update(name="林小月")
    before = User.objects.count(), Department.objects.count(), CatalogueRow.objects.count()
    cities.build()
    assert (User.objects.count(), Department.objects.count(), CatalogueRow.objects.count()) == before
    assert User.objects.get(username="lin").name == "林小月"


def test_a_demo_that_is_there_is_left_alone_unless_more_is_asked_for() -> None:
    def command(**values: object) -> str:
        screen = StringIO()
        call_command("load_demo", stdout=screen, **values)
        return screen.getvalue()

    command(orders=2)
    assert WorkOrder.objects.count() == 2
    assert "load_demo --more" in command(orders=2) and WorkOrder.objects.count() == 2
    command(orders=2, more=True)
    assert WorkOrder.objects.count() == 4
    with pytest.raises(CommandError, match="at least 1"):
        command(orders=0)


def test_the_demo_stays_out_of_somebody_elses_city() -> None:
    call_command("load_demo", orders=1, stdout=StringIO())
    for person in User.objects.all():
        person.username = f"real-{person.username}"
        person.save(update_fields=["username"])
    with pytest.raises(CommandError, match="somebody else's city"):
        call_command("load_demo", orders=1, more=True, stdout=StringIO())


def test_the_accounts_are_printed_with_role_name_and_password() -> None:
    screen = StringIO()
    call_command("demo_accounts", stdout=screen)
    assert "no demo accounts" in screen.getvalue()
    cities.build()
    call_command("demo_accounts", stdout=screen)
    lines = [line.split() for line in screen.getvalue().splitlines()]
    assert ["agent", "lin", cities.PASSWORD] in lines
    assert ["department", "officer", "zhao", cities.PASSWORD, "市水务集团"] in lines


def test_every_category_has_a_text_of_our_own() -> None:
    city = cities.build()
    texts = OwnTexts(city)
    assert {row[0] for row in texts.rows} == set(Category.objects.exclude(parent=None).values_list("code", flat=True))
    assert len(texts.rows) >= 150 and isinstance(texts_for(city), OwnTexts)


def test_real_texts_are_masked_and_moved_to_the_demo_city(tmp_path: Path) -> None:
    table = tmp_path / "haikou_orders.csv"
    text = (
        "市民来电反映：其于5月3日在海口市龙华区金龙路12号小区，张三经理说自来水停水三天，"
        "联系人（李小明）电话13800012345，车牌琼A12345，请水务局核实处理！（请职能局按规定在30分钟内联系市民）"
    )
    table.write_text(
        "诉求内容,原处置单位,行业分类1级,行业分类2级,行业分类3级,行业分类4级\n"
        + f"{text},水务局,公共服务,供水,停水,其他\n",
        encoding="utf-8",
    )
    city = cities.build()
    told = RealTexts(city, table).tell(Random(1))
    assert told.category.code == "0401" and "云州市望江区" in told.content
    assert not any(gone in told.content for gone in ("海口", "李小明", "13800012345", "A12345", "职能局", "请水务局"))
    assert city.by_id[told.area.lineage()[0]].name == "望江区"
