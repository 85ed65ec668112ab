"""What a server has asked for: where, when and which quotes; and what that comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lore.daily.choice import Choice
from lore.daily.timetable import Slot, Timetable
from lore.model import Tier


class Pause(StrEnum):
    """Why nothing is posted for now."""

    ASKED = "asked"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a curator sets; `tiers` None means those that the server shows anyway."""

    channel_id: int
    table: Timetable
    role_id: int | None = None
    tiers: frozenset[Tier] | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A server's terms and where it stands; `next_due` is None while paused without an end."""

    guild_id: int
    terms: Terms
    pause: Pause | None
    paused_until: date | None
    failing: int
    next_day: date | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A day to come, and the quote that it will get if nothing changes; None if there is none."""

    slot: Slot
    choice: Choice | None


def turns(
    slots: Iterable[Slot],
    *,
    taken: Collection[date] = (),
    last_sent: datetime | None = None,
    since: date | None = None,
) -> Iterator[Slot]:
    """The slots that come to a post: not on taken days, too soon after a post, or in a pause."""
    for slot in slots:
        turn = slot.after(last_sent)
        if turn and slot.day not in taken and (since is None or slot.day >= since):
            yield turn
