"""附件: files are added to an order, and taken away on the record."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from staff.models import User
from staff.now import now
from workorders import workflow
from workorders.errors import NotAllowed
from workorders.files import shelf
from workorders.files.examining import Examined, examine, no_room, refuse
from workorders.models import Attachment, Audience
from workorders.models.order import WorkOrder
from workorders.timeline import lock, record

# Files an order holds at most.
MOST = 100


def attach(order: WorkOrder, *, by: User, file: File[bytes], for_departments: bool | None = None) -> Attachment:
    """添加附件: examine a file, keep it, and enter it with its order. Raises Invalid for a file that may not come in.

    The file is on the disk before its row is written, and goes again when the row is not. `for_departments` is what
    the hotline says of who may see it; None leaves it to the order: a file of an order that keeps its caller from
    departments is kept from them as well. What a department adds, it and the hotline see in any case.
    """
    workflow.ATTACH.check(order, by)
    found = examine(file)
    try:
        place = shelf.put(file)
    except OSError:
        raise no_room() from None
    try:
        return _enter(order, found, place, by=by, for_departments=for_departments)
    except BaseException:
        shelf.take_away(place)
        raise


@transaction.atomic
def _enter(order: WorkOrder, found: Examined, place: str, *, by: User, for_departments: bool | None) -> Attachment:
    order = lock(order.pk)
    workflow.ATTACH.check(order, by)
    kept = order.attachments.kept()
    _has_room(kept.aggregate(files=Count("pk"), size=Sum("size", default=0)), found.size)
    if kept.filter(sha256=found.sha256, department=by.department).exists():
        raise refuse(_("This very file is attached already."))
    attachment = Attachment.objects.create(
        order=order,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        file=place,
        audience=_audience(order, by, for_departments),
        added_at=now(),
        added_by=by,
        department=by.department,
    )
    # Without the name: the timeline is read by people from whom the file may be kept.
    record(order, "workorder.attached", by=by, informative=True, attachment=attachment.pk)
    return attachment


def _has_room(held: dict[str, int], size: int) -> None:
    most = settings.ATTACHMENT_ORDER_BYTES
    if held["files"] >= MOST:
        raise refuse(_("An order holds at most %(most)s files.") % {"most": MOST})
    if held["size"] + size > most:
        told = {"most": filesizeformat(most), "left": filesizeformat(max(0, most - held["size"]))}
        raise refuse(_("An order's files have at most %(most)s together; %(left)s are left.") % told)


def _audience(order: WorkOrder, by: User, for_departments: bool | None) -> Audience:
    """`ORDER` follows the order when it becomes confidential later; only who marks it for departments opens it."""
    if by.department_id or for_departments is None:
        return Audience.ORDER
    if not for_departments:
        return Audience.HOTLINE
    return Audience.DEPARTMENTS if workflow.hides_caller(order) else Audience.ORDER


@transaction.atomic
def detach(attachment: Attachment, *, by: User, reason: str) -> Attachment:
    """删除附件: the record stays, with who and why; the file goes when that is certain."""
    order = lock(attachment.order_id)
    attachment.refresh_from_db()
    check_detach(order, attachment, by)
    place = str(attachment.file)
    attachment.removed_at, attachment.removed_by, attachment.removed_because = now(), by, reason
    attachment.file = ""
    attachment.save(update_fields=["removed_at", "removed_by", "removed_because", "file"])
    record(order, "workorder.detached", by=by, note=reason, informative=True, attachment=attachment.pk)
    transaction.on_commit(partial(shelf.take_away, place))
    return attachment


def check_detach(order: WorkOrder, attachment: Attachment, by: User) -> None:
    """Raise NotAllowed unless this person may take the file away now."""
    workflow.DETACH.check(order, by)
    if not is_theirs(attachment, by):
        raise NotAllowed(_("Only who added a file, their unit, or a supervisor removes it."))
    if attachment.removed_at:
        raise NotAllowed(_("It is removed already."))


def is_theirs(attachment: Attachment, by: User) -> bool:
    """Whether it is this person's to take away, where the order allows it."""
    own = attachment.added_by_id == by.pk
    units = attachment.department_id is not None and attachment.department_id in by.units
    return own or units or by.has_perm("workorders.supervise_workorder")
