"""A person's authenticator app, and how he signs in with it."""

from __future__ import annotations

from base64 import b32decode
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client

from staff.models import User
from staff.now import pretend
from tests.cast import MORNING

PASSWORD = "hotline-12345"
SCRIPT = {"X-Desk-Script": "1"}
HELD = "Signing in failed too often. Try again at"


def at(seconds: float) -> datetime:
    return MORNING + timedelta(seconds=seconds)


def code_of(secret: str, seconds: float = 0) -> str:
    """What the app with this secret shows, seconds after ten o'clock."""
    return TOTP(b32decode(secret.replace(" ", "")), 6, SHA1(), 30).generate(at(seconds).timestamp()).decode()  # noqa: S303  as apps do


def sends(client: Client, url: str, seconds: float = 0, **data: str) -> Any:
    headers = SCRIPT if data.pop("script", "") else None
    with pretend(at(seconds)):
        return client.post(url, data, headers=headers)


class Phone:
    """A person's app, at his pages."""

    def __init__(self, person: User, client: Client | None = None, seconds: float = 0) -> None:
        """He turns it on, signed in."""
        self.client = client or signed_in(person)
        with pretend(at(seconds)):
            page = self.client.get("/second-factor/")
        form = page.context["form"]
        self.secret: str = form.offer.secret
        page = sends(self.client, "/second-factor/", seconds, signed=form.offer.signed, code=self.code(seconds))
        self.recovery_codes: list[str] = page.context["codes"]

    def code(self, seconds: float = 0) -> str:
        return code_of(self.secret, seconds)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def password(client: Client, name: str = "lin", seconds: float = 0, said: str = PASSWORD, **more: str) -> Any:
    return sends(client, "/sign-in/", seconds, username=name, password=said, **more)


def gives(client: Client, code: str, seconds: float = 0, name: str = "lin", **more: str) -> Any:
    """The password, then this code."""
    form = password(client, name, seconds).context["form"]
    return sends(client, "/sign-in/code/", seconds, ticket=form["ticket"].value(), code=code, **more)


def is_in(client: Client) -> bool:
    return client.get("/orders/").status_code == 200


def wrong(answer: Any) -> str:
    return " ".join(str(one) for errors in answer.context["form"].errors.values() for one in errors)
