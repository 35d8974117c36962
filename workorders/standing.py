"""What the law asks about an order beside its own row, read with that row: a page asks the guards of every move."""

from __future__ import annotations

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from workorders.models import Status, WorkOrder
from workorders.workflow import DISPUTES

# Said in plain SQL: building these three took longer than all the rest of finding an order.
FACTS: dict[str, tuple[str, list[object]]] = {
    "is_supervised": (
        "SELECT FROM workorders_supervision AS held WHERE held.order_id = workorders_workorder.id"
        " AND held.lifted_at IS NULL",
        [],
    ),
    "carries_others": (
        "SELECT FROM workorders_workorder AS rider WHERE rider.merged_into_id = workorders_workorder.id"
        " AND rider.status = %s",
        [Status.MERGED.value],
    ),
    "is_disputed": (
        "SELECT FROM referrals_referral AS part JOIN referrals_returnrequest AS asked ON asked.referral_id = part.id"
        " WHERE part.order_id = workorders_workorder.id AND asked.granted AND asked.reason = ANY(%s)",
        [[reason.value for reason in DISPUTES]],
    ),
}
# The same for plain SQL, beside the order's own columns.
STANDING = ", ".join(f"EXISTS ({rows}) AS {fact}" for fact, (rows, _told) in FACTS.items())
TOLD = [one for _rows, told in FACTS.values() for one in told]


def with_standing(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """Orders for reading: the facts are those of the moment of reading. An action reads its order again, under lock."""
    return orders.annotate(
        **{
            fact: RawSQL(f"EXISTS ({rows})", told, output_field=BooleanField())  # noqa: S611  the sentences above
            for fact, (rows, told) in FACTS.items()
        }
    )
