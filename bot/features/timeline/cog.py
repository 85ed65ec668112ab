"""`/timeline`: the events in the order of the story."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.rendering import RenderOptions
from bot.core.request import RequestContext, UnknownComponentError, request
from bot.core.router import handles
from bot.core.text import QUERY, cut
from bot.features.lookup import entry_choices, send_entry
from bot.features.timeline import views
from bot.features.timeline.ids import OpenTimeline, ShowEvent, opening, position_in
from lore.errors import LoreError
from lore.ids import bare
from lore.pack.model import Kind
from lore.query.answers import Found, Ref

# The options of a timeline, in the order in which they are asked for.
KINDS = (Kind.CHARACTER, Kind.PLACE, Kind.EVENT)


class TwoOfAKindError(LoreError):
    """Two options named entries of the same kind."""


class TimelineCog(commands.Cog):
    """Walks through the events."""

    @app_commands.command()
    @app_commands.describe(
        character="Only what they took part in",
        place="Only what happened there",
        event="Open it at this event",
        private="Only you see it",
    )
    async def timeline(
        self,
        interaction: discord.Interaction,
        character: str | None = None,
        place: str | None = None,
        event: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Walk through the events in the order in which they happened."""
        ctx = request(interaction)
        await _answer(ctx, ctx.options(private), character or "", place or "", event or "")

    @timeline.autocomplete("character")
    async def complete_character(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await entry_choices(request(interaction), typed, Kind.CHARACTER)

    @timeline.autocomplete("place")
    async def complete_place(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await entry_choices(request(interaction), typed, Kind.PLACE)

    @timeline.autocomplete("event")
    async def complete_event(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await entry_choices(request(interaction), typed, Kind.EVENT)

    @handles(OpenTimeline)
    async def open(self, ctx: RequestContext, pressed: OpenTimeline) -> None:
        """Answer with the timeline of what was meant."""
        asked = pressed.character, pressed.place, pressed.event
        await ctx.services.library.check_named(ctx.scope, *asked)
        await _answer(ctx, ctx.options(pressed.private), *asked)

    @handles(ShowEvent)
    async def show_event(self, ctx: RequestContext, pressed: ShowEvent) -> None:
        """Turn to an event."""
        library = ctx.services.library
        who, place = pressed.character or None, pressed.place or None
        library.check_open(pressed.at)
        shown = await library.timeline(ctx.scope, who, place)
        try:
            at = position_in(pressed.at)
        except ValueError as error:
            raise UnknownComponentError from error
        await ctx.turn(views.timeline_page(shown, ctx.page_options(), at))


async def _answer(ctx: RequestContext, options: RenderOptions, *asked: str) -> None:
    """Send the timeline of a character, at a place, from an event; each name may be empty.

    A name of another kind than its option's is accepted, with a remark.
    """
    library, scope = ctx.services.library, ctx.scope
    found: dict[Kind, tuple[str, Ref]] = {}
    at = None
    remarks = []
    for number, (kind, name) in enumerate(zip(KINDS, asked, strict=True)):
        if not name:
            continue
        answer = await library.look_up(name, scope, kind)
        if not isinstance(answer, Found):
            await send_entry(ctx, answer, options, opening(asked, number), kind)
            return
        view = answer.view
        if view.happening:
            at = view.happening.position
        # Who chose an entry by its id has already seen its kind.
        if view.ref.kind is not kind and name not in (view.ref.id, bare(view.ref.id)):
            remarks.append(views.taken_for(name, view.ref, options))
        _add_option(found, name, view.ref)
    refs = {kind: ref for kind, (_, ref) in found.items()}
    ids = [refs[kind].id if kind in refs else None for kind in (Kind.CHARACTER, Kind.PLACE)]
    shown = await library.timeline(scope, *ids)
    event = refs.get(Kind.EVENT)
    if event and event.id not in (one.ref.id for one in shown.events):
        remark = views.undated if at is None else views.not_in_timeline
        remarks.append(remark(event, options))
    layout = views.timeline_page(shown, options, at, remarks)
    await ctx.send(layout, private=options.private or not shown.events)


def _add_option(found: dict[Kind, tuple[str, Ref]], name: str, ref: Ref) -> None:
    """Add what a name means to `found`; who is neither place nor event counts as a participant."""
    kind = ref.kind if ref.kind in (Kind.PLACE, Kind.EVENT) else Kind.CHARACTER
    if kind in found:
        first, second = (cut(one, QUERY) for one in (found[kind][0], name))
        raise TwoOfAKindError(
            f"A timeline follows one {kind.value} at a time: leave out “{first}” or “{second}”."
        )
    found[kind] = name, ref
