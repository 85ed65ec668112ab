"""The custom_ids of `/qotd`; messages of years ago carry them, so none may change its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.core.ids import ComponentId, Slug


@dataclass(frozen=True)
class QueueQuote(ComponentId):
    """Give a date the quote that was chosen."""

    family = "qotd:queue"
    label = "fordate"
    day: date
    quote_id: Slug


@dataclass(frozen=True)
class ShowPastDays(ComponentId):
    """Turn to another page of what became of the days."""

    family = "qotd:history"
    label = "daysbefore"
    page: int


@dataclass(frozen=True)
class UndoChange(ComponentId):
    """Take back what an interaction changed."""

    family = "qotd:undo"
    label = "undodaily"
    change_id: int
