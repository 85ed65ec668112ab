"""How the passages of a pack are written into its index.

Those of entries that are told of as in a former index are taken from there, not made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import orjson

from lore.catalogue.database import FormerIndex
from lore.pack.model import Entry, Event, Tier
from lore.query.passages import Located, PassageRef, located, told_of
from lore.query.views import Views
from lore.search.passages import FormerWords, Passage, PassageTables
from lore.search.stored import Stored, Storing

# What the flags of a passage say of it.
NAMES, FOUND_BY = 1, 2


class _Row(NamedTuple):
    """A passage as it is stored; `former` is its number in a former index, or less than 0."""

    text: str
    implied: str
    place: str
    at: int
    who: int
    tier: Tier
    flags: int
    former: int = -1


class _FormerRows:
    """The passages of entries in a former index."""

    def __init__(self, stored: Stored, former: FormerIndex, numbers: Mapping[str, int]) -> None:
        part = stored.part("entries")
        self._kept = former.kept
        self._numbers = numbers
        self._before = {id: number for number, id in enumerate(former.entries)}
        # The last is for who is nobody: -1.
        self._now = [*(numbers.get(id, -1) for id in former.entries), -1]
        self._told = part.numbers("told", "i4").tolist()
        at = part.numbers("at", "i4")
        # Those of entries stand in the order of the entries, and before those of quotes.
        of_entries = at[: np.count_nonzero(at >= 0)]
        self._starts = np.searchsorted(of_entries, np.arange(len(former.entries) + 1)).tolist()
        self._texts, self._places = part.texts("texts"), part.texts("places")
        self._implying = list(part.texts("implying"))
        self._implied = part.numbers("implied", "i4").tolist()
        self._who = part.numbers("who", "i4").tolist()
        self._tiers: list[str] = stored.json("tiers")
        self._of_tiers = part.numbers("tiers", "u1").tolist()
        self._flags = part.numbers("flags", "u1").tolist()
        self.tables = PassageTables.opened(part)

    def of(self, entry: Entry) -> list[_Row] | None:
        """Return the passages of an entry, if all that it says is there and has not changed."""
        people = entry.participants if isinstance(entry, Event) else ()
        if not self._kept.issuperset((entry.id, *(one.who for one in people))):
            return None
        before = self._before[entry.id]
        start, end = self._starts[before], self._starts[before + 1]
        if end - start != self._told[before]:
            return None
        return [
            _Row(
                self._texts[i],
                self._implying[self._implied[i]],
                self._places[i],
                self._numbers[entry.id],
                self._now[self._who[i]],
                self._tiers[self._of_tiers[i]],
                self._flags[i],
                i,
            )
            for i in range(start, end)
        ]


def store_passages(
    storing: Storing, views: Views, entries: Mapping[str, Entry], former: FormerIndex | None
) -> None:
    """Store the passages of all that the views of a pack tell; `entries` are those of the pack."""
    numbers = {id: number for number, id in enumerate(views.every_id)}
    turned = {id: ~number for number, id in enumerate(views.every_quote_id)}

    def rows(found: Iterable[Located]) -> list[_Row]:
        return [
            _Row(
                passage.text,
                orjson.dumps(passage.implied).decode(),
                _place(ref),
                turned[ref.key] if ref.at is None else numbers[ref.at],
                numbers.get(ref.who, -1),
                ref.tier,
                NAMES * ref.names + FOUND_BY * ref.found_by,
            )
            for passage, ref in found
        ]

    stored = Stored(former.sections).part("passages") if former else None
    before = _FormerRows(stored, former, numbers) if stored and former else None
    told = [
        (before and before.of(entries[id])) or rows(told_of(id, views.apart(id))) for id in numbers
    ]
    quotes, occasions = located(views.every_quote())
    words, said = rows(quotes), [*_each_once(told), *rows(occasions)]
    tiers = list(dict.fromkeys(row.tier for row in (*words, *said)))
    storing.json("tiers", tiers)
    _store(storing.part("quotes"), words, tiers)
    _store(part := storing.part("entries"), said, tiers, before.tables if before else None)
    # How much each entry says, with what is left out because others have said it.
    part.numbers("told", np.array([len(of_one) for of_one in told], dtype=np.int32))


def _each_once(told: Iterable[Iterable[_Row]]) -> Iterator[_Row]:
    """Yield what entries say, but for texts that came already: so they are one hit, not several."""
    seen = set[str]()
    for row in (row for of_one in told for row in of_one):
        if row.flags & NAMES or row.text not in seen:
            seen.add(row.text)
            yield row


def _store(
    storing: Storing,
    rows: Sequence[_Row],
    tiers: Sequence[Tier],
    former: PassageTables | None = None,
) -> None:
    implying: dict[str, int] = {}
    implied = [implying.setdefault(row.implied, len(implying)) for row in rows]
    storing.texts("texts", (row.text for row in rows))
    storing.numbers("implied", np.array(implied, dtype=np.int32))
    storing.texts("implying", implying)
    fresh = [
        Passage("", row.text, tuple(orjson.loads(row.implied))) for row in rows if row.former < 0
    ]
    words = FormerWords(former, [row.former for row in rows]) if former else None
    PassageTables.build(fresh, words).store(storing)
    for name, values in (
        ("at", [row.at for row in rows]),
        ("who", [row.who for row in rows]),
    ):
        storing.numbers(name, np.array(values, dtype=np.int32))
    of_tier = {tier: number for number, tier in enumerate(tiers)}
    storing.numbers("tiers", np.array([of_tier[row.tier] for row in rows], dtype=np.uint8))
    storing.numbers("flags", np.array([row.flags for row in rows], dtype=np.uint8))
    storing.texts("places", (row.place for row in rows))


def _place(ref: PassageRef) -> str:
    cites = [(cite.source, cite.paragraph, cite.words) for cite in ref.cites]
    return orjson.dumps([ref.before, cites]).decode()
