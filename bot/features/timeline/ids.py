"""The custom_ids of timelines; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.ids import ComponentId, Slug, part
from bot.core.limits import CUSTOM_ID
from lore.ids import FIRST, pack_number, qualified
from lore.query.answers import Ref


@dataclass(frozen=True)
class ShowEvent(ComponentId):
    """Turn a timeline, of a character or at a place, to the event with that order."""

    family = "timeline"
    at: Slug
    character: str = ""
    place: str = ""


def event_shown(event: Ref, order: int, character: str = "", place: str = "") -> ShowEvent:
    """Return the custom_id that turns a timeline to an event with that order in its story."""
    at = qualified(pack_number(event.id) or FIRST, str(order))
    return ShowEvent(at, character, place)


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
