"""What has to be known of all entries and quotes of a pack before any of them is read.

It is made when a pack is compiled, and kept with its index. There an entry is named by its place
in the order of importance, so that it does not matter which number the pack has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from lore.catalogue.database import Catalogue
from lore.ids import bare, qualified
from lore.pack.model import Cite, Entry, Event, Kind, Quote, Tier
from lore.search.stored import Stored, Storing, Texts


class EntryOutline(NamedTuple):
    """What an entry is; `differs` is whether sources tell something of it differently."""

    id: str
    name: str
    kind: Kind
    tier: Tier
    former: tuple[str, ...]
    differs: bool


class Marked(NamedTuple):
    """An entry that an event names, and how that is known."""

    id: str
    tier: Tier


class EventOutline(NamedTuple):
    """When and where an event happened, of what it is a part, and who took part."""

    id: str
    order: int | None
    part_of: str | None
    where: Marked | None
    participants: tuple[Marked, ...]


class QuoteOutline(NamedTuple):
    """How a quote is known, who speaks in it, and at which event."""

    id: str
    tier: Tier
    speakers: tuple[str, ...]
    event: str | None


class Tie(NamedTuple):
    """A relation as the entry that it leads to has it: its type, and which entry has it."""

    type: str
    of: str
    cites: tuple[Cite, ...]
    inferred: str


class Carried(NamedTuple):
    """A difference by the entry that carries it, and its place there."""

    by: str
    number: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The outlines of all entries, events and quotes in their order, and what leads to entries."""

    entries: Sequence[EntryOutline]
    events: Sequence[EventOutline]
    quotes: Sequence[QuoteOutline]
    also: Mapping[str, Sequence[Carried]]
    ties: Ties

    @classmethod
    def opened(cls, stored: Stored, number: int) -> Outline:
        """Return the outline that was stored, with ids as those of the pack of that number."""
        known = stored.json("known")
        ids = [qualified(number, id) for id, *_ in known["entries"]]
        names = [*ids, None]
        return cls(
            [
                EntryOutline(
                    *(id, name, Kind(kind), tier),
                    tuple(qualified(number, one) for one in former),
                    differs,
                )
                for id, (_, name, kind, tier, former, differs) in zip(
                    ids, known["entries"], strict=True
                )
            ],
            [
                EventOutline(
                    *(ids[at], order, names[part_of]),
                    Marked(ids[where[0]], where[1]) if where else None,
                    tuple(Marked(ids[who], tier) for who, tier in participants),
                )
                for at, order, part_of, where, participants in known["events"]
            ],
            [
                QuoteOutline(
                    *(qualified(number, id), tier, tuple(ids[one] for one in speakers)),
                    names[event],
                )
                for id, tier, speakers, event in known["quotes"]
            ],
            {ids[at]: [Carried(ids[by], n) for by, n in told] for at, told in known["also"]},
            Ties(ids, stored.texts("ties")),
        )


class Ties:
    """The relations that lead to each entry, read when they are asked for."""

    def __init__(self, ids: Sequence[str], texts: Texts) -> None:
        self._ids = ids
        self._numbers = {id: number for number, id in enumerate(ids)}
        self._texts = texts

    def to(self, id: str) -> Iterator[Tie]:
        """Yield the relations that lead to an entry of the pack."""
        for type, of, cites, inferred in self._rows(id):
            yield Tie(type, self._ids[of], tuple(Cite(*cite) for cite in cites), inferred)

    def of_type(self, id: str, type: str) -> list[str]:
        """Return the ids of the entries that have a relation of a type to an entry."""
        return [self._ids[of] for of_type, of, *_ in self._rows(id) if of_type == type]

    def every(self) -> Iterator[tuple[str, str, str]]:
        """Yield all relations: from which entry, of what type, to which."""
        for id in self._ids:
            yield from ((self._ids[of], type, id) for type, of, *_ in self._rows(id))

    def _rows(self, id: str) -> list[Any]:
        at = self._numbers.get(id)
        rows: list[Any] = [] if at is None else orjson.loads(self._texts[at])
        return rows


def store_outline(storing: Storing, catalogue: Catalogue) -> None:
    """Store what has to be known of all that a catalogue holds."""
    made = _Outlining(catalogue)
    storing.json("known", made.known())
    storing.texts("ties", made.ties())


class _Outlining:
    """Makes the outline of a catalogue as it is stored."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._info = catalogue.info
        self._entries = list(catalogue.entries.values())
        self._quotes = list(catalogue.quotes.values())
        self._numbers = {entry.id: number for number, entry in enumerate(self._entries)}

    def known(self) -> dict[str, object]:
        events = [entry for entry in self._entries if isinstance(entry, Event)]
        also = defaultdict[int, list[tuple[int, int]]](list)
        for at, entry in enumerate(self._entries):
            for number, difference in enumerate(entry.differences):
                for id in difference.also:
                    also[self._numbers[id]].append((at, number))
        return {
            "entries": list(map(self._entry, self._entries)),
            "events": list(map(self._event, events)),
            "quotes": list(map(self._quote, self._quotes)),
            "also": list(also.items()),
        }

    def ties(self) -> Iterator[str]:
        """Yield for each entry what leads to it."""
        found = defaultdict[str, list[object]](list)
        for at, entry in enumerate(self._entries):
            for one in entry.relations:
                cites = [(cite.source, cite.paragraph, cite.words) for cite in one.cites]
                found[one.to].append((one.type, at, cites, one.inferred or ""))
        for entry in self._entries:
            yield orjson.dumps(found.get(entry.id, [])).decode()

    def _entry(self, entry: Entry) -> tuple[object, ...]:
        tier = self._info.tier_of_entry(entry)
        former = [bare(id) for id in entry.former]
        return bare(entry.id), entry.name, entry.kind, tier, former, bool(entry.differences)

    def _event(self, event: Event) -> tuple[object, ...]:
        where = event.where and self._marked(event.where.place, event.where.cites)
        people = [self._marked(one.who, one.cites) for one in event.participants]
        at = self._numbers[event.id]
        return at, event.order, self._at(event.part_of), where, people

    def _quote(self, quote: Quote) -> tuple[object, ...]:
        tier = self._info.tier_of(quote.cites())
        speakers = [self._numbers[id] for id in quote.speakers()]
        return bare(quote.id), tier, speakers, self._at(quote.event)

    def _marked(self, id: str, cites: Iterable[Cite]) -> tuple[int, Tier]:
        return self._numbers[id], self._info.tier_of(cites)

    def _at(self, id: str | None) -> int:
        """Return the number of an entry; that of none for none, which is the last."""
        return self._numbers[id] if id else -1
