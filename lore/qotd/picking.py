"""Chooses the quote of a day: each once before any is repeated, in each server's own order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lore.qotd.timetable import Slot


class Reason(StrEnum):
    """Why a day gets its quote."""

    QUEUED = "queued"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Pool:
    """The quotes a server may show: those that match its settings, and all that can be queued."""

    fitting: Collection[str]
    known: Collection[str]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a curator wants for a day: a queued quote, if it still exists, and skipped ones."""

    queued: str | None = None
    passed: frozenset[str] = frozenset()


NO_OVERRIDES = Overrides()


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """What a server has been shown: each quote with the last round it was shown in."""

    rounds: Mapping[str, int] = field(default_factory=dict)
    last: str | None = None

    @property
    def round(self) -> int:
        """Return the current round, counted from 1."""
        return max(self.rounds.values(), default=1)

    def after(self, choice: QuotePick) -> ShownHistory:
        """Return the history after that quote has been shown."""
        return ShownHistory({**self.rounds, choice.key: choice.round}, choice.key)


@dataclass(frozen=True, slots=True)
class QuotePick:
    """A day's quote and why it was chosen: `unshown` of `total` quotes were not yet shown."""

    key: str
    why: Reason
    round: int
    unshown: int
    total: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A coming day and the quote it gets if nothing changes; None if there is none.

    `unmet` is a queued quote that cannot be posted.
    """

    slot: Slot
    choice: QuotePick | None
    unmet: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """The skipped quote, if there was one, and what the day gets instead."""

    before: str | None
    day: Preview


def choose(
    pool: Pool, shown_history: ShownHistory, seed: int, overrides: Overrides = NO_OVERRIDES
) -> QuotePick | None:
    """Choose a quote that was not shown for the most rounds; None if there are none.

    The order depends only on `seed` and the round, so adding or removing quotes does not change the
    order of the others.
    """
    keys = pool.fitting
    shown_in = {key: shown_history.rounds.get(key, 0) for key in keys}
    drawable = [key for key in keys if key not in overrides.passed] or keys
    longest_ago = min((shown_in[key] for key in drawable), default=0)
    unshown = sum(round <= longest_ago for round in shown_in.values())
    if overrides.queued is not None and overrides.queued in pool.known:
        return QuotePick(overrides.queued, Reason.QUEUED, shown_history.round, unshown, len(keys))
    first = [key for key in drawable if shown_in[key] == longest_ago]
    # A new round does not start with the quote that ended the old one.
    first = [key for key in first if key != shown_history.last] or first
    if not first:
        return None
    round = max(shown_history.round, longest_ago + 1)
    return QuotePick(min(first, key=_order(seed, round)), Reason.DRAWN, round, unshown, len(keys))


def _order(seed: int, round: int) -> Callable[[str], bytes]:
    """Return the sort key of a round's quotes: shuffled, but the same at every call."""
    shuffle = hashlib.sha256(f"{seed}:{round}:".encode())

    def place(key: str) -> bytes:
        own = shuffle.copy()
        own.update(key.encode())
        return own.digest()

    return place
