"""Has the shards of several processes identify with Discord one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord
from discord.http import HTTPClient

from bot.core.connection.http import GARBLED, UNSENT
from bot.core.connection.identify_budget import PausedError
from lore.errors import LoreError

# Returns in how many seconds a shard of this bucket may identify.
Ticket = Callable[[int], Awaitable[float]]


class IdentifyQueue:
    """Waits for the tickets that all processes draw, in as many lines as Discord allows."""

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._buckets = 0

    async def wait(self, shard: int, http: HTTPClient) -> None:
        """Wait until the shard may identify; PausedError if nobody says when."""
        self._buckets = self._buckets or await _buckets(http)
        try:
            seconds = await self._ticket(shard % self._buckets)
        except LoreError as error:
            raise PausedError(f"no ticket to identify: {error}") from error
        await asyncio.sleep(seconds)


async def _buckets(http: HTTPClient) -> int:
    """Return how many shards may identify at once."""
    try:
        _, _, limit = await http.get_bot_gateway()
        return max(1, int(limit["max_concurrency"]))
    except (discord.GatewayNotFound, *UNSENT, *GARBLED) as error:
        raise PausedError(f"Discord does not say how many may identify: {error!r}") from error
