"""A notice in words, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.models import Notice
from notices.rules import RULES

# Names of steps come from the app above; it enters its list here, so that words need no import upwards.
STEP_WORDS: dict[str, Any] = {}


def words(notice: Notice) -> str:
    """One line: what happened, to which order."""
    data = {key: STEP_WORDS.get(value, value) if key == "step" else value for key, value in notice.data.items()}
    return str(RULES[notice.rule].words) % {"step": "", "unit": "", **data}


def rule_words(name: str) -> str:
    """A rule by itself, without what it is about."""
    return str(RULES[name].words).split("%(")[0].rstrip(" :：,，")


def subject(count: int, case: str) -> str:
    """The subject of one message or of a digest."""
    return _("Work order %(case)s") % {"case": case} if count == 1 else _("%(count)s work orders") % {"count": count}


def more(count: int, url: str) -> str:
    """The last line of a digest that does not write everything out."""
    return ngettext("%(count)s more: %(url)s", "%(count)s more: %(url)s", count) % {"count": count, "url": url}
