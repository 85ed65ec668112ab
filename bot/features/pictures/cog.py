"""Answers the button “Picture” with a message of its own."""

from __future__ import annotations

import io

import discord
from discord.ext import commands

from bot.core.request import RequestContext, UnknownComponentError
from bot.core.router import handles
from bot.features.lookup import send_entry
from bot.features.pictures.ids import DrawQuote, DrawRelations, DrawTimeline
from bot.features.pictures.views import FILE, legend, picture_page
from bot.features.quotes import result_page
from bot.features.timeline.ids import position_in
from lore.errors import LoreError
from lore.pictures.drawing import Drawing
from lore.pictures.quotes import quote_card
from lore.pictures.relations import relations
from lore.pictures.timelines import timeline
from lore.query.answers import Found, Quoted


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
    component = ctx.component
    options = ctx.options(private=component.is_private or not component.is_own_answer)
    await ctx.acknowledge()
    png = await pictures.asked(drawing)
    layout = picture_page(drawing, options)
    file = discord.File(io.BytesIO(png), FILE)
    await ctx.follow_up(layout, [file], private=options.private)
