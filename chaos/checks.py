"""What must hold when all is over, whatever was killed. Each check names its offenders; none means that it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db.models import Count, Q

from callbacks.models import Callback, Status
from chaos.journals import Journals
from notices.models import Delivery, Notice
from oversight import recounting, sums
from oversight.audit import audit
from referrals.models import Referral
from staff.models import Department
from staff.now import now
from workorders.models import Event, Reminder, Rung, WorkOrder
from workorders.telling import OFFICERS, people_of, supervisors

Found = Iterator[str]


def registered_once(journals: Journals, began: datetime) -> Found:
    """Every registration acknowledged is an order of that number, exactly once; one never answered, at most once."""
    numbers = {line["mark"]: line["order"] for line in journals.acknowledged if line["what"] == "register"}
    for mark in (line["mark"] for line in journals.begun if line["what"] == "register"):
        there = list(WorkOrder.objects.filter(content__contains=f"[{mark}]").values_list("number", flat=True))
        if len(there) > 1 or (mark in numbers and there != [numbers[mark]]):
            yield f"{mark}: acknowledged as {numbers.get(mark, 'nothing')}, there are {', '.join(there) or 'none'}"


def moved_once(journals: Journals, began: datetime) -> Found:
    """Every move acknowledged has its entry on the timeline, exactly once; one never answered has one at most."""
    known = {(line["order"], line["what"], line["mark"]) for line in journals.acknowledged}
    for line in journals.begun:
        if line["what"] == "register":
            continue
        mark = line["mark"]
        entries = Event.objects.filter(order__number=line["order"], verb=line["what"])
        count = entries.filter(Q(note__contains=mark) | Q(public__contains=mark)).count()
        if count > 1 or (count == 0 and (line["order"], line["what"], mark) in known):
            yield f"{line['order']} {line['what']} {mark}: {count} entries"


def called_back_once(journals: Journals, began: datetime) -> Found:
    """Every callback acknowledged is a round that is completed, with the citizen's words, exactly once."""
    for line in journals.acknowledged:
        if line["what"] == "callback.completed":
            rounds = Callback.objects.filter(order__number=line["order"], opinion=line["mark"])
            if [one.status for one in rounds] != [Status.COMPLETED]:
                yield f"{line['order']} {line['mark']}: {len(rounds)} rounds"


def closure_guaranteed(journals: Journals, began: datetime) -> Found:
    """`audit_closure` is clean."""
    for finding in audit(now()).broken:
        yield f"{finding.name}: {finding.count}, {', '.join(one.number for one in finding.offenders[:5])}"


def figures_exact(journals: Journals, began: datetime) -> Found:
    """`audit_figures` is clean."""
    if not sums.is_ready():
        yield "the day book is not written"
    elif (orders := recounting.wrong_entries()) or recounting.wrong_sums():
        yield f"{len(orders)} orders are entered wrongly, {recounting.wrong_sums()} sums are wrong"


def timelines_whole(journals: Journals, began: datetime) -> Found:
    """The entries of every order count from one without gaps."""
    for order in WorkOrder.objects.annotate(entries=Count("events")).only("number"):
        seqs = order.events.order_by("seq").values_list("seq", flat=True)
        if list(seqs) != list(range(1, len(seqs) + 1)):
            yield order.number


def told_once(journals: Journals, began: datetime) -> Found:
    """Whoever had to be told was told exactly once, by the notice's key: of referrals, chases, more time, red cards."""
    kept = Notice.objects.filter(at__gte=began).values_list("key", "recipient__username")
    told = Counter((_occasion(key), who) for key, who in kept)
    for (key, who), count in told.items():
        if count > 1:
            yield f"{who} was told {count} times of {key}"
    for key, people in _occasions(began):
        for who in people:
            if not told[key, who]:
                yield f"{who} was not told of {key}"


def _occasion(key: str) -> str:
    """A part is referred once, whatever version its order then had."""
    return key.rpartition(":")[0] if ":referred:" in key else key


def _occasions(began: datetime) -> Iterator[tuple[str, list[str]]]:
    """What happened that people are told of, by the key of the notice, and whom."""
    officers = {unit.pk: [one.username for one in people_of(unit, OFFICERS)] for unit in Department.objects.all()}
    parts = {part.pk: part for part in Referral.objects.filter(order__registered_at__gte=began)}
    for part in parts.values():
        yield f"referral:{part.pk}:referred", officers[part.department_id]
    happened = Event.objects.filter(order__registered_at__gte=began)
    for event in happened.filter(verb="referral.extension_granted"):
        part = parts[event.data["referral"]]
        yield f"referral:{part.pk}:extension_granted:{event.seq}", officers[part.department_id]
    for event in happened.filter(verb="workorder.chased").select_related("order"):
        assert event.order.lead_department_id is not None
        yield f"order:{event.order_id}:chased:{event.seq}", officers[event.order.lead_department_id]
    watch = [person.username for person in supervisors()]
    for card in Reminder.objects.filter(at__gte=began, rung=Rung.RED).select_related("step"):
        unit = card.step.department_id
        yield f"step:{card.step_id}:red:{round(card.due_at.timestamp())}", officers[unit] if unit else watch


def cards_once(journals: Journals, began: datetime) -> Found:
    """No card was shown twice, and people were told of every one."""
    for (step, rung, _due), count in Counter(Reminder.objects.values_list("step", "rung", "due_at")).items():
        if count > 1:
            yield f"step {step}: {rung} {count} times"
    if left := Reminder.objects.filter(told=False).count():
        yield f"{left} cards nobody was told of"


def left_once(journals: Journals, began: datetime) -> Found:
    """No message was taken up a second time, whoever was killed while it left the house."""
    for delivery in Delivery.objects.filter(notice__at__gte=began, tries__gt=1).select_related("notice"):
        yield f"{delivery.notice.key}: {delivery.tries} times"


def pages_friendly(journals: Journals, began: datetime) -> Found:
    """No page showed a traceback; who could not be served was told so in our words, and when to come back."""
    for line in journals.of_kind("unfriendly"):
        yield f"{line['what']}: {line['status']} {line['body'][:300]}"


def nothing_refused(journals: Journals, began: datetime) -> Found:
    """Whoever kept on asking got it done."""
    for line in journals.of_kind("refused"):
        yield f"{line['mark']}: {line['error'][:600]}"


CHECKS: tuple[Callable[[Journals, datetime], Found], ...] = (
    registered_once,
    moved_once,
    called_back_once,
    closure_guaranteed,
    figures_exact,
    timelines_whole,
    told_once,
    cards_once,
    left_once,
    pages_friendly,
    nothing_refused,
)


def words(check: Callable[[Journals, datetime], Found]) -> str:
    """What the check is about, in one line."""
    return " ".join((check.__doc__ or "").split())
