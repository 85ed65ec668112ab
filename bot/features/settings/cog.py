"""`/settings`: one private panel; each choice on it is kept, said back and logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.command_options import FOR_CURATORS
from bot.core.curators import check_manager, check_may_post, require_curator
from bot.core.id_names import lost
from bot.core.request import RequestContext, request
from bot.core.router import handles
from bot.features.problems import curating, report_problems
from bot.features.settings import views
from bot.features.settings.ids import SetCuratorRole, SetLogChannel, SetOption
from lore.errors import LoreError
from lore.ledger.records import GuildSettings, SettingsPatch
from lore.pack.model import PackInfo, Tier


class EveryoneCuratesError(LoreError):
    """The role of everyone was chosen as the curator role."""


class OtherStoryError(LoreError):
    """A menu with the tiers of another story was used."""


class SettingsCog(commands.Cog):
    """Shows and changes how the bot behaves in a server."""

    @app_commands.command()
    @app_commands.default_permissions(FOR_CURATORS)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def settings(self, interaction: discord.Interaction) -> None:
        """How I behave here: curators, log, suggestions, spoilers, short answers; for curators."""
        ctx = request(interaction)
        async with curating(ctx):
            options = ctx.private_options
            panel = views.panel(ctx.settings, options, _lost(ctx, ctx.settings))
            await ctx.send(panel, private=True)

    @handles(SetCuratorRole)
    async def set_role(self, ctx: RequestContext, _: SetCuratorRole) -> None:
        """Set the role whose members are curators."""
        guild_id = require_curator(ctx)
        check_manager(ctx.interaction)
        role_id = ctx.component.chosen_id
        # The id of @everyone is the server's.
        if role_id == guild_id:
            raise EveryoneCuratesError(
                "Everybody has that role. Choose one that only curators have."
            )
        await _change(ctx, curator_role_id=role_id)

    @handles(SetLogChannel)
    async def set_log(self, ctx: RequestContext, _: SetLogChannel) -> None:
        """Set the channel in which every change is logged."""
        require_curator(ctx)
        channel_id = ctx.component.chosen_id
        if channel_id:
            check_may_post(ctx.interaction, channel_id)
        await _change(ctx, log_channel_id=channel_id)
        await ctx.of_server(ctx.server)
        await report_problems(ctx)

    @handles(SetOption)
    async def set_option(self, ctx: RequestContext, pressed: SetOption) -> None:
        """Set any other choice on the panel."""
        require_curator(ctx)
        values = ctx.component.chosen
        change: SettingsPatch = {}
        if pressed.name == "tiers":
            change["tiers"] = _chosen_tiers(values, ctx.settings, ctx.services.library.info)
        else:
            change[pressed.name] = values == ["yes"]
        await _change(ctx, **change)


def _lost(ctx: RequestContext, settings: GuildSettings) -> frozenset[int]:
    """Return the ids of the panel's role and channel that no longer exist."""
    return lost(ctx.interaction.guild, (settings.curator_role_id, settings.log_channel_id))


async def _change(ctx: RequestContext, **changes: Unpack[SettingsPatch]) -> None:
    options = ctx.private_options
    change = await ctx.services.curation.change_settings(ctx.server, ctx.actor, **changes)
    gone = _lost(ctx, change.after)
    if change.before == change.after:
        await ctx.edit(views.panel(change.after, options, gone, views.UNCHANGED))
        return
    confirmation = f"✓ {views.change_summary(change, options)}"
    panel = views.panel(change.after, options, gone, confirmation)
    report = views.report(ctx.actor.person_id, change, options)
    async with ctx.reporting(report):
        await ctx.edit(panel)


def _chosen_tiers(
    values: Sequence[str], now: GuildSettings, info: PackInfo
) -> tuple[Tier, ...] | None:
    """Return the chosen tiers, None for all; a tier without room in the menu stays chosen."""
    offered = views.offered_tiers(now, info)
    if not set(values) <= set(offered):
        raise OtherStoryError(
            "That menu is of another story. Use /settings to choose among the tiers of this one."
        )
    chosen = {*values, *(now.tiers or ())} - (set(offered) - set(values))
    return None if chosen == info.every_tier else tuple(info.ranked(chosen))
