"""How often Discord takes logins and requests of a bot."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

# See “Rate Limiting” in https://discord.com/developers/docs/events/gateway#sharding-max-concurrency
_BETWEEN_IDENTIFIES = timedelta(seconds=5)
_SECOND = timedelta(seconds=1)


class IdentifyRate:
    """Lets one shard of each bucket identify every five seconds."""

    def __init__(self, clock: Callable[[], datetime], max_concurrency: int) -> None:
        self._clock = clock
        self._buckets = max_concurrency
        self._last: dict[int, datetime] = {}

    def allows(self, shard: int) -> bool:
        """Return whether a shard may identify now; it has then."""
        now, bucket = self._clock(), shard % self._buckets
        last = self._last.get(bucket)
        if last is not None and now - last < _BETWEEN_IDENTIFIES:
            return False
        self._last[bucket] = now
        return True


class RequestRate:
    """Takes so many requests of a bot in each second."""

    def __init__(self, clock: Callable[[], datetime], per_second: int) -> None:
        self._clock = clock
        self._taken: deque[datetime] = deque(maxlen=per_second)

    def wait(self) -> timedelta:
        """Return after how long a request is taken; if at once, it is."""
        now = self._clock()
        if len(self._taken) == self._taken.maxlen and now - self._taken[0] < _SECOND:
            return self._taken[0] + _SECOND - now
        self._taken.append(now)
        return timedelta(0)
