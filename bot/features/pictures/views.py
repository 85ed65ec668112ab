"""Pictures as messages, and the buttons that ask for them."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from bot.core.ids import ComponentId
from bot.core.page import Button, Layout, button, remove_button, rows
from bot.core.rendering import (
    ADDED,
    ADDED_COLOUR,
    RenderOptions,
    attributions,
    picture_credit,
)
from bot.features.pictures.ids import DrawQuote, DrawRelations, DrawTimeline, ShowPicture
from bot.features.timeline.ids import place_of
from lore.pack.model import PackInfo, Picture, Tier
from lore.pictures.drawing import Drawing, Legend, TierStyle
from lore.pictures.quotes import quote_card
from lore.pictures.relations import relations
from lore.pictures.timelines import timeline
from lore.query.answers import EntryView, Position, QuoteView, Ref, Timeline

# The name of the file that a message with a picture has.
FILE = "picture.png"


def legend(info: PackInfo) -> Legend:
    """Return how the tiers of a pack, and that of what servers add, are shown in pictures."""
    return Legend(info, TierStyle(ADDED, str(ADDED_COLOUR)))


def quote_picture(quote: QuoteView, options: RenderOptions) -> Iterator[Button]:
    """Yield the button that has a quote drawn, if it can be."""
    # A draft has no id yet.
    if options.glyphs and quote.id:
        yield from _offer(quote_card(quote, legend(options.info)), DrawQuote(quote.id), options)


def entry_picture(view: EntryView, options: RenderOptions) -> Iterator[Button]:
    """Yield the button that shows the picture of an entry.

    It is its own; else an event is drawn among the others, and of other entries the relations.
    """
    if view.picture:
        yield button("Picture", ShowPicture(view.ref.id))
    elif view.happening and view.happening.position is not None:
        # The others are not known here: what they lack letters for is told when it is pressed.
        alone, at = Timeline.of([view]), view.happening.position
        yield from timeline_picture(alone, view.ref, at, options, ringed=True)
    elif options.glyphs:
        drawing = relations(view, legend(options.info))
        yield from _offer(drawing, DrawRelations(view.ref.id), options)


def timeline_picture(
    asked: Timeline, event: Ref, at: Position, options: RenderOptions, *, ringed: bool
) -> Iterator[Button]:
    """Yield the button that has a timeline drawn from that event, if it can be."""
    if options.glyphs:
        who = asked.character.id if asked.character else ""
        place = asked.place.id if asked.place else ""
        drawing = timeline(asked, legend(options.info), at, ringed=ringed)
        yield from _offer(drawing, DrawTimeline(place_of(event, at), ringed, who, place), options)


def _offer(drawing: Drawing | None, id: ComponentId, options: RenderOptions) -> Iterator[Button]:
    if drawing and options.glyphs and options.glyphs.cover(drawing.data):
        yield button("Picture", id)


def picture_page(drawing: Drawing, options: RenderOptions) -> Layout:
    """Return a page with a picture, whose file goes with the message, and who is to be credited."""
    credited = attributions(drawing.cites, options.info)
    small = "\n".join(f"-# {line}" for line in credited)
    buttons = () if options.private else rows([remove_button()])
    return Layout([small], buttons, picture=gallery(drawing, options))


def entry_picture_page(
    picture: Picture, tier: Tier, file: str, drawn: Drawing | None, options: RenderOptions
) -> Layout:
    """Return a page with the picture of an entry, whose files go with the message.

    Below it stand who made it and under which licence, and who is to be credited for what is drawn.
    """
    of_pack = discord.MediaGalleryItem(
        f"attachment://{file}", description=picture.alt, spoiler=tier in options.spoilered
    )
    items = [of_pack, *([_item(drawn, options)] if drawn else [])]
    credited = attributions(drawn.cites, options.info) if drawn else ()
    small = "\n".join(f"-# {line}" for line in (picture_credit(picture), *credited))
    buttons = () if options.private else rows([remove_button()])
    return Layout([small], buttons, picture=discord.ui.MediaGallery(*items))


def gallery(drawing: Drawing, options: RenderOptions) -> discord.ui.MediaGallery[Layout]:
    """Return a picture as a part of a page, hidden where what it tells is."""
    return discord.ui.MediaGallery(_item(drawing, options))


def _item(drawing: Drawing, options: RenderOptions) -> discord.MediaGalleryItem:
    hidden = not options.spoilered.isdisjoint(drawing.tiers)
    return discord.MediaGalleryItem(f"attachment://{FILE}", description=drawing.alt, spoiler=hidden)
