"""`/suggest`: members ask for something to be added to their server's lore."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.commands.curating.drafting import begin
from bot.commands.lookup import WHAT, Command
from bot.commands.places import IN_SERVERS, OF_SERVERS, SUGGEST
from bot.drafting import Purpose, Verb, blank
from bot.office import Office


def command(office: Office) -> Command:
    """The command for everybody, where the server takes suggestions."""

    @app_commands.command(name=SUGGEST)
    @app_commands.describe(kind="What it is")
    @app_commands.choices(kind=WHAT)
    async def suggest(interaction: discord.Interaction, kind: str) -> None:
        """Suggest an entry or a quote for this server's lore; its curators decide."""
        writer = await office.welcome(interaction)
        purpose = Purpose(Verb.SUGGEST, kind)
        await begin(interaction, office, writer, purpose, blank(purpose))

    suggest.allowed_contexts, suggest.allowed_installs = IN_SERVERS, OF_SERVERS
    return suggest
