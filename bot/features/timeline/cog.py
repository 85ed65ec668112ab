"""`/timeline`: the events in the order of the story."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.core.desk import Desk
from bot.features.lookup.asking import answer_timeline
from bot.features.lookup.cog import Command, completion
from lore.pack.model import Kind


def commands(desk: Desk) -> Iterable[Command]:
    """The commands that walk through the story."""

    @app_commands.command()
    @app_commands.describe(
        character="Only what they took part in",
        place="Only what happened there",
        event="Open it at this event",
        private="Only you see it",
    )
    async def timeline(
        interaction: discord.Interaction,
        character: str | None = None,
        place: str | None = None,
        event: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Walk through the events in the order in which they happened."""
        asked = (name or "" for name in (character, place, event))
        await answer_timeline(interaction, desk, await desk.manner(interaction, private), *asked)

    timeline.autocomplete("character")(completion(desk, Kind.CHARACTER))
    timeline.autocomplete("place")(completion(desk, Kind.PLACE))
    timeline.autocomplete("event")(completion(desk, Kind.EVENT))
    return (timeline,)
