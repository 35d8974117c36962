"""The lines of a due time in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone, translation
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

Line = dict[str, Any]
"""One step of an explanation: its `kind`, and what that kind needs; JSON, without language."""

NAMES_JOINED_BY = "、"
WEEKDAYS = "一二三四五六日"
# The calendar keeps the notice's own names; these are known in English as well.
HOLIDAYS = {
    "元旦": gettext_noop("New Year"),
    "春节": gettext_noop("Spring Festival"),
    "清明": gettext_noop("Tomb-Sweeping Day"),
    "劳动节": gettext_noop("Labour Day"),
    "端午": gettext_noop("Dragon Boat Festival"),
    "中秋": gettext_noop("Mid-Autumn Festival"),
    "国庆节": gettext_noop("National Day"),
}


def explain(lines: list[Line]) -> list[str]:
    """One sentence a line; a kind unknown here is an error of the program."""
    return [WORDS[line["kind"]](line) for line in lines]


def day_words(day: date) -> str:
    """`Fri 27 Nov 2026` or `2026年11月27日(周五)`."""
    return _day_words(day) if _in_chinese() else f"{short_day_words(day)} {day.year}"


def _day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日(周{WEEKDAYS[day.weekday()]})"


def short_day_words(day: date) -> str:
    """`Fri 27 Nov`: put together here and kept, because a page has a hundred of them and Django's formatter is slow."""
    return _short_day(translation.get_language() or "", day.weekday(), day.day, day.month)


@lru_cache(maxsize=2048)
def _short_day(language: str, weekday: int, day: int, month: int) -> str:
    return f"{WEEKDAYS_ABBR[weekday]} {day} {MONTHS_3[month].title()}"


def moment_words(at: datetime) -> str:
    """`Fri 27 Nov 2026 17:30` or `2026年11月27日(周五)17:30`, local time."""
    return local_words(timezone.localtime(at))


def local_words(local: datetime) -> str:
    """The same of a moment in local time."""
    day, clock = local.date(), f"{local:%H:%M}"
    return f"{_day_words(day)}{clock}" if _in_chinese() else f"{short_day_words(day)} {day.year} {clock}"


def length_words(minutes: int) -> str:
    """`3 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def holiday_words(name: str) -> str:
    """A holiday's name, or several, in the reader's language where it is known."""
    return listed(_(HOLIDAYS[one]) if one in HOLIDAYS else one for one in name.split(NAMES_JOINED_BY))


def listed(names: Iterable[str]) -> str:
    """`Zhao, Qian` or `赵、钱`."""
    return (NAMES_JOINED_BY if _in_chinese() else ", ").join(names)


def _in_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


def _day(line: Line, key: str = "date") -> str:
    return day_words(date.fromisoformat(line[key]))


def _days(line: Line) -> str:
    if "until" not in line:
        return _day(line)
    return _("%(first)s – %(last)s") % {"first": _day(line), "last": _day(line, "until")}


def _at(line: Line, key: str = "at") -> str:
    return moment_words(datetime.fromisoformat(line[key]))


def _start(line: Line) -> str:
    return _("Counted from %(moment)s.") % {"moment": _at(line)}


def _workday(line: Line) -> str:
    return _("%(day)s: working day %(n)s of %(of)s.") % {**line, "day": _day(line)}


def _makeup(line: Line) -> str:
    words = _("%(day)s: working day %(n)s of %(of)s, worked by notice (%(name)s).")
    return words % {**line, "day": _day(line), "name": holiday_words(line["name"])}


def _weekend(line: Line) -> str:
    return _("%(days)s: weekend.") % {"days": _days(line)}


def _holiday(line: Line) -> str:
    return _("%(days)s: days off (%(name)s).") % {"days": _days(line), "name": holiday_words(line["name"])}


def _session(line: Line) -> str:
    words = _("%(day)s %(from)s–%(to)s: %(passed)s of %(total)s.")
    passed, total = length_words(line["minutes"]), length_words(line["of"])
    return words % {**line, "day": _day(line), "passed": passed, "total": total}


def _clock(line: Line) -> str:
    return _("%(length)s by the clock, day and night.") % {"length": length_words(line["minutes"])}


def _due(line: Line) -> str:
    return _("Due %(moment)s.") % {"moment": _at(line)}


def _provisional(line: Line) -> str:
    return _("The holidays of %(year)s are not official yet: this time may change with the notice.") % line


def _review(line: Line) -> str:
    return _("On the shelf until the review on %(day)s.") % {"day": _day(line)}


def _follows(line: Line) -> str:
    return _("Rides with order %(number)s and ends with it.") % line


def _retry(line: Line) -> str:
    until = timezone.localtime(datetime.fromisoformat(line["to"]))
    return _("Next try %(from)s–%(to)s.") % {"from": _at(line, "from"), "to": f"{until:%H:%M}"}


WORDS: dict[str, Callable[[Line], str]] = {
    "start": _start,
    "workday": _workday,
    "makeup": _makeup,
    "weekend": _weekend,
    "holiday": _holiday,
    "session": _session,
    "clock": _clock,
    "due": _due,
    "provisional": _provisional,
    "review": _review,
    "follows": _follows,
    "retry": _retry,
}
