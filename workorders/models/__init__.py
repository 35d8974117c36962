"""Records of what citizens asked."""

from workorders.models.attachment import Attachment, Audience
from workorders.models.caller import Caller, Reveal
from workorders.models.category import Category, TimeLimit
from workorders.models.choices import Pool
from workorders.models.event import Event
from workorders.models.look import Look
from workorders.models.order import CLOSED_STATUSES, OPEN_STATUSES, Kind, Outcome, Status, Urgency, WorkOrder
from workorders.models.registration import Registration
from workorders.models.rescheduling import Rescheduling
from workorders.models.step import Holder, Reminder, Rung, Step
from workorders.models.supervision import Chase, Supervision
from workorders.models.wording import Wording

__all__ = [
    "CLOSED_STATUSES",
    "OPEN_STATUSES",
    "Attachment",
    "Audience",
    "Caller",
    "Category",
    "Chase",
    "Event",
    "Holder",
    "Kind",
    "Look",
    "Outcome",
    "Pool",
    "Registration",
    "Reminder",
    "Rescheduling",
    "Reveal",
    "Rung",
    "Status",
    "Step",
    "Supervision",
    "TimeLimit",
    "Urgency",
    "Wording",
    "WorkOrder",
]
