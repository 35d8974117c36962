"""What a promise is, and the law as the promises' queries ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise as Words

from callbacks.models import Resolution, Satisfaction
from callbacks.models import Status as CallbackStatus
from referrals import workflow as parts
from referrals.models import LIVE as LIVE_PARTS
from referrals.models import NOT_READABLE
from workorders import workflow
from workorders.models import CLOSED_STATUSES, OPEN_STATUSES, Status
from workorders.models.choices import StepKind


class Promise(NamedTuple):
    """One promise: its name, what it says, and the query for (number, reason) of what breaks it."""

    name: str
    words: str | Words
    broken: str


# What may be owed besides what a status owes: departments' clocks and rulings on their requests while it is referred.
OF_DEPARTMENTS = (
    StepKind.SIGN,
    StepKind.CONTACT,
    StepKind.ANSWER,
    StepKind.RULE_RETURN,
    StepKind.RULE_EXTENSION,
)


def parameters(due: datetime) -> dict[str, Any]:
    """The law, as the queries ask for it."""
    owed = [(status, kind, pool) for status, steps in workflow.OWED.items() for kind, pool in steps]
    may = [(status, kind) for status, kind, _pool in owed]
    may += [(Status.REFERRED, kind) for kind in OF_DEPARTMENTS]
    may += [(Status(status), StepKind.SUPERVISE) for status in workflow.LIVE]
    of_parts = [(status, kind) for status, kinds in parts.OWED.items() for kind in kinds]
    return {
        "due": due,
        "open": _texts(OPEN_STATUSES),
        "closed": _texts(CLOSED_STATUSES),
        "owed_status": _texts(status for status, _kind, _pool in owed),
        "owed_kind": _texts(kind for _status, kind, _pool in owed),
        "owed_pool": [str(pool) if pool else None for _status, _kind, pool in owed],
        "may_status": _texts(status for status, _kind in may),
        "may_kind": _texts(kind for _status, kind in may),
        "work_pool": _texts(workflow.WORK_OF),
        "work_permission": _texts(workflow.WORK_OF.values()),
        "without_ladder": _texts(workflow.WITHOUT_LADDER),
        "limited": _texts(kind for kind in StepKind if kind not in workflow.WITHOUT_LADDER),
        "live_parts": _texts(LIVE_PARTS),
        "not_readable": _texts(NOT_READABLE),
        "part_status": _texts(status for status, _kind in of_parts),
        "part_kind": _texts(kind for _status, kind in of_parts),
        "trying": str(CallbackStatus.TRYING),
        "completed": str(CallbackStatus.COMPLETED),
        "unreachable": str(CallbackStatus.UNREACHABLE),
        "not_solved": str(Resolution.NOT_SOLVED),
        "basically": int(Satisfaction.BASICALLY),
    }


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values]
