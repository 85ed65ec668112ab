"""Whose turn it is when many come at once, so that the loop stays free and no server waits long."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from math import inf
from time import perf_counter

# So many seconds of work are done in one go before the loop sees to all else that is due.
AT_ONCE = 0.005

# So many are called in one go; most work is short, and there is time for several.
CALLED = 32

Turn = asyncio.Future[None]


class FairQueue:
    """Lets everybody in at once while there is little to do, otherwise the servers in turn."""

    def __init__(self, at_once: float = AT_ONCE) -> None:
        self._at_once = at_once
        self._since = -inf  # when this round began
        self._goes_on = False  # whether another round is due, or the end of this one
        self._has_begun = True  # whether anybody of those called for this round has come in
        self._waiting: OrderedDict[int, deque[Turn]] = OrderedDict()
        self._left_over: list[tuple[int, Turn]] = []  # called for this round, which is full

    async def take(self, server: int) -> None:
        """Wait for the turn of somebody from there, which mostly is now."""
        if self._goes_on:
            if self._waiting or self._is_full():
                await self._wait(server)
        # To ask the loop when it is through costs it a turn of its own: not for each who comes.
        elif perf_counter() - self._since > self._at_once / 2:
            self._since, self._goes_on = perf_counter(), True
            asyncio.get_running_loop().call_soon(self._end)

    async def _wait(self, server: int) -> None:
        turn = _turn()
        self._waiting.setdefault(server, deque()).append(turn)
        await turn
        # At least one comes in, whatever else has taken the time of the round.
        while self._has_begun and self._is_full():
            turn = _turn()
            self._left_over.append((server, turn))
            await turn
        self._has_begun = True

    def _is_full(self) -> bool:
        return perf_counter() - self._since > self._at_once

    def _end(self) -> None:
        """All that was ready has been seen to; what has become due meanwhile goes first."""
        self._goes_on = bool(self._waiting or self._left_over)
        if self._goes_on:
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        """Begin a round, and call those who come next: one of each server, and over again."""
        self._since, self._has_begun = perf_counter(), False
        for server, turn in reversed(self._left_over):
            self._waiting.setdefault(server, deque()).appendleft(turn)
            self._waiting.move_to_end(server, last=False)
        self._left_over.clear()
        for _ in range(CALLED):
            if not self._waiting:
                break
            server, line = self._waiting.popitem(last=False)
            turn = line.popleft()
            if line:
                self._waiting[server] = line
            # Whoever was cancelled does not come any more.
            if not turn.done():
                turn.set_result(None)
        asyncio.get_running_loop().call_soon(self._end)


def _turn() -> Turn:
    return asyncio.get_running_loop().create_future()
