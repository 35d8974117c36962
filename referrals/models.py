"""派单: what a department owes. The facts of its life are rows: returns, extensions, answers."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import Area, Department, User
from workorders.models import Category, Outcome, Step, WorkOrder
from workorders.models.choices import ReturnReason


class Status(models.TextChoices):
    """The referral's own status, beside its order's."""

    SENT = "sent", _("waiting to be accepted")
    ACCEPTED = "accepted", _("being handled")
    DELEGATED = "delegated", _("delegated to a sub-unit")
    ANSWERED = "answered", _("answered")
    PASSED = "passed", _("passed review")
    RETURNED = "returned", _("returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "withdrawn")


LIVE = (Status.SENT, Status.ACCEPTED, Status.DELEGATED)
# Whose department reads the order no longer.
NOT_READABLE = (Status.RETURNED, Status.WITHDRAWN)


class Role(models.TextChoices):
    LEAD = "lead", _("lead")
    SUPPORTING = "supporting", _("supporting")
    SUBUNIT = "subunit", _("sub-unit")


class ReferralQuerySet(models.QuerySet["Referral"]):
    def live(self) -> ReferralQuerySet:
        return self.filter(status__in=LIVE)

    def sent(self) -> ReferralQuerySet:
        return self.filter(status=Status.SENT)

    def overdue(self, at: datetime) -> ReferralQuerySet:
        return self.live().filter(answer_step__due_at__lt=at)

    def visible_to(self, user: User) -> ReferralQuerySet:
        """The hotline's people see every referral, a department's people their unit's and those below it.

        A returned or recalled referral is no longer theirs to read.
        """
        if user.has_perm("workorders.view_every_order"):
            return self
        return self.filter(department__in=user.units).exclude(status__in=NOT_READABLE)


class Referral(models.Model):
    """One department's part of an order. A sub-unit's part hangs below its bureau's; a rework `follows` the old one."""

    # Keys without an index of their own have one below, which begins with them.
    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="referrals", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="referrals", verbose_name=_("department"), db_index=False
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SENT)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="delegations")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    designated = models.BooleanField(_("designated"), default=False)
    is_rework = models.BooleanField(_("rework"), default=False)
    instructions = models.TextField(_("instructions"), blank=True)

    sent_at = models.DateTimeField(pgettext_lazy("referral", "sent"))
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_until = models.DateTimeField(_("return possible until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contacted_at = models.DateTimeField(_("first contact"), null=True)
    answered_at = models.DateTimeField(pgettext_lazy("time", "answered"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    passed_at = models.DateTimeField(_("passed"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    sign_step = models.OneToOneField(Step, models.PROTECT, related_name="sign_of")
    contact_step = models.OneToOneField(Step, models.PROTECT, null=True, related_name="contact_of")
    answer_step = models.OneToOneField(Step, models.PROTECT, related_name="answer_of")
    extensions_allowed = models.PositiveSmallIntegerField(default=0)
    extension_days = models.PositiveSmallIntegerField(default=0)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["order", "id"]
        permissions = [
            ("refer_workorder", "May refer orders to departments"),
            ("designate_referral", "May designate a department"),
            ("rule_return", "May rule on returns"),
            ("rule_extension", "May rule on extensions"),
            ("review_answer", "May review answers"),
            ("handle_referral", "May handle referrals of the own department"),
            ("delegate_referral", "May delegate to a sub-unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(role=Role.LEAD, status__in=LIVE), name="one_live_lead_per_order"
            ),
            models.UniqueConstraint(
                fields=["order", "department"],
                condition=Q(status__in=LIVE),
                name="a_department_is_asked_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["parent"], condition=Q(status__in=LIVE), name="one_live_delegation_per_referral"
            ),
            models.CheckConstraint(
                condition=Q(role=Role.SUBUNIT, parent__isnull=False) | (~Q(role=Role.SUBUNIT) & Q(parent=None)),
                name="a_subunit_hangs_below_its_bureau",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE, ended_at=None)
                | Q(status=Status.ANSWERED, ended_at=None)
                | (~Q(status__in=[*LIVE, Status.ANSWERED]) & Q(ended_at__isnull=False)),
                name="an_ended_referral_says_when",
            ),
        ]
        indexes = [
            # With the order, so that a unit's orders are found without reading its parts.
            models.Index(fields=["department", "status", "id"], include=["order"], name="referral_of_department"),
            models.Index(fields=["department", "sent_at"], name="referral_by_sent"),
            models.Index(fields=["sent_at"], name="referral_sent_at"),
            models.Index(fields=["passed_at"], condition=Q(passed_at__isnull=False), name="referral_by_passed"),
            models.Index(fields=["order", "id"], name="referral_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} → {self.department}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def pending_return(self) -> ReturnRequest | None:
        return self.return_requests.filter(ruled_at=None).first()

    def pending_extension(self) -> Extension | None:
        return self.extensions.filter(ruled_at=None).first()


class Readable(models.Model):
    """可阅工单: an order that a unit's people may read, through a part of its own or of a unit below it.

    The database keeps it, by triggers, and a unit's lists go along it: in the order of registering, without its parts.
    Beside each order stands what lists are narrowed by and what hardly changes: a filter that fits little is answered
    from one index, without reading the orders.
    """

    pk = models.CompositePrimaryKey("unit_id", "order_id")
    unit = models.ForeignKey(Department, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    order = models.ForeignKey(
        WorkOrder, models.DO_NOTHING, related_name="readable_by", db_index=False, db_constraint=False
    )
    registered_at = models.DateTimeField()
    # As the order has them, whose own keys answer for them.
    category = models.ForeignKey(
        Category, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    area = models.ForeignKey(Area, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)
    lead_department = models.ForeignKey(
        Department, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=1, db_default="")
    kind = models.CharField(max_length=12, db_default="")
    urgency = models.CharField(max_length=10, db_default="")
    # The order's status once it is over; empty while it is open, whatever its status.
    ended = models.CharField(max_length=20, db_default="")

    class Meta:
        verbose_name = _("readable order")
        verbose_name_plural = _("readable orders")
        indexes = [
            models.Index(
                fields=["unit", "registered_at", "order"],
                include=["category", "area", "lead_department", "channel", "kind", "urgency", "ended"],
                name="readable_with_what_narrows",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} ← {self.unit_id}"


class Ruling(models.Model):
    """What a department asks of the hotline, and what the hotline ruled (退单/延期审核)."""

    requested_at = models.DateTimeField(_("requested"))
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    step = models.OneToOneField(Step, models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField(_("ruled"), null=True)
    ruled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted = models.BooleanField(_("granted"), null=True)
    ruling = models.TextField(_("ruling"), blank=True)

    class Meta:
        abstract = True


class ReturnRequest(Ruling):
    """退单申请: a request with a reason and a legal basis; until it is ruled on the clock runs on."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="return_requests")
    reason = models.CharField(_("reason"), max_length=14, choices=ReturnReason)
    basis = models.TextField(_("legal basis"))

    class Meta:
        verbose_name = _("return request")
        verbose_name_plural = _("return requests")
        constraints = [
            models.UniqueConstraint(fields=["referral"], condition=Q(ruled_at=None), name="one_open_return_request"),
            models.CheckConstraint(
                condition=Q(ruled_at=None, granted=None) | Q(ruled_at__isnull=False, granted__isnull=False),
                name="a_return_ruling_says_yes_or_no",
            ),
        ]
        indexes = [models.Index(fields=["requested_at"], name="return_by_requested")]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.reason}"


class Extension(Ruling):
    """延期申请: asked for before the due time, granted or refused by the hotline, never silently."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"))
    due_before = models.DateTimeField(_("due before"))
    due_after = models.DateTimeField(_("due after"), null=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(fields=["referral"], condition=Q(ruled_at=None), name="one_open_extension_request"),
            models.CheckConstraint(
                condition=Q(ruled_at=None, granted=None) | Q(ruled_at__isnull=False, granted__isnull=False),
                name="an_extension_ruling_says_yes_or_no",
            ),
            models.CheckConstraint(
                condition=~Q(granted=True) | Q(due_after__gt=models.F("due_before")), name="a_granted_extension_extends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} +{self.days}"


class Answer(models.Model):
    """答复: what was done and what the citizen is told; the internal note and the public reply are two fields."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="answers")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    public_reply = models.TextField(_("reply to the citizen"))
    internal_note = models.TextField(_("internal note"), blank=True)
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    passed = models.BooleanField(_("passed"), null=True)
    review = models.TextField(_("review"), blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(fields=["referral"], condition=Q(reviewed_at=None), name="one_answer_under_review")
        ]

    def __str__(self) -> str:
        return self.public_reply[:40]


class CatalogueRow(models.Model):
    """派单目录: who leads and who supports for a category, in an area or everywhere. The deepest match is proposed."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="catalogue", verbose_name=_("category"))
    area = models.ForeignKey(
        Area, models.CASCADE, null=True, blank=True, verbose_name=_("area"), help_text=_("Empty: the whole city.")
    )
    lead = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("lead"))
    supporting = models.ManyToManyField(Department, related_name="+", blank=True, verbose_name=_("supporting"))

    class Meta:
        verbose_name = _("dispatch catalogue row")
        verbose_name_plural = _("dispatch catalogue")
        ordering = ["category__path", "area__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "area"], name="one_row_per_category_and_area", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} → {self.lead}"
