"""What every page of the shell shows."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from desk.queues import queues_of
from staff.now import now


def shell(request: HttpRequest) -> dict[str, Any]:
    """The city's name, the moment, and the signed-in person's queues; their counts come by a request of their own."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "city": settings.CITY_NAME,
        "rail": partial(queues_of, user) if signed_in else (),  # type: ignore[arg-type]  # a signed-in person is a User
        "here": request.get_full_path(),
        "shown_at": now(),
    }
