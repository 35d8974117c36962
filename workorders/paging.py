"""How lists of orders are sorted; their pages are `staff.paging`'s."""

from __future__ import annotations

from typing import Any

# What a list may be sorted by; each has an index that ends in the id.
ORDERINGS = ("-registered_at", "registered_at", "next_due_at", "-next_due_at")


def chosen(ordering: Any) -> str:
    """The ordering asked for, or the newest first."""
    return ordering if ordering in ORDERINGS else ORDERINGS[0]
