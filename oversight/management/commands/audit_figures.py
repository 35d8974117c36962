"""`manage.py audit_figures`: whether the day book says what a full recount says."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from oversight import recounting, sums

NAMED = 10


class Command(BaseCommand):
    help = "Recounts every figure's entries and sums and compares them with the day book; exits 1 when they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        if not sums.is_ready():
            self.stdout.write("The day book is not written yet: figures are counted from the records.")
            return
        orders, wrong_sums = recounting.wrong_entries(), recounting.wrong_sums()
        if not orders and not wrong_sums:
            self.stdout.write("The day book is what a full recount comes to.")
            return
        named = ", ".join(str(order) for order in orders[:NAMED])
        self.stdout.write(f"{len(orders)} orders are entered wrongly ({named}), {wrong_sums} sums are wrong.")
        sys.exit(1)
