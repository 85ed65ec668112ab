"""Writes every change of a server's lore to the log channel that its curators have chosen."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import discord

from bot.desk import Desk
from bot.layouts.page import Layout
from bot.wire import CUT_OFF, UNSENT
from lore.ledger.port import Problems
from lore.ledger.refusals import StorageError

log = logging.getLogger(__name__)

SECONDS = 15.0
PREFIX = "log: "

# Discord's error codes; the words are those that `layouts.curation.notices` explains.
_WHY = {10003: "gone", 50001: "unseen", 50013: "mute"}


class Audit:
    """Posts what was changed; what cannot be posted becomes a problem for the curators to mend."""

    def __init__(self, desk: Desk, problems: Problems) -> None:
        self._desk = desk
        self._problems = problems

    async def post(
        self, client: discord.Client, guild_id: int, layout: Layout, at: datetime
    ) -> None:
        """Post it if the server has a log channel; the change is kept whatever comes of this."""
        try:
            await self._post(client, guild_id, layout, at)
        except StorageError as error:
            log.error("what was changed in server %s is not in its log: %s", guild_id, error)

    async def _post(
        self, client: discord.Client, guild_id: int, layout: Layout, at: datetime
    ) -> None:
        channel_id = (await self._desk.settings(guild_id)).log_channel_id
        if channel_id is None:
            await self._solve(guild_id)
            return
        why = await _sent(client, channel_id, layout)
        await self._solve(guild_id, besides=why)
        if why:
            log.info("the log channel of server %s cannot be written to: %s", guild_id, why)
            await self._problems.report(guild_id, PREFIX + why, channel_id, at)

    async def _solve(self, guild_id: int, besides: str | None = None) -> None:
        for problem in await self._problems.of(guild_id):
            if problem.code.startswith(PREFIX) and problem.code != f"{PREFIX}{besides}":
                await self._problems.solve(guild_id, problem.code)


async def _sent(client: discord.Client, channel_id: int, layout: Layout) -> str | None:
    """Why it could not be posted; None if it was."""
    channel = client.get_partial_messageable(channel_id)
    try:
        async with asyncio.timeout(SECONDS):
            await channel.send(view=layout)
    except discord.HTTPException as error:
        return _WHY.get(error.code, "failed")
    except CUT_OFF:
        return "failed"
    return None


async def tell_person(client: discord.Client, person_id: int, layout: Layout) -> None:
    """Send someone a private message; where they take none, nothing happens."""
    try:
        async with asyncio.timeout(SECONDS):
            channel = await client.create_dm(discord.Object(person_id))
            await channel.send(view=layout)
    except UNSENT as error:
        log.info("a person could not be told what became of their suggestion: %s", error)
