"""How the passages of a pack are written into its index.

Those of entries that are told of as in a former index are taken from there, not made again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from lore.catalogue.database import FormerIndex
from lore.pack.model import Entry, Event
from lore.query.passages import Located, PassageRef, located, told_of
from lore.query.views import Views
from lore.search.passages import FormerWords, PassageTables
from lore.search.stored import Mixed, Stored, Storing, by_first

# What the flags of a passage say of it.
NAMES, FOUND_BY = 1, 2


class _FormerPassages:
    """The passages of entries in a former index; none if there was none."""

    def __init__(self, sections: FormerIndex | None, numbers: Mapping[str, int]) -> None:
        stored = Stored(sections.sections if sections else defaultdict(bytes)).part("passages")
        ids = [*sections.entries] if sections else []
        part = stored.part("entries")
        self._kept = sections.kept if sections else frozenset[str]()
        self._before = {id: number for number, id in enumerate(ids)}
        # The last is for who is nobody: -1.
        now = np.array([*(numbers.get(id, -1) for id in ids), -1])
        at = part.numbers("at", "i4")
        # Those of entries stand in the order of the entries, and before those of quotes.
        of_entries = at[: np.count_nonzero(at >= 0)]
        self._starts = np.searchsorted(of_entries, np.arange(len(ids) + 1)).tolist()
        self._told = part.numbers("told", "i4").tolist()
        self.at, self.who = now[of_entries], now[part.numbers("who", "i4")]
        self.texts, self.places = part.texts("texts").encoded(), part.texts("places").encoded()
        self.implying, self.implied = part.texts("implying"), part.numbers("implied", "i4")
        self.tiers: list[str] = stored.json("tiers") if sections else []
        self.of_tiers, self.flags = part.numbers("tiers", "u1"), part.numbers("flags", "u1")
        self.tables = PassageTables.opened(part) if sections else None

    def of(self, entry: Entry) -> range | None:
        """Return the passages of an entry, if all that it says is there and has not changed."""
        people = entry.participants if isinstance(entry, Event) else ()
        if not self._kept.issuperset((entry.id, *(one.who for one in people))):
            return None
        before = self._before[entry.id]
        start, end = self._starts[before], self._starts[before + 1]
        return range(start, end) if end - start == self._told[before] else None


class _SaidPassages:
    """What entries say in their order, but for texts that came already: so they are one hit.

    `order` has the number of each in a former index, or -1 for one of `fresh`; `told` how much each
    entry says, with what is left out.
    """

    def __init__(self, views: Views, entries: Mapping[str, Entry], former: _FormerPassages) -> None:
        self.order, self.fresh, self.told = list[int](), list[Located](), list[int]()
        self._seen = set[bytes]()
        are_names = (former.flags & NAMES).tolist()
        for id, entry in entries.items():
            if (kept := former.of(entry)) is not None:
                self.told.append(len(kept))
                self.order += (
                    n for n in kept if self._is_new(bytes(former.texts[n]), are_names[n])
                )
            else:
                own = [*told_of(id, views.apart(id))]
                self.told.append(len(own))
                self.add(one for one in own if self._is_new(one[0].text.encode(), one[1].names))

    def _is_new(self, text: bytes, is_name: bool) -> bool:
        is_new = is_name or text not in self._seen
        self._seen.add(text)
        return is_new

    def add(self, fresh: Iterable[Located]) -> None:
        """Add passages that are not taken from the former index."""
        before = len(self.fresh)
        self.fresh += fresh
        self.order += [-1] * (len(self.fresh) - before)


def store_passages(
    storing: Storing, views: Views, entries: Mapping[str, Entry], former: FormerIndex | None
) -> None:
    """Store the passages of all that the views of a pack tell; `entries` are those of the pack."""
    numbers = {id: number for number, id in enumerate(views.every_id)}
    quotes = {id: ~number for number, id in enumerate(views.every_quote_id)}
    before = _FormerPassages(former, numbers)
    said = _SaidPassages(views, entries, before)
    words, occasions = located(views.every_quote())
    said.add(occasions)
    parts = [
        _PassageRows(words, Mixed([-1] * len(words)), _FormerPassages(None, {}), numbers, quotes),
        _PassageRows(said.fresh, Mixed(said.order), before, numbers, quotes),
    ]
    known = {tier: number for number, tier in enumerate(before.tiers)}
    of_parts = [part.tiers(known) for part in parts]
    used, tiers = by_first(np.concatenate(of_parts))
    every = list(known)
    storing.json("tiers", [every[number] for number in used])
    for name, part, own in zip(
        ("quotes", "entries"), parts, np.split(tiers, [len(words)]), strict=True
    ):
        part.store(storing.part(name), own)
    # How much each entry says, with what is left out because others have said it.
    storing.part("entries").numbers("told", np.array(said.told, dtype=np.int32))


class _PassageRows:
    """Passages in their order: fresh ones, and those of a former index among them."""

    def __init__(
        self,
        fresh: Sequence[Located],
        order: Mixed,
        former: _FormerPassages,
        numbers: Mapping[str, int],
        quotes: Mapping[str, int],
    ) -> None:
        self._passages = [passage for passage, _ in fresh]
        self._refs = [ref for _, ref in fresh]
        self._order = order
        self._former = former
        self._numbers = numbers
        self._quotes = quotes

    def tiers(self, known: dict[str, int]) -> NDArray[np.uint8]:
        """Return the tier of each by its number; one that is not known gets the next."""
        fresh = [known.setdefault(ref.tier, len(known)) for ref in self._refs]
        return self._order.numbers(self._former.of_tiers, fresh)

    def store(self, storing: Storing, tiers: NDArray[np.int64]) -> None:
        """Store the passages, which are of these tiers."""
        order, former, refs = self._order, self._former, self._refs
        texts = (passage.text for passage in self._passages)
        storing.encoded("texts", order.encoded(former.texts, texts))
        self._store_implied(storing)
        words = FormerWords(former.tables, order.former) if former.tables else None
        PassageTables.build(self._passages, words).store(storing)
        at = [self._quotes[one.key] if one.at is None else self._numbers[one.at] for one in refs]
        who = [self._numbers.get(one.who, -1) for one in refs]
        storing.numbers("at", order.numbers(former.at, at).astype(np.int32))
        storing.numbers("who", order.numbers(former.who, who).astype(np.int32))
        storing.numbers("tiers", tiers.astype(np.uint8))
        flags = [NAMES * one.names + FOUND_BY * one.found_by for one in refs]
        storing.numbers("flags", order.numbers(former.flags, flags))
        storing.encoded("places", order.encoded(former.places, map(_place, refs)))

    def _store_implied(self, storing: Storing) -> None:
        """Store the names that passages imply: many imply the same."""
        known = {text: number for number, text in enumerate(self._former.implying)}
        made = (orjson.dumps(passage.implied).decode() for passage in self._passages)
        fresh = [known.setdefault(text, len(known)) for text in made]
        used, implied = by_first(self._order.numbers(self._former.implied, fresh))
        every = list(known)
        storing.numbers("implied", implied.astype(np.int32))
        storing.texts("implying", (every[number] for number in used))


def _place(ref: PassageRef) -> str:
    cites = [(cite.source, cite.paragraph, cite.words) for cite in ref.cites]
    return orjson.dumps([ref.before, cites]).decode()
