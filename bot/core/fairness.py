"""Keeps the wait short for all when many ask at once: whose turn it is, and how often they may."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from math import inf
from time import monotonic, perf_counter

import discord

from bot.core.request import RequestContext
from lore.errors import LoreError
from lore.recent import Recent

# So many seconds of work are done in one go before the loop sees to all else that is due.
AT_ONCE = 0.005

# So many are called in one go; most work is short, and there is time for several.
CALLED = 32

# Discord asks for a completion at every other keystroke.
COMPLETIONS = 4

# In seconds; by less than a moment a sum of all parts of a minute may be longer than it.
MINUTE = 60.0
MOMENT = 1e-6

Turn = asyncio.Future[None]
Clock = Callable[[], float]


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
        """End a round when all that was ready is done; what has become due meanwhile goes first."""
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


class TooOftenError(LoreError):
    """A person or a server asks more often than is answered."""


class TokenBucket:
    """So many a minute for each id, saved up to one minute's worth."""

    def __init__(self, per_minute: int, clock: Clock = monotonic, remembered: int = 10_000) -> None:
        self._each = MINUTE / per_minute
        self._clock = clock
        # When all that was taken will have grown back.
        self._whole: Recent[int, float] = Recent(remembered)

    def take(self, id: int) -> float:
        """Take one; the seconds to wait if none is left."""
        now = self._clock()
        whole = max(now, self._whole.find(id) or now) + self._each
        wait = whole - now - MINUTE
        if wait > MOMENT:
            return wait
        self._whole.keep(id, whole)
        return 0.0


class RateLimits:
    """What is let in of what people ask."""

    def __init__(self, person: int, server: int, clock: Clock = monotonic) -> None:
        self._asked = TokenBucket(person, clock), TokenBucket(server, clock)
        typed = person * COMPLETIONS, server * COMPLETIONS
        self._typed = TokenBucket(typed[0], clock), TokenBucket(typed[1], clock)

    def check(self, ctx: RequestContext) -> None:
        """Let a request in, or raise TooOften."""
        interaction = ctx.interaction
        typing = interaction.type is discord.InteractionType.autocomplete
        persons, servers = self._typed if typing else self._asked
        if wait := persons.take(interaction.user.id):
            raise TooOftenError(f"That was a lot at once. Ask me again in {_seconds(wait)}.")
        if interaction.guild_id and (wait := servers.take(interaction.guild_id)):
            raise TooOftenError(
                f"Many are asking here right now. Ask me again in {_seconds(wait)}."
            )
        if not ctx.deferral.patience:
            raise TooOftenError("More are asking here than I can answer. Ask me again in a minute.")


def _seconds(wait: float) -> str:
    whole = int(wait) + 1
    return "a second" if whole == 1 else f"{whole} seconds"
