"""Tells a server's curators what keeps the quote of the day from being posted."""

from __future__ import annotations

import logging

import discord

from bot.core.audit import SettingsOf
from bot.core.connection.http import UNSENT
from bot.core.connection.rest import RestCalls
from bot.core.page import Layout
from bot.features.qotd.delivery import Clock
from bot.features.qotd.troubles import PAUSED, blocked
from lore.ledger.port import Problems
from lore.qotd.delivery import Delivery, FailureReason

log = logging.getLogger(__name__)

PREFIX = "qotd: "


class CuratorReports:
    """Remembers the failure for the next curator's command, and writes it to the log channel."""

    def __init__(
        self,
        client: discord.Client,
        settings: SettingsOf,
        problems: Problems,
        clock: Clock,
        calls: RestCalls,
    ) -> None:
        self._client = client
        self._settings = settings
        self._problems = problems
        self._clock = clock
        self._calls = calls

    async def blocked(self, delivery: Delivery, failure: FailureReason, *, paused: bool) -> None:
        """It was not posted, or nobody knows; `paused` if nothing more is tried by itself."""
        guild_id, channel_id = delivery.guild_id, delivery.channel_id
        code = f"{PREFIX}{failure}{PAUSED if paused else ''}"
        # One at a time: what is wrong now. While we are not there we are missed by ourselves.
        await solve(self._problems, guild_id, besides=code)
        if paused or failure is not FailureReason.NO_SERVER:
            await self._problems.report(guild_id, code, channel_id, self._clock())
        log_id = (await self._settings(guild_id)).log_channel_id
        if log_id is not None:
            layout = blocked(delivery, failure, paused=paused)
            await self._calls.beside(self._log(guild_id, log_id, layout))

    async def _log(self, guild_id: int, channel_id: int, layout: Layout) -> None:
        channel = self._client.get_partial_messageable(channel_id)
        try:
            await self._calls.run(channel.send(view=layout))
        except UNSENT as error:
            log.info("log channel of server %s: %s", guild_id, error)

    async def posted(self, delivery: Delivery) -> None:
        """It was posted: what was to mend is mended."""
        await solve(self._problems, delivery.guild_id)


async def solve(problems: Problems, guild_id: int, besides: str | None = None) -> None:
    """Forget what kept a server's quote from being posted, but for the problem `besides`."""
    for problem in await problems.of(guild_id):
        if problem.code.startswith(PREFIX) and problem.code != besides:
            await problems.solve(guild_id, problem.code)
