"""The custom_ids of `/qotd`; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.core.ids import ComponentId, MenuId, Slug
from lore.qotd.timetable import FIRST


def unless_first(number: int) -> int | None:
    """Return the number of a post as its custom_ids hold it: that of the first is left out."""
    return None if number == FIRST else number


@dataclass(frozen=True)
class QueueQuote(ComponentId):
    """Queue the chosen quote for a date; `number` is of a post that is not the first."""

    family = "qotd:queue"
    label = "fordate"
    day: date
    quote_id: Slug
    number: int | None = None


@dataclass(frozen=True)
class ShowPastDays(ComponentId):
    """Turn to another page of the past days; `number` is of a post that is not the first."""

    family = "qotd:history"
    label = "daysbefore"
    page: int
    number: int | None = None


@dataclass(frozen=True)
class UndoChange(ComponentId):
    """Undo an interaction's change."""

    family = "qotd:undo"
    label = "undodaily"
    change_id: int


@dataclass(frozen=True)
class ListQueue(ComponentId):
    """Turn to a page of what is queued; `number` is of a post that is not the first."""

    family = "qotd:queued"
    label = "queued"
    page: int
    number: int | None = None


@dataclass(frozen=True)
class ChooseQueued(MenuId):
    """Show what is queued for a date; its values are the marks of what is queued."""

    family = "qotd:chosen"
    label = "choosequeued"
    number: int | None = None


@dataclass(frozen=True)
class ChangeQueue(ComponentId):
    """Let what has that mark change dates with its neighbour in the queue, or take it out."""

    family = "qotd:change"
    label = "changequeue"
    how: Literal["earlier", "later", "out"]
    mark: int
    number: int | None = None


@dataclass(frozen=True)
class EmptyQueue(ComponentId):
    """Take everything out of the queue; `number` is of a post that is not the first."""

    family = "qotd:empty"
    label = "emptyqueue"
    number: int | None = None
