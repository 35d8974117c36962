"""The clock as one table: which task runs how often. Tasks are named, not imported; each sweep may run twice."""

from typing import Any

from celery.schedules import crontab

# When hardly anybody calls; a run that waited for an hour is left to the next night.
BY_NIGHT = crontab(hour="2", minute="30")
AN_HOUR = 3600


def schedule(seconds: int) -> dict[str, dict[str, Any]]:
    """The table, where the clock goes round every so many seconds; a run that waited longer than that is dropped."""
    return {
        name: {"task": task, "schedule": every, "options": {"expires": AN_HOUR if every is BY_NIGHT else every}}
        for name, task, every in (
            # what                         task                         how often
            ("deadlines and escalation", "workorders.tasks.sweep", seconds),
            ("due times by a new calendar", "workorders.tasks.reschedule", seconds),
            ("deliver notices", "notices.tasks.deliver", seconds),
            ("wordings entered for search", "workorders.tasks.enter_wordings", seconds),
            ("figures added up", "oversight.tasks.keep_up", seconds),
            ("what is kept no longer", "staff.tasks.retain", BY_NIGHT),
        )
    }
