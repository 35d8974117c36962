from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loading.demo.city import usernames
from loading.demo.load import Wish, load
from staff.models import User
from staff.now import now
from workorders.models import WorkOrder


class Command(BaseCommand):
    help = "Build the demo city: departments, people and orders that have lived through the last weeks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--orders", type=int, default=300, metavar="N", help="how many orders (default: %(default)s)"
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

        def progress(done: int) -> None:
            if done % 50 == 0:
                self.stdout.write(f"  {done} of {orders} orders …")
                self.stdout.flush()

        load(Wish(orders, seed + there, now()), progress)
        self.stdout.write(f"The demo city holds {WorkOrder.objects.count()} orders.")
