"""A cache that is allowed to be away."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class OneClient(RedisCacheClient):
    """Django makes a client for every look-up, which takes longer than looking; ours is kept, as its connection is."""

    _kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept

    def incr(self, key: Any, delta: int = 1) -> int:
        """Counts from nothing as well; Django asks first whether there is something."""
        return int(self.get_client(key, write=True).incr(key, delta))


class ForgivingRedisCache(RedisCache):
    """Nothing is kept only here, so while the server is away every look-up is a miss and no page breaks."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = OneClient

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = default
        with _away_or_not():
            found = super().get(key, default, version)
        return found

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        with _away_or_not():
            super().set(key, value, *args, **kwargs)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """0 while the server is away."""
        counted = 0
        with _away_or_not():
            counted = int(super().incr(key, delta, version))
        return counted

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        touched = False
        with _away_or_not():
            touched = bool(super().touch(*args, **kwargs))
        return touched


@contextmanager
def _away_or_not() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        logger.warning("cache away", extra={"error": type(error).__name__})
