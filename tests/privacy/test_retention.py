"""What is kept no longer goes, what is still needed stays, and no figure changes by it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.http import QueryDict
from django.test import Client

from desk import drafts
from desk.models import Draft
from loading.demo.load import Wish, load
from loading.demo.plans import cases
from notices.models import Notice
from oversight import daybook, recounting
from oversight.audit import audit
from oversight.figures import added_up, recount
from oversight.filters import Asked
from oversight.groups import Grouping
from oversight.models import Export, Sum, Taken
from referrals import actions as referrals
from staff.models import FailedSignIns
from staff.now import pretend
from staff.retention import RULES, retain
from tests.cast import MORNING, City
from tests.privacy.planted import OUYANG, begun, ended
from tests.privacy.test_planted import everything_kept
from tests.workorders.scenes import closed, fresh, referred, sent
from workorders import actions
from workorders.erasure import GONE, NO_TITLE, TEXTS
from workorders.models import Caller, Event, Look, Registration, Reveal, WorkOrder

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
QUERIES = ("period=year", "period=month&by=category", "period=quarter&by=area", "period=week")


@pytest.fixture(autouse=True)
def looks_stay(settings: Any) -> None:
    """The database lets no look go that is younger than half a year by its own clock, and tests happen today."""
    settings.KEEP = settings.KEEP | {"looks": 0, "reveals": 0, "sign_in_log": 0}


def let_go(after: timedelta, **more: Any) -> dict[str, int]:
    """What goes so long after that Monday morning, by rule."""
    gone = dict.fromkeys(RULES, 0)
    for batch in retain(MORNING + after, **more):
        gone[batch.rule.name] += batch.count
    return gone


def story(city: City) -> tuple[WorkOrder, WorkOrder]:
    """A closed order with everything on it, and one that is open."""
    with pretend(MORNING):
        return ended(city, begun(city)).hers, referred(city)


def figures() -> dict[str, Any]:
    """Every number of the board over the weeks of the demo city, by the book and counted anew."""
    told: dict[str, Any] = {}
    with pretend(MORNING):
        for query in QUERIES:
            asked = Asked.of(QueryDict(query))
            grouping = Grouping(asked.by, asked.scope)
            book, _before = added_up(asked.scope, (asked.period, grouping), (asked.period.before(), None))
            for name, counted in (("book", book), ("recount", recount(asked.period, asked.scope, grouping))):
                told[f"{query} {name}"] = (counted.total, counted.by_group, counted.by_bucket)
    return told


def test_no_figure_changes_when_callers_and_texts_have_gone(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "nowhere"
    load(Wish(orders=len(cases()), seed=1, end=MORNING), lambda _what, _done: None)
    daybook.keep_up()
    before, sums = figures(), list(Sum.objects.order_by("pk").values())
    shut = WorkOrder.objects.filter(closed_at__isnull=False).count()
    everything = WorkOrder.objects.count()

    gone = let_go(timedelta(days=3650) + DAY)
    assert gone["callers"] == gone["texts"] == shut > 20

    daybook.keep_up()
    assert figures() == before and list(Sum.objects.order_by("pk").values()) == sums
    assert recounting.wrong_entries() == [] and recounting.wrong_sums() == 0
    assert WorkOrder.objects.count() == everything
    found = audit(MORNING)
    assert found.holds, found.broken


def test_the_caller_goes_first_and_the_texts_years_later(city: City) -> None:
    order, _open = story(city)
    assert not any(let_go(timedelta(days=1095) - DAY)[name] for name in ("callers", "texts"))
    gone = let_go(timedelta(days=1095) + DAY)
    assert gone["callers"] == 2 and gone["texts"] == 0
    order = fresh(order)
    assert not Caller.objects.filter(order=order).exists() and not order.has_caller
    assert order.title == "楼上违建" and order.events.latest("seq").verb == "workorder.anonymised"

    assert let_go(timedelta(days=3650) + DAY)["texts"] == 2
    order = fresh(order)
    assert {name: getattr(order, name) for name in GONE} == GONE
    entries = list(order.events.order_by("seq"))
    assert entries[-1].verb == "workorder.blanked" and {(one.note, one.public) for one in entries} == {("", "")}
    assert [one.seq for one in entries] == list(range(1, len(entries) + 1))
    amended = order.events.get(verb="workorder.amended")
    assert amended.data == {"after": {"wants": None}} and amended.by == city.lin
    for model, texts in TEXTS.items():
        rows = model._default_manager.filter(**{texts.order: order}).values_list(*texts.columns)
        assert {word for row in rows for word in row} <= {""}, model
    assert order.wording.text.strip() == NO_TITLE  # nor is it found by them
    assert audit(MORNING).holds


def test_every_text_that_hangs_on_an_order_is_known_to_go() -> None:
    """A new field of words belongs to `erasure.TEXTS`, or here, with the reason why it stays."""
    known = {model: set(texts.columns) for model, texts in TEXTS.items()}
    known[WorkOrder] = set(GONE)
    known[Event] = {"note", "public"}  # emptied by the database
    known[apps.get_model("workorders.Wording")] = {"text"}  # the database writes it from the order's
    for label in ("workorders", "referrals", "callbacks"):
        for model in apps.get_app_config(label).get_models():
            texts = {one.name for one in model._meta.local_concrete_fields if isinstance(one, models.TextField)}
            assert texts <= known.get(model, set()), model


def test_an_open_order_and_a_preserved_one_are_untouched(city: City) -> None:
    with pretend(MORNING):
        kept, live = closed(city), referred(city)
    call_command("preserve", kept.number, "--reason", "法院调取", stdout=StringIO())
    with pytest.raises(CommandError, match="preserved already"):
        call_command("preserve", kept.number, "--reason", "再次", stdout=StringIO())
    gone = let_go(timedelta(days=9999))
    assert gone["callers"] == gone["texts"] == 0
    assert Caller.objects.filter(order__in=[kept, live]).count() == 2 and fresh(kept).title == "花园路水管漏水"
    assert fresh(kept).events.latest("seq").note == "法院调取"

    call_command("preserve", kept.number, "--reason", "已结案", "--lift", stdout=StringIO())
    assert let_go(timedelta(days=9999))["callers"] == 1
    assert not Caller.objects.filter(order=kept).exists()


def test_an_order_opened_again_is_kept_until_it_is_closed_and_old_again(city: City) -> None:
    with pretend(MORNING):
        order = closed(city)
    let_go(timedelta(days=9999))
    with pretend(MORNING + DAY):
        order = actions.reopen(fresh(order), by=city.chen, reason="市民又来电，王小明")
    assert let_go(timedelta(days=9999))["texts"] == 0
    assert order.events.latest("seq").note.startswith("市民又来电")
    with pretend(MORNING + 2 * DAY):
        actions.answer_on_the_spot(fresh(order), by=city.lin, reply="已告知")
    assert let_go(timedelta(days=9999))["texts"] == 1
    assert set(order.events.values_list("note", flat=True)) == {""}


def test_the_timeline_is_still_never_edited(city: City) -> None:
    with pretend(MORNING):
        order = closed(city)
    entry = order.events.order_by("seq")[:1].get()
    with pytest.raises(IntegrityError, match="added to, never changed"), transaction.atomic():
        Event.objects.filter(pk=entry.pk).update(note="")
    let_go(timedelta(days=9999))
    Event.objects.filter(pk=entry.pk).update(verb="workorder.noted", note="别的话", seq=99)
    after = fresh(entry)
    assert (after.verb, after.note, after.seq) == (entry.verb, "", entry.seq)  # emptied, whatever was asked
    with pytest.raises(IntegrityError, match="added to, never changed"), transaction.atomic():
        entry.delete()


def test_a_run_that_is_killed_goes_on_where_it_was(city: City) -> None:
    with pretend(MORNING):
        orders = [closed(city) for _number in range(5)]
    run = retain(MORNING + timedelta(days=1095) + DAY, batch=2)
    first = next(gone for gone in run if gone.rule.name == "callers")
    run.close()
    assert first.count == 2 and Caller.objects.count() == 3
    assert let_go(timedelta(days=1095) + DAY, batch=2)["callers"] == 3
    assert {order.events.filter(verb="workorder.anonymised").count() for order in orders} == {1}
    assert list(islice(retain(MORNING + timedelta(days=9999), seconds=0), 1)) == []


def test_what_was_typed_and_told_goes_after_its_own_time(city: City) -> None:
    chen = Client()
    with pretend(MORNING):
        drafts.keep(city.lin, "intake:1f3a", QueryDict("content=漏水"))
        sent(city)
        Client().post("/sign-in/", {"username": "lin", "password": "wrong"})
        chen.force_login(city.chen)
        body = {"title": "漏水", "content": "漏水", "category": city.leak.code}
        lin = Client(headers={"idempotency-key": "call-1"})
        lin.force_login(city.lin)
        assert lin.post("/api/v1/work-orders/", body, content_type="application/json").status_code == 201
    kinds = {"drafts": (Draft, 90), "notices": (Notice, 365)}
    kinds |= {"registrations": (Registration, 1), "sign_ins": (FailedSignIns, 1)}
    there = {name: model._default_manager.count() for name, (model, _days) in kinds.items()}
    assert all(there.values())
    for span in sorted({days for _model, days in kinds.values()}):
        due = [name for name, (_model, days) in kinds.items() if days == span]
        early, late = (let_go(timedelta(days=span) + timedelta(minutes=by)) for by in (-1, 1))
        assert [early[name] for name in due] == [0] * len(due)
        assert [late[name] for name in due] == [there[name] for name in due]
    assert Session.objects.count() == 0


def test_what_has_been_looked_at_goes_after_its_time(city: City, settings: Any) -> None:
    settings.KEEP = settings.KEEP | {"looks": 200, "reveals": 200, "exports": 200}
    with pretend(MORNING - timedelta(days=250)):
        order = closed(city)
        actions.reveal(order, by=city.wang, reason="核对")
        client = Client()
        client.force_login(city.wang)
        client.get(order.get_absolute_url())
        client.force_login(city.chen)
        b"".join(client.get("/board/orders.xlsx").streaming_content)  # type: ignore[attr-defined]  # a file's response has it
    assert Look.objects.count() == Reveal.objects.count() == Export.objects.count() == Taken.objects.count() == 1
    gone = let_go(timedelta(0))
    assert gone["looks"] == gone["reveals"] == gone["exports"] == 1
    assert not Look.objects.exists() and not Taken.objects.exists()
    assert order.events.filter(verb="workorder.revealed", by=city.wang).exists()


def test_a_dry_run_says_what_would_go_and_writes_nothing(city: City) -> None:
    order, _open = story(city)
    out, before = StringIO(), everything_kept()
    with pretend(MORNING + timedelta(days=1095) + DAY):
        call_command("retain", "--dry-run", stdout=out)
    told = {line.split()[0]: line for line in out.getvalue().splitlines()}
    assert told.keys() == RULES.keys()
    assert told["callers"].split()[1] == "2" and "kept 1095 days, the oldest of 2026-11-23" in told["callers"]
    assert "kept for ever" in told["looks"] and told["texts"].split()[1] == "0"
    assert everything_kept() == before and OUYANG.name not in out.getvalue()
    out = StringIO()
    with pretend(MORNING + timedelta(days=1095) + DAY):
        call_command("retain", stdout=out)
    assert any(line.split()[:2] == ["callers", "2"] for line in out.getvalue().splitlines())
    assert not Caller.objects.filter(order=order).exists()


def test_a_rule_that_fails_stops_no_other(city: City) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workorders_workorder ADD CHECK (erased = 0) NOT VALID")
    with pretend(MORNING):
        closed(city)
        drafts.keep(city.lin, "intake:1f3a", QueryDict("content=漏水"))
    with pytest.raises(ExceptionGroup, match="not everything went"):
        let_go(timedelta(days=9999))
    assert Caller.objects.count() == 1 and not Draft.objects.exists()


def test_a_referred_order_can_still_be_worked_on_after_its_neighbour_has_gone(city: City) -> None:
    with pretend(MORNING):
        closed(city)
        part = sent(city)
    let_go(timedelta(days=9999))
    with pretend(MORNING + DAY):
        assert referrals.accept(part, by=city.zhao).accepted_at is not None


def test_a_title_that_has_gone_still_leads_to_its_order(city: City) -> None:
    with pretend(MORNING):
        order = closed(city)
    let_go(timedelta(days=9999))
    chen = Client()
    chen.force_login(city.chen)
    page = chen.get(order.get_absolute_url()).content.decode()
    assert f"<h1>{NO_TITLE}</h1>" in page and "Erased: the time for which callers are kept is over." in page
    assert order.number in chen.get("/orders/").content.decode()
    assert order.number not in chen.get("/orders/?q=漏水").content.decode()
