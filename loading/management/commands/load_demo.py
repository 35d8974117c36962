from __future__ import annotations

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from loading.demo.city import usernames
from loading.demo.load import Wish, load
from staff.models import User
from staff.now import now
from workorders.models import WorkOrder

EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Build the demo city: departments, people and orders that have lived through the last weeks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--orders", type=int, default=600, metavar="N", help="how many orders (default: %(default)s)"
        )
        parser.add_argument("--seed", type=int, default=12345, help="another number is another city of orders")
        parser.add_argument("--more", action="store_true", help="add orders to a demo city that has some already")

    def handle(self, *, orders: int, seed: int, more: bool, **options: Any) -> None:
        if orders < 1:
            raise CommandError("--orders is at least 1.")
        there = WorkOrder.objects.count()
        if there and not User.objects.filter(username__in=usernames()).exists():
            raise CommandError("This database holds orders of somebody else's city: the demo stays out of it.")
        if there and not more:
            self.stdout.write(f"The demo city is there, with {there} orders. To add more: load_demo --more --orders N")
            return
        self.began = self.said = monotonic()
        with translation.override("zh-hans"):  # the city's people write Chinese
            load(Wish(orders, seed + there, now()), self._progress)
        seconds = monotonic() - self.began
        self.stdout.write(f"The demo city holds {WorkOrder.objects.count()} orders, after {seconds:.0f} seconds.")

    def _progress(self, what: str, done: int) -> None:
        if monotonic() - self.said >= EVERY_SECONDS:
            self.said = monotonic()
            self.stdout.write(f"  {done} orders {what} …")
            self.stdout.flush()
