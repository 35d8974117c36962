"""What the first release left behind, today's program goes on with: a dump of its demo city, restored and migrated.

`first_release.sql.gz` is what `pg_dump` wrote of 48 orders made by the release that landed the main job; texts and
people are the demo's own. It is never made anew: a later release gets a dump of its own beside it.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, override_settings
from django.utils import timezone

from oversight import daybook
from referrals import actions as referrals
from referrals.models import Referral
from staff.models import User
from staff.now import pretend
from workorders import actions
from workorders.models import Caller, Category, Event, WorkOrder
from workorders.models.choices import Status
from workorders.search import matching

pytestmark = pytest.mark.xdist_group("upgrade")

DUMP = Path(__file__).parent / "first_release.sql.gz"
# The keys under which the dump's people, all invented, are encrypted.
KEYS = {
    "CALLER_KEYS": ["dGhlIGZpcnN0IHJlbGVhc2UsIG9wZW5lZCBhZ2FpbiE="],
    "CALLER_HASH_KEY": "the-hash-key-of-the-first-release-s-dump",
}
# When it was dumped; its clock had done all that was due.
THEN = datetime(2026, 11, 25, 12, 55, tzinfo=timezone.get_default_timezone())
KEPT = (
    "workorders_workorder",
    "workorders_event",
    "workorders_caller",
    "workorders_step",
    "referrals_referral",
    "staff_user",
)


def counted() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in KEPT:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  our own names
            found[table] = cursor.fetchone()[0]
        return found


@pytest.fixture(scope="module")
def before(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """The first release's database, migrated to now, in place of the tests' own; how many rows it had before."""
    own = str(connection.settings_dict["NAME"])
    name = f"{own}_upgrade"
    with django_db_blocker.unblock(), override_settings(**KEYS), pretend(THEN):
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            with connection.cursor() as cursor:
                cursor.execute(gzip.decompress(DUMP.read_bytes()).decode())
            connection.close()  # with the session's settings that the dump made
            rows = counted()
            call_command("migrate", interactive=False, verbosity=0)
            yield rows
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def someone(role: str) -> User:
    return User.objects.filter(groups__name=role, is_active=True).order_by("pk")[0]


def said(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def test_nothing_is_lost_and_nothing_is_left_to_migrate(before: dict[str, int]) -> None:
    assert before["workorders_workorder"] == 48
    assert counted() == before
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_the_closure_guarantee_holds(before: dict[str, int]) -> None:
    assert "The closure guarantee holds." in said("audit_closure", "--at", THEN.isoformat())


def test_the_figures_are_those_of_a_full_recount(before: dict[str, int]) -> None:
    while daybook.keep_up():
        pass
    assert "is what a full recount comes to" in said("audit_figures")


def test_callers_are_read_and_found(before: dict[str, int]) -> None:
    callers = list(Caller.objects.all())
    assert callers and all(caller.name or caller.phone or caller.contact for caller in callers)
    numbered = next(caller for caller in callers if caller.phone)
    assert numbered.pk in {caller.pk for caller in Caller.by_phone(numbered.phone, limit=50)}


def test_orders_are_found_by_their_words(before: dict[str, int]) -> None:
    for order in WorkOrder.objects.order_by("pk")[:5]:
        assert matching(WorkOrder.objects.all(), order.title[:6]).filter(pk=order.pk).exists()
        assert matching(WorkOrder.objects.all(), order.number).get() == order


@pytest.mark.parametrize("role", ["agent", "dispatcher", "reviewer", "callback_agent", "supervisor", "administrator"])
def test_pages_open_for_everybody_in_the_house(before: dict[str, int], role: str) -> None:
    client = Client()
    client.force_login(someone(role))
    paths = ["/", "/orders/", *(f"/orders/{number}/" for number in WorkOrder.objects.values_list("number", flat=True))]
    if role == "supervisor":
        paths.append("/board/")
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


@pytest.mark.parametrize("role", ["officer", "lead"])
def test_pages_open_for_the_departments(before: dict[str, int], role: str) -> None:
    client, person = Client(), someone(role)
    client.force_login(person)
    numbers = set(Referral.objects.visible_to(person).values_list("order__number", flat=True))
    paths = ["/", "/orders/", *(f"/orders/{number}/" for number in numbers)]
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_an_old_order_moves_on_and_a_new_one_is_registered(before: dict[str, int]) -> None:
    """Referred by a dispatcher, accepted and answered by the department, passed by a reviewer: and audited."""
    order = WorkOrder.objects.filter(status=Status.REGISTERED).order_by("pk")[0]
    officer = User.objects.filter(groups__name="officer", department__isnull=False).order_by("pk")[0]
    entries = Event.objects.filter(order=order).count()
    assert officer.department is not None
    referrals.refer(order, by=someone("dispatcher"), lead=officer.department)
    part = Referral.objects.get(order=order, department=officer.department)
    referrals.accept(part, by=officer)
    referrals.record_contact(part, by=officer, note="已电话联系诉求人。")
    referrals.answer(part, by=officer, outcome="solved", public_reply="已处理。")
    referrals.pass_answer(part, by=someone("reviewer"))
    order.refresh_from_db()
    assert order.status == Status.AWAITING_CALLBACK
    assert Event.objects.filter(order=order).count() > entries + 3
    category = Category.objects.filter(children__isnull=True).order_by("pk")[0]
    appeal = actions.Appeal(
        category=category, title="楼道灯不亮", content="三单元楼道灯坏了。", kind="help", caller_phone="13812340271"
    )
    assert actions.register(appeal, by=someone("agent")).status == Status.REGISTERED
    assert "The closure guarantee holds." in said("audit_closure", "--at", THEN.isoformat())
