"""The custom_ids of timelines; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.ids import ComponentId, Slug, part
from bot.core.limits import CUSTOM_ID
from lore.ids import bare, pack_number, qualified
from lore.query.answers import Position, Ref


@dataclass(frozen=True)
class ShowEvent(ComponentId):
    """Turn a timeline, of a character or at a place, to the event at that position."""

    family = "timeline"
    at: Slug
    character: str = ""
    place: str = ""


def event_shown(event: Ref, at: Position, character: str = "", place: str = "") -> ShowEvent:
    """Return the custom_id that turns a timeline to an event at that position of its story."""
    return ShowEvent(place_of(event, at), character, place)


def place_of(event: Ref, at: Position) -> str:
    """Return the position of an event with the number of its pack, `s` for one of a server."""
    number = pack_number(event.id)
    return f"s.{at}" if number is None else qualified(number, str(at))


def position_in(place: str) -> Position:
    """Return the position in what `place_of` wrote; ValueError if there is none."""
    order, _, step = bare(place).removeprefix("s.").partition("-")
    if not (order.isdecimal() and (step or "0").isdecimal()):
        raise ValueError(place)
    return Position(int(order), int(step or 0))


@dataclass(frozen=True)
class OpenTimeline(ComponentId):
    """Answer with the timeline of the chosen entry."""

    family = "walk"
    private: bool
    character: str
    place: str
    event: str


def opening(asked: Sequence[str], number: int) -> Callable[[bool, str], OpenTimeline]:
    """Return a factory of custom_ids that ask for the same timeline with one option replaced.

    `number` is the index of that option in `asked`.
    """

    def meant(private: bool, id: str) -> OpenTimeline:
        empty = OpenTimeline(private, *("" for _ in asked))
        room = (CUSTOM_ID - len(str(empty)) - len(id)) // 2
        return OpenTimeline(
            private, *(id if n == number else part(name)[:room] for n, name in enumerate(asked))
        )

    return meant
