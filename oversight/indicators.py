"""指标: every figure of the board, defined once, as data.

A definition names which records it speaks of and by which of their moments (`records.Population`), which of these
count (`of`, the denominator), and which of those are hits (`hits`), half hits (`half`, counted by a weight) or
measured (`measure`). The counting query (`figures`), the rows behind a number (`rows`), the page's explanations and the
export all read this table, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, TextChoices
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callbacks.models import Callback, Resolution, Satisfaction, Verdict
from callbacks.models import Status as CallbackStatus
from oversight import records
from oversight.models import Weight
from oversight.records import EVERYTHING, Population
from oversight.working_time import WorkingSeconds
from referrals.models import Referral, ReturnRequest, Role, Status
from workorders.models import Status as OrderStatus
from workorders.models.choices import Closing

Words = str | Promise
Weights = Mapping[str, Decimal]


@dataclass(frozen=True)
class Tally:
    """What was counted for one indicator: n in the denominator, hits, half hits, and the sum of what was measured."""

    n: int = 0
    hits: int = 0
    half: int = 0
    total: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.n + other.n, self.hits + other.hits, self.half + other.half, round(self.total + other.total, 6)
        )

    @property
    def misses(self) -> int:
        return self.n - self.hits - self.half

    def rows_of(self, side: str) -> int:
        """How many rows a side has."""
        return {Side.ALL: self.n, Side.HITS: self.hits, Side.HALF: self.half}.get(Side(side), self.misses)


NOTHING = Q(pk__in=[])
Tallies = Mapping[str, Tally]


class Theme(TextChoices):
    """Indicators that are read together; also the columns of the league table."""

    HANDLING = "handling", _("Handling")
    DISPATCH = "dispatch", _("Dispatch")
    VERDICT = "verdict", _("The citizens' verdict")


class Unit(TextChoices):
    RATE = "rate", _("per cent")
    POINTS = "points", _("points of 100")
    HOURS = "hours", _("working hours")


class Side(TextChoices):
    """Which rows of an indicator a number stands for."""

    ALL = "all", _("counted")
    HITS = "hits", _("hits")
    HALF = "half", _("half hits")
    MISSES = "misses", _("misses")


@dataclass(frozen=True)
class Indicator:
    """One figure. `all_words`, `hit_words`, … name its rows; `rising_is_good` says which way one wishes it to go."""

    name: str
    label: Words
    definition: Words
    theme: Theme
    population: Population
    all_words: Words
    hit_words: Words = ""
    miss_words: Words = ""
    half_words: Words = ""
    of: Q = EVERYTHING
    hits: Q = NOTHING
    half: Q = NOTHING
    half_weight: str = ""
    measure: Callable[[], Combinable] | None = None
    parts: tuple[str, ...] = ()
    unit: Unit = Unit.RATE
    rising_is_good: bool = True

    def rows_of(self, side: str) -> Q:
        """The condition that rows of a side meet, among those of the population."""
        match side:
            case Side.HITS:
                return self.of & self.hits
            case Side.HALF:
                return self.of & self.half
            case Side.MISSES:
                return self.of & ~(self.hits | self.half)
            case _:
                return self.of

    def sides(self) -> list[tuple[str, Words]]:
        """The sides that have rows, each with its words."""
        named = [
            (Side.ALL, self.all_words),
            (Side.HITS, self.hit_words),
            (Side.HALF, self.half_words),
            (Side.MISSES, self.miss_words),
        ]
        return [(side, words) for side, words in named if isinstance(words, Promise) or words]

    def value(self, tallies: Tallies, weights: Weights) -> float | None:
        """A rate as a share of 1, or working hours; None when there is nothing to speak of."""
        tally = tallies.get(self.name, Tally())
        if not tally.n:
            return None
        if self.parts:
            values = [(weights[name], BY_NAME[name].value(tallies, weights)) for name in self.parts]
            return sum(float(weight) * value for weight, value in values if value is not None)
        if self.unit == Unit.HOURS:
            return tally.total / tally.n / 3600
        weight = float(weights[self.half_weight]) if self.half_weight else 0.0
        return (tally.hits + weight * tally.half) / tally.n


CLOSED = Q(status__in=[OrderStatus.CLOSED, OrderStatus.WITHDRAWN])
ENDED_WITHOUT_ANSWER = Q(status__in=[Status.RETURNED, Status.WITHDRAWN])
# Nobody wrote down when: an import's unit owed no signature, and counts on neither side.
SIGNING_DROPPED = Q(sign_step__ended_at__isnull=False, sign_step__done=False)
ANSWERED = Q(status__in=[Status.ANSWERED, Status.PASSED])
IN_SCOPE = ~Q(verdict=Verdict.EXCLUDED)
FIRST_DISPATCH = Q(role=Role.LEAD, is_rework=False) & ~Q(
    Exists(Referral.objects.filter(order=OuterRef("order"), role=Role.LEAD, pk__lt=OuterRef("pk")))
)
# The round of calling that a due callback asked for: opened by its first attempt, while the call was owed.
ROUND = Callback.objects.filter(
    order=OuterRef("order"),
    opened_at__gte=OuterRef("started_at"),
    opened_at__lte=Coalesce(OuterRef("ended_at"), F("opened_at")),
)
ATTEMPTED = Q(Exists(ROUND))
OWED_OR_ATTEMPTED = Q(ended_at=None) | ATTEMPTED

INDICATORS = (
    Indicator(
        "closure",
        _("Closure rate"),  # 办结率
        _(
            "Orders registered in the period and closed by now, out of all registered in the period. Declined and "
            "invalid ones are left out of both; one the citizen withdrew counts as closed."
        ),
        Theme.HANDLING,
        records.REGISTERED,
        _("registered, not declined or invalid"),
        _("closed"),
        _("not closed yet"),
        of=~Q(status__in=[OrderStatus.DECLINED, OrderStatus.INVALID]),
        hits=CLOSED,
    ),
    Indicator(
        "first_time",
        _("First-time closure"),  # 一次办结率
        _("Orders closed without rework, out of those registered in the period and closed by now."),
        Theme.HANDLING,
        records.REGISTERED,
        _("closed"),
        _("closed without rework"),
        _("closed after rework"),
        of=CLOSED,
        hits=Q(reworks=0),
    ),
    Indicator(
        "rework",
        _("Rework rate"),  # 重办率
        _("Callbacks after which the order was reworked, out of those completed in the period."),
        Theme.HANDLING,
        records.COMPLETED,
        _("callbacks completed"),
        _("reworked"),
        _("not reworked"),
        hits=Q(verdict=Verdict.REWORK),
        rising_is_good=False,
    ),
    Indicator(
        "on_time",
        _("On-time rate"),  # 按时办结率
        _(
            "Referrals answered by their due time, extensions included, out of those whose due time lies in the "
            "period. An overdue one that is still open is late; returned and withdrawn ones are left out of both."
        ),
        Theme.HANDLING,
        records.DUE,
        pgettext_lazy("rate", "due"),
        _("answered in time"),
        _("answered late or not at all"),
        of=~ENDED_WITHOUT_ANSWER,
        hits=ANSWERED & Q(answered_at__lte=F("answer_step__due_at")),
    ),
    Indicator(
        "on_time_first",
        _("On time by original limit"),  # 按原期限
        _("The same with the due time first given: an extension does not help."),
        Theme.HANDLING,
        records.FIRST_DUE,
        pgettext_lazy("rate", "first due"),
        _("answered by the original limit"),
        _("late by the original limit"),
        of=~ENDED_WITHOUT_ANSWER,
        hits=ANSWERED & Q(answered_at__lte=F("answer_step__first_due_at")),
    ),
    Indicator(
        "handling_time",
        _("Average handling time"),  # 平均办理时长
        _(
            "Working hours by the city's calendar from the dispatch to the lead until its answer passed review, "
            "for answers passed in the period."
        ),
        Theme.HANDLING,
        records.PASSED,
        _("answers passed"),
        of=Q(role=Role.LEAD),
        measure=lambda: WorkingSeconds("sent_at", "passed_at"),
        unit=Unit.HOURS,
        rising_is_good=False,
    ),
    Indicator(
        "direct",
        _("Direct-answer rate"),  # 直接办结率
        _("Orders answered on the spot, out of all registered in the period."),
        Theme.DISPATCH,
        records.REGISTERED,
        _("registered"),
        _("answered on the spot"),
        _("not answered on the spot"),
        hits=Q(closing=Closing.ON_THE_SPOT),
    ),
    Indicator(
        "accuracy",
        _("Dispatch accuracy"),  # 派单准确率
        _("One minus the share of upheld returns among the orders' first dispatches of the period."),
        Theme.DISPATCH,
        records.SENT,
        _("first dispatches"),
        _("went to the right department"),
        _("return upheld"),
        of=FIRST_DISPATCH,
        hits=~Q(status=Status.RETURNED),
    ),
    Indicator(
        "sign",
        _("Sign-for rate"),  # 签收及时率
        _(
            "Referrals accepted by their limit, out of those whose limit to accept lies in the period; returned and "
            "withdrawn ones are left out of both."
        ),
        Theme.DISPATCH,
        records.SIGN_DUE,
        _("to be accepted"),
        _("accepted in time"),
        _("accepted late or not at all"),
        of=~ENDED_WITHOUT_ANSWER & ~SIGNING_DROPPED,
        hits=Q(accepted_at__lte=F("sign_step__due_at")),
    ),
    Indicator(
        "return_requested",
        _("Return rate, requested"),  # 退单率(申请)
        _("Referrals a department asked to return, out of those it received in the period."),
        Theme.DISPATCH,
        records.SENT,
        _("referrals received"),
        _("return requested"),
        _("no return requested"),
        hits=Q(Exists(ReturnRequest.objects.filter(referral=OuterRef("pk")))),
        rising_is_good=False,
    ),
    Indicator(
        "return_upheld",
        _("Return rate, upheld"),  # 退单率(同意)
        _("Referrals whose return the hotline upheld, out of those received in the period."),
        Theme.DISPATCH,
        records.SENT,
        _("referrals received"),
        _("return upheld"),
        _("kept"),
        hits=Q(status=Status.RETURNED),
        rising_is_good=False,
    ),
    Indicator(
        "response",
        _("Response rate"),  # 响应率
        _(
            "Callbacks in which the citizen had been contacted by the department, out of those completed in the "
            "period; excluded ones are out of scope."
        ),
        Theme.VERDICT,
        records.COMPLETED,
        _("callbacks in scope"),
        _("had been contacted"),
        _("had not been contacted"),
        of=IN_SCOPE,
        hits=Q(contacted=True),
    ),
    Indicator(
        "resolution",
        _("Resolution rate"),  # 解决率
        _(
            "Solved, and partly solved by its weight, out of the callbacks completed in the period; excluded ones "
            "are out of scope."
        ),
        Theme.VERDICT,
        records.COMPLETED,
        _("callbacks in scope"),
        _("solved"),
        _("not solved"),
        _("partly solved"),
        of=IN_SCOPE,
        hits=Q(resolution=Resolution.SOLVED),
        half=Q(resolution=Resolution.PARTLY),
        half_weight=Weight.Name.PARTLY,
    ),
    Indicator(
        "satisfaction",
        _("Satisfaction rate"),  # 满意率
        _(
            "Satisfied, and basically satisfied by its weight, out of the callbacks completed in the period; excluded "
            "ones are out of scope. A citizen who was not reached is never counted as satisfied."
        ),
        Theme.VERDICT,
        records.COMPLETED,
        _("callbacks in scope"),
        _("satisfied"),
        _("not satisfied"),
        _("basically satisfied"),
        of=IN_SCOPE,
        hits=Q(satisfaction__gte=Satisfaction.SATISFIED),
        half=Q(satisfaction=Satisfaction.BASICALLY),
        half_weight=Weight.Name.BASICALLY,
    ),
    Indicator(
        "score",
        _("Combined score"),  # 综合得分
        _("Response, resolution and satisfaction rate, added up by their weights."),
        Theme.VERDICT,
        records.COMPLETED,
        _("callbacks in scope"),
        of=IN_SCOPE,
        parts=("response", "resolution", "satisfaction"),
        unit=Unit.POINTS,
    ),
    Indicator(
        "callback",
        _("Callback rate"),  # 回访率
        _(
            "Callbacks that were tried at least once, out of those that were to be completed in the period. One that "
            "was dropped before anybody called, because the order needed none any more, is left out of both."
        ),
        Theme.VERDICT,
        records.CALLBACK_DUE,
        _("callbacks due"),
        _("tried"),
        _("not tried"),
        of=OWED_OR_ATTEMPTED,
        hits=ATTEMPTED,
    ),
    Indicator(
        "reached",
        _("Reached rate"),  # 有效回访率
        _("Callbacks in which the citizen was reached, out of those that were tried."),
        Theme.VERDICT,
        records.CALLBACK_DUE,
        _("callbacks tried"),
        _("reached"),
        _("not reached"),
        of=ATTEMPTED,
        hits=Q(Exists(ROUND.filter(status=CallbackStatus.COMPLETED))),
    ),
)
BY_NAME = {indicator.name: indicator for indicator in INDICATORS}
POPULATIONS = tuple(dict.fromkeys(indicator.population for indicator in INDICATORS))


def of_theme(theme: str) -> list[Indicator]:
    """The indicators of a theme, in the table's order."""
    return [indicator for indicator in INDICATORS if indicator.theme == theme]
