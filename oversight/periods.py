"""The stretch of time a figure speaks of, and the one before it of equal kind. Pure; days are local."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import DateField, TextChoices
from django.db.models.functions import Trunc
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from staff.explain import day_words
from workorders.filters import midnight

ONE_DAY = timedelta(days=1)


class Kind(TextChoices):
    WEEK = "week", gettext_lazy("week")
    MONTH = "month", gettext_lazy("month")
    QUARTER = "quarter", gettext_lazy("quarter")
    YEAR = "year", gettext_lazy("year")
    DAYS = "days", gettext_lazy("from – to")


@dataclass(frozen=True)
class Period:
    """From the first day's midnight to the last day's end; one that still runs ends at `cut`, which is now.

    A time limit that has not run out yet is thus not counted yet, neither as kept nor as missed.
    """

    kind: str
    first: date
    last: date
    cut: datetime

    @classmethod
    def around(cls, kind: str, day: date, at: datetime) -> Period:
        """The week, month, quarter or year a day lies in."""
        first = first_of(kind, day)
        return cls(kind, first, first_of(kind, after(kind, first)) - ONE_DAY, at)

    @property
    def start(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """Excluded; never before the start."""
        return max(self.start, min(midnight(self.last + ONE_DAY), self.cut))

    @property
    def runs(self) -> bool:
        """Whether it is not over yet."""
        return self.cut < midnight(self.last + ONE_DAY)

    def earlier(self) -> Period:
        """The one before, whole."""
        last = self.first - ONE_DAY
        first = self.first - (self.last - self.first + ONE_DAY) if self.kind == Kind.DAYS else first_of(self.kind, last)
        return Period(self.kind, first, last, self.cut)

    def before(self) -> Period:
        """The one before, cut after the same length when this one still runs: like is compared with like."""
        whole = self.earlier()
        if not self.runs:
            return whole
        return Period(self.kind, whole.first, whole.last, min(whole.start + (self.end - self.start), self.cut))

    def following(self) -> Period:
        """The one after."""
        first = self.last + ONE_DAY
        last = first + (self.last - self.first)
        if self.kind != Kind.DAYS:
            last = first_of(self.kind, after(self.kind, first)) - ONE_DAY
        return Period(self.kind, first, last, self.cut)

    @property
    def bucket(self) -> str:
        """Into what a trend divides it: days up to a month, weeks up to a quarter, else months."""
        days = (self.last - self.first).days + 1
        return "day" if days <= 31 else "week" if days <= 92 else "month"

    def buckets(self) -> list[date]:
        """The first day of each part, as the database names it; not those that lie ahead."""
        last = min(self.last, timezone.localdate(self.cut))
        day, found = first_of(self.bucket, self.first), []
        while day <= last:
            found.append(day)
            day = after(self.bucket, day)
        return found

    def part(self, bucket: date) -> Period:
        """One part of it as a period of its own, inside this one's borders."""
        last = min(self.last, after(self.bucket, bucket) - ONE_DAY)
        return Period(Kind.DAYS, max(self.first, bucket), last, self.cut)

    def bucket_of(self, field: str) -> Trunc:
        """The part a moment falls into, for the database."""
        return Trunc(field, self.bucket, output_field=DateField())

    def bucket_words(self, bucket: date) -> str:
        """What a part is called beside its figures."""
        if self.bucket == "month":
            return date_format(bucket, "YEAR_MONTH_FORMAT")
        in_chinese = (get_language() or "").startswith("zh")
        return date_format(max(bucket, self.first), "MONTH_DAY_FORMAT" if in_chinese else "j M")

    def words(self) -> str:
        """What the period is called in a sentence."""
        match self.kind:
            case Kind.YEAR:
                return _("the year %(year)s") % {"year": self.first.year}
            case Kind.QUARTER:
                quarter = (self.first.month + 2) // 3
                return _("quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": self.first.year}
            case Kind.MONTH:
                return date_format(self.first, "YEAR_MONTH_FORMAT")
            case Kind.WEEK:
                return _("the week from %(day)s") % {"day": day_words(self.first)}
            case _:
                return _("the days %(stretch)s") % {"stretch": self.stretch()}

    def stretch(self) -> str:
        """Its days, up to the cut."""
        last = min(self.last, timezone.localdate(max(self.start, self.end - timedelta(microseconds=1))))
        if last <= self.first:
            return day_words(self.first)
        return _("%(first)s to %(last)s") % {"first": day_words(self.first), "last": day_words(last)}


def first_of(kind: str, day: date) -> date:
    """The first day of the week, month, quarter or year."""
    match kind:
        case Kind.WEEK:
            return day - timedelta(days=day.weekday())
        case Kind.MONTH:
            return day.replace(day=1)
        case Kind.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Kind.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


def after(kind: str, first: date) -> date:
    """The first day of the next one."""
    match kind:
        case Kind.WEEK:
            return first + timedelta(days=7)
        case Kind.MONTH:
            return (first + timedelta(days=31)).replace(day=1)
        case Kind.QUARTER:
            return (first + timedelta(days=95)).replace(day=1)
        case Kind.YEAR:
            return first.replace(year=first.year + 1)
        case _:
            return first + ONE_DAY
