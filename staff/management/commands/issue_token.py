"""A token for the API: for a person, or for a department's system that signs in as one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rest_framework.authtoken.models import Token

from staff.models import User


class Command(BaseCommand):
    help = "Print a person's token for the API; it is made when there is none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--revoke", action="store_true", help="end the token instead; the next call makes another")

    def handle(self, *, username: str, revoke: bool, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no person with the user name {username!r}.")
        if revoke:
            ended, _by_model = Token.objects.filter(user=person).delete()
            if not ended:
                raise CommandError(f"{person} has no token.")
            self.stdout.write(f"The token of {person} is ended.")
            return
        if not person.is_active:
            raise CommandError(f"{person} is not active: a token would open nothing.")
        self.stdout.write(Token.objects.get_or_create(user=person)[0].key)
