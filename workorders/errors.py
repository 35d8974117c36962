"""What people are told when something cannot be done; one middleware turns these into pages and API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from workorders.models import Event


class NotAllowed(Exception):
    """The move is not open to this person now; `reason` says why in words."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


class Stale(Exception):
    """Somebody wrote in between: the form was filled in on an older version."""

    def __init__(self, newer: list[Event]) -> None:
        super().__init__("stale")
        self.newer = newer


class Invalid(Exception):
    """A field's value cannot be used: {field: words}. Raised where only the action can know."""

    def __init__(self, errors: dict[str, str | Promise]) -> None:
        super().__init__(errors)
        self.errors = errors
