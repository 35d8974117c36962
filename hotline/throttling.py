"""The API's measure: so many requests of a person, or of a stranger's address, in each minute of the clock.

REST framework keeps the moment of every request and reads, and writes, the whole list with each. What is counted here
is a number that the server of the cache raises: one short question, and two requests at once are two.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import APIException, Throttled
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

if TYPE_CHECKING:  # they read their settings, which name this file, as they are loaded
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Counted(SimpleRateThrottle):
    """So many in each stretch of the clock, whose length the rate names."""

    cache: Any
    num_requests: int
    duration: int
    left = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = self.get_cache_key(request, view)
        if key is None:  # measured otherwise
            return True
        stretch, gone = divmod(self.timer(), self.duration)
        self.left = self.duration - gone
        return self._count(f"{key}_{stretch:.0f}", self.duration) <= self.num_requests

    def _count(self, key: str, seconds: int) -> int:
        """Which one this is; the count is forgotten some time after its stretch is over."""
        try:
            nth: int = self.cache.incr(key)
        except ValueError:
            self.cache.add(key, 0)
            nth = self.cache.incr(key)
        if nth == 1:
            self.cache.touch(key, 2 * seconds)
        return nth

    def wait(self) -> float:
        return ceil(self.left)


class OfPerson(Counted, UserRateThrottle):
    """Of who is signed in by a token."""


class OfAddress(Counted, AnonRateThrottle):
    """Of a stranger."""


def of_stranger(refusal: APIException, request: Request, view: APIView) -> APIException:
    """What he is told: REST framework refuses a stranger before it measures him, so he is measured by his refusals."""
    measure = OfAddress()
    return refusal if measure.allow_request(request, view) else Throttled(measure.wait())
