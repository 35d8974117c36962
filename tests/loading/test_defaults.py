"""The trade's default data: complete, entered once, and never against an administrator."""

import pytest
from django.core.management import call_command

from loading import defaults
from workorders.models import Category, TimeLimit, WorkOrder
from workorders.models.choices import Kind, StepKind, Urgency
from workorders.workflow import WITHOUT_LADDER

pytestmark = pytest.mark.django_db


def test_an_empty_installation_has_a_limit_for_every_step_of_every_appeal() -> None:
    defaults.load()
    assert TimeLimit.objects.catch_all().count() == len(set(StepKind) - WITHOUT_LADDER)
    critical = TimeLimit.objects.get(step="answer", urgency="critical")
    assert (critical.amount, critical.unit) == (2, "hours")
    report = TimeLimit.objects.get(step="answer", kind="report")
    assert (report.amount, report.unit, report.extensions, report.extension_days) == (10, "working_days", 2, 10)
    assert TimeLimit.objects.filter(for_rework=True).count() == 3


def test_eighteen_categories_have_four_to_eight_entries_that_can_be_found_by_their_initials() -> None:
    defaults.load()
    first = Category.objects.filter(parent=None)
    assert first.count() == 18
    assert all(4 <= category.children.count() <= 8 for category in first)
    water = Category.objects.get(code="0401")
    assert water.full_name == "公用事业 / 供水" and water.initials == "gysy gs" and "停水" in water.keywords
    assert set(Category.objects.exclude(parent=None).values_list("kind", flat=True)) <= set(Kind.values)
    assert set(Category.objects.exclude(parent=None).values_list("urgency", flat=True)) <= set(Urgency.values)


def test_loading_again_adds_nothing_and_leaves_what_the_administrator_changed() -> None:
    call_command("load_defaults")
    Category.objects.filter(code="0401").update(name="供水与节水", kind="complaint", is_active=False)
    moved = Category.objects.get(code="0405")
    moved.parent = Category.objects.get(code="17")
    moved.save()
    TimeLimit.objects.filter(step="refer", urgency="").update(amount=3)
    before = Category.objects.count(), TimeLimit.objects.count()

    assert defaults.load() == (0, 0)

    assert (Category.objects.count(), TimeLimit.objects.count()) == before
    water = Category.objects.get(code="0401")
    assert (water.name, water.kind, water.is_active) == ("供水与节水", "complaint", False)
    assert Category.objects.get(code="0405").parent == Category.objects.get(code="17")
    assert TimeLimit.objects.get(step="refer", urgency="").amount == 3
    assert not WorkOrder.objects.exists()
