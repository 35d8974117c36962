"""How figures are written: rates with one decimal, changes with an arrow and in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from oversight.indicators import Indicator, Unit

NONE = "–"


def count_words(count: int) -> str:
    """`4 812`, with a narrow space that does not break."""
    return f"{count:,}".replace(",", "\u202f")


def value_words(indicator: Indicator, value: float | None) -> str:
    """`91.3%`, `86.5`, `12.4 h`; a dash where there is nothing to speak of."""
    if value is None:
        return NONE
    match indicator.unit:
        case Unit.HOURS:
            return _("%(hours)s h") % {"hours": f"{value:.1f}"}
        case Unit.POINTS:
            return f"{value * 100:.1f}"
        case _:
            return f"{value * 100:.1f}%"


@dataclass(frozen=True)
class Change:
    """A figure against the one before: which way, how far, and whether that is wished for."""

    arrow: str
    words: str
    css: str


def change(indicator: Indicator, value: float | None, before: float | None) -> Change | None:
    """None where one of them is missing."""
    if value is None or before is None:
        return None
    factor = 1 if indicator.unit == Unit.HOURS else 100
    step = round((value - before) * factor, 1)
    if step == 0:
        return Change("=", _("unchanged"), "same")
    size = {"size": f"{abs(step):.1f}"}
    if indicator.unit == Unit.HOURS:
        words = _("%(size)s h more") % size if step > 0 else _("%(size)s h less") % size
    else:
        words = _("%(size)s points up") % size if step > 0 else _("%(size)s points down") % size
    better = (step > 0) == indicator.rising_is_good
    return Change("▲" if step > 0 else "▼", words, "better" if better else "worse")
