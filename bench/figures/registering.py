"""受理: orders registered a second over HTTP, by signed-in people and by programs, as a share of the raw limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.contrib.auth.hashers import make_password

from bench.callers import SECONDS, by_people, by_programs
from bench.house import PASSWORD
from bench.raw import a_second, appeal
from bench.run import Run
from bench.table import Row
from bench.visitors import together
from staff import roles
from staff.models import Token, User
from staff.tokens import issue

CLIENTS = 4
ROUNDS = 3
LEVEL = 0.15
MINIMAL = "return=minimal"
# Each way with its words, and a level or none: an answer that tells every open move is much more than a registration.
WAYS: dict[str, tuple[str, float | None]] = {
    "page": ("signed-in page", LEVEL),
    "brief": (f"API, token and key, `{MINIMAL}`", LEVEL),
    "whole": ("API, token and key, the whole order with its moves", None),
}


def measure(run: Run) -> Iterator[Row]:
    """Pages, programs and the raw limit take turns, so that all of them see the same machine."""
    agents = [_agent(nth) for nth in range(CLIENTS)]
    tokens = [issue(Token(person=agent, name="bench")) for agent in agents]
    names = [agent.username for agent in agents]
    by_page, by_program = form_fields(), sent_fields()
    best = dict.fromkeys(("raw", *WAYS), 0.0)
    with run.web() as house:
        asks: dict[str, Callable[[], list[tuple[int, float]]]] = {
            "page": partial(together, CLIENTS, by_people, house.site, names, PASSWORD, by_page),
            "brief": partial(together, CLIENTS, by_programs, house.site, tokens, by_program, MINIMAL),
            "whole": partial(together, CLIENTS, by_programs, house.site, tokens, by_program, ""),
        }
        for _round in range(ROUNDS):
            best["raw"] = max(best["raw"], a_second(run, clients=CLIENTS, seconds=round(SECONDS / 2)))
            for way, ask in asks.items():
                best[way] = max(best[way], _rate(ask()))
    for way, (words, level) in WAYS.items():
        share = best[way] / best["raw"]
        yield Row(
            f"registering, {words}",
            f"{best[way]:.0f} a second = {share:.1%} of {best['raw']:.0f}",
            f"≥ {level:.0%}" if level else "",
            share >= level if level else None,
            f"{CLIENTS} clients, best of {ROUNDS} rounds in turn with pgbench writing the same rows"
            + ("" if way == "page" else "; of the API's two answers the brief one is held to the level"),
        )


def form_fields() -> dict[str, str]:
    """An appeal as the intake page sends it."""
    told = appeal(412)
    return {
        "title": told.title,
        "content": told.content,
        "address": told.address,
        "wants": told.wants,
        "caller_name": told.caller_name,
        "caller_phone": told.caller_phone,
        "kind": str(told.kind),
        "urgency": str(told.urgency),
        "channel": str(told.channel),
        "category": str(told.category.pk),
        "reply_wanted": "on",
        "end": "register",
    }


def sent_fields() -> dict[str, object]:
    """The same as a program sends it."""
    told = appeal(412)
    form = {name: value for name, value in form_fields().items() if name != "end"}
    return {**form, "category": told.category.code, "reply_wanted": True}


def _rate(done: list[tuple[int, float]]) -> float:
    return sum(count / seconds for count, seconds in done)


def _agent(nth: int) -> User:
    """An agent of the bench's own."""
    agent, is_new = User.objects.get_or_create(
        username=f"bench-{nth}",
        defaults={"password": make_password(PASSWORD), "first_name": "测", "last_name": str(nth)},
    )
    if is_new:
        roles.give(agent, "agent")
    return agent
