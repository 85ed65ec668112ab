"""`/settings`: one private panel; each choice on it is kept, said back and logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import discord
from discord import app_commands

from bot.core.curators import check_manager, check_may_post
from bot.core.deferring import edit, send
from bot.core.lost_ids import lost
from bot.core.places import FOR_CURATORS, IN_SERVERS, OF_SERVERS
from bot.features.curation.office import Curator, Office
from bot.features.curation.press import CuratorPress, curating, tell_problems
from bot.features.lookup.cog import Command
from bot.features.settings import views as layouts
from lore.errors import LoreError
from lore.ledger.records import GuildSettings, SettingsPatch
from lore.pack.model import PackInfo, Tier


class EverybodyError(LoreError):
    """Everybody was to be a curator."""


class OtherStoryError(LoreError):
    """A menu was used that offers tiers of another story."""


def command(office: Office) -> Command:
    """The command that opens the panel."""

    @app_commands.command()
    @app_commands.default_permissions(FOR_CURATORS)
    async def settings(interaction: discord.Interaction) -> None:
        """How I behave in this server: curators, log, suggestions, spoilers; for curators."""
        async with curating(interaction, office) as curator:
            now = await office.desk.settings(curator.guild_id)
            panel = layouts.panel(now, curator.manner, _lost(interaction, now))
            await send(interaction, panel, private=True)

    settings.allowed_contexts, settings.allowed_installs = IN_SERVERS, OF_SERVERS
    return settings


def _lost(interaction: discord.Interaction, settings: GuildSettings) -> frozenset[int]:
    """Return those of the ids on the panel that are gone."""
    return lost(interaction.guild, (settings.curator_role_id, settings.log_channel_id))


async def _change(
    interaction: discord.Interaction,
    office: Office,
    curator: Curator,
    **changes: Unpack[SettingsPatch],
) -> None:
    change = await office.curation.change_settings(curator.guild_id, curator.by, **changes)
    gone = _lost(interaction, change.after)
    if change.before == change.after:
        panel = layouts.panel(change.after, curator.manner, gone, layouts.UNCHANGED)
        await edit(interaction, panel)
        return
    said = f"✓ {layouts.changed(change, curator.manner)}"
    panel = layouts.panel(change.after, curator.manner, gone, said)
    report = layouts.report(curator.by.person_id, change, curator.manner)
    async with office.reporting(interaction, curator.guild_id, report):
        await edit(interaction, panel)


def _chosen(values: Sequence[str], now: GuildSettings, info: PackInfo) -> tuple[Tier, ...] | None:
    """The tiers that are chosen, None for all; what the menu had no room for stays chosen."""
    offered = layouts.offered(now, info)
    if not set(values) <= set(offered):
        raise OtherStoryError(
            "That menu is of another story. Use /settings to choose among the tiers of this one."
        )
    chosen = {*values, *(now.tiers or ())} - (set(offered) - set(values))
    return None if chosen == info.every_tier else tuple(info.ranked(chosen))


class SetRole(CuratorPress[discord.ui.RoleSelect[Any]], template="set:role"):
    """Chooses whose role makes them a curator."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        check_manager(interaction)
        role = next(iter(self.item.values), None)
        if role is not None and role.is_default():
            raise EverybodyError("Everybody has that role. Choose one that only curators have.")
        await _change(interaction, office, curator, curator_role_id=role.id if role else None)


class SetLog(CuratorPress[discord.ui.ChannelSelect[Any]], template="set:log"):
    """Chooses the channel in which every change is logged."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        channel = next(iter(self.item.values), None)
        if channel:
            check_may_post(interaction, channel.id)
        await _change(interaction, office, curator, log_channel_id=channel.id if channel else None)
        await tell_problems(interaction, office, curator)


class Set(
    CuratorPress[discord.ui.Select[Any]],
    template=r"set:(?P<what>suggestions|tiers|spoilers|private)",
):
    """Chooses anything else on the panel."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        values = self.item.values
        change: SettingsPatch
        match self.asked["what"]:
            case "tiers":
                now = await office.desk.settings(curator.guild_id)
                change = {"tiers": _chosen(values, now, curator.manner.info)}
            case "suggestions":
                change = {"suggestions": values == ["yes"]}
            case "spoilers":
                change = {"spoilers": values == ["yes"]}
            case _:
                change = {"private": values == ["yes"]}
        await _change(interaction, office, curator, **change)
