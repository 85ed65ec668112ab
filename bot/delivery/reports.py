"""Tells a server's curators what keeps the quote of the day from being posted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord

from bot.delivery.channels import ATTEMPT_SECONDS
from bot.delivery.deliverer import Clock
from bot.layouts import qotd
from lore.daily.delivery import Delivery, Trouble
from lore.ledger.port import Problems
from lore.ledger.records import GuildSettings

log = logging.getLogger(__name__)

PREFIX = "qotd: "

SettingsOf = Callable[[int], Awaitable[GuildSettings]]


class CuratorReports:
    """Remembers the trouble for the next curator's command, and writes it to the log channel."""

    def __init__(
        self, client: discord.Client, settings: SettingsOf, problems: Problems, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._problems = problems
        self._clock = clock

    async def blocked(self, delivery: Delivery, trouble: Trouble, *, paused: bool) -> None:
        """It could not be posted; `paused` if nothing more will be tried by itself."""
        guild_id = delivery.guild_id
        await self._problems.report(guild_id, PREFIX + trouble, delivery.channel_id, self._clock())
        channel_id = (await self._settings(guild_id)).log_channel_id
        if channel_id is None:
            return
        channel = self._client.get_partial_messageable(channel_id)
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await channel.send(view=qotd.blocked(delivery, trouble, paused=paused))
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.info("log channel of server %s: %s", guild_id, error)

    async def posted(self, delivery: Delivery) -> None:
        """It was posted: what was to mend is mended."""
        for problem in await self._problems.of(delivery.guild_id):
            if problem.code.startswith(PREFIX):
                await self._problems.solve(delivery.guild_id, problem.code)
