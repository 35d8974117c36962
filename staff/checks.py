"""What `migrate` and `check --database default` say about the working calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, OperationalError, ProgrammingError, transaction

from staff.calendars import calendar_warnings


@register(Tags.database)
def calendar_is_complete(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """staff.W001: this year or the next has no official calendar, or there are no working sessions."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        with transaction.atomic():
            missing = calendar_warnings()
    except (OperationalError, ProgrammingError):  # no server or no tables yet: others say so
        return []
    hint = "Update chinesecalendar and run manage.py load_calendar, or enter the notice in the admin."
    return [Warning(words, hint=hint, id="staff.W001") for words in missing]
