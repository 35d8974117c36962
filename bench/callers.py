"""Those who register: people at the intake page, and programs. Processes of their own that know nothing of Django."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from time import perf_counter
from typing import TypeVar

from bench.visitors import Visitor

V = TypeVar("V")
SECONDS = 15.0


def by_people(nth: int, site: str, names: list[str], password: str, fields: dict[str, str]) -> tuple[int, float]:
    """Take calls for a while; how many, in how many seconds. Each appeal is sent by a form of its own."""
    visitor = Visitor(site).sign_in(names[nth], password)
    done, began = 0, perf_counter()
    while perf_counter() - began < SECONDS:
        answer = visitor.post(f"/register/{secrets.token_hex(4)}/", **_another(fields, nth, done))
        assert answer.status == 302, "the form came back"
        done += 1
    return done, perf_counter() - began


def by_programs(nth: int, site: str, tokens: list[str], fields: dict[str, object], wish: str) -> tuple[int, float]:
    """The same by a program that names each appeal by a key, so that it may send again what got no answer."""
    visitor = Visitor(site, token=tokens[nth])
    done, began = 0, perf_counter()
    while perf_counter() - began < SECONDS:
        visitor.post_json("/api/v1/work-orders/", secrets.token_hex(16), wish, **_another(fields, nth, done))
        done += 1
    return done, perf_counter() - began


def _another(fields: Mapping[str, V], nth: int, done: int) -> dict[str, V | str]:
    """The same fields as another citizen's."""
    number = nth * 100_000 + done
    content = str(fields["content"]).replace("412", str(number % 977))
    return {**fields, "content": content, "caller_phone": f"138{number:08d}"}
