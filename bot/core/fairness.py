"""Keeps waits short for all when many ask at once: whose turn it is, and how often they may ask."""

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

# How many seconds of work are done in one round before the loop runs everything else.
AT_ONCE = 0.005

# How many are called in one round; most work is short, so there is time for several.
CALLED = 32

# Completions per question: Discord asks for one at every other keystroke.
COMPLETIONS = 4

# In seconds. Added-up parts of a minute may exceed it by less than a moment, due to rounding.
MINUTE = 60.0
MOMENT = 1e-6

Turn = asyncio.Future[None]
Clock = Callable[[], float]


class FairQueue:
    """Lets everybody in at once while there is little to do, otherwise server by server."""

    def __init__(self, at_once: float = AT_ONCE) -> None:
        self._at_once = at_once
        self._since = -inf  # when the current round began
        self._goes_on = False  # whether a round, or the end of one, is scheduled
        self._has_begun = True  # whether anybody called for this round has started
        self._waiting: OrderedDict[int, deque[Turn]] = OrderedDict()
        self._left_over: list[tuple[int, Turn]] = []  # called for this round, but left without time

    async def take(self, server: int) -> None:
        """Wait for the turn of a request from that server, which usually is now."""
        if self._goes_on:
            if self._waiting or self._is_full():
                await self._wait(server)
        # Scheduling the end of a round costs a turn of the loop, so not for every request.
        elif perf_counter() - self._since > self._at_once / 2:
            self._since, self._goes_on = perf_counter(), True
            asyncio.get_running_loop().call_soon(self._end)

    async def _wait(self, server: int) -> None:
        turn = _turn()
        self._waiting.setdefault(server, deque()).append(turn)
        await turn
        # At least one starts, even if other work took the round's time.
        while self._has_begun and self._is_full():
            turn = _turn()
            self._left_over.append((server, turn))
            await turn
        self._has_begun = True

    def _is_full(self) -> bool:
        return perf_counter() - self._since > self._at_once

    def _end(self) -> None:
        """End a round after all ready work; what became due meanwhile goes first."""
        self._goes_on = bool(self._waiting or self._left_over)
        if self._goes_on:
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        """Begin a round, and call the next requests: one of each server, and over again."""
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
            # A cancelled request needs no turn.
            if not turn.done():
                turn.set_result(None)
        asyncio.get_running_loop().call_soon(self._end)


def _turn() -> Turn:
    return asyncio.get_running_loop().create_future()


class TooOftenError(LoreError):
    """A person or a server asks more often than is answered."""


class TokenBucket:
    """Allows each id a number of requests per minute, saved up for one minute at most."""

    def __init__(self, per_minute: int, clock: Clock = monotonic, remembered: int = 10_000) -> None:
        self._each = MINUTE / per_minute
        self._clock = clock
        # When each id's bucket will be full again.
        self._whole: Recent[int, float] = Recent(remembered)

    def take(self, id: int) -> float:
        """Take one; return the seconds to wait if none is left."""
        now = self._clock()
        whole = max(now, self._whole.find(id) or now) + self._each
        wait = whole - now - MINUTE
        if wait > MOMENT:
            return wait
        self._whole.keep(id, whole)
        return 0.0


class RateLimits:
    """The rate limits for people and servers."""

    def __init__(self, person: int, server: int, clock: Clock = monotonic) -> None:
        self._asked = TokenBucket(person, clock), TokenBucket(server, clock)
        typed = person * COMPLETIONS, server * COMPLETIONS
        self._typed = TokenBucket(typed[0], clock), TokenBucket(typed[1], clock)

    def check(self, ctx: RequestContext) -> None:
        """Let a request in, or raise TooOftenError."""
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
