"""A life that is written down equals the same life lived through the actions: row for row, entry for entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db.models import Min, Model
from django.utils import timezone

from callbacks import actions as callbacks
from callbacks.models import Attempt, Callback
from loading.demo import city as cities
from loading.demo.appeals import Callers, OwnTexts
from loading.demo.history import Past
from loading.demo.load import at_some_hour
from loading.demo.plans import Plan, ordinary
from loading.past import rows
from loading.past.life import Life
from oversight.audit import audit
from referrals import actions as referrals
from referrals.models import Answer, Extension, Referral, ReturnRequest
from referrals.parts import lead_of
from staff.now import pretend
from workorders import actions, clock
from workorders.models import Caller, Reminder, Step, WorkOrder
from workorders.numbers import is_number
from workorders.telling import tell_reminders

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 10, 12, 9, 40, tzinfo=timezone.get_default_timezone())
FRIDAY_NIGHT = datetime(2026, 9, 18, 22, 15, tzinfo=timezone.get_default_timezone())

LIVES = {
    "answered on the spot": Plan("spot", kind="question"),
    "declined": Plan("decline"),
    "invalid": Plan("invalid"),
    "content": Plan(),
    "basically content": Plan(callback="basically"),
    "praise, nobody called back": Plan(kind="praise"),
    "a report, the caller hidden": Plan(kind="report"),
    "late by hours, with its cards": Plan(pace=1.2),
    "at the last moment": Plan(pace=0.99),
    "never reached": Plan(callback="unreachable"),
    "closed as explained": Plan(callback="explained"),
    "excluded": Plan(callback="excluded"),
    "reworked": Plan(callback="rework"),
    "returned and re-referred": Plan(returns=("upheld",)),
    "returned twice, then designated": Plan(returns=("upheld", "upheld")),
    "given more time": Plan(extension="granted", kind="complaint", pace=1.1),
}
# What is drawn anew for each order, or a key.
OWN = {
    "id",
    "number",
    "query_code",
    "order",
    "referral",
    "callback",
    "step",
    "sign_step",
    "contact_step",
    "answer_step",
}
OWN |= {"follows", "name", "phone", "contact"}
DOORS: dict[str, Callable[..., Any]] = {
    "answer_on_the_spot": actions.answer_on_the_spot,
    "decline": actions.decline,
    "mark_invalid": actions.mark_invalid,
    "refer": referrals.refer,
    "designate": referrals.designate,
    "record_attempt": callbacks.record_attempt,
    "record_result": callbacks.record_result,
    "rework": callbacks.rework,
    "close_as_explained": callbacks.close_as_explained,
    "exclude": callbacks.exclude,
}


def lived(life: Life) -> WorkOrder:
    """The same story through the actions, the clock going on beside it."""
    with pretend(life.order.registered_at):
        order = actions.register(life.appeal, by=life.order.registered_by)
    for at, name, values in life.story:
        pass_time(order, at)
        order.refresh_from_db()
        with pretend(at):
            if name in DOORS:
                DOORS[name](order, **values)
            else:
                part = lead_of(order)
                assert part is not None
                getattr(referrals, name)(part, **values)
    return WorkOrder.objects.get(pk=order.pk)


def pass_time(order: WorkOrder, until: datetime) -> None:
    steps = Step.objects.filter(order=order, next_rung_at__lte=until)
    while due := steps.aggregate(at=Min("next_rung_at"))["at"]:
        with pretend(due):
            clock.sweep(due)
            tell_reminders()


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, str) and value[:2] == "20" and "T" in value:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if key != "referral"}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def row(record: Model) -> dict[str, Any]:
    names = [field.name for field in record._meta.concrete_fields if field.name not in OWN]
    return {name: plain(getattr(record, record._meta.get_field(name).attname)) for name in names}  # type: ignore[union-attr]  # concrete fields have one


def everything(order: WorkOrder) -> dict[str, Any]:
    """The order and all that hangs on it, without keys."""
    found: dict[str, Any] = {"order": row(order)}
    for model, of in (
        (Caller, "order"),
        (Step, "order"),
        (Referral, "order"),
        (ReturnRequest, "referral__order"),
        (Extension, "referral__order"),
        (Answer, "referral__order"),
        (Callback, "order"),
        (Attempt, "callback__order"),
        (Reminder, "step__order"),
    ):
        found[model.__name__] = [row(one) for one in model._default_manager.filter(**{of: order}).order_by("pk")]
    found["Reminder"].sort(key=lambda one: (one["at"], one["rung"], one["due_at"]))
    found["events"] = [row(event) for event in order.events.order_by("seq")]
    return found


@pytest.fixture
def past(db: None) -> Past:
    city = cities.build()
    return Past(city, OwnTexts(city), Callers(100))


@pytest.mark.parametrize("began", [MONDAY, FRIDAY_NIGHT], ids=["Monday", "Friday night"])
def test_a_written_life_equals_a_lived_one(past: Past, began: datetime) -> None:
    seen: set[str] = set()
    for words, plan in LIVES.items():
        life = past.tell(plan, began, Random(words))
        twin = everything(lived(life))
        rows.write([life])
        written = everything(WorkOrder.objects.get(pk=life.order.pk))
        for name in twin:
            assert written[name] == twin[name], f"{words}: {name}"
        assert is_number(life.order.number)
        seen |= {event.verb for event in life.events}
    assert {"clock.red", "clock.yellow", "referral.extension_granted", "workorder.designated"} <= seen


def test_many_lives_keep_the_closure_guarantee(past: Past) -> None:
    rng = Random(7)
    lives = [past.tell(ordinary(rng), at_some_hour(MONDAY - timedelta(days=n), rng), rng) for n in range(60)]
    rows.write(lives)
    found = audit(timezone.now())
    assert found.holds, found.broken
    assert WorkOrder.objects.count() == len({life.order.number for life in lives}) == 60


def test_the_same_seed_tells_the_same_lives(past: Past) -> None:
    def told() -> list[tuple[str, str, str]]:
        rng = Random(5)
        lives = [past.tell(ordinary(rng), MONDAY, rng) for _n in range(10)]
        return [(life.order.title, life.appeal.caller_phone, event.verb) for life in lives for event in life.events]

    assert told() == told()
