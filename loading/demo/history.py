"""The demo's further past: closed orders of earlier weeks and months, told as lives and written many at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from callbacks.calling import is_calling_time, next_half_day
from loading.demo.appeals import Callers, Texts, appeal, of_kind
from loading.demo.city import City
from loading.demo.plans import Plan
from loading.demo.words import say
from loading.past.life import BeforeASupervisor, Life
from loading.past.limits import Limits
from staff.calendars import current
from staff.models import Department, User
from workorders.models import Status as OrderStatus
from workorders.models import Urgency
from workorders.models.choices import DeclineReason

OUTCOMES = {"solved": 62, "explained": 14, "partly": 10, "planned": 6, "unfounded": 8}


class Past:
    """Tells one finished life after another."""

    def __init__(self, city: City, texts: Texts, callers: Callers) -> None:
        self.city, self.texts, self.callers = city, texts, callers
        self.limits = Limits()

    def tell(self, plan: Plan, at: datetime, rng: Random) -> Life:
        """A life that began at `at`; when it would come before a supervisor, the same with a punctual department."""
        try:
            return _Teller(self, plan, Random(rng.random())).tell(at)  # noqa: S311  a demo that can be repeated
        except BeforeASupervisor:
            return _Teller(self, Plan("refer", pace=0.4), Random(rng.random())).tell(at)  # noqa: S311  as above


class _Teller:
    """One order's story, moment by moment."""

    def __init__(self, past: Past, plan: Plan, rng: Random) -> None:
        self.past, self.city, self.plan, self.rng = past, past.city, plan, rng
        self.life: Life

    def tell(self, at: datetime) -> Life:
        texts, kind = self.past.texts, self.plan.kind
        told = of_kind(texts, kind, self.rng) if kind else texts.tell(self.rng)
        words = appeal(told, self.past.callers.someone(self.rng), self.rng)
        self.life = Life.register(words, self.past.limits, at=at, by=self.anyone("agent"))
        match self.plan.door:
            case "spot":
                reply = say("on_the_spot", self.rng)
                self.life.answer_on_the_spot(
                    self.soon(at, 2, 8), by=self.anyone("agent"), reply=reply, outcome="informed"
                )
            case "decline":
                reason, words_ = DeclineReason.PROCEEDINGS, say("decline_explanation", self.rng)
                self.life.decline(self.soon(at, 2, 8), by=self.anyone("agent"), reason=reason, explanation=words_)
            case "invalid":
                reason_ = say("invalid_reason", self.rng)
                self.life.mark_invalid(self.soon(at, 1, 4), by=self.anyone("agent"), reason=reason_)
            case _:
                self._call_back(self._handle(self._dispatch(at)))
        return self.life

    # --- when and who

    def soon(self, at: datetime, least: float, most: float) -> datetime:
        return at + timedelta(minutes=self.rng.uniform(least, most))

    def at_work(self, at: datetime, least: float, most: float) -> datetime:
        """So many working minutes later; a few by the clock where the matter cannot wait."""
        if self.life.order.urgency != Urgency.NORMAL:
            return self.soon(at, min(least, 3), min(most, 8))
        return current().add_working_hours(at, Decimal(self.rng.uniform(least, most)) / 60).at

    def when_called(self, at: datetime) -> datetime:
        at = self.soon(at, 20, 300)
        return at if is_calling_time(at) else self.soon(next_half_day(at)[0], 1, 90)

    def anyone(self, role: str) -> User:
        return self.city.anyone(role, self.rng)

    def officer(self) -> User:
        return self.city.officer(self.life.part.department, self.rng)

    # --- the stages; each returns the moment it ended

    def _dispatch(self, at: datetime) -> datetime:
        order = self.life.order
        right = self.city.proposed(order.category, order.area).lead
        for fate in self.plan.returns:
            if fate != "upheld":
                break
            at = self.soon(at, 4, 25) if order.urgency == Urgency.NORMAL else self.soon(at, 1, 3)
            wrong = self.rng.choice([unit for unit in self.city.bureaus if unit.pk != right.pk])
            at = self._returned(at, wrong)
        at = self.soon(at, 4, 25) if order.urgency == Urgency.NORMAL else self.soon(at, 1, 3)
        dispatcher = self.anyone("dispatcher")
        if order.dispatches >= 2:
            instructions = "经协调指定贵单位主办，请按时办结。"
            self.life.designate(at, by=dispatcher, lead=right, instructions=instructions)
        else:
            self.life.refer(at, by=dispatcher, lead=right)
        return at

    def _returned(self, at: datetime, wrong: Department) -> datetime:
        self.life.refer(at, by=self.anyone("dispatcher"), lead=wrong)
        at = self.at_work(at, 20, 100)
        basis = say("return_basis", self.rng)
        self.life.request_return(at, by=self.officer(), reason="not_our_duty", basis=basis)
        at = self.at_work(at, 15, 150)
        self.life.uphold_return(at, by=self.anyone("dispatcher"), ruling="同意退单，改派。")
        return at

    def _handle(self, at: datetime) -> datetime:
        life, step = self.life, self.life.part.answer_step
        at = self.at_work(at, 8, 150)
        life.accept(at, by=self.officer())
        if life.part.contact_step is not None:
            at = self.at_work(at, 15, 150)
            life.record_contact(at, by=self.officer(), note=say("contact_notes", self.rng))
        if self.plan.extension == "granted" and life.part.extensions_allowed:
            at = self._more_time(at)
        at = max(self._by_pace(), self.at_work(at, 10, 30))
        if at > step.due_at and step.escalate_at is not None:  # late, but before a supervisor hears of it
            at = min(at, step.due_at + (step.escalate_at - step.due_at) * self.rng.uniform(0.1, 0.9))
        self._answer(at)
        at = self.at_work(at, 10, 120)
        life.pass_answer(at, by=self.anyone("reviewer"))
        return at

    def _more_time(self, at: datetime) -> datetime:
        at = self.at_work(at, 30, 120)
        days = min(self.life.part.extension_days, self.rng.randint(2, 5))
        reason = say("extension_reasons", self.rng)
        self.life.request_extension(at, by=self.officer(), days=days, reason=reason)
        at = self.at_work(at, 20, 150)
        self.life.grant_extension(at, by=self.anyone("dispatcher"), ruling="情况属实，同意延期。")
        return at

    def _by_pace(self) -> datetime:
        step = self.life.part.answer_step
        at = step.started_at + (step.due_at - step.started_at) * self.plan.pace
        return current().next_open(at) if self.life.order.urgency == Urgency.NORMAL else at

    def _answer(self, at: datetime) -> None:
        kind = self.life.order.kind
        outcome = {"question": "informed", "suggestion": "planned"}.get(kind, "")
        outcome = outcome or self.rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        unit, wants = self.life.part.department.name, self.life.order.wants or "按您的要求"
        reply = say(outcome, self.rng, unit=unit, wants=wants)
        note = "办理情况已登记台账"
        self.life.answer(at, by=self.officer(), outcome=outcome, public_reply=reply, internal_note=note)

    def _call_back(self, at: datetime) -> None:
        if self.life.order.status != OrderStatus.AWAITING_CALLBACK:
            return
        verdict, at = self.plan.callback, self.when_called(at)
        agent = self.anyone("callback_agent")
        if verdict == "unreachable":
            while self.life.order.status == OrderStatus.AWAITING_CALLBACK:
                self.life.record_attempt(at, by=agent, result="no_answer")
                next_try_at = self.life.callbacks[-1].next_try_at
                at = self.soon(next_try_at, 2, 60) if next_try_at else at
        elif verdict in ("content", "basically"):
            self._content(at, agent, 3 if verdict == "basically" else self.rng.choice([4, 5, 5]))
        else:
            self._unhappy(at, agent, verdict)

    def _content(self, at: datetime, agent: User, level: int) -> None:
        self.life.record_result(
            at,
            by=agent,
            contacted=self.rng.random() < 0.95,
            resolution="solved" if self.rng.random() < (0.93 if level > 3 else 0.4) else "partly",
            satisfaction=level,
            manner=min(level + 1, 5),
            opinion=say("opinions_content", self.rng),
        )

    def _unhappy(self, at: datetime, agent: User, verdict: str) -> None:
        self.life.record_result(
            at,
            by=agent,
            contacted=self.rng.random() < 0.6,
            resolution=self.rng.choice(["not_solved", "not_solved", "not_solved", "partly"]),
            satisfaction=self.rng.choice([1, 2, 2]),
            manner=self.rng.choice([2, 3, 4]),
            why_not=self.rng.choice(["not_contacted", "not_solved", "attitude", "passed_around", "expectation"]),
            opinion=say("opinions_unhappy", self.rng),
        )
        at, decider = self.at_work(at, 20, 200), self.anyone("reviewer")
        if verdict == "excluded":
            self.life.exclude(at, by=decider, reason=say("excluded_reason", self.rng))
        elif verdict == "rework":
            self.life.rework(at, by=decider, instructions=say("rework_instructions", self.rng))
            self.plan = Plan("refer", pace=0.5)
            self._call_back(self._handle(at))
        else:
            self.life.close_as_explained(at, by=decider, reason=say("explained_reason", self.rng))
