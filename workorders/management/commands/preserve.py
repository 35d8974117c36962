"""`manage.py preserve NUMBER --reason …`: nothing of this order is let go, however old, until that is lifted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workorders import actions
from workorders.errors import NotAllowed
from workorders.models import WorkOrder


class Command(BaseCommand):
    help = "Keep an order and its caller beyond their time (a court, a petition, an inquiry); its timeline says so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the order's number")
        parser.add_argument("--reason", required=True, help="who asked for it, and why; it stands on the timeline")
        parser.add_argument("--lift", action="store_true", help="it need not be kept any more")

    def handle(self, *, number: str, reason: str, lift: bool, **options: Any) -> None:
        order = WorkOrder.objects.filter(number=number.strip().upper()).first()
        if order is None:
            raise CommandError(f"There is no order {number}.")
        try:
            (actions.stop_preserving if lift else actions.preserve)(order, reason=reason)
        except NotAllowed as refused:
            raise CommandError(str(refused.reason)) from None
        self.stdout.write(f"{order.number} is {'preserved no longer' if lift else 'preserved'}.")
