"""What `migrate` and `check --database default` say about the time limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, OperationalError, ProgrammingError, transaction

from workorders.models import TimeLimit


@register(Tags.database)
def every_step_has_a_limit(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """workorders.W001: a step has no limit that holds for every appeal, so an action may find no due time."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        with transaction.atomic():
            missing = TimeLimit.objects.steps_without()
    except (OperationalError, ProgrammingError):  # no server or no tables yet: others say so
        return []
    if not missing:
        return []
    words = f"No time limit for any kind, urgency and category: {', '.join(str(step.label) for step in missing)}."
    hint = "Add one for each in the admin, under time limits; or load the shipped ones."
    return [Warning(words, hint=hint, id="workorders.W001")]
