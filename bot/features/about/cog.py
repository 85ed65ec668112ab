"""`/about` and `/help`: what this bot is, what it draws on, what can be asked."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.command_options import SUGGEST
from bot.core.curators import may_curate
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.core.request import RequestContext, request
from bot.core.router import handles
from bot.features.about import views
from bot.features.about.ids import TurnAbout
from bot.features.about.operator import Operator

Command = app_commands.Command[Any, ..., Any]


class AboutCog(commands.Cog):
    """Explains the bot."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    @app_commands.command()
    async def about(self, interaction: discord.Interaction) -> None:
        """What this bot knows, and from which sources."""
        ctx = request(interaction)
        await ctx.send(self._page(ctx, ctx.private_options, 0), private=True)

    @handles(TurnAbout)
    async def turn(self, ctx: RequestContext, pressed: TurnAbout) -> None:
        """Turn to another page of the sources."""
        await ctx.turn(self._page(ctx, ctx.page_options(), pressed.page))

    def _page(self, ctx: RequestContext, options: RenderOptions, page: int) -> Layout:
        return views.about(ctx.services.library.stats, options, self._operator, page)

    @app_commands.command(name="help")
    async def help_(self, interaction: discord.Interaction) -> None:
        """What you can ask, command by command."""
        ctx = request(interaction)
        curator = may_curate(interaction, ctx.settings)
        curated, asked = list[views.Listed](), list[views.Listed]()
        tree = interaction.client.tree  # type: ignore[attr-defined]  # LoreBot has one
        for command in tree.get_commands(type=discord.AppCommandType.chat_input):
            if not _works_here(command, interaction):
                continue
            listed = views.Listed(command.name, command.description, _verbs(command))
            if command.default_permissions:
                curated += [listed] if curator else []
            elif command.name != SUGGEST or ctx.settings.suggestions:
                asked.append(listed)
        await ctx.send(views.help_(asked, curated), private=True)


def _works_here(command: Command | app_commands.Group, interaction: discord.Interaction) -> bool:
    """Return whether a command can be used where help is asked for."""
    of_servers = command.allowed_installs is not None and not command.allowed_installs.user
    return interaction.is_guild_integration() or not of_servers


def _verbs(command: Command | app_commands.Group) -> tuple[str, ...]:
    if isinstance(command, app_commands.Group):
        return tuple(sorted(verb.name for verb in command.commands))
    return ()
