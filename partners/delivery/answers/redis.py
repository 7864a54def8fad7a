"""A Redis cache whose server may be out of reach: then nothing is cached, and nothing fails."""

from __future__ import annotations

import logging
import time
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

#: For how many seconds a server isn't asked after it has failed.
PAUSE = 2.0


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, empty while its server can't be reached.

    When the server is back, the cache is cleared: entries could not be deleted meanwhile, so they
    may be out of date. It needs a Redis database of its own, therefore.
    """

    _servers: list[str]
    #: When servers last failed, for all threads of the process.
    _failed: ClassVar[dict[Any, float]] = {}

    def _ask(self, name: str, default: Any, *args: Any, **kwargs: Any) -> Any:
        servers = tuple(self._servers)
        failed = self._failed.get(servers)
        if failed is not None and time.monotonic() < failed + PAUSE:
            return default
        try:
            if failed is not None:
                super().clear()
                self._failed.pop(servers, None)
            return getattr(super(), name)(*args, **kwargs)
        except (RedisError, OSError):
            if failed is None:
                logger.warning("The cache can't be reached", exc_info=True)
            self._failed[servers] = time.monotonic()
            return default

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("add", True, *args, **kwargs)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._ask("get", default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set", None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("touch", False, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete", False, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get_many", {}, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("has_key", False, *args, **kwargs)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return self._ask("incr", delta, key, delta, version)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set_many", [], *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete_many", None, *args, **kwargs)

    def clear(self) -> Any:
        return self._ask("clear", False)
