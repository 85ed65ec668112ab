"""Writes every change of a server's lore to the log channel that its curators have chosen."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import discord

from bot.core.connection.http import CUT_OFF, UNSENT
from bot.core.connection.rest import RestCalls
from bot.core.page import Layout, Row
from lore.ledger.errors import StorageError
from lore.ledger.port import Problems
from lore.ledger.records import GuildSettings

log = logging.getLogger(__name__)

SettingsOf = Callable[[int], Awaitable[GuildSettings]]

PREFIX = "log: "

# Discord's error codes; the words are those that `bot.features.problems` explains.
_WHY = {10003: "gone", 50001: "unseen", 50013: "mute"}


def person(person_id: int | None) -> str:
    """Return a mention of a person; None is someone who asked to be forgotten."""
    return f"<@{person_id}>" if person_id else "someone"


def noted(by: int, what: str, buttons: Iterable[Row] = ()) -> Layout:
    """Return a line about a change, such as of the settings."""
    return Layout([f"{person(by)} · {what}"], buttons)


class AuditLog:
    """Posts changes; a change that cannot be posted becomes a problem for the curators to fix.

    While Discord delays a post, nobody waits for it: it is posted later.
    """

    def __init__(self, settings: SettingsOf, problems: Problems, calls: RestCalls) -> None:
        self._settings = settings
        self._problems = problems
        self._calls = calls

    @asynccontextmanager
    async def reporting(
        self, interaction: discord.Interaction, guild_id: int, *layouts: Layout
    ) -> AsyncIterator[None]:
        """Post what was changed after the answer, whether or not the answer arrives."""
        try:
            yield
        finally:
            for layout in layouts:
                await self._calls.beside(self._post(interaction, guild_id, layout))

    async def tell(self, interaction: discord.Interaction, person_id: int, layout: Layout) -> None:
        """Send someone a private message; if they accept none, nothing happens."""
        await self._calls.beside(self._tell(interaction, person_id, layout))

    async def _post(self, interaction: discord.Interaction, guild_id: int, layout: Layout) -> None:
        """Post a layout if the server has a log channel; the change is kept if posting fails."""
        try:
            await self._note(interaction, guild_id, layout)
        except StorageError as error:
            log.error("what was changed in server %s is not in its log: %s", guild_id, error)

    async def _note(self, interaction: discord.Interaction, guild_id: int, layout: Layout) -> None:
        channel_id = (await self._settings(guild_id)).log_channel_id
        if channel_id is None:
            await solve(self._problems, guild_id, PREFIX)
            return
        why = await self._sent(interaction, channel_id, layout)
        code = PREFIX + why if why else None
        await solve(self._problems, guild_id, PREFIX, besides=code)
        if code:
            log.info("the log channel of server %s cannot be written to: %s", guild_id, why)
            await self._problems.report(guild_id, code, channel_id, interaction.created_at)

    async def _sent(
        self, interaction: discord.Interaction, channel_id: int, layout: Layout
    ) -> str | None:
        """Post a layout; return why it failed, None if it did not."""
        channel = interaction.client.get_partial_messageable(channel_id)
        try:
            await self._send(interaction, channel, layout)
        except discord.HTTPException as error:
            return _WHY.get(error.code, "failed")
        except CUT_OFF:
            return "failed"
        return None

    async def _tell(self, interaction: discord.Interaction, person_id: int, layout: Layout) -> None:
        try:
            channel = await self._calls.run(interaction.client.create_dm(discord.Object(person_id)))
            await self._send(interaction, channel, layout)
        except UNSENT as error:
            log.info("a person could not be told what became of their suggestion: %s", error)

    async def _send(
        self,
        interaction: discord.Interaction,
        channel: discord.PartialMessageable | discord.DMChannel,
        layout: Layout,
    ) -> None:
        """Send a message once, also where two processes act on the same interaction."""
        said = f"{interaction.id} {channel.id} {layout.to_components()}"
        nonce = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:25]
        await self._calls.run(channel.send(view=layout, nonce=nonce))


async def solve(
    problems: Problems, guild_id: int, prefix: str, *, besides: str | None = None
) -> None:
    """Delete a server's problems whose codes begin with `prefix`, except the code `besides`."""
    for problem in await problems.of(guild_id):
        if problem.code.startswith(prefix) and problem.code != besides:
            await problems.solve(guild_id, problem.code)
