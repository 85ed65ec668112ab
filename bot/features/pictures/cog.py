"""Answers the button “Picture” with a message of its own."""

from __future__ import annotations

import asyncio
import io

import discord
from discord.ext import commands

from bot.core.request import RequestContext, UnknownComponentError
from bot.core.router import handles
from bot.features.lookup import send_entry
from bot.features.pictures.ids import DrawQuote, DrawRelations, DrawTimeline, ShowPicture
from bot.features.pictures.views import FILE, entry_picture_page, legend, picture_page
from bot.features.quotes import result_page
from bot.features.timeline.ids import position_in
from lore.errors import LoreError
from lore.pack.pictures import picture_file
from lore.pictures.drawing import Drawing
from lore.pictures.quotes import quote_card
from lore.pictures.relations import relations
from lore.pictures.timelines import timeline
from lore.query.answers import EntryView, Found, Quoted


class NoPictureError(LoreError):
    """What was to be drawn cannot be drawn any more."""

    def __init__(self) -> None:
        super().__init__("There is no picture of this any more.")


class NoLettersError(LoreError):
    """What was to be drawn has letters that no font has."""

    def __init__(self) -> None:
        super().__init__("This cannot be drawn: the fonts here lack letters that it needs.")


class PicturesCog(commands.Cog):
    """Draws what a message shows."""

    @handles(DrawQuote)
    async def draw_quote(self, ctx: RequestContext, pressed: DrawQuote) -> None:
        """Answer with a quote as a card."""
        answer = await ctx.services.library.pressed_quote(pressed.quote_id, ctx.scope)
        if isinstance(answer, Quoted):
            card = quote_card(answer.view, legend(ctx.services.library.info))
            await _answer(ctx, card)
        else:
            layout = result_page(answer, ctx.private_options)
            await ctx.send_result(layout, found=False, private=True)

    @handles(DrawRelations)
    async def draw_relations(self, ctx: RequestContext, pressed: DrawRelations) -> None:
        """Answer with the relations of an entry."""
        answer = await ctx.services.library.entry(pressed.entry_id, ctx.scope)
        if isinstance(answer, Found):
            await _answer(ctx, relations(answer.view, legend(ctx.services.library.info)))
        else:
            await send_entry(ctx, answer, ctx.private_options)

    @handles(ShowPicture)
    async def show_picture(self, ctx: RequestContext, pressed: ShowPicture) -> None:
        """Answer with the picture that the pack has of an entry."""
        answer = await ctx.services.library.entry(pressed.entry_id, ctx.scope)
        if isinstance(answer, Found):
            await _answer_with_own(ctx, answer.view)
        else:
            await send_entry(ctx, answer, ctx.private_options)

    @handles(DrawTimeline)
    async def draw_timeline(self, ctx: RequestContext, pressed: DrawTimeline) -> None:
        """Answer with a stretch of a timeline."""
        library = ctx.services.library
        library.check_open(pressed.at)
        try:
            at = position_in(pressed.at)
        except ValueError as error:
            raise UnknownComponentError from error
        who, place = pressed.character or None, pressed.place or None
        asked = await library.timeline(ctx.scope, who, place)
        drawing = timeline(asked, legend(library.info), at, ringed=pressed.ringed)
        await _answer(ctx, drawing)


async def _answer(ctx: RequestContext, drawing: Drawing | None) -> None:
    """Send a picture, to all if the presser's own public answer was pressed.

    Discord takes a gallery only in a new message, and the press has to be answered before it is
    drawn: it is acknowledged, and the picture follows.
    """
    pictures = ctx.services.pictures
    if drawing is None or pictures is None:
        raise NoPictureError
    if not pictures.glyphs.cover(drawing.data):
        raise NoLettersError
    options = ctx.page_options()
    await ctx.acknowledge()
    png = await pictures.asked(drawing)
    layout = picture_page(drawing, options)
    file = discord.File(io.BytesIO(png), FILE)
    await ctx.follow_up(layout, [file], private=options.private)


async def _answer_with_own(ctx: RequestContext, view: EntryView) -> None:
    """Send the picture of an entry that the pack has, and beside it what can be drawn of it."""
    if view.picture is None:
        raise NoPictureError
    options = ctx.page_options()
    await ctx.acknowledge()
    own = await asyncio.to_thread(picture_file, ctx.services.pack_folder, view.picture)
    name = f"entry.{own.ending}"
    files = [discord.File(io.BytesIO(await asyncio.to_thread(own.path.read_bytes)), name)]
    drawing = await _drawing_of(ctx, view)
    pictures = ctx.services.pictures
    if drawing and pictures and pictures.glyphs.cover(drawing.data):
        files.append(discord.File(io.BytesIO(await pictures.asked(drawing)), FILE))
    drawn = drawing if len(files) > 1 else None
    layout = entry_picture_page(view.picture, view.ref.tier, name, drawn, options)
    await ctx.follow_up(layout, files, private=options.private)


async def _drawing_of(ctx: RequestContext, view: EntryView) -> Drawing | None:
    """Return an event drawn among the others, or the relations of another entry."""
    library = ctx.services.library
    if view.happening is None or view.happening.position is None:
        return relations(view, legend(library.info))
    asked = await library.timeline(ctx.scope, None, None)
    return timeline(asked, legend(library.info), view.happening.position, ringed=True)
