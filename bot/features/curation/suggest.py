"""`/suggest`: members ask for something to be added to their server's lore."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.core.places import IN_SERVERS, OF_SERVERS, SUGGEST
from bot.features.curation.draft_sessions import Purpose, Verb, blank
from bot.features.curation.drafting import begin
from bot.features.curation.office import Office
from bot.features.lookup.cog import WHAT, Command


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
