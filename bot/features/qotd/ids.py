"""The custom_ids of `/qotd`; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.core.ids import ComponentId, Slug


@dataclass(frozen=True)
class QueueQuote(ComponentId):
    """Queue the chosen quote for a date."""

    family = "qotd:queue"
    label = "fordate"
    day: date
    quote_id: Slug


@dataclass(frozen=True)
class ShowPastDays(ComponentId):
    """Turn to another page of the past days."""

    family = "qotd:history"
    label = "daysbefore"
    page: int


@dataclass(frozen=True)
class UndoChange(ComponentId):
    """Undo an interaction's change."""

    family = "qotd:undo"
    label = "undodaily"
    change_id: int
