"""Runs discord.py's REST calls to their end, and notices when they are stuck.

discord.py waits inside a request: for its bucket, for a global limit, between attempts. If a
request is cancelled meanwhile, the global limit may never be lifted, and no other request goes out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

from bot.core.connection.http import understood
from bot.core.connection.rest_trace import ATTEMPTS, Attempts
from lore.text.wording import counted

log = logging.getLogger(__name__)

T = TypeVar("T")

# The name of the tasks that are started here.
NAME = "bot.core.connection.rest"

# A call that takes longer than this counts as stuck.
STUCK_SECONDS = 10.0

# How long to wait for posts to Discord beside an answer.
PATIENCE_SECONDS = 3.0

# How long the end of the process waits for calls under way.
LEAVE_SECONDS = 1.5


class RestCalls:
    """Runs calls that cannot be cancelled, and work that waits for such calls."""

    def __init__(
        self,
        stuck_after: float = STUCK_SECONDS,
        patience: float = PATIENCE_SECONDS,
        leave_within: float = LEAVE_SECONDS,
    ) -> None:
        self._stuck_after = stuck_after
        self._patience = patience
        self._leave_within = leave_within
        self._calls: dict[asyncio.Task[Any], float] = {}
        self._work: set[asyncio.Task[Any]] = set()
        self._stuck = False

    async def run(
        self,
        call: Coroutine[Any, Any, T],
        attempts: Attempts | None = None,
        *,
        unhurried: bool = False,
    ) -> T:
        """Return a call's result; the call goes on even if the waiting task is cancelled.

        An `unhurried` one may wait for an hour without being stuck. GarbledAnswerError if the
        answer is not one of Discord's.
        """
        context = copy_context()
        context.run(ATTEMPTS.set, attempts)
        loop = asyncio.get_running_loop()
        task = loop.create_task(understood(call), name=f"{NAME}: call", context=context)
        if unhurried:
            self._work.add(task)
            task.add_done_callback(self._work.discard)
        else:
            self._calls[task] = loop.time()
            task.add_done_callback(self._ended)
            # Timers may fire a little early.
            loop.call_later(self._stuck_after + 0.05, self._look)
        return await asyncio.shield(task)

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start work that waits for calls, and keep it until its end."""
        task = asyncio.get_running_loop().create_task(work, name=f"{NAME}: work")
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return task

    async def beside(
        self, work: Coroutine[Any, Any, object], patience: float | None = None
    ) -> None:
        """Wait a while for work, which goes on by itself after that."""
        task = self.begin(work)
        done, _ = await asyncio.wait({task}, timeout=patience or self._patience)
        if done:
            task.result()

    def pending(self) -> int:
        """Count the calls under way."""
        return len(self._calls)

    def oldest(self) -> float:
        """Return for how many seconds the oldest call has been under way."""
        started = min(self._calls.values(), default=None)
        return 0.0 if started is None else asyncio.get_running_loop().time() - started

    def wrong(self) -> str | None:
        """Return what is wrong with the calls; None if they are not stuck."""
        oldest = self.oldest()
        if oldest < self._stuck_after:
            return None
        waiting = counted(self.pending(), "request")
        return f"the oldest of {waiting} to Discord has waited for {oldest:.0f} seconds"

    async def close(self) -> None:
        """Wait a moment for calls and work under way, then cancel them."""
        if under_way := {*self._calls, *self._work}:
            _, late = await asyncio.wait(under_way, timeout=self._leave_within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _look(self) -> None:
        wrong = self.wrong()
        if wrong and not self._stuck:
            self._stuck = True
            log.warning("requests do not move: %s", wrong)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        del self._calls[task]
        if self._stuck and not self.wrong():
            self._stuck = False
            log.info("requests move again")
