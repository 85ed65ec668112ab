"""The daily post itself: its page, the mark by which it is found again, and its thread's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

import discord

from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.lookup import short_entry_page
from bot.features.pictures import gallery
from bot.features.qotd.views import date_of, of_the_day
from bot.features.quotes import quote_page
from lore.pictures.drawing import Drawing
from lore.qotd.delivery import Delivery
from lore.qotd.timetable import FIRST, What
from lore.query.answers import EntryView, QuoteView

# Enough bits for the ordinal of every day until the year 2871.
_DAY_BITS = 20


def thread_name(day: date) -> str:
    """Return the name of the thread under a day's post."""
    return f"Discussion · {date_of(day)}"


def is_post(message: discord.Message, number: int, day: date) -> bool:
    """Tell whether a message of ours is that schedule's post of that day."""
    ids = [getattr(part, "id", None) or 0 for part in message.components]
    if max(ids, default=0) >> _DAY_BITS:
        return _post_id(number, day) in ids
    # Posts from before they had an id are recognised by the last line that they had; there was one
    # schedule then.
    former = f"-# Quote of the day · {day.isoformat()}"
    return number == FIRST and former in _texts(message.components)


def post(
    quote: QuoteView, options: RenderOptions, delivery: Delivery, card: Drawing | None = None
) -> Layout:
    """Return the day's post, with its quote as a picture if that is given; it pings the role."""
    if card:
        # Nobody needs a button for what is there.
        options = replace(options, glyphs=None)
    role, title = delivery.role_id, of_the_day(What.QUOTES)
    page = quote_page(
        quote,
        options,
        heading="" if role else f"## {title}",
        ending=_last_line(title, delivery.day),
        notice=f"<@&{role}> {title}" if role else "",
    )
    if card:
        page.box.add_item(gallery(card, options))
    return marked(page, delivery.number, delivery.day)


def entry_post(view: EntryView, options: RenderOptions, delivery: Delivery) -> Layout:
    """Return the day's post of an entry, in short and with the way to the whole."""
    role, title = delivery.role_id, of_the_day(What.ENTRIES)
    page = short_entry_page(
        view,
        options,
        heading="" if role else f"**{title}**",
        ending=_last_line(title, delivery.day),
        notice=f"<@&{role}> {title}" if role else "",
    )
    return marked(page, delivery.number, delivery.day)


def marked(page: Layout, number: int, day: date) -> Layout:
    """Give a page the id of that schedule's post of that day."""
    page.box.id = _post_id(number, day)
    return page


def _post_id(number: int, day: date) -> int:
    """Return the id of a post's box among its message's components; 32 bits at most.

    It holds the schedule's number and the day, so that a post is found again in any wording.
    """
    return number << _DAY_BITS | day.toordinal()


def _last_line(title: str, day: date) -> str:
    return f"-# {title} · {day.isoformat()}"


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))
