"""The id that joins all that one request caused: its log lines, and those of the tasks it left behind."""

import re
import uuid
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")

ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def current() -> str:
    """The present request's id; empty outside of one."""
    return _current.get()


def begin(given: str = "") -> str:
    """Go on under the given id when it is harmless, else under a fresh one."""
    value = given if ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex
    _current.set(value)
    return value


def end() -> None:
    """Back to none."""
    _current.set("")
