"""`/quote`: words said, by chance, by speaker, by half-remembered words or by id."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.core.completing import offers, quote_offers
from bot.core.desk import Desk
from bot.features.lookup.asking import answer_quote, answer_quote_by_id
from bot.features.lookup.cog import Command


def commands(desk: Desk) -> Iterable[Command]:
    """The commands that answer with quotes."""

    @app_commands.command()
    @app_commands.describe(
        speaker="Only words of theirs",
        text="Words that you remember, roughly",
        id="The quote's id, as it stands under each quote",
        private="Only you see it",
    )
    async def quote(
        interaction: discord.Interaction,
        speaker: str | None = None,
        text: str | None = None,
        id: str | None = None,
        private: bool | None = None,
    ) -> None:
        """A quote: by chance, by its speaker, by words you half remember."""
        manner = await desk.manner(interaction, private)
        if id:
            await answer_quote_by_id(interaction, desk, manner, id, speaker or "", text or "")
        else:
            await answer_quote(interaction, desk, manner, speaker or "", text or "")

    @quote.autocomplete("speaker")
    async def complete_speaker(
        interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        choices = await desk.library.complete_speaker(typed, await desk.scope(interaction))
        return offers(choices, desk.library.info)

    @quote.autocomplete("id")
    async def complete_id(
        interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        found = await desk.library.complete_quote(typed, await desk.scope(interaction))
        return quote_offers(found, await desk.manner(interaction))

    return (quote,)
