"""匿名化: years after an order was closed nobody need know any more who called, and later not what was written.

The order stays with all that figures are made of. First its caller goes; later every text people wrote about it, for
names may stand in any of them. The timeline says when, and keeps who did what by when. An open order is untouched, and
so is one that is preserved (`manage.py preserve`): a court, a petition, an inquiry may need it.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from staff.retention import Rows
from workorders.files import shelf
from workorders.models import Attachment, Caller, Chase, Event, Supervision, WorkOrder
from workorders.models.choices import Erased

# What stands for a title that has gone: a list needs something to click on.
NO_TITLE = "—"


class Texts(NamedTuple):
    """The way from a record to its order, and which of its columns hold words people wrote."""

    order: str
    columns: tuple[str, ...]


# Apps above enter theirs when they are ready.
TEXTS: dict[type[Model], Texts] = {
    Chase: Texts("order", ("words",)),
    Supervision: Texts("order", ("reason", "findings")),
    Attachment: Texts("order", ("name", "removed_because")),
}
GONE: dict[str, Any] = {
    **dict.fromkeys(("content", "wants", "address", "reply", "source_number"), ""),
    "title": NO_TITLE,
    "extra": {},
}

# What the order's entry counts on from is the last one: its row is locked, and no card is shown of a closed order.
ENTER = """
INSERT INTO workorders_event (order_id, seq, verb, at, department, note, public, data, informative)
SELECT order_id, 1 + max(seq), %s, %s, '', '', '', '{}', true FROM workorders_event
WHERE order_id = ANY(%s) GROUP BY order_id
"""


def due(erased: Erased) -> QuerySet[WorkOrder]:
    """Closed orders of which so much has gone already, and which nobody has preserved."""
    return WorkOrder.objects.filter(erased=erased, preserved=False, closed_at__isnull=False)


def anonymise(rows: Rows, keys: list[int], at: datetime) -> None:
    """The caller's row goes; that there was one who could be reached is forgotten too, so nobody tries to call."""
    Caller.objects.filter(order__in=keys).delete()
    WorkOrder.objects.filter(pk__in=keys).update(erased=Erased.CALLER, has_caller=False)
    _enter("workorder.anonymised", keys, at)


def blank(rows: Rows, keys: list[int], at: datetime) -> None:
    """Every text and every file goes; the database empties the timeline's texts once the order says so, and nothing
    else of an entry."""
    WorkOrder.objects.filter(pk__in=keys).update(erased=Erased.TEXTS, **GONE)
    files = Attachment.objects.kept().filter(order__in=keys)
    for place in list(files.values_list("file", flat=True)):
        transaction.on_commit(partial(shelf.take_away, place))
    files.update(removed_at=at, file="")
    for model, texts in TEXTS.items():
        of = model._default_manager.filter(**{f"{texts.order}__in": keys})
        of.update(**dict.fromkeys(texts.columns, ""))
    Event.objects.filter(order__in=keys).update(note="", public="")
    _enter("workorder.blanked", keys, at)


def _enter(verb: str, keys: list[int], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [verb, at, keys])
