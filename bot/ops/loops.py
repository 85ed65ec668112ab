"""Keeps what runs beside the bot alive: no error ends a loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from traceback import extract_tb
from typing import TypeVar

from bot.ops.metrics import Metrics
from lore.errors import LoreError
from lore.text.wording import counted

log = logging.getLogger(__name__)

T = TypeVar("T")

# How many seconds to wait after a first failed turn, and at most; each wait is twice the last.
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a loop's latest turn failed and where in the code, since when, and how often in a row."""

    why: str
    spot: tuple[object, ...]
    since: float
    times: int


class Loops:
    """Makes the turns of loops; one that fails is logged once, shown, and made again later."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._failing: dict[str, _Failure] = {}

    async def keep(self, name: str, turn: Callable[[], Awaitable[float]]) -> None:
        """Make turn after turn until cancelled; each returns the seconds until the next."""
        while True:
            pause = await self.attempt(name, turn)
            await asyncio.sleep(self._wait(name) if pause is None else pause)

    async def attempt(self, name: str, turn: Callable[[], Awaitable[T]]) -> T | None:
        """Make one turn and return its result; None if it failed."""
        try:
            done = await turn()
        except Exception as error:
            self._note(name, error)
            return None
        if failure := self._failing.pop(name, None):
            log.info("%s: works again after %s", name, counted(failure.times, "failed turn"))
        self._metrics.loop_failing(name, failing=False)
        return done

    def wrong(self) -> str | None:
        """Return which loops fail at present, and why; None if none does."""
        now = asyncio.get_running_loop().time()
        failing = (
            f"{name}: {failure.why} (for {now - failure.since:.0f} seconds)"
            for name, failure in self._failing.items()
        )
        return "; ".join(failing) or None

    def _wait(self, name: str) -> float:
        doublings = min(self._failing[name].times - 1, 10)
        return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))

    def _note(self, name: str, error: Exception) -> None:
        before = self._failing.get(name)
        since = before.since if before else asyncio.get_running_loop().time()
        # A sentence says all about these: they are no fault of the code.
        is_known = isinstance(error, LoreError | OSError)
        # The message of an unexpected error may quote what people wrote.
        why = str(error) if is_known else type(error).__name__
        frame = extract_tb(error.__traceback__)[-1]
        spot = type(error), frame.filename, frame.lineno
        times = before.times + 1 if before else 1
        self._failing[name] = _Failure(why, spot, since, times)
        self._metrics.loop_failing(name, failing=True)
        if before and before.spot == spot:
            return
        if is_known:
            log.error("%s: %s", name, error)
        else:
            log.error("%s: failed, and will be tried again", name, exc_info=error)
