"""Every verb an action writes on the timeline has words for the reader."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from desk.verbs import WORDS

APPS = ("workorders", "referrals", "callbacks", "oversight", "loading")
# Who writes to the timeline, and what stands before the verb as it is passed.
WRITERS = {"record": "", "enter": "", "shut": "", "await_callback": "", "_record": "referral."}


def written() -> Iterator[tuple[str, str]]:
    """(verb, file) for each verb passed to a writer as a plain text."""
    for app in APPS:
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                given = [keyword.value for keyword in node.keywords if keyword.arg == "verb"]
                for verb in [*given, *(node.args[1:2] if name in WRITERS else [])]:
                    if isinstance(verb, ast.Constant) and isinstance(verb.value, str):
                        yield WRITERS.get(name, "") + verb.value, path.name


def test_every_verb_that_is_written_has_words() -> None:
    assert {verb for verb, _file in written()} - set(WORDS) == set()


def test_the_verbs_are_found_where_they_are_written() -> None:
    found = dict(written())
    assert found["workorder.referred"] == "dispatch.py" and found["callback.attempted"] == "actions.py"
    assert len(found) > 35
