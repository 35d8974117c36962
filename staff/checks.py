"""What `migrate` and `check` say: roles that are none stop them, a calendar that is not complete is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, OperationalError, ProgrammingError, transaction

from staff.calendars import calendar_warnings
from staff.roles import BY_NAME


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


@register(Tags.security)
def second_factor_is_asked_of_roles(**_kwargs: Any) -> list[CheckMessage]:
    """staff.E001: SECOND_FACTOR_ROLES names a role that does not exist."""
    wrong = [name for name in settings.SECOND_FACTOR_ROLES if name not in BY_NAME]
    hint = f"Roles are: {', '.join(BY_NAME)}."
    return [Error(f"SECOND_FACTOR_ROLES: there is no role {name!r}.", hint=hint, id="staff.E001") for name in wrong]
