"""工单: one citizen's matter, from the call to its closing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import Area, Department, User
from staff.paging import Keyed
from workorders.models.category import Category
from workorders.models.choices import (
    CLOSED_STATUSES,
    OPEN_STATUSES,
    Channel,
    Closing,
    DeclineReason,
    Erased,
    Kind,
    Outcome,
    Pool,
    Status,
    StepKind,
    Urgency,
)
from workorders.models.step import Holder

__all__ = ["CLOSED_STATUSES", "OPEN_STATUSES", "Kind", "Outcome", "Status", "Urgency", "WorkOrder"]

# The table that leads to orders, and its columns. It has besides, as the order has them, what lists are narrowed by,
# and how the order ended: its status once it is over, nothing before.
WAY, LED_AT, LED_TO = "way", "led_at", "led_to"
BESIDE = ("category", "area", "lead_department", "channel", "kind", "urgency")
ENDED = "ended"


class WorkOrderQuerySet(Keyed["WorkOrder"]):
    # Whether another table leads to the orders, and stands beside them as `WAY`.
    is_led: bool = False

    def led_by(self, relation: str, **narrowed: Any) -> WorkOrderQuerySet:
        """Those a table leads to: so narrowed, it has one row at most for each, with the time of registering and what
        else it has beside it."""
        rows = Q(**{f"{relation}__{name}": value for name, value in narrowed.items()})
        # Its columns by names of their own: each filter by way of the relation would join the table once more.
        columns = {LED_AT: F(f"{WAY}__registered_at"), LED_TO: F(f"{WAY}__order_id")}
        way = self.alias(**{WAY: FilteredRelation(relation, condition=rows)}).alias(**columns)
        found = way.filter(**{f"{LED_TO}__isnull": False})
        found.is_led = True
        return found

    def key(self, name: str) -> tuple[str, str]:
        return (LED_AT, LED_TO) if self.is_led and name == "registered_at" else (name, "pk")

    def valued(self, name: str) -> Self:
        found = super().valued(name)
        return found.unended() if name == "next_due_at" else found

    def among(self, name: str, values: Collection[Any]) -> Self:
        """Those with one of these values, as the table that leads to them has it: the others are not read for that."""
        if self.is_led and name in BESIDE:
            return self._beside(name, values)
        return self.filter(**{f"{name}__in": values})

    def with_status(self, statuses: Collection[str]) -> Self:
        """Those of these statuses: how they ended stands beside them, what is open is sought among the open."""
        if not self.is_led:
            return self.filter(status__in=statuses)
        ends = {status if status in CLOSED_STATUSES else "" for status in statuses}
        found = self._beside(ENDED, ends)
        return found.filter(status__in=statuses) if "" in ends else found

    def unended(self) -> Self:
        """Said besides where only open orders can fit: the others are passed over without being read."""
        return self._beside(ENDED, [""]) if self.is_led else self

    def _beside(self, name: str, values: Collection[Any]) -> Self:
        column = f"led_{name}"
        return self.alias(**{column: F(f"{WAY}__{name}")}).filter(**{f"{column}__in": values})

    def _clone(self) -> WorkOrderQuerySet:
        clone: WorkOrderQuerySet = super()._clone()  # type: ignore[misc]  # Django's own, which the stubs leave out
        clone.is_led = self.is_led
        return clone

    def open(self) -> WorkOrderQuerySet:
        return self.unended().filter(next_due_at__isnull=False)

    def closed(self) -> WorkOrderQuerySet:
        return self._beside(ENDED, CLOSED_STATUSES) if self.is_led else self.filter(next_due_at__isnull=True)

    def overdue(self, at: datetime) -> WorkOrderQuerySet:
        return self.filter(next_due_at__lt=at)

    def held_by_pool(self, pool: str) -> WorkOrderQuerySet:
        return self.filter(holder_pool=pool)

    def awaiting_referral(self) -> WorkOrderQuerySet:
        return self.filter(status=Status.REGISTERED)

    def awaiting_review(self) -> WorkOrderQuerySet:
        return self.filter(status=Status.ANSWERED)

    def awaiting_callback(self) -> WorkOrderQuerySet:
        return self.filter(status=Status.AWAITING_CALLBACK)

    def awaiting_decision(self) -> WorkOrderQuerySet:
        return self.filter(status=Status.DECIDING)


class WorkOrder(models.Model):
    """One matter. While it is open it has exactly one holder and one next due time; the database sees to it."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    query_code = models.CharField(_("query code"), max_length=12)
    source_number = models.CharField(_("number elsewhere"), max_length=60, blank=True)

    channel = models.CharField(_("channel"), max_length=1, choices=Channel)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    # Keys without an index of their own have one below, which begins with them.
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="orders", verbose_name=_("category"), db_index=False
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("area"), db_index=False
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    incident_at = models.DateTimeField(_("time of the incident"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=120)
    content = models.TextField(_("what happened"))
    wants = models.TextField(_("what the citizen wants"), blank=True)
    extra = models.JSONField(_("extra answers"), default=dict, blank=True)
    confidential = models.BooleanField(_("confidential"), default=False)
    reply_wanted = models.BooleanField(_("reply wanted"), default=True)
    has_caller = models.BooleanField(_("caller can be reached"), default=False)

    status = models.CharField(_("status"), max_length=20, choices=Status)
    holder_pool = models.CharField(_("desk"), max_length=12, choices=Pool, null=True, blank=True)
    holder_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    holder_person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    next_step = models.CharField(_("next step"), max_length=16, choices=StepKind, null=True, blank=True)
    next_due_at = models.DateTimeField(_("due"), null=True, blank=True)

    version = models.PositiveIntegerField(_("version"), default=0)
    dispatches = models.PositiveSmallIntegerField(_("dispatches"), default=0)
    reworks = models.PositiveSmallIntegerField(_("reworks"), default=0)
    chases = models.PositiveSmallIntegerField(_("chases"), default=0)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    lead_department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_orders",
        verbose_name=_("lead department"),
        db_index=False,
    )

    registered_at = models.DateTimeField(pgettext_lazy("time", "registered"))
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="registered_orders", db_index=False)
    closed_at = models.DateTimeField(pgettext_lazy("time", "closed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    closing = models.CharField(_("closed how"), max_length=14, choices=Closing, blank=True)
    decline_reason = models.CharField(_("declined because"), max_length=14, choices=DeclineReason, blank=True)
    reply = models.TextField(_("reply to the citizen"), blank=True)
    preserved = models.BooleanField(_("preserved"), default=False, db_default=False)
    erased = models.PositiveSmallIntegerField(
        _("gone by now"), choices=Erased, default=Erased.NOTHING, db_default=Erased.NOTHING
    )

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        ordering = ["-registered_at", "-id"]
        permissions = [
            ("view_every_order", "May see every work order"),
            ("register_workorder", "May register an appeal"),
            ("amend_workorder", "May amend an order"),
            ("answer_on_the_spot", "May answer on the spot"),
            ("decline_workorder", "May decline an appeal or mark it invalid"),
            ("withdraw_workorder", "May withdraw an order for the citizen"),
            ("merge_workorder", "May merge and unmerge orders"),
            ("shelve_workorder", "May shelve an order and resume it"),
            ("close_workorder", "May close an order without a callback"),
            ("reopen_workorder", "May reopen a closed order"),
            ("chase_workorder", "May pass on a citizen's chase"),
            ("supervise_workorder", "May open and lift supervision"),
            ("take_workorder", "May take an order from a desk"),
            ("view_timeline_internal", "May read and write internal notes"),
            ("reveal_caller", "May reveal who called"),
            ("export_workorders", "May export orders"),
            ("attach_file", "May attach files to orders"),
        ]
        constraints = [
            models.CheckConstraint(
                name="an_open_order_has_one_holder_and_one_due_time",
                condition=Q(status__in=CLOSED_STATUSES)
                | (
                    Q(next_due_at__isnull=False)
                    & Q(next_step__isnull=False)
                    & (
                        Q(holder_pool__isnull=False, holder_department=None, holder_person=None)
                        | Q(holder_pool=None, holder_department__isnull=False, holder_person=None)
                        | Q(holder_pool=None, holder_department=None, holder_person__isnull=False)
                    )
                ),
            ),
            models.CheckConstraint(
                name="a_closed_order_has_no_holder_and_no_due_time",
                condition=Q(status__in=OPEN_STATUSES)
                | Q(
                    next_due_at=None,
                    next_step=None,
                    holder_pool=None,
                    holder_department=None,
                    holder_person=None,
                    closed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="only_a_merged_order_rides_with_another",
                condition=Q(status=Status.MERGED, merged_into__isnull=False) | ~Q(status=Status.MERGED),
            ),
            models.CheckConstraint(
                name="order_status_is_known", condition=Q(status__in=[status.value for status in Status])
            ),
            models.UniqueConstraint(
                fields=["source_number"], condition=~Q(source_number=""), name="an_order_from_elsewhere_comes_in_once"
            ),
        ]
        # Each is written with every registering, the whole ones with every move: one that no list asks for goes.
        indexes = [
            # By due time: all that is open, each queue that is a status, each desk, each unit, each person.
            models.Index(
                fields=["next_due_at", "id"], condition=Q(next_due_at__isnull=False), name="order_open_by_due"
            ),
            models.Index(
                fields=["status", "next_due_at", "id"],
                condition=Q(next_due_at__isnull=False),
                name="order_open_by_status",
            ),
            models.Index(fields=["registered_at", "id"], name="order_by_registered"),
            models.Index(fields=["status", "registered_at", "id"], name="order_by_status"),
            models.Index(fields=["category", "registered_at", "id"], name="order_by_category"),
            models.Index(fields=["area", "registered_at", "id"], name="order_by_area"),
            models.Index(fields=["kind", "registered_at", "id"], name="order_by_kind"),
            models.Index(fields=["lead_department", "registered_at", "id"], name="order_by_lead"),
            models.Index(fields=["channel", "registered_at", "id"], name="order_by_channel"),
            models.Index(fields=["registered_by", "registered_at", "id"], name="order_by_registrar"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="order_merged_into_another"
            ),
            models.Index(fields=["address", "registered_at"], condition=~Q(address=""), name="order_by_address"),
            models.Index(
                fields=["holder_pool", "next_due_at", "id"],
                condition=Q(holder_pool__isnull=False),
                name="order_by_holder_pool",
            ),
            models.Index(
                fields=["holder_department", "next_due_at", "id"],
                condition=Q(holder_department__isnull=False),
                name="order_by_holder_department",
            ),
            models.Index(
                fields=["holder_person", "next_due_at", "id"],
                condition=Q(holder_person__isnull=False),
                name="order_by_holder_person",
            ),
            models.Index(
                fields=["erased", "closed_at"],
                condition=Q(closed_at__isnull=False, preserved=False, erased__lt=Erased.TEXTS),
                name="order_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("desk:dossier", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED_STATUSES

    @property
    def holder(self) -> Holder | None:
        """Who owes the next thing; None when closed."""
        if not self.is_open:
            return None
        return Holder(pool=self.holder_pool, department_id=self.holder_department_id, person_id=self.holder_person_id)

    @property
    def holder_name(self) -> str:
        if self.holder_pool:
            return str(Pool(self.holder_pool).label)
        return str(self.holder_department or self.holder_person or "")

    def is_overdue(self, at: datetime) -> bool:
        return self.next_due_at is not None and self.next_due_at < at

    def wants_callback(self) -> bool:
        """Praise and anonymous appeals without a contact are exempt (免回访)."""
        return self.has_caller and self.kind != Kind.PRAISE

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, or write named fields; a whole-row update would undo what came in between."""
        if self.pk and not kwargs.get("update_fields") and not self._state.adding:
            raise TypeError("save(update_fields=[…]) names what changed")
        super().save(*args, **kwargs)
