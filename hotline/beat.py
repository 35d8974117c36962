"""The clock as one table: which task runs how often. Tasks are named, not imported; each sweep may run twice."""

from typing import Any


def schedule(seconds: int) -> dict[str, dict[str, Any]]:
    """The table, where the clock goes round every so many seconds; a run that waited longer than that is dropped."""
    return {
        name: {"task": task, "schedule": every, "options": {"expires": every}}
        for name, task, every in (
            # what                         task                         how often
            ("deadlines and escalation", "workorders.tasks.sweep", seconds),
            ("due times by a new calendar", "workorders.tasks.reschedule", seconds),
            ("deliver notices", "notices.tasks.deliver", seconds),
            ("wordings entered for search", "workorders.tasks.enter_wordings", seconds),
            ("figures added up", "oversight.tasks.keep_up", seconds),
        )
    }
