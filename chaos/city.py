"""The city that is shaken: a small one that has lived, and orders nobody acts on, whose cards fall due meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.db.models import Value
from django.db.models.functions import Concat

from bench.figures.registering import form_fields, sent_fields
from bench.house import PASSWORD, House
from bench.raw import appeal
from chaos.lives import Work
from referrals.actions import refer
from staff.models import Department, Token, User
from staff.now import now, pretend
from staff.tokens import issue
from workorders.actions import register
from workorders.models import Urgency

# Who works, at pages and through programs.
PEOPLE = ("fang", "wang", "zhao", "he", "tang", "chen", "lin")
# Seconds between two orders nobody acts on, and the limits that run out on them by the clock, day and night.
EVERY = 2.0
TO_REFER, TO_SIGN = timedelta(minutes=5), timedelta(minutes=15)


def build(orders: int, seed: int) -> None:
    """Fill the empty database settings name."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo", orders=orders, seed=seed, stdout=StringIO())
    address = Concat("username", Value("@city.example"))
    User.objects.update(email=address)  # so that notices have a way out of the house


def neglect(seconds: float) -> int:
    """Critical orders that nobody takes up: the red card of each falls into the coming seconds, one after the other."""
    lin, wang = User.objects.get(username="lin"), User.objects.get(username="wang")
    water, began, count = Department.objects.get(code="water"), now(), int(seconds / EVERY)
    for nth in range(count):
        due = began + timedelta(seconds=EVERY * (nth + 1))
        one = replace(appeal(nth), urgency=Urgency.CRITICAL)
        with pretend(due - (TO_SIGN if nth % 2 else TO_REFER)):
            order = register(one, by=lin)
            if nth % 2:
                refer(order, by=wang, lead=water)
    return count


def work(house: House, folder: str) -> Work:
    """What the clients have to know. They share the sessions of these people: signing in costs time on purpose."""
    tokens = {name: issue(Token(person=User.objects.get(username=name), name="chaos")) for name in PEOPLE}
    cookies = {name: house.signed_in(name).cookies for name in PEOPLE}
    water = str(Department.objects.get(code="water").pk)
    return Work(house.site, folder, PASSWORD, tokens, cookies, form_fields(), sent_fields(), water)
