"""How those who write a server's lore act: who may is judged at each command and each press."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import discord

from bot.core.deferring import edit, is_on_private, send
from bot.core.desk import Desk
from bot.core.lost_ids import lost
from bot.core.page import Layout
from bot.features.curation.office import Curator, Office
from bot.features.curation.views import notices
from bot.features.lookup.presses import Press
from bot.features.qotd.days import PING_ROLE_GONE, zone_outdated
from bot.house import house
from lore.qotd.timetable import is_outdated

ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])


class OfficePress(Press[ItemT], template=""):
    """A button or select that reaches the office."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        await self.acted(interaction, house(interaction).office)

    async def acted(self, interaction: discord.Interaction, office: Office) -> None:
        """Answer the press."""
        raise NotImplementedError


def server_of(interaction: discord.Interaction, named: int | None) -> int | None:
    """The server in which it was acted; in a private message the one that a custom_id names.

    None if that is not one that the bot is in: it came from Discord and may be forged.
    """
    if interaction.guild_id is None and named and interaction.client.get_guild(named):
        return named
    return interaction.guild_id


class CuratorPress(OfficePress[ItemT], template=""):
    """A button or select for curators alone."""

    async def acted(self, interaction: discord.Interaction, office: Office) -> None:
        await self.curated(interaction, office, await office.admit(interaction))

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        """Answer a curator's press."""
        raise NotImplementedError


@asynccontextmanager
async def curating(interaction: discord.Interaction, office: Office) -> AsyncIterator[Curator]:
    """A curator's command; afterwards they are told what in their server is to be mended."""
    curator = await office.admit(interaction)
    yield curator
    await tell_problems(interaction, office, curator)


async def tell_problems(interaction: discord.Interaction, office: Office, curator: Curator) -> None:
    """Tell a curator, after the answer, what in their server is to be mended."""
    found = await office.ledger.problems.of(curator.guild_id)
    if layout := notices.problems(found, await _outdated(interaction, office, curator)):
        await interaction.followup.send(view=layout, ephemeral=True)


async def _outdated(
    interaction: discord.Interaction, office: Office, curator: Curator
) -> Sequence[str]:
    """Say which roles and channels of the server's settings are gone, and whether its zone is."""
    settings = await office.desk.settings(curator.guild_id)
    terms = await house(interaction).daily.terms(curator.guild_id)
    named = {
        settings.curator_role_id: notices.CURATOR_ROLE_GONE,
        settings.log_channel_id: notices.LOG["gone"],
        terms.role_id if terms else None: PING_ROLE_GONE,
    }
    gone = lost(interaction.guild, named)
    said = [sentence for id, sentence in named.items() if id in gone]
    zone = terms.table.zone.key if terms else None
    return [*said, zone_outdated(zone)] if zone and is_outdated(zone) else said


async def reply(interaction: discord.Interaction, layout: Layout) -> None:
    """Turn the private message that was acted on to `layout`, or answer with a private one."""
    if is_on_private(interaction):
        await edit(interaction, layout)
    else:
        await send(interaction, layout, private=True)
