"""Each person's queues: what lies before him, by what he may do. Data; a queue is a list with a filter of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.owed import listed
from referrals.models import LIVE, Referral
from referrals.models import Status as ReferralStatus
from staff.models import User
from staff.now import now
from staff.paging import along
from workorders.models import Status, Step, Supervision, WorkOrder
from workorders.models.choices import StepKind
from workorders.models.order import WorkOrderQuerySet
from workorders.scope import visible_orders

Narrow = Callable[[WorkOrderQuerySet, User], WorkOrderQuerySet]
# A queue is counted up to here and no further: what lies beyond is told as "999+", however much it is.
COUNTED_TO = 999


@dataclass(frozen=True)
class QueueKind:
    """A queue: who has it (a permission; `department`: only a department's people, or only the hotline's)."""

    key: str
    label: str | Promise
    icon: str
    permission: str
    narrow: Narrow
    empty: str | Promise
    department: bool = False
    late: bool = False
    sort: str = "next_due_at"

    @cached_property
    def url(self) -> str:
        return f"{reverse('desk:list')}?queue={self.key}"

    @property
    def is_by_time(self) -> bool:
        """Whether it goes by the time of registering, however long it becomes; the others hold what is in hand."""
        return self.sort == "-registered_at"


def _status(status: str) -> Narrow:
    return lambda orders, user: orders.filter(status=status)


def _step(*kinds: str) -> Narrow:
    def narrow(orders: WorkOrderQuerySet, user: User) -> WorkOrderQuerySet:
        return orders.filter(Exists(Step.objects.open().filter(order=OuterRef("pk"), kind__in=kinds)))

    return narrow


def _part(*statuses: str) -> Narrow:
    def narrow(orders: WorkOrderQuerySet, user: User) -> WorkOrderQuerySet:
        parts = Referral.objects.visible_to(user).filter(order=OuterRef("pk"), status__in=statuses)
        return orders.filter(Exists(parts))

    return narrow


def _answered(orders: WorkOrderQuerySet, user: User) -> WorkOrderQuerySet:
    """Nearly all a unit ever had, so its orders are gone through from the newest and each is asked for such a part.

    Whether it has one is said as a value, not as a condition: of a condition the planner would make a join, and read every
    part the unit ever answered, or every order of the city until fifty are its own.
    """
    parts = Referral.objects.visible_to(user).filter(order=OuterRef("pk"), status__in=ANSWERED)
    return orders.filter(Coalesce(Exists(parts), Value(False)))


def _late_part(orders: WorkOrderQuerySet, user: User) -> WorkOrderQuerySet:
    """Whatever the unit owes past its time: to accept, to contact, to answer, to correct.

    Asked in two ways that say the same, so that it can be found from the few: what the unit has in hand, what of it is
    late. That the order is overdue is not said a third time: the planner would look each up by its time, along all that
    is overdue in the city, and not by its id.
    """
    late = Step.objects.open().filter(order=OuterRef("pk"), department__in=user.units, due_at__lt=now())
    return _part(*IN_HAND)(orders, user).filter(Exists(late))


def _supervised(orders: WorkOrderQuerySet, user: User) -> WorkOrderQuerySet:
    return orders.filter(Exists(Supervision.objects.filter(order=OuterRef("pk"), lifted_at=None)))


HANDLE = "referrals.handle_referral"
IN_HAND = (*LIVE, ReferralStatus.ANSWERED)
ANSWERED = (ReferralStatus.ANSWERED, ReferralStatus.PASSED)

# fmt: off
QUEUES = (
    QueueKind("mine",       _("In my hands"),       "user-check",     "workorders.take_workorder",      lambda orders, user: orders.filter(holder_person=user), _("Orders you take from a desk wait here.")),
    QueueKind("refer",      _("To refer"),          "send",           "referrals.refer_workorder",      _status(Status.REGISTERED),        _("Every appeal has been answered or referred.")),
    QueueKind("rulings",    _("To rule on"),        "gavel",          "referrals.rule_return",          _step(StepKind.RULE_RETURN, StepKind.RULE_EXTENSION), _("No department asks for a return or for time.")),
    QueueKind("review",     _("To review"),         "checkup-list",   "referrals.review_answer",        _status(Status.ANSWERED),          _("No answer waits to be reviewed.")),
    QueueKind("callback",   _("To call back"),      "phone-outgoing", "callbacks.record_callback",      _status(Status.AWAITING_CALLBACK), _("Everybody has been called back.")),
    QueueKind("decide",     _("To decide"),         "scale",          "callbacks.decide_callback",      _status(Status.DECIDING),          _("Nobody is left discontented without a decision.")),
    QueueKind("supervised", _("Under supervision"), "eye",            "workorders.supervise_workorder", _supervised,                       _("No order is under supervision.")),
    QueueKind("shelved",    _("Shelved"),           "archive",        "workorders.shelve_workorder",    _status(Status.SHELVED),           _("Nothing is shelved.")),
    QueueKind("overdue",    _("Overdue"),           "alert-square",   "workorders.view_every_order",    lambda orders, user: orders.overdue(now()), _("Nothing is overdue."), late=True),
    QueueKind("registered", _("Registered by me"),  "headset",        "workorders.register_workorder",  lambda orders, user: orders.filter(registered_by=user), _("What you register stands here."), sort="-registered_at"),
    QueueKind("accept",     _("To accept"),         "inbox",          HANDLE, _part(ReferralStatus.SENT),                            _("Nothing waits to be accepted."), department=True),
    QueueKind("handling",   _("Being handled"),     "tools",          HANDLE, _part(ReferralStatus.ACCEPTED, ReferralStatus.DELEGATED), _("Nothing is being handled."), department=True),
    QueueKind("late",       _("Overdue"),           "alert-square",   HANDLE, _late_part,                                            _("Nothing is overdue."), department=True, late=True),
    QueueKind("answered",   _("Answered"),          "message-check",  HANDLE, _answered,                                             _("Nothing has been answered yet."), department=True, sort="-registered_at"),
)
# fmt: on
BY_KEY = {queue.key: queue for queue in QUEUES}


@dataclass(frozen=True)
class Queue:
    """A person's queue with its count, which goes one past what is told in full."""

    kind: QueueKind
    count: int

    @property
    def url(self) -> str:
        return self.kind.url

    @property
    def told(self) -> str:
        """`7`, or `999+`."""
        return f"{COUNTED_TO}+" if self.count > COUNTED_TO else str(self.count)


def queues_of(user: User) -> list[QueueKind]:
    """The queues this person has, in the table's order."""
    is_department = user.department_id is not None
    return [kind for kind in QUEUES if kind.department == is_department and user.has_perm(kind.permission)]


def rows(kind: QueueKind, user: User) -> WorkOrderQuerySet:
    """What lies in a queue. What a department has in hand is found by its own parts and steps: what else is its own need
    not be asked. What it had is found along its orders."""
    everything = kind.department and not kind.is_by_time
    return kind.narrow(WorkOrder.objects.all() if everything else visible_orders(user), user)


def counted(user: User) -> list[Queue]:
    """The queues with their counts: one query for all, and none reads on past what is told."""
    kinds = queues_of(user)
    if not kinds:
        return []
    counts = [_bounded_count(rows(kind, user)) for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(sql for sql, _params in counts)}", [one for _sql, ps in counts for one in ps]
        )
        found = cursor.fetchone()
    return [Queue(kind, count) for kind, count in zip(kinds, found, strict=True)]


def _bounded_count(orders: WorkOrderQuerySet) -> tuple[str, tuple[Any, ...]]:
    try:
        sql, params = orders.order_by().values("pk")[: COUNTED_TO + 1].query.sql_with_params()
    except EmptyResultSet:  # nothing can lie in it
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS queue)", params  # noqa: S608  the ORM's own SQL


def heads(queues: Iterable[Queue], user: User, size: int) -> list[tuple[Queue, list[WorkOrder]]]:
    """The first orders of each queue that has any: one query finds them, one reads them, however many queues."""
    filled = [queue for queue in queues if queue.count]
    firsts = [_first(queue.kind, user, size) for queue in filled]
    if not firsts:
        return []
    # Each queue's stay in their order: a branch of the union is read by one process.
    found = list(firsts[0].union(*firsts[1:], all=True) if len(firsts) > 1 else firsts[0])
    orders = listed(WorkOrder.objects.filter(pk__in=[pk for _key, pk in found])).in_bulk()
    return [(queue, [orders[pk] for key, pk in found if key == queue.kind.key and pk in orders]) for queue in filled]


def _first(kind: QueueKind, user: User, size: int) -> QuerySet[WorkOrder, tuple[str, int]]:
    """As its pages begin."""
    orders = rows(kind, user)
    key = along(orders.key(kind.sort.lstrip("-")), down=kind.sort.startswith("-"))
    return orders.order_by(*key).values_list(Value(kind.key), "pk")[:size]
