"""How the facts of a pack are written into its index.

Those of entries that are told of as in a former index are taken from there, not made again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lore.catalogue.database import FormerIndex
from lore.pack.model import Entry, Kind
from lore.query.answers import EntryView, Ref
from lore.query.questions.facts import (
    DIED,
    FactTeller,
    Says,
    TypedFact,
    begun_by,
    credited_as,
    work_of,
)
from lore.query.questions.spoken import SaidNames, Spoken, Uses, spoken_as, uses_in
from lore.query.questions.stored_facts import read_text, text_to_store
from lore.query.views import Views
from lore.search.normalise import plain, squash
from lore.search.postings import Postings
from lore.search.stored import Lists, Mixed, Stored, Storing

# What a use of a name is stored as: the entry that it means, and the parts of `Uses`.
_PARTS = 1 + len(Uses._fields)


@dataclass(frozen=True, slots=True)
class FormerQuestions:
    """What a former index has for questions; nothing if entries go by other names now.

    `numbers` are those of entries there, `now` their numbers now: the last is for none, which is
    -1. The entries of `kept` are told of in the same way now.
    """

    stored: Stored
    numbers: Mapping[str, int]
    now: NDArray[np.int64]
    kept: frozenset[str]


class CalledEntries:
    """What the entries of a pack are called, in their order."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.own, self.loose = list[str](), list[str]()
        said = list[tuple[str, str]]()
        for entry in entries:
            own = [entry.name, *(alias.name for alias in entry.aliases)]
            loose = [other.name for other in entry.found_by]
            self.own += own
            self.loose += loose
            # A description in small letters may be said of others.
            said += [(name, entry.id) for name in (*own, *loose) if name[:1].isupper()]
        spelt = plain([name for name, _ in said])
        # The names by which sentences mean an entry, in plain spelling, and its id.
        self.names = [(name, id) for name, (_, id) in zip(spelt, said, strict=True) if name]

    @cached_property
    def by_letters(self) -> Mapping[str, Sequence[str]]:
        """Return the ids of the entries that have a name, which is spelt without spaces."""
        ids = defaultdict[str, list[str]](list)
        for name, id in self.names:
            ids["".join(name.split())].append(id)
        return ids


class FactRows:
    """The facts of all entries of a pack, in their order: `order` has the former number of each.

    It is less than 0 for those of `fresh`. `kept` has likewise which entries' facts are as before.
    """

    def __init__(
        self, views: Views, entries: Mapping[str, Entry], former: FormerIndex | None
    ) -> None:
        self.views = views
        self.entries = entries
        self.ids = views.every_id
        self.numbers = {id: number for number, id in enumerate(self.ids)}
        self.refs = [ref for ref in map(views.find, self.ids) if ref]
        self.called = CalledEntries(entries.values())
        self._said_names = SaidNames(self.refs)
        self.former = self._former(former)
        self._made: dict[str, EntryView] = {}
        self._uses = self._used()
        self.spoken = self._as_spoken()
        self._teller = FactTeller(views.info, self.spoken_of)
        self.order, self.kept, self.told, self.fresh = self._tell(former)
        self._read()

    def _former(self, former: FormerIndex | None) -> FormerQuestions:
        nothing = FormerQuestions(Stored(defaultdict(bytes)), {}, np.array([-1]), frozenset())
        if former is None or former.entries.keys() != self.entries.keys():
            return nothing
        for id in former.entries.keys() - former.kept:
            if _called(former.entries[id]) != _called(self.entries[id]):
                return nothing
        numbers = {id: number for number, id in enumerate(former.entries)}
        # Of several that go by one name the first is meant.
        for ids in chain(self._said_names.namesakes(), self.called.by_letters.values()):
            order = [numbers[id] for id in ids]
            if order != sorted(order):
                return nothing
        now = np.array([*(self.numbers[id] for id in former.entries), -1])
        stored = Stored(former.sections).part("questions")
        return FormerQuestions(stored, numbers, now, former.kept)

    def _view(self, id: str) -> EntryView:
        if id not in self._made:
            self._made[id] = self.views.entry(id, self.views.info.every_tier)
        return self._made[id]

    def spoken_of(self, ref: Ref) -> Spoken:
        """Return the name of an entry as it stands in a sentence."""
        return self.spoken[self.numbers[ref.id]]

    def _used(self) -> Lists:
        """Return how each entry speaks of others."""
        former, numbers = self.former, self.former.numbers
        mixed = Mixed([numbers[id] if id in former.kept else -1 for id in self.ids])
        fresh = [
            [
                number
                for named, uses in uses_in(self._view(id), self._said_names).items()
                for number in (self.numbers[named], *uses)
            ]
            for id in self.ids
            if id not in former.kept
        ]
        before = former.stored.part("facts").lists("uses")
        rows = before.numbers.reshape(-1, _PARTS).copy()
        rows[:, 0] = former.now[rows[:, 0]]
        return mixed.lists(Lists(before.ends, rows.ravel()), Lists.of(fresh))

    def _as_spoken(self) -> list[Spoken]:
        rows = self._uses.numbers.reshape(-1, _PARTS)
        used = np.zeros((len(self.ids), _PARTS - 1), dtype=np.int64)
        np.add.at(used, rows[:, 0], rows[:, 1:])
        return [
            spoken_as(ref, Uses(*uses)) for ref, uses in zip(self.refs, used.tolist(), strict=True)
        ]

    def _tell(self, former: FormerIndex | None) -> tuple[Mixed, Mixed, list[int], list[TypedFact]]:
        """Tell the facts of entries; what is the same as before is only counted."""
        told = self.former.stored.part("facts").numbers("told", "i4").tolist()
        ends = np.cumsum([0, *told]).tolist()
        differing = self._differing(former)
        order, kept, counts, fresh = list[int](), list[int](), list[int](), list[TypedFact]()
        for id, entry in self.entries.items():
            is_kept = id in self.former.kept and id not in differing
            if is_kept and not (differing and differing.intersection(entry.links())):
                before = self.former.numbers[id]
                kept.append(before)
                counts.append(told[before])
                order += range(ends[before], ends[before + 1])
            else:
                own = list(self._teller.of(self._view(id)))
                kept.append(-1)
                counts.append(len(own))
                order += [-1] * len(own)
                fresh += own
        return Mixed(order), Mixed(kept), counts, fresh

    def _differing(self, former: FormerIndex | None) -> set[str]:
        """Return the entries that are spoken of, or known, in another way now."""
        if former is None or not self.former.kept:
            return set()
        spoken = self.former.stored.part("facts").texts("spoken")
        tier_of = self.views.info.tier_of_entry
        return {
            id
            for id, before in self.former.numbers.items()
            if spoken[before] != _spoken_text(self.spoken[self.numbers[id]])
            or (id not in former.kept and tier_of(former.entries[id]) != tier_of(self.entries[id]))
        }

    def _read(self) -> None:
        """Gather what is stored of each fact."""
        former, info, fresh, now = self.former, self.views.info, self.fresh, self.former.now
        stored = former.stored.part("facts")
        types = {type.id: number for number, type in enumerate(info.relation_types)}
        tiers = {tier.id: number for number, tier in enumerate(info.tiers)}
        of = [self.numbers[fact.of.id] for fact in fresh]
        to = [self.numbers[fact.to.id] if fact.to else -1 for fact in fresh]
        numbers = self.order.numbers
        self.kinds = numbers(stored.numbers("kinds", "u1"), [one.says.value for one in fresh])
        self.of = numbers(now[stored.numbers("of", "i4")], of)
        self.to = numbers(now[stored.numbers("to", "i4")], to)
        type_of = [types[one.type.id] if one.type else -1 for one in fresh]
        self.types = numbers(stored.numbers("types", "i4"), type_of)
        self.tiers = numbers(stored.numbers("tiers", "i4"), [tiers[one.told.tier] for one in fresh])
        before = stored.texts("facts").encoded()
        self.texts = self.order.encoded(before, map(_stored, fresh))
        self._fresh_at = dict(
            zip(np.flatnonzero(self.order.former < 0).tolist(), fresh, strict=True)
        )

    def relation(self, number: int) -> TypedFact:
        """Return a relation by its number."""
        if number in self._fresh_at:
            return self._fresh_at[number]
        _, told, _ = orjson.loads(self.texts[number])
        of, to = self.refs[self.of[number]], self.refs[self.to[number]]
        type = self.views.info.relation_types[self.types[number]]
        return TypedFact(Says.RELATION, of, read_text(told), to, type)

    def labels(self, says: Says) -> Iterator[tuple[str, int]]:
        """Yield the label of each fact of a kind, and its number."""
        for number in np.flatnonzero(self.kinds == says.value).tolist():
            yield orjson.loads(self.texts[number])[0], number

    def _dead(self) -> Iterator[int]:
        """Yield which facts tell that a character died."""
        for number in np.flatnonzero(self.kinds == Says.STATUS.value).tolist():
            says = orjson.loads(self.texts[number])[1][0]
            if self.refs[self.of[number]].kind is Kind.CHARACTER and DIED.search(says):
                yield number

    def store(self, storing: Storing) -> None:
        """Store the facts, and what they are found by."""
        storing.encoded("facts", self.texts)
        storing.numbers("kinds", self.kinds.astype(np.uint8))
        for name in ("of", "to", "types", "tiers"):
            storing.numbers(name, getattr(self, name).astype(np.int32))
        storing.numbers("told", np.array(self.told, dtype=np.int32))
        storing.lists("uses", self._uses)
        self._postings().store(storing.part("of_entries"))
        storing.texts("spoken", map(_spoken_text, self.spoken))
        years = defaultdict[str, list[int]](list)
        for year, number in self.labels(Says.YEAR):
            years[year].append(number)
        _store_listed(storing.part("people"), credited_as(self.labels(Says.CREDIT)))
        _store_listed(storing.part("years"), years)
        _store_listed(storing.part("deeds"), begun_by(self.labels(Says.DEED)))
        storing.numbers("dead", np.array([*self._dead()], dtype=np.int32))
        storing.keys("name_words", (word for name, _ in self.called.names for word in name.split()))
        storing.keys("own_names", map(squash, self.called.own))
        storing.keys("loose_names", map(squash, self.called.loose))
        storing.json("work", self._work())

    def _postings(self) -> Postings:
        """Return which facts are about each entry."""
        has_end = np.flatnonzero(self.to >= 0)
        codes = np.concatenate([self.of, self.to[has_end]])
        facts = np.concatenate([np.arange(len(self.of)), has_end])
        return Postings.build(codes, facts, len(self.ids), len(self.of))

    def _work(self) -> int | None:
        works = [entry for entry in self.entries.values() if entry.kind is Kind.WORK]
        work = work_of(self.views.info, [(one.name, len(one.credits), one.id) for one in works])
        return None if work is None else self.numbers[work]


def _called(entry: Entry) -> tuple[object, ...]:
    aliases = [alias.name for alias in entry.aliases]
    return entry.kind, entry.name, aliases, [other.name for other in entry.found_by]


def _spoken_text(one: Spoken) -> str:
    return orjson.dumps([one.name, one.article, one.several]).decode()


def _stored(fact: TypedFact) -> str:
    before = text_to_store(fact.before) if fact.before else None
    return orjson.dumps([fact.label, text_to_store(fact.told), before]).decode()


def _store_listed(storing: Storing, by: Mapping[str, Sequence[int]]) -> None:
    keys: Any = storing.keys("keys", by)
    storing.lists("facts", Lists.of(by[key] for key in keys))
