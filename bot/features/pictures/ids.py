"""The custom_ids of pictures; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.ids import ComponentId, Slug


@dataclass(frozen=True)
class DrawQuote(ComponentId):
    """Answer with a quote as a card."""

    family = "picture:quote"
    quote_id: Slug


@dataclass(frozen=True)
class DrawRelations(ComponentId):
    """Answer with the relations of an entry, drawn."""

    family = "picture:relations"
    entry_id: Slug


@dataclass(frozen=True)
class ShowPicture(ComponentId):
    """Answer with the picture of an entry that its pack has, beside what can be drawn of it."""

    family = "picture:entry"
    entry_id: Slug


@dataclass(frozen=True)
class DrawTimeline(ComponentId):
    """Answer with a timeline, of a character or at a place, drawn from the event with that order.

    If that one is ringed, it stands in the midst of the others.
    """

    family = "picture:timeline"
    at: Slug
    ringed: bool
    character: str = ""
    place: str = ""
