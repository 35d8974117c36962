"""The clock as one table: which task runs how often. Tasks are named, not imported; each sweep may run twice."""

SECOND = 1.0
MINUTE = 60 * SECOND

SCHEDULE = {
    name: {"task": task, "schedule": every, "options": {"expires": every}}
    for name, task, every in (
        # what                       task                        how often
        ("deadlines and escalation", "workorders.tasks.sweep", 30 * SECOND),
        ("deliver notices", "notices.tasks.deliver", 20 * SECOND),
    )
}
