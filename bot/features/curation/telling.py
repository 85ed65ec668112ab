"""Tells those who suggested, and the server's log, what was decided."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.features.curation.office import Office
from bot.features.curation.views import changes, queue
from lore.ledger.records import Change, ServerEntry, Suggestion


@asynccontextmanager
async def announcing(
    interaction: discord.Interaction,
    office: Office,
    suggestion: Suggestion,
    entry: ServerEntry | None = None,
) -> AsyncIterator[None]:
    """Tell of a decision once it has been answered; an approved suggestion became `entry`."""
    by, guild_id = interaction.user.id, suggestion.guild_id
    if entry:
        report = changes.report(by, Change.APPROVED, entry, office.name_of)
    else:
        report = changes.rejected(by, suggestion, office.name_of)
    try:
        async with office.reporting(interaction, guild_id, report):
            yield
    finally:
        if suggestion.suggested_by is not None:
            server = interaction.guild.name if interaction.guild else ""
            layout = queue.outcome(suggestion, server, office.name_of)
            await office.tell_person(interaction.client, suggestion.suggested_by, layout)
