"""One order's life, written down in memory as the actions would write it: same rows, same entries, same clocks.

Methods are named as the actions they stand for and take the moment (`at`) instead of asking for it. Between them the
clock climbs its cards. What is written is over: a life that would come before a supervisor is refused, those are lived.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.utils import timezone
from django.utils.translation import gettext as _

from callbacks.calling import ATTEMPTS, next_try
from callbacks.models import Attempt, Callback, Verdict
from callbacks.models import Status as CallbackStatus
from loading.past.limits import Limits
from referrals.models import Answer, Extension, Referral, ReturnRequest, Role, Ruling, Status
from referrals.parts import RETURN_WITHIN, owes_contact
from staff.calendar import Due
from staff.calendars import current
from staff.models import Department, User
from workorders import deadlines, workflow
from workorders.actions import CALLBACK, DISPATCH, Appeal
from workorders.models import Caller, Event, Holder, Pool, Reminder, Rung, Step, WorkOrder
from workorders.models import Status as OrderStatus
from workorders.models.choices import Closing, StepKind
from workorders.steps import new_step, new_step_within

P = ParamSpec("P")
RUNGS = list(Rung)
# What of an appeal stands on the order under the same name.
OF_APPEAL = (
    "source_number",
    "channel",
    "kind",
    "urgency",
    "category",
    "area",
    "address",
    "incident_at",
    "title",
    "content",
    "wants",
    "extra",
    "confidential",
    "reply_wanted",
)


class BeforeASupervisor(ValueError):
    """Somebody waited so long that the order would have come before a supervisor: such a life is lived, not written."""


def act(do: Callable[Concatenate[Life, datetime, P], None]) -> Callable[Concatenate[Life, datetime, P], None]:
    """Time passes until the moment of the action, and the action is remembered by name."""

    @wraps(do)
    def wrapped(self: Life, at: datetime, /, *args: P.args, **kwargs: P.kwargs) -> None:
        self.pass_time(at)
        self.story.append((at, do.__name__, kwargs))
        do(self, at, *args, **kwargs)

    return wrapped


class Life:
    """One order with everything that hangs on it, unsaved."""

    def __init__(self, appeal: Appeal, limits: Limits, *, at: datetime, by: User | None) -> None:
        self.limits = limits
        self.story: list[tuple[datetime, str, dict[str, Any]]] = []
        self.steps: list[Step] = []
        self.referrals: list[Referral] = []
        self.returns: list[ReturnRequest] = []
        self.extensions: list[Extension] = []
        self.answers: list[Answer] = []
        self.callbacks: list[Callback] = []
        self.attempts: list[Attempt] = []
        self.reminders: list[Reminder] = []
        self.events: list[Event] = []
        self.names_part: dict[int, Referral] = {}  # entries that name a part, whose key is known when it is saved
        self.appeal = appeal
        self.order = WorkOrder(
            **{name: getattr(appeal, name) for name in OF_APPEAL},
            has_caller=bool(appeal.caller_phone or appeal.caller_contact),
            status=OrderStatus.REGISTERED,
            registered_at=at,
            registered_by=by,
        )
        self.caller: Caller | None = None
        if appeal.caller_name or self.order.has_caller:
            self.caller = Caller.of(
                self.order, name=appeal.caller_name, phone=appeal.caller_phone, contact=appeal.caller_contact
            )

    @classmethod
    def register(cls, appeal: Appeal, limits: Limits, *, at: datetime, by: User | None) -> Life:
        """受理."""
        life = cls(appeal, limits, at=at, by=by)
        life.owe(StepKind.REFER, DISPATCH, at)
        life.enter("workorder.registered", at, by, channel=life.order.channel)
        return life

    @property
    def part(self) -> Referral:
        """The lead's part that counts now."""
        return self.referrals[-1]

    # --- what actions do underneath

    def owe(self, kind: str, holder: Holder, at: datetime, *, rework: bool = False) -> Step:
        limit = self.limits.of(self.order, [kind], rework=rework)[kind]
        step = new_step_within(self.order, limit, holder, at=at)
        self.steps.append(step)
        return step

    def end(self, at: datetime, *kinds: str, done: bool = True) -> None:
        """End the open steps of these kinds, or all."""
        for step in self.steps:
            if step.ended_at is None and (not kinds or step.kind in kinds):
                _end(step, at, done)

    def enter(self, verb: str, at: datetime, by: User | None, **values: Any) -> None:
        """Add the entry that belongs to the order's next version."""
        entry = {name: values.pop(name) for name in ("note", "public", "informative") if name in values}
        part: Referral | None = values.pop("part", None)
        self.order.version += 1
        event = Event(
            order=self.order,
            seq=self.order.version,
            verb=verb,
            at=at,
            by=by,
            department=by.department.name if by is not None and by.department else "",
            data=values,
            **entry,
        )
        if part is not None:
            self.names_part[event.seq] = part
        self.events.append(event)

    def pass_time(self, until: datetime) -> None:
        """Climb what is due by then, card by card."""
        while due := [step for step in self.steps if step.next_rung_at is not None and step.next_rung_at <= until]:
            step = min(due, key=lambda one: (one.next_rung_at, RUNGS.index(Rung(one.next_rung or "")), one.pk or 0))
            self._climb(step)

    def _climb(self, step: Step) -> None:
        at, rung = step.next_rung_at, step.next_rung
        assert at is not None and rung is not None
        if rung == Rung.SUPERVISION:
            raise BeforeASupervisor(f"{step.kind} was due {step.due_at}")
        self.reminders.append(Reminder(step=step, rung=rung, due_at=step.due_at, at=at, told=True))
        unit = step.department.name if step.department else ""
        due = step.due_at.astimezone(UTC).isoformat()
        self.enter(f"clock.{rung}", at, None, informative=True, step=step.kind, due=due)
        self.events[-1].department = unit
        if rung == Rung.DUE_SOON and step.yellow_at is not None:
            step.next_rung, step.next_rung_at = Rung.YELLOW, step.yellow_at
        elif rung in (Rung.DUE_SOON, Rung.YELLOW):
            step.next_rung, step.next_rung_at = Rung.RED, step.due_at
        else:
            step.next_rung, step.next_rung_at = Rung.SUPERVISION, step.escalate_at

    def become(self, status: str) -> None:
        workflow.become(self.order, status)

    def shut(self, at: datetime, by: User | None, verb: str, *, closing: str = "", **values: Any) -> None:
        """Nothing is owed any more."""
        status = values.pop("status", OrderStatus.CLOSED)
        self.end(at, done=False)
        self.become(status)
        self.order.closed_at, self.order.closing = at, closing
        self.enter(verb, at, by, closing=closing, **values)

    # --- the hotline's own doors

    @act
    def answer_on_the_spot(self, at: datetime, *, by: User, reply: str, outcome: str) -> None:
        self.order.reply, self.order.outcome = reply, outcome
        verb = "workorder.answered_on_the_spot"
        self.shut(at, by, verb, closing=Closing.ON_THE_SPOT, public=reply, outcome=outcome)

    @act
    def decline(self, at: datetime, *, by: User, reason: str, explanation: str) -> None:
        self.order.decline_reason, self.order.reply = reason, explanation
        status = OrderStatus.DECLINED
        self.shut(at, by, "workorder.declined", status=status, public=explanation, reason=reason)

    @act
    def mark_invalid(self, at: datetime, *, by: User, reason: str) -> None:
        self.shut(at, by, "workorder.marked_invalid", status=OrderStatus.INVALID, note=reason)

    # --- dispatch

    @act
    def refer(self, at: datetime, *, by: User, lead: Department) -> None:
        self._dispatch(at, by, lead, "workorder.referred")

    @act
    def designate(self, at: datetime, *, by: User, lead: Department, instructions: str) -> None:
        self._dispatch(at, by, lead, "workorder.designated", instructions=instructions, designated=True)

    def _dispatch(
        self,
        at: datetime,
        by: User,
        lead: Department,
        verb: str,
        *,
        instructions: str = "",
        designated: bool = False,
        follows: Referral | None = None,
    ) -> None:
        order = self.order
        self.end(at, StepKind.REFER, StepKind.DECIDE)
        self.become(OrderStatus.REFERRED)
        self._send(at, by, lead, instructions=instructions, designated=designated, follows=follows)
        order.dispatches += 1
        order.lead_department = lead
        self.enter(verb, at, by, note=instructions, part=self.part, lead=lead.name, supporting=[])

    def _send(
        self,
        at: datetime,
        by: User,
        lead: Department,
        *,
        instructions: str,
        designated: bool,
        follows: Referral | None,
    ) -> None:
        rework = follows is not None
        holder = Holder(department_id=lead.pk)
        contact = self.owe(StepKind.CONTACT, holder, at, rework=rework) if owes_contact(self.order) else None
        sign = self.owe(StepKind.SIGN, holder, at, rework=rework)
        answer = self.owe(StepKind.ANSWER, holder, at, rework=rework)
        for step in (contact, sign, answer):
            if step is not None:
                step.department = lead  # for the names in the clock's entries
        limit = self.limits.of(self.order, [StepKind.ANSWER], rework=rework)[StepKind.ANSWER]
        self.referrals.append(
            Referral(
                order=self.order,
                department=lead,
                role=Role.LEAD,
                follows=follows,
                designated=designated,
                is_rework=rework,
                instructions=instructions,
                sent_at=at,
                sent_by=by,
                return_until=current().add_working_days(at, RETURN_WITHIN).at,
                sign_step=sign,
                contact_step=contact,
                answer_step=answer,
                extensions_allowed=limit.extensions,
                extension_days=limit.extension_days,
            )
        )

    # --- the department and the rulings

    def _enter(self, verb: str, at: datetime, by: User, **values: Any) -> None:
        self.enter(f"referral.{verb}", at, by, part=self.part, unit=self.part.department.name, **values)

    @act
    def request_return(self, at: datetime, *, by: User, reason: str, basis: str) -> None:
        step = self.owe(StepKind.RULE_RETURN, DISPATCH, at)
        asked = {"requested_at": at, "requested_by": by, "step": step}
        self.returns.append(ReturnRequest(referral=self.part, reason=reason, basis=basis, **asked))
        self._enter("return_requested", at, by, note=basis, reason=reason)

    @act
    def uphold_return(self, at: datetime, *, by: User, ruling: str) -> None:
        request, part = self.returns[-1], self.part
        _rule(request, True, ruling, at, by)
        self._finish(part, Status.RETURNED, at)
        self.become(OrderStatus.REGISTERED)
        self.order.lead_department = None
        self.owe(StepKind.REFER, DISPATCH, at)
        self._enter("return_upheld", at, by, note=ruling, reason=request.reason)

    @act
    def accept(self, at: datetime, *, by: User) -> None:
        part = self.part
        _end(part.sign_step, at, True)
        part.status, part.accepted_at, part.accepted_by = Status.ACCEPTED, at, by
        self._enter("accepted", at, by, role=part.role)

    @act
    def record_contact(self, at: datetime, *, by: User, note: str) -> None:
        part = self.part
        part.contacted_at = at
        if part.contact_step is not None:
            _end(part.contact_step, at, True)
        self._enter("contacted", at, by, note=note, role=part.role)

    @act
    def request_extension(self, at: datetime, *, by: User, days: int, reason: str) -> None:
        step = self.owe(StepKind.RULE_EXTENSION, DISPATCH, at)
        asked = {"requested_at": at, "requested_by": by, "step": step}
        before = self.part.answer_step.due_at
        self.extensions.append(Extension(referral=self.part, days=days, reason=reason, due_before=before, **asked))
        self._enter("extension_requested", at, by, note=reason, days=days)

    @act
    def grant_extension(self, at: datetime, *, by: User, ruling: str) -> None:
        extension, step = self.extensions[-1], self.part.answer_step
        deadlines.extend(step, extension.days)
        extension.due_after = step.due_at
        _rule(extension, True, ruling, at, by)
        until = f"{timezone.localtime(step.due_at):%Y-%m-%d %H:%M}"
        public = _("The handling department was given more time, until %(until)s.") % {"until": until}
        due = step.due_at.isoformat()
        self._enter("extension_granted", at, by, note=ruling, public=public, days=extension.days, due=due)

    @act
    def answer(self, at: datetime, *, by: User, outcome: str, public_reply: str, internal_note: str) -> None:
        part = self.part
        said = {"outcome": outcome, "public_reply": public_reply, "internal_note": internal_note}
        self.answers.append(Answer(referral=part, given_at=at, given_by=by, **said))
        for step in (part.sign_step, part.answer_step):
            if step.ended_at is None:
                _end(step, at, True)
        part.status, part.answered_at, part.answered_by = Status.ANSWERED, at, by
        self.become(OrderStatus.ANSWERED)
        self.owe(StepKind.REVIEW, Holder(pool=Pool.REVIEW), at)
        self._enter("answered", at, by, note=internal_note, public=public_reply, role=part.role, outcome=outcome)

    @act
    def pass_answer(self, at: datetime, *, by: User) -> None:
        order, part, answer = self.order, self.part, self.answers[-1]
        answer.passed, answer.reviewed_at, answer.reviewed_by = True, at, by
        self.end(at, StepKind.REVIEW)
        part.passed_at = at
        self._finish(part, Status.PASSED, at, done=True)
        order.reply, order.outcome = answer.public_reply, answer.outcome
        told = {"public": answer.public_reply, "part": part, "unit": part.department.name}
        if not order.wants_callback():
            self.shut(at, by, "referral.passed", closing=Closing.EXEMPT, **told)
            return
        self.end(at)
        self.become(OrderStatus.AWAITING_CALLBACK)
        for kind in (StepKind.CALLBACK, StepKind.CLOSE_OUT):
            self.owe(kind, CALLBACK, at)
        self.enter("referral.passed", at, by, **told)

    def _finish(self, part: Referral, status: str, at: datetime, *, done: bool = False) -> None:
        for step in (part.sign_step, part.contact_step, part.answer_step):
            if step is not None and step.ended_at is None:
                _end(step, at, done)
        part.status, part.ended_at = status, at

    # --- the citizen

    def _round(self, at: datetime) -> Callback:
        if self.callbacks and self.callbacks[-1].status == CallbackStatus.TRYING:
            return self.callbacks[-1]
        nth = len(self.callbacks) + 1
        self.callbacks.append(
            Callback(order=self.order, round=nth, department=self.part.department, opened_at=at, attempt_count=0)
        )
        return self.callbacks[-1]

    @act
    def record_attempt(self, at: datetime, *, by: User, result: str) -> None:
        callback = self._round(at)
        self.attempts.append(Attempt(callback=callback, at=at, by=by, result=result))
        callback.attempt_count += 1
        if callback.attempt_count >= ATTEMPTS:
            callback.status, callback.next_try_at = CallbackStatus.UNREACHABLE, None
            self.shut(at, by, "callback.unreachable", closing=Closing.UNREACHABLE, result=result)
            return
        first = next(attempt.at for attempt in self.attempts if attempt.callback is callback)
        begins, ends = next_try(callback.attempt_count, first, at)
        callback.next_try_at = begins
        self.end(at, StepKind.CALLBACK)
        lines = [{"kind": "retry", "from": begins.isoformat(), "to": ends.isoformat()}]
        due = Due(at=ends, lines=lines, provisional=False)
        self.steps.append(new_step(self.order, StepKind.CALLBACK, CALLBACK, due, at=at, by_clock=True))
        self.enter("callback.attempted", at, by, result=result, attempt=callback.attempt_count)

    @act
    def record_result(
        self,
        at: datetime,
        *,
        by: User,
        contacted: bool,
        resolution: str,
        satisfaction: int,
        manner: int,
        why_not: str = "",
        opinion: str = "",
    ) -> None:
        callback = self._round(at)
        callback.status, callback.completed_at, callback.completed_by = CallbackStatus.COMPLETED, at, by
        callback.attempt_count, callback.next_try_at = callback.attempt_count + 1, None
        callback.contacted, callback.resolution = contacted, resolution
        callback.satisfaction, callback.manner = satisfaction, manner
        callback.why_not, callback.opinion = why_not, opinion
        said = {"resolution": resolution, "satisfaction": satisfaction, "contacted": contacted}
        told = {"note": opinion, **said, "round": callback.round}
        if callback.is_content:
            self.shut(at, by, "callback.completed", closing=Closing.CALLED_BACK, **told)
            return
        self.end(at, StepKind.CALLBACK, StepKind.CLOSE_OUT)
        self.become(OrderStatus.DECIDING)
        self.owe(StepKind.DECIDE, Holder(pool=Pool.DECISION), at)
        self.enter("callback.completed", at, by, **told)

    def _decide(self, verdict: str, reason: str, at: datetime, by: User) -> None:
        callback = self.callbacks[-1]
        callback.verdict, callback.verdict_reason = verdict, reason
        callback.verdict_at, callback.verdict_by = at, by

    @act
    def rework(self, at: datetime, *, by: User, instructions: str) -> None:
        self._decide(Verdict.REWORK, instructions, at, by)
        self.order.reworks += 1
        self.order.dispatches = 0
        old = self.part
        self._dispatch(at, by, old.department, "workorder.reworked", instructions=instructions, follows=old)

    @act
    def close_as_explained(self, at: datetime, *, by: User, reason: str) -> None:
        self._decide(Verdict.EXPLAINED, reason, at, by)
        self.shut(at, by, "callback.closed_as_explained", closing=Closing.AS_EXPLAINED, note=reason)

    @act
    def exclude(self, at: datetime, *, by: User, reason: str) -> None:
        self._decide(Verdict.EXCLUDED, reason, at, by)
        self.shut(at, by, "callback.excluded", closing=Closing.EXCLUDED, note=reason)


def _end(step: Step, at: datetime, done: bool) -> None:
    step.ended_at, step.done = at, done
    step.next_rung = step.next_rung_at = None


def _rule(request: Ruling, granted: bool, ruling: str, at: datetime, by: User) -> None:
    _end(request.step, at, True)
    request.granted, request.ruling = granted, ruling
    request.ruled_at, request.ruled_by = at, by
