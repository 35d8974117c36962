"""Let somebody who failed to sign in too often try again at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from staff.lockout import lift


class Command(BaseCommand):
    help = "Forget the failed sign-ins of a user name or from a network address: it is no longer held back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", metavar="USERNAME|ADDRESS")

    def handle(self, *, what: str, **options: Any) -> None:
        if not lift(what):
            raise CommandError(f"No failed sign-ins are counted of {what!r}.")
        self.stdout.write(f"{what} may try again.")
