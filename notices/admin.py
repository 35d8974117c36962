"""发送记录: what left the house, what failed and why. To read, not to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notices.models import Delivery, Notice
from notices.rules import RULES
from notices.words import rule_words, words


class LogAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """Rows that programs write; counting all of them on every page would be slower than reading one."""

    ordering = ("-id",)
    list_per_page = 100
    show_full_result_count = False
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RuleFilter(admin.SimpleListFilter):
    """The reasons to tell somebody, as they are worded."""

    title = _("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, rule_words(name)) for name in RULES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(rule=self.value()) if self.value() else queryset


@admin.register(Notice)
class NoticeAdmin(LogAdmin):
    list_display = ("at", "case", "person", "told", "read_at")
    list_filter = (RuleFilter, ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("recipient",)
    search_fields = ("case", "recipient__name", "recipient__username")
    fields = ("at", "case", "person", "told", "read_at")

    @admin.display(description=_("recipient"))
    def person(self, notice: Notice) -> str:
        return str(notice.recipient)

    @admin.display(description=_("notice"))
    def told(self, notice: Notice) -> str:
        return words(notice)


@admin.register(Delivery)
class DeliveryAdmin(LogAdmin):
    list_display = ("not_before", "case", "recipient", "channel", "status", "tries", "sent_at", "error")
    list_filter = ("status", "channel")
    list_select_related = ("notice__recipient",)
    search_fields = ("notice__case", "notice__recipient__name", "error")
    fields = ("notice", "channel", "status", "not_before", "tries", "claimed_at", "sent_at", "error")

    @admin.display(description=_("work order"))
    def case(self, delivery: Delivery) -> str:
        return delivery.notice.case

    @admin.display(description=_("recipient"))
    def recipient(self, delivery: Delivery) -> str:
        return str(delivery.notice.recipient)
