"""Chooses the quote of a day: each once in a round, in each server's own order."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lore.qotd.timetable import Slot

# How the keys of entries begin, which no id of a quote does.
_ENTRY = "entry:"


def entry_key(id: str) -> str:
    """Return the key under which an entry is chosen; that of a quote is its id."""
    return _ENTRY + id


def entry_id(key: str) -> str | None:
    """Return the id of the entry with that key; None for a quote's key."""
    return key.removeprefix(_ENTRY) if key.startswith(_ENTRY) else None


class Reason(StrEnum):
    """Why a day gets its quote."""

    QUEUED = "queued"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Pool:
    """The quotes a server may show: those that match its settings, and all that can be queued.

    Those of tiers `apart` end a round that begins now, unless the server wants all tiers `alike`.
    """

    fitting: Collection[str]
    known: Collection[str]
    apart: Collection[str] = frozenset()
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a curator wants for a day: a queued quote, if it still exists, and skipped ones.

    Those `elsewhere` come that day in another post of the server; they are drawn only if all that
    fit are among them.
    """

    queued: str | None = None
    passed: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


NO_OVERRIDES = Overrides()


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """What a server has been shown: each quote with the last round it was shown in.

    `own_first` is how the round under way began, None if nothing was shown in it.
    """

    rounds: Mapping[str, int] = field(default_factory=dict)
    last: str | None = None
    own_first: bool | None = None

    @property
    def round(self) -> int:
        """Return the current round, counted from 1."""
        return max(self.rounds.values(), default=1)

    def after(self, choice: QuotePick) -> ShownHistory:
        """Return the history after that quote has been shown."""
        rounds = {**self.rounds, choice.key: choice.round}
        return ShownHistory(rounds, choice.key, choice.own_first)


@dataclass(frozen=True, slots=True)
class QuotePick:
    """A day's quote and why it was chosen: `unshown` of `total` quotes were not yet shown.

    `own_first` tells whether quotes of tiers apart come last in its round.
    """

    key: str
    why: Reason
    round: int
    unshown: int
    total: int
    own_first: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A coming day and the quote it gets if nothing changes; None if there is none.

    `unmet` is a queued quote that cannot be posted.
    """

    slot: Slot
    choice: QuotePick | None
    unmet: str | None = None


@dataclass(frozen=True, slots=True)
class QueuedPick:
    """What a curator has queued for a date, by its key."""

    day: date
    key: str

    @property
    def mark(self) -> int:
        """Return a number by which a button knows it again."""
        return zlib.crc32(f"{self.day} {self.key}".encode())


@dataclass(frozen=True, slots=True)
class Queued:
    """When a queued quote is posted, None if only on request, and the key that it replaced."""

    slot: Slot | None
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """The skipped quote, if there was one, and what the day gets instead."""

    before: str | None
    day: Preview


def choose(
    pool: Pool, shown_history: ShownHistory, seed: int, overrides: Overrides = NO_OVERRIDES
) -> QuotePick | None:
    """Choose a quote that was not shown in this round; None if there are none.

    A round goes on in the order in which it began, whatever the server wishes since: either those
    of tiers apart last, or all alike; then those that were shown the longest ago. Otherwise the
    order depends only on `seed` and the round, so adding or removing quotes does not change the
    order of the others.
    """
    keys, now = pool.fitting, shown_history.round
    shown_in = {key: shown_history.rounds.get(key, 0) for key in keys}
    drawable = [key for key in keys if key not in overrides.passed] or keys
    drawable = [key for key in drawable if key not in overrides.elsewhere] or drawable
    round = max(now, min((shown_in[key] for key in drawable), default=0) + 1)
    begun = shown_history.own_first if round == now else None
    own_first = not pool.alike if begun is None else begun
    left = [key for key in drawable if shown_in[key] < round]
    unshown = sum(before < round for before in shown_in.values())
    if overrides.queued is not None and overrides.queued in pool.known:
        return QuotePick(overrides.queued, Reason.QUEUED, now, unshown, len(keys), own_first)
    # A new round does not start with the quote that ended the old one.
    left = [key for key in left if key != shown_history.last] or left
    if not left:
        return None
    place = _order(seed, round)
    last = pool.apart if own_first else ()
    first = min(left, key=lambda key: (key in last, shown_in[key], place(key)))
    return QuotePick(first, Reason.DRAWN, round, unshown, len(keys), own_first)


def _order(seed: int, round: int) -> Callable[[str], bytes]:
    """Return the sort key of a round's quotes: shuffled, but the same at every call."""
    shuffle = hashlib.sha256(f"{seed}:{round}:".encode())

    def place(key: str) -> bytes:
        own = shuffle.copy()
        own.update(key.encode())
        return own.digest()

    return place
