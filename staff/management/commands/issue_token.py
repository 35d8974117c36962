"""A token for the API: for a person's program, or for a department's system that signs in as one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from staff.models import Token, User
from staff.now import now
from staff.tokens import issue, revoke


class Command(BaseCommand):
    help = "Issue a token for the API to a person and print it, this once: only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the program or system it is for")
        parser.add_argument("--revoke", action="store_true", help="end the person's tokens instead, or those of --name")

    def handle(self, *, username: str, name: str, revoke: bool, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no person with the user name {username!r}.")
        if revoke:
            self.stdout.write(self._revoked(person, name))
            return
        if not person.is_active:
            raise CommandError(f"{person} is not active: a token would open nothing.")
        self.stdout.write(issue(Token(person=person, name=name or "API")))

    def _revoked(self, person: User, name: str) -> str:
        tokens = Token.objects.filter(person=person, expires_at__gt=now())
        ended = [token.begins for token in (tokens.filter(name=name) if name else tokens) if revoke(token)]
        if not ended:
            raise CommandError(f"{person} has no token{f' named {name!r}' if name else ''} that opens anything.")
        return f"{person}: ended {', '.join(f'{begins}…' for begins in ended)}"
