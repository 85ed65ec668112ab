"""Which quote a day gets: each once before any comes again, in an order that a server keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """How a quote came to its day."""

    QUEUED = "queued"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Pool:
    """The quotes that a server may see: those that fit its terms, and all that can be queued."""

    fitting: Collection[str]
    known: Collection[str]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a curator wants for one day: a quote, if it is still there, and not certain others."""

    queued: str | None = None
    passed: frozenset[str] = frozenset()


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Deck:
    """What a server has been shown in the present round, and what it was shown last."""

    round: int = 1
    shown: frozenset[str] = frozenset()
    last: str | None = None

    def after(self, choice: Choice) -> Deck:
        """The deck once that quote has been shown."""
        shown = self.shown if choice.round == self.round else frozenset()
        return Deck(choice.round, shown | {choice.key}, choice.key)


@dataclass(frozen=True, slots=True)
class Choice:
    """A day's quote and why it is that one: `unshown` of `total` quotes were still to come."""

    key: str
    why: Why
    round: int
    unshown: int
    total: int


def choose(pool: Pool, deck: Deck, seed: int, wishes: Wishes = NO_WISHES) -> Choice | None:
    """The quote for a day; None if there is none.

    The order depends on `seed` and the round alone, so quotes that are added or removed do not
    change the order of the others.
    """
    keys, passed = pool.fitting, wishes.passed
    unshown = [key for key in keys if key not in deck.shown]
    if wishes.queued is not None and wishes.queued in pool.known:
        return Choice(wishes.queued, Why.QUEUED, deck.round, len(unshown), len(keys))
    if fresh := [key for key in unshown if key not in passed]:
        key = min(fresh, key=_order(seed, deck.round))
        return Choice(key, Why.DRAWN, deck.round, len(unshown), len(keys))
    # All have been shown, or passed over: a new round, not beginning with what the old ended on.
    rest = [key for key in keys if key not in passed]
    for again in ([key for key in rest if key != deck.last], rest, keys):
        if again:
            key = min(again, key=_order(seed, deck.round + 1))
            return Choice(key, Why.DRAWN, deck.round + 1, len(keys), len(keys))
    return None


def _order(seed: int, round: int) -> Callable[[str], bytes]:
    """The place of a quote in a round: shuffled, and the same whenever it is asked."""
    shuffle = hashlib.sha256(f"{seed}:{round}:".encode())

    def place(key: str) -> bytes:
        own = shuffle.copy()
        own.update(key.encode())
        return own.digest()

    return place
