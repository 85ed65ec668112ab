"""The quote of the day as it is posted, and how its message is known again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import discord

from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.quotes import quote_page
from lore.qotd.delivery import Delivery
from lore.qotd.timetable import FIRST
from lore.query.answers import QuoteView

# Enough for the ordinal of every day until the year 2871.
_DAY_BITS = 20


def is_post(message: discord.Message, number: int, day: date) -> bool:
    """Whether a message of ours is that day's post of the schedule of that number."""
    ids = [getattr(part, "id", None) or 0 for part in message.components]
    if max(ids, default=0) >> _DAY_BITS:
        return _post_id(number, day) in ids
    # Posts from before they had an id are known by their last line; there was one schedule then.
    return number == FIRST and _last_line(day) in _texts(message.components)


def post(view: QuoteView, options: RenderOptions, delivery: Delivery) -> Layout:
    """The day's post; only the role can be pinged by it."""
    role, day = delivery.role_id, delivery.day
    notice = f"<@&{role}> Quote of the day" if role else ""
    heading = "" if notice else "## Quote of the day"
    page = quote_page(view, options, heading=heading, ending=_last_line(day), notice=notice)
    return marked(page, delivery.number, day)


def marked(page: Layout, number: int, day: date) -> Layout:
    """The page, marked as that day's post of the schedule of that number."""
    [box] = [part for part in page.children if isinstance(part, discord.ui.Container)]
    box.id = _post_id(number, day)
    return page


def _post_id(number: int, day: date) -> int:
    """The id that the box of a post has among the parts of its message; 32 bits at most.

    It holds the number of the schedule and the day, so that a post is found again whatever it says.
    """
    return number << _DAY_BITS | day.toordinal()


def _last_line(day: date) -> str:
    return f"-# Quote of the day · {day.isoformat()}"


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))
