"""The life of one order, told as a generator: act, then say when the next thing happens.

Everything goes through the actions, as the pages do; each stretch between two `yield`s is one moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from callbacks import actions as callbacks
from callbacks.calling import is_calling_time, next_half_day
from loading.demo.appeals import Callers, Texts, Told, appeal, of_kind
from loading.demo.city import City
from loading.demo.plans import Plan
from loading.demo.words import say
from referrals import actions as referrals
from referrals.models import Referral
from referrals.models import Status as ReferralStatus
from referrals.parts import lead_of, live_supporting
from staff.calendars import current
from staff.models import Department, User
from staff.now import now
from workorders import actions
from workorders.models import Outcome, Status, Urgency, WorkOrder
from workorders.models.choices import DeclineReason

OUTCOMES = {"solved": 62, "explained": 14, "partly": 10, "planned": 6, "unfounded": 8}
SHELVED_FOR = timedelta(days=30)


class Rest(Exception):
    """Nobody goes on with this order: it stays at the stage it has come to."""


class Order:
    """One order on its way."""

    def __init__(self, city: City, texts: Texts, callers: Callers, plan: Plan, rng: Random) -> None:
        self.city, self.texts, self.callers, self.plan, self.rng = city, texts, callers, plan, rng
        self.order: WorkOrder

    def live(self) -> Iterator[datetime]:
        """From the call on. The first `next` registers."""
        try:
            self.register(self._told())
            yield from getattr(self, f"_{self.plan.door}")()
        except Rest:
            return

    # --- when

    def soon(self, least: float, most: float) -> datetime:
        """Some minutes from now, by the clock: the hotline's hall is never closed."""
        return now() + timedelta(minutes=self.rng.uniform(least, most))

    def at_work(self, least: float, most: float) -> datetime:
        """So many working minutes from now; by the clock where the matter cannot wait, a little where it must not."""
        if self.plan.sessions_ago is not None:
            least, most = 3, 8
        if self.order.urgency != Urgency.NORMAL:
            return self.soon(min(least, 8) / 2, min(most, 20) / 2)
        minutes = Decimal(self.rng.uniform(least, most)) / 60
        return current().add_working_hours(now(), minutes).at

    def when_called(self) -> datetime:
        """The next moment the citizen may be called, after a while."""
        at = self.soon(5, 20) if self.plan.sessions_ago is not None else self.soon(40, 600)
        if is_calling_time(at):
            return at
        return next_half_day(at)[0] + timedelta(minutes=self.rng.uniform(1, 90))

    def reach(self, stage: str) -> None:
        """The plan may end here."""
        if self.plan.until == stage:
            raise Rest

    # --- who

    def anyone(self, role: str) -> User:
        return self.city.anyone(role, self.rng)

    def officer(self, department: Department) -> User:
        return self.city.officer(department, self.rng)

    def fresh(self) -> WorkOrder:
        self.order = WorkOrder.objects.get(pk=self.order.pk)
        return self.order

    def lead(self) -> Referral:
        """The part of the lead as it is now; the order may have been taken from it meanwhile."""
        part = lead_of(self.order)
        if part is None:
            raise Rest
        return part

    # --- the doors

    def _told(self) -> Told:
        if self.plan.category:
            return self.texts.about(self.plan.category, self.rng)
        return of_kind(self.texts, self.plan.kind, self.rng) if self.plan.kind else self.texts.tell(self.rng)

    def register(self, told: Told) -> None:
        plan = self.plan
        caller = None if plan.anonymous else self.callers.someone(self.rng)
        if caller is None and plan.anonymous is None and plan.door != "invalid" and plan.callback != "exempt":
            caller = self.callers.someone(self.rng)
        changes: dict[str, object] = {}
        if plan.kind:
            changes["kind"] = plan.kind
        if plan.urgency or plan.sessions_ago is not None:
            changes["urgency"] = plan.urgency or Urgency.NORMAL
        if plan.confidential is not None or plan.until:
            changes["confidential"] = bool(plan.confidential)
        if plan.until in ("awaiting", "deciding", "trying", "rework", "contacted") and told.kind in (
            "praise",
            "report",
        ):
            changes["kind"] = "complaint"
        self.order = actions.register(appeal(told, caller, self.rng, **changes), by=self.anyone("agent"))
        if plan.amended:
            wants = told.wants + "，并电话告知结果"
            self.order = actions.amend(self.order, by=self.anyone("dispatcher"), wants=wants)
        if plan.noted:
            self.order = actions.note(self.order, by=self.anyone("agent"), text="市民语气平和，可在工作时间联系")

    def _spot(self) -> Iterator[datetime]:
        yield self.soon(2, 8)
        actions.answer_on_the_spot(self.order, by=self.anyone("agent"), reply=say("on_the_spot", self.rng))

    def _decline(self) -> Iterator[datetime]:
        yield self.soon(2, 10)
        explanation = say("decline_explanation", self.rng)
        actions.decline(self.order, by=self.anyone("agent"), reason=DeclineReason.PROCEEDINGS, explanation=explanation)

    def _invalid(self) -> Iterator[datetime]:
        yield self.soon(1, 4)
        actions.mark_invalid(self.order, by=self.anyone("agent"), reason=say("invalid_reason", self.rng))

    def _withdraw(self) -> Iterator[datetime]:
        yield from self._dispatch()
        yield self.at_work(60, 400)
        self.fresh()
        if self.order.is_open:
            referrals.withdraw(self.order, by=self.anyone("agent"), reason=say("withdraw_reason", self.rng))

    def _shelve(self) -> Iterator[datetime]:
        yield from self._dispatch()
        yield from self._accept(self.lead())
        yield self.at_work(200, 900)
        review_on = (now() + SHELVED_FOR).date() if self.plan.until else (now() + timedelta(days=3)).date()
        reason = say("shelve_reason", self.rng)
        self.order = referrals.shelve(self.order, by=self.anyone("supervisor"), reason=reason, review_on=review_on)
        self.reach("shelved")
        while self.fresh().status == Status.SHELVED:  # the clock brings it back on its review date
            yield self.soon(300, 400)
        yield from self._refer()

    def _merge(self) -> Iterator[datetime]:
        """Two citizens, one matter: the second order rides with the first."""
        yield from self._dispatch()
        yield self.soon(20, 60)
        first = self.order
        rider = appeal(
            self._same_matter(first), self.callers.someone(self.rng), self.rng, kind=first.kind, urgency=first.urgency
        )
        second = actions.register(rider, by=self.anyone("agent"))
        yield self.soon(3, 15)
        if self.fresh().is_open:
            actions.merge(second, by=self.anyone("dispatcher"), into=self.order)
        self.reach("merged")
        yield from self._handle()
        yield from self._call_back()
        self.order = WorkOrder.objects.get(pk=second.pk)
        yield from self._call_back()

    def _same_matter(self, order: WorkOrder) -> Told:
        area = self.city.by_id[order.area_id] if order.area_id else self.rng.choice(self.city.communities)
        content = f"邻居已经反映过：{order.content}"
        return Told(order.category, order.kind, order.title, content, order.wants, area, order.address)

    def _refer(self) -> Iterator[datetime]:
        if self.plan.taken:
            yield self.soon(1, 5)
            self.order = actions.take(self.order, by=self.anyone("dispatcher"))
        self.reach("registered")
        yield from self._dispatch()
        yield from self._handle()
        yield from self._call_back()
        if self.plan.reopened:
            yield self.at_work(60, 600)
            if not self.fresh().is_open:
                self.order = actions.reopen(self.order, by=self.anyone("supervisor"), reason="市民反映问题再次出现")
                yield from self._dispatch()
                yield from self._handle()
                yield from self._call_back()

    # --- dispatch

    def _dispatch(self) -> Iterator[datetime]:
        """Refer, with the returns of the plan, until a department has it for good."""
        returns = list(self.plan.returns)
        if self.plan.until == "return_pending":
            returns = ["pending"]
        proposed = self.city.proposed(self.order.category, self.order.area)
        right, supporting = proposed.lead, list(proposed.supporting.all()) if self.plan.supporting else []
        if self.plan.supporting and not supporting:
            supporting = [self.rng.choice([unit for unit in self.city.bureaus if unit != right])]
        while returns:
            yield self.soon(4, 25)
            last = returns[0] != "upheld"
            wrong = self.rng.choice([unit for unit in self.city.bureaus if unit != right])
            part = referrals.refer(self.order, by=self.anyone("dispatcher"), lead=right if last else wrong)
            yield from self._return(part, returns.pop(0))
            self.fresh()
            if last:
                return
        self.reach("back")
        yield self.soon(4, 25)
        if self.order.dispatches >= 2 and self.plan.returns:
            referrals.designate(
                self.order,
                by=self.anyone("dispatcher"),
                lead=right,
                supporting=supporting,
                instructions="经协调指定贵单位主办，请按时办结。",
            )
        else:
            referrals.refer(self.order, by=self.anyone("dispatcher"), lead=right, supporting=supporting)
        self.fresh()

    def _return(self, part: Referral, fate: str) -> Iterator[datetime]:
        yield self.at_work(20, 120)
        basis = say("return_basis", self.rng)
        reason = self.rng.choice(["not_our_duty", "wrong_area", "unclear"])
        referrals.request_return(part, by=self.officer(part.department), reason=reason, basis=basis)
        if fate == "pending":
            raise Rest
        yield self.at_work(15, 200)
        dispatcher = self.anyone("dispatcher")
        if fate == "upheld":
            referrals.uphold_return(part, by=dispatcher, ruling="同意退单，改派。")
        else:
            referrals.refuse_return(part, by=dispatcher, ruling="属贵单位职责，请办理。")

    # --- the department

    def _handle(self) -> Iterator[datetime]:
        """From signing to the passed answer."""
        self.reach("sent")
        part = self.lead()
        yield from self._accept(part)
        self.reach("accepted")
        yield from self._pressure()
        part = self.lead()
        if part.contact_step_id and not part.contacted_at:
            yield self.at_work(15, 150)
            note = say("contact_notes", self.rng)
            part = referrals.record_contact(part, by=self.officer(part.department), note=note)
        yield from self._more_time(part)
        self.reach("contacted")
        yield from self._support()
        part = self.lead()
        if self.plan.delegated and self.city.subunits.get(part.department_id):
            yield from self._delegate(part)
        yield from self._answer()
        if self.plan.sent_back:
            yield self.at_work(10, 90)
            comment = say("send_back_comments", self.rng)
            referrals.send_back(self.lead(), by=self.anyone("reviewer"), comment=comment)
            self.reach("correcting")
            yield self.at_work(60, 200)
            self._give_answer(self.lead())
        self.reach("answered")
        yield self.at_work(10, 120)
        referrals.pass_answer(self.lead(), by=self.anyone("reviewer"))

    def _accept(self, part: Referral) -> Iterator[datetime]:
        if part.status == ReferralStatus.SENT:
            late = self.plan.pace > 1.4
            yield self.at_work(480, 560) if late else self.at_work(8, 150)
            referrals.accept(part, by=self.officer(part.department))

    def _pressure(self) -> Iterator[datetime]:
        for _chase in range(self.plan.chases):
            yield self.at_work(60, 400)
            self.order = actions.chase(self.order, by=self.anyone("callback_agent"), words=say("chase_words", self.rng))
        if self.plan.revealed and not (self.order.confidential or self.order.kind == "report"):
            officer = self.officer(self.lead().department)
            actions.reveal(self.order, by=officer, reason="需联系市民核对具体位置")
        if self.plan.supervised and not self.order.supervisions.filter(lifted_at=None).exists():
            yield self.at_work(30, 200)
            reason = say("supervise_reason", self.rng)
            if not self.order.supervisions.filter(lifted_at=None).exists():
                actions.supervise(self.order, by=self.anyone("supervisor"), reason=reason)

    def _more_time(self, part: Referral) -> Iterator[datetime]:
        wanted = self.plan.extension or ("pending" if self.plan.until == "extension_pending" else "")
        if not wanted or not part.extensions_allowed:
            return
        yield self.at_work(60, 240)
        if now() >= part.answer_step.due_at:
            return
        officer, reason = self.officer(part.department), say("extension_reasons", self.rng)
        days = min(part.extension_days, self.rng.randint(2, 5))
        referrals.request_extension(part, by=officer, days=days, reason=reason)
        self.reach("extension_pending")
        yield self.at_work(20, 150)
        dispatcher = self.anyone("dispatcher")
        if wanted == "granted":
            referrals.grant_extension(part, by=dispatcher, ruling="情况属实，同意延期。")
        else:
            referrals.refuse_extension(part, by=dispatcher, ruling="不符合延期条件，请按期办结。")

    def _support(self) -> Iterator[datetime]:
        for part in live_supporting(self.order):
            yield self.at_work(20, 100)
            officer = self.officer(part.department)
            referrals.accept(part, by=officer)
            yield self.at_work(20, 100)
            reply = say("solved", self.rng, unit=part.department.name, wants=self.order.wants)
            referrals.answer(part, by=officer, outcome=Outcome.SOLVED, public_reply=reply)

    def _delegate(self, part: Referral) -> Iterator[datetime]:
        boss = next(
            user for user in self.city.officers[part.department_id] if user.has_perm("referrals.delegate_referral")
        )
        unit = self.rng.choice(self.city.subunits[part.department_id])
        below = referrals.delegate(part, by=boss, department=unit, instructions="请到现场办理并反馈。")
        yield self.at_work(15, 90)
        officer = self.officer(unit)
        referrals.accept(below, by=officer)
        self.reach("delegated")
        yield self.at_work(60, 240)
        reply = say("solved", self.rng, unit=unit.name, wants=self.order.wants)
        referrals.answer(below, by=officer, outcome=Outcome.SOLVED, public_reply=reply, internal_note="现场照片已存档")

    def _answer(self) -> Iterator[datetime]:
        """When the plan's share of the limit is used; at once where the plan is in a hurry."""
        step = self.lead().answer_step
        if self.plan.sessions_ago is not None:
            yield self.at_work(20, 40)
        else:
            at = step.started_at + (step.due_at - step.started_at) * self.plan.pace
            if self.order.urgency == Urgency.NORMAL:
                at = current().next_open(at)
            yield max(at, self.at_work(10, 30))
        self._give_answer(self.lead())

    def _give_answer(self, part: Referral) -> None:
        kind = self.order.kind
        if kind == "question":
            outcome = "informed"
        elif kind == "suggestion":
            outcome = "planned"
        else:
            outcome = self.rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        reply = say(outcome, self.rng, unit=part.department.name, wants=self.order.wants or "按您的要求")
        referrals.answer(
            part,
            by=self.officer(part.department),
            outcome=outcome,
            public_reply=reply,
            internal_note="办理情况已登记台账",
        )

    # --- the citizen again

    def _call_back(self) -> Iterator[datetime]:
        self.reach("awaiting")
        if self.fresh().status != Status.AWAITING_CALLBACK:
            return
        verdict = self.plan.callback
        if self.plan.until in ("deciding", "rework"):
            verdict = "rework"
        yield self.when_called()
        if verdict == "exempt":
            actions.close(self.order, by=self.anyone("supervisor"), reason="市民要求不再来电")
        elif verdict == "unreachable":
            yield from self._not_reached()
        elif verdict in ("content", "basically"):
            self._content(3 if verdict == "basically" else self.rng.choice([4, 5, 5]))
        else:
            yield from self._unhappy(verdict)

    def _content(self, level: int) -> None:
        callbacks.record_result(
            self.order,
            by=self.anyone("callback_agent"),
            contacted=self.rng.random() < 0.95,
            resolution="solved" if self.rng.random() < (0.93 if level > 3 else 0.4) else "partly",
            satisfaction=level,
            manner=min(level + 1, 5),
            opinion=say("opinions_content", self.rng),
        )

    def _not_reached(self) -> Iterator[datetime]:
        while True:
            callback = callbacks.record_attempt(self.order, by=self.anyone("callback_agent"), result="no_answer")
            self.reach("trying")
            if callback.next_try_at is None:
                return
            yield callback.next_try_at + timedelta(minutes=self.rng.uniform(2, 60))
            self.fresh()

    def _unhappy(self, verdict: str) -> Iterator[datetime]:
        callbacks.record_result(
            self.order,
            by=self.anyone("callback_agent"),
            contacted=self.rng.random() < 0.6,
            resolution=self.rng.choice(["not_solved", "not_solved", "not_solved", "partly"]),
            satisfaction=self.rng.choice([1, 2, 2]),
            manner=self.rng.choice([2, 3, 4]),
            why_not=self.rng.choice(["not_contacted", "not_solved", "attitude", "passed_around", "expectation"]),
            opinion=say("opinions_unhappy", self.rng),
        )
        self.reach("deciding")
        yield self.at_work(20, 200)
        decider = self.anyone("reviewer")
        self.fresh()
        if verdict == "explained":
            callbacks.close_as_explained(self.order, by=decider, reason=say("explained_reason", self.rng))
        elif verdict == "excluded":
            callbacks.exclude(self.order, by=decider, reason=say("excluded_reason", self.rng))
        else:
            yield from self._again(verdict, decider)

    def _again(self, verdict: str, decider: User) -> Iterator[datetime]:
        """重办: handled anew, called back anew; unhappy once more brings supervision, then an explanation."""
        instructions = say("rework_instructions", self.rng)
        self.order = callbacks.rework(self.order, by=decider, instructions=instructions)
        self.reach("rework")
        self.plan = replace(
            self.plan,
            callback="explained" if verdict == "unhappy_rework" else "content",
            pace=0.6,
            chases=0,
            returns=(),
            extension="",
            delegated=False,
            sent_back=False,
            supporting=False,
        )
        yield from self._handle()
        yield from self._call_back()
