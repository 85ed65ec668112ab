"""What a server has asked for: where, when and which quotes; and what that comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lore.pack.model import Tiers
from lore.qotd.picking import QuotePick
from lore.qotd.timetable import Slot, Timetable

# The schedule that a server has where it names no other.
FIRST = 1


class Pause(StrEnum):
    """Why nothing is posted for now."""

    ASKED = "asked"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class QotdConfig:
    """What a curator sets; `tiers` None means those that the server shows anyway."""

    channel_id: int
    table: Timetable
    role_id: int | None = None
    tiers: Tiers | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of a server, and where it stands.

    `next_due` is None while it is paused without an end.
    """

    guild_id: int
    number: int
    terms: QotdConfig
    pause: Pause | None
    paused_until: date | None
    failing: int
    next_day: date | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A day to come, and the quote that it will get if nothing changes; None if there is none.

    `unmet` is the quote that curators want for it and that cannot come.
    """

    slot: Slot
    choice: QuotePick | None
    unmet: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """The quote that was set aside, if there was one, and what the day gets instead."""

    before: str | None
    day: Preview


@dataclass(frozen=True, slots=True)
class Shift:
    """A day whose quote does not come at its hour: `turn` is when it comes, None if never.

    Either it had its turn already (`taken`), or the last post was less than 12 hours before.
    """

    slot: Slot
    turn: Slot | None
    taken: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next turns of a server, and the days up to the first of them that are shifted."""

    turns: tuple[Slot, ...] = ()
    shifts: tuple[Shift, ...] = ()


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


def shifts(
    slots: Iterable[Slot], *, taken: Collection[date], last_sent: datetime | None
) -> Iterator[Shift]:
    """Those of the slots that do not come at their hour."""
    for slot in slots:
        turn = None if slot.day in taken else slot.after(last_sent)
        if turn != slot:
            yield Shift(slot, turn, slot.day in taken)
