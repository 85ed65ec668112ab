"""The passages of a pack as its index has them: where each stands is read when it is found.

A passage of an entry goes by its number, as no key of a server's does; one of a quote by the quote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import cast

import numpy as np
import orjson

from lore.ids import quote_key
from lore.pack.model import Cite, Tiers
from lore.query.passage_rows import FOUND_BY, NAMES
from lore.query.passages import PassageRef, Passages
from lore.query.views import Views
from lore.search.passages import Passage, PassageIndex, PassageLayer, PassageTables
from lore.search.postings import Ids, Mask
from lore.search.stored import Stored


class PackPassages:
    """The passages of a pack, opened when they are first asked for."""

    def __init__(self, stored: Stored, views: Views) -> None:
        self._stored = stored
        self._ids = views.every_id
        self._quote_ids = views.every_quote_id
        self._tiers: list[str] = stored.json("tiers")

    @cached_property
    def _entries(self) -> _Part:
        return _Part(self._stored.part("entries"), self)

    @cached_property
    def _quotes(self) -> _Part:
        return _Part(self._stored.part("quotes"), self)

    @cached_property
    def all(self) -> Passages:
        """Return all passages, of every tier."""
        refs = _Refs(self, self._entries, self._quotes)
        return Passages(refs, self._quotes.indexed, self._entries.indexed)

    @cached_property
    def folded_quotes(self) -> Mapping[str, str]:
        """Return the words of each quote by its id, in small letters, its lines as one text."""
        part = self._quotes
        return {
            self._quote_ids[~at]: text.casefold()
            for at, text in zip(part.at.tolist(), part.texts, strict=True)
        }

    def shown(self, tiers: Tiers, ids: Collection[str], *, with_quotes: bool) -> Passages:
        """Return what is known as these tiers, of some entries and of quotes where wanted."""
        entries = self._numbers(ids, self._ids)
        quotes: Mask = np.full(len(self._quote_ids), fill_value=with_quotes)
        known: Mask = np.array([tier in tiers for tier in self._tiers], dtype=bool)
        return self._masked(
            self.all, *(part.mask(known, entries, quotes) for part in (self._quotes, self._entries))
        )

    def without(
        self, passages: Passages, entries: Collection[str], of: Collection[str]
    ) -> Passages:
        """Return passages of the pack without those of some entries, and `of` some quotes."""
        gone = self._numbers(entries, self._ids), self._numbers(of, self._quote_ids)
        return self._masked(
            passages, *(~part.about(*gone) for part in (self._quotes, self._entries))
        )

    @staticmethod
    def _masked(passages: Passages, quotes: Mask, entries: Mask) -> Passages:
        return Passages(
            passages.refs, passages.quotes.masked(quotes), passages.entries.masked(entries)
        )

    @staticmethod
    def _numbers(ids: Collection[str], among: Sequence[str]) -> Mask:
        return np.array([id in ids for id in among], dtype=bool)

    def ref(self, part: _Part, i: int) -> PassageRef:
        """Return where a passage stands."""
        at, who, flags = int(part.at[i]), int(part.who[i]), int(part.flags[i])
        before, cites = orjson.loads(part.places[i])
        return PassageRef(
            self._ids[at] if at >= 0 else self._quote_ids[~at],
            self._ids[at] if at >= 0 else None,
            self._tiers[part.tiers[i]],
            tuple(Cite(*cite) for cite in cites),
            names=bool(flags & NAMES),
            found_by=bool(flags & FOUND_BY),
            before=before,
            who=self._ids[who] if who >= 0 else "",
        )

    def key(self, part: _Part, i: int) -> str:
        """Return the key of a passage."""
        return quote_key(self._quote_ids[~part.at[i]]) if part is self._quotes else str(i)


class _Part(Sequence[Passage]):
    """The passages of entries, or of quotes.

    `at` is the number of the entry of each, or of its quote with all bits turned; `who` that of who
    did there what it tells, or less than 0.
    """

    def __init__(self, stored: Stored, pack: PackPassages) -> None:
        self._pack = pack
        self.at: Ids = stored.numbers("at", "i4")
        self.who: Ids = stored.numbers("who", "i4")
        self.tiers = stored.numbers("tiers", "u1")
        self.flags = stored.numbers("flags", "u1")
        self.places = stored.texts("places")
        self.texts = stored.texts("texts")
        self._implied = stored.numbers("implied", "i4")
        self._implying = stored.texts("implying")
        self.indexed = PassageIndex([PassageLayer(self, PassageTables.opened(stored))])

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, i: int) -> Passage:  # type: ignore[override]
        implied = tuple(orjson.loads(self._implying[int(self._implied[i])]))
        return Passage(self._pack.key(self, i), self.texts[i], implied)

    def mask(self, known: Mask, entries: Mask, quotes: Mask) -> Mask:
        """Return what shows the passages of these tiers, entries and quotes, all by number."""
        return cast(Mask, known[self.tiers] & self._of(self.at, entries, quotes))

    def about(self, entries: Mask, quotes: Mask) -> Mask:
        """Return what shows the passages about these entries and quotes, and of what they did."""
        did = self._of(self.who, entries, np.zeros(1, dtype=bool))
        return did | self._of(self.at, entries, quotes)

    @staticmethod
    def _of(numbers: Ids, entries: Mask, quotes: Mask) -> Mask:
        # With its bits turned the number of a quote counts from the end.
        return cast(Mask, np.concatenate([entries, quotes[::-1]])[numbers])


class _Refs(Mapping[str, PassageRef]):
    """Where each passage of a pack stands, by its key."""

    def __init__(self, pack: PackPassages, entries: _Part, quotes: _Part) -> None:
        self._pack, self._entries, self._quotes = pack, entries, quotes
        self._of_quotes = {pack.key(quotes, i): i for i in range(len(quotes))}

    def __getitem__(self, key: str) -> PassageRef:
        if (i := self._of_quotes.get(key)) is not None:
            return self._pack.ref(self._quotes, i)
        if key.isdecimal() and int(key) < len(self._entries):
            return self._pack.ref(self._entries, int(key))
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        yield from self._of_quotes
        yield from map(str, range(len(self._entries)))

    def __len__(self) -> int:
        return len(self._of_quotes) + len(self._entries)
