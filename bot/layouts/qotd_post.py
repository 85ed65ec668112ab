"""The quote of the day as it is posted, and how its message is known again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import discord

from bot.layouts import quote
from bot.layouts.manner import Manner
from bot.layouts.page import Layout
from lore.answers import QuoteView


def marker(day: date) -> str:
    """The line that ends a day's post, by which it is found again in the history."""
    return f"-# Quote of the day · {day.isoformat()}"


def is_post(message: discord.Message, day: date) -> bool:
    """Whether a message of ours is that day's post."""
    return marker(day) in _texts(message.components)


def post(view: QuoteView, manner: Manner, day: date, role_id: int | None) -> Layout:
    """The day's post; only the role can be pinged by it."""
    notice = f"<@&{role_id}> Quote of the day" if role_id else ""
    heading = "" if notice else "## Quote of the day"
    return quote.layout(view, manner, heading=heading, ending=marker(day), notice=notice)


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))
