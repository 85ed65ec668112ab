"""`/about` and `/help`: what this bot is, what it draws on, what can be asked."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.core.curators import may_curate
from bot.core.deferring import send
from bot.core.desk import Desk
from bot.core.places import SUGGEST
from bot.features.about import views as layouts
from bot.features.about.operator import Operator
from bot.features.lookup.cog import Command


def commands(desk: Desk, operator: Operator) -> Iterable[Command]:
    """The commands that explain the bot."""

    @app_commands.command()
    async def about(interaction: discord.Interaction) -> None:
        """What this bot knows, and from which sources."""
        manner = await desk.manner(interaction, private=True)
        layout = layouts.about(desk.library.holdings, manner, operator)
        await send(interaction, layout, private=True)

    @app_commands.command(name="help")
    async def help_(interaction: discord.Interaction) -> None:
        """What you can ask, command by command."""
        tree = interaction.client.tree  # type: ignore[attr-defined]  # LoreBot has one
        settings = await desk.settings(interaction.guild_id)
        curator = may_curate(interaction, settings)
        curated, asked = list[layouts.Listed](), list[layouts.Listed]()
        for command in tree.get_commands(type=discord.AppCommandType.chat_input):
            if not _works_here(command, interaction):
                continue
            listed = layouts.Listed(command.name, command.description, _verbs(command))
            if command.default_permissions:
                curated += [listed] if curator else []
            elif command.name != SUGGEST or settings.suggestions:
                asked.append(listed)
        await send(interaction, layouts.help_(asked, curated), private=True)

    return about, help_


def _works_here(command: Command | app_commands.Group, interaction: discord.Interaction) -> bool:
    """Whether a command is offered where help is asked for; those of servers say so themselves."""
    of_servers = command.allowed_installs is not None and not command.allowed_installs.user
    return interaction.is_guild_integration() or not of_servers


def _verbs(command: Command | app_commands.Group) -> tuple[str, ...]:
    if isinstance(command, app_commands.Group):
        return tuple(sorted(verb.name for verb in command.commands))
    return ()
