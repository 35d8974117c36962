"""Times on pages: relative and absolute, lateness by shape, word and colour together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from staff.explain import WEEKDAYS, Line, explain, local_words, moment_words, short_day_words


@dataclass(frozen=True)
class Lateness:
    """How a due time stands: a css class, a shape and a word that say the same."""

    css: str
    shape: str
    word: str


def lateness(due_at: datetime | None, at: datetime, ended_at: datetime | None = None) -> Lateness:
    """● on time · ▲ due soon · ■ overdue · ✓ done."""
    if due_at is None:
        return Lateness("done", "✓", _("closed"))
    if ended_at is not None:
        return Lateness("late", "■", _("late")) if ended_at > due_at else Lateness("done", "✓", _("in time"))
    if due_at < at:
        return Lateness("late", "■", _("overdue"))
    if due_at - at < timedelta(days=1):
        return Lateness("soon", "▲", _("due soon"))
    return Lateness("fine", "●", _("on time"))


@dataclass(frozen=True)
class Due:
    """A due time as its badge has it: lateness (shape, word, colour), how far, when; `lines` tell the arithmetic."""

    lateness: Lateness
    distance: str
    absolute: str
    whole: str
    lines: list[str]

    def __str__(self) -> str:
        """Written out as text: a page has fifty of them."""
        title = f' title="{escape(self.whole)}"' if self.whole else ""
        parts = [
            f'<span class="due due-{self.lateness.css}"{title}>',
            f'<span class="due-shape" aria-hidden="true">{self.lateness.shape}</span>',
            f'<span class="due-word">{escape(self.lateness.word)}</span>',
        ]
        if self.distance:
            parts.append(f'<span class="due-distance">{escape(self.distance)}</span>')
        if self.absolute:
            parts.append(f'<span class="due-at">{escape(self.absolute)}</span>')
        if self.lines:
            lines = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
            summary = f"<summary>{escape(_('why?'))}</summary>"
            parts.append(f'<details class="due-why" data-menu>{summary}<ol>{lines}</ol></details>')
        return SafeString("\n".join([*parts, "</span>"]))


def due(due_at: datetime | None, at: datetime, ended_at: datetime | None = None, why: list[Line] | None = None) -> Due:
    """The moment is that of ending where it has ended."""
    shown = ended_at or due_at
    return Due(
        lateness=lateness(due_at, at, ended_at),
        distance=distance(due_at, at) if due_at and not ended_at else "",
        absolute=brief(shown, at) if shown else "",
        whole=moment_words(due_at) if due_at else "",
        lines=explain(why) if why else [],
    )


@dataclass(frozen=True)
class Moment:
    """A moment as pages have it: for programs, short, and in full."""

    iso: str
    brief: str
    whole: str

    def __str__(self) -> str:
        return SafeString(f'<time datetime="{self.iso}" title="{escape(self.whole)}">{escape(self.brief)}</time>')


def moment(value: datetime, at: datetime) -> Moment:
    today = timezone.localtime(at)
    local = value.astimezone(today.tzinfo)
    return Moment(local.isoformat(), _brief(local, today), local_words(local))


def span_words(length: timedelta) -> str:
    """`3 h 20 min`, `2 d 4 h`, `2 h`."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return (
            _("%(days)s d %(hours)s h") % {"days": days, "hours": hours} if hours else _("%(days)s d") % {"days": days}
        )
    if hours:
        whole = _("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")
        return whole % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes}


def distance(due_at: datetime, at: datetime) -> str:
    """`3 h 20 min left`; past it, beside the word for late, how long."""
    span = span_words(due_at - at)
    return _("%(span)s left") % {"span": span} if due_at >= at else span


def brief(moment: datetime, at: datetime) -> str:
    """A moment as short as it stays clear beside others: today without its date, with the year if another."""
    return _brief(timezone.localtime(moment), timezone.localtime(at))


def _brief(local: datetime, today: datetime) -> str:
    if local.date() == today.date():
        return f"{_('today')} {local:%H:%M}"
    if local.year != today.year:
        return local_words(local)
    if (get_language() or "").startswith("zh"):
        return f"{local.month}月{local.day}日(周{WEEKDAYS[local.weekday()]})\u200b{local:%H:%M}"
    return f"{short_day_words(local)} {local:%H:%M}"


def moment_text(value: str) -> str:
    """A moment kept as text, in words."""
    moment = parse_datetime(value)
    return moment_words(moment) if moment else value
