"""`/timeline`: the events in the order of the story."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.commands.lookup import Command, completion
from bot.commands.replying import send, send_answer
from bot.desk import Desk
from bot.layouts import timeline as layouts
from lore.answers import Found
from lore.model import Kind


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
        scope = await desk.scope(interaction)
        manner = await desk.manner(interaction, private)
        asked = ((character, Kind.CHARACTER), (place, Kind.PLACE), (event, Kind.EVENT))
        who = where = order = None
        for name, kind in asked:
            if name is None:
                continue
            answer = await desk.library.look_up(name, scope, kind)
            if not isinstance(answer, Found):
                await send_answer(interaction, answer, manner)
                return
            # A name may mean something of another kind than the option that it was given for.
            if event_found := answer.view.happening:
                order = event_found.order
            elif answer.view.ref.kind is Kind.PLACE:
                where = answer.view.ref.id
            else:
                who = answer.view.ref.id
        shown = await desk.library.timeline(scope, who, where)
        private = manner.private or not shown.events
        await send(interaction, layouts.layout(shown, manner, order), private=private)

    timeline.autocomplete("character")(completion(desk, Kind.CHARACTER))
    timeline.autocomplete("place")(completion(desk, Kind.PLACE))
    timeline.autocomplete("event")(completion(desk, Kind.EVENT))
    return (timeline,)
