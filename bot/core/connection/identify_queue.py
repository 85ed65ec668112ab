"""Has the shards of several processes identify with Discord one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord
from discord.http import HTTPClient

from bot.core.connection.http import GARBLED, UNSENT
from bot.core.connection.identify_budget import IdentifyBudget, PausedError
from lore.errors import LoreError

# Returns in how many seconds a shard of this bucket may identify; the next one may after a gap that
# is longer by the second number.
Ticket = Callable[[int, float], Awaitable[float]]

# In seconds: what the gap between two shards has to spare for one that comes late.
LATE = 0.3


class IdentifyQueue:
    """Waits for the tickets that all processes draw, in as many lines as Discord allows."""

    def __init__(self, ticket: Ticket, budget: IdentifyBudget) -> None:
        self._ticket = ticket
        self._budget = budget

    async def wait(self, shard: int, http: HTTPClient) -> None:
        """Wait until the shard may identify; PausedError if it may not, or nobody says when."""
        bucket = shard % await self._buckets(http)
        longer = 0.0
        # One that comes late, as after a slow commit, would be too close to the next one.
        while (late := await self._late(bucket, longer)) > LATE + longer:
            longer = 2 * late

    async def _late(self, bucket: int, longer: float) -> float:
        """Draw a ticket and wait for its moment; return how many seconds ago that was at most."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            seconds = await self._ticket(bucket, longer)
        except LoreError as error:
            raise PausedError(f"no ticket to identify: {error}") from error
        await asyncio.sleep(seconds)
        return loop.time() - began - seconds

    async def _buckets(self, http: HTTPClient) -> int:
        """Return how many shards may identify at once; PausedError if none may."""
        try:
            _, _, limit = await http.get_bot_gateway()
            buckets, left = max(1, int(limit["max_concurrency"])), int(limit["remaining"])
            reset = timedelta(milliseconds=int(limit["reset_after"]))
        except (discord.GatewayNotFound, *UNSENT, *GARBLED) as error:
            raise PausedError(f"Discord does not say how many may identify: {error!r}") from error
        if left < 1 and reset:
            self._budget.use_up(reset)
            raise PausedError("Discord lets this bot identify no more for now")
        return buckets
