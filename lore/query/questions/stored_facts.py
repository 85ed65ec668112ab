"""The facts of a pack as its index has them: each is read when it is asked for.

There an entry is named by its number, a fact by its place among all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from lore.pack.model import Cite
from lore.query.answers import CitedText, DifferenceView, Ref
from lore.query.questions.facts import Facts, MadeFacts, Says, TypedFact
from lore.query.questions.spoken import Spoken
from lore.query.questions.words import stem
from lore.query.views import Views
from lore.search.stored import Lists, Stored, Storing

# So many facts are kept that were read last.
KEPT = 2048


class StoredFacts(Facts):
    """The facts of a pack, of every tier."""

    def __init__(self, stored: Stored, views: Views) -> None:
        super().__init__(views.info)
        self._views = views
        self._ids = views.every_id
        self._numbers = {id: number for number, id in enumerate(self._ids)}
        self._texts = stored.texts("facts")
        self.kinds = stored.numbers("kinds", "u1")
        self._of_entries = stored.lists("of_entries")
        self._as_spoken = stored.texts("spoken")
        self._people = _Listed(stored.part("people"))
        self._years = _Listed(stored.part("years"))
        self._deeds = _Listed(stored.part("deeds"))
        self._dead: list[int] = stored.numbers("dead", "i4").tolist()
        self._said = stored.keys("said")
        self._name_words = stored.keys("name_words")
        self._own_names = stored.keys("own_names")
        self._loose_names = stored.keys("loose_names")
        work = stored.json("work")
        self.work = None if work is None else self.ref(work)
        # One that is found in two ways has to be the same.
        self.fact: Callable[[int], TypedFact] = lru_cache(KEPT)(self._fact)

    def __len__(self) -> int:
        return len(self._texts)

    def find(self, id: str) -> Ref | None:
        """Return the entry with an id, if the pack has one."""
        return self._views.find(id)

    def ref(self, number: int) -> Ref:
        """Return the entry with a number."""
        ref = self._views.find(self._ids[number])
        assert ref
        return ref

    def _fact(self, number: int) -> TypedFact:
        says, of, to, type, label, told, before = orjson.loads(self._texts[number])
        return TypedFact(
            Says(says),
            self.ref(of),
            read_text(told),
            None if to is None else self.ref(to),
            self.info.relation_type(type) if type else None,
            label,
            read_text(before) if before else None,
        )

    def _all(self, numbers: Iterable[int]) -> Sequence[TypedFact]:
        return [self.fact(number) for number in numbers]

    def about(self, id: str) -> Sequence[TypedFact]:
        """Return what is told of an entry, or of others with it."""
        number = self._numbers.get(id)
        return () if number is None else self._all(self._of_entries[number])

    def of_kind(self, says: Says) -> Iterator[TypedFact]:
        """Return all that is told in one of the ways."""
        return map(self.fact, np.flatnonzero(self.kinds == says.value).tolist())

    def credited(self, name: str) -> Sequence[TypedFact]:
        """Return the credits of a person by their squashed name or initials."""
        return self._all(self._people.of(name))

    def in_year(self, year: str) -> Sequence[TypedFact]:
        """Return what is told to have happened in a year."""
        return self._all(self._years.of(year))

    def done(self, verb: str) -> Sequence[TypedFact]:
        """Return the deeds of which a clause begins with the stem of a verb."""
        return self._all(self._deeds.of(verb))

    def dead(self) -> Sequence[TypedFact]:
        """Return of which characters it is told that they died."""
        return self._all(self._dead)

    def differences(self, id: str) -> Sequence[DifferenceView]:
        """Return what sources tell differently of an entry."""
        if id not in self._numbers:
            return ()
        return self._views.entry(id, self.info.every_tier).disagreements

    def says(self, word: str) -> bool:
        """Tell whether a word, in any of its forms, is said by a fact."""
        return stem(word) in self._said

    def is_in_name(self, word: str) -> bool:
        """Tell whether a word is a part of a name."""
        return word in self._name_words

    def is_own_name(self, squashed: str) -> bool:
        """Tell whether sources call an entry so."""
        return squashed in self._own_names

    def is_loose_name(self, squashed: str) -> bool:
        """Tell whether people, but no source, call an entry so."""
        return squashed in self._loose_names

    def spoken(self, ref: Ref) -> Spoken:
        """Return the name of an entry as it stands in a sentence."""
        number = self._numbers.get(ref.id)
        if number is None:
            return Spoken(ref.name)
        return Spoken(*orjson.loads(self._as_spoken[number]))


class _Listed:
    """The numbers of facts by texts."""

    def __init__(self, stored: Stored) -> None:
        self._keys = stored.keys("keys")
        self._lists: Lists = stored.lists("facts")

    def of(self, key: str) -> Sequence[int]:
        number = self._keys.number(key)
        return () if number is None else self._lists[number]


def store_facts(storing: Storing, facts: MadeFacts, ids: Sequence[str]) -> None:
    """Store the facts of the entries with these ids."""
    entries = {id: number for number, id in enumerate(ids)}
    numbers = {fact: number for number, fact in enumerate(facts.every)}
    storing.texts("facts", (_stored(fact, entries) for fact in facts.every))
    storing.numbers("kinds", np.array([fact.says.value for fact in facts.every], dtype=np.uint8))
    about = ([numbers[fact] for fact in facts.about(id)] for id in ids)
    storing.lists("of_entries", about)
    spoken = (facts.as_spoken[id] for id in ids)
    storing.texts("spoken", (_json([one.name, one.article, one.several]) for one in spoken))
    for name, by in (("people", facts.people), ("years", facts.years), ("deeds", facts.deeds)):
        _store_listed(storing.part(name), by, numbers)
    dead = [numbers[fact] for fact in facts.dead()]
    storing.numbers("dead", np.array(dead, dtype=np.int32))
    storing.keys("said", facts.said)
    storing.keys("name_words", facts.name_words)
    storing.keys("own_names", facts.own_names)
    storing.keys("loose_names", facts.loose_names)
    storing.json("work", entries[facts.work.id] if facts.work else None)


def _store_listed(
    storing: Storing, by: Mapping[str, Sequence[TypedFact]], numbers: Mapping[TypedFact, int]
) -> None:
    keys = storing.keys("keys", by)
    storing.lists("facts", ([numbers[fact] for fact in by[key]] for key in keys))


def _stored(fact: TypedFact, entries: Mapping[str, int]) -> str:
    to = entries[fact.to.id] if fact.to else None
    before = text_to_store(fact.before) if fact.before else None
    type = fact.type.id if fact.type else ""
    told = text_to_store(fact.told)
    return _json([fact.says.value, entries[fact.of.id], to, type, fact.label, told, before])


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def text_to_store(told: CitedText) -> list[object]:
    """Return what is told as it is stored: with what is seldom so only where it is."""
    cites = [(cite.source, cite.paragraph, cite.words) for cite in told.cites]
    more = [told.verbatim, told.section, told.new_paragraph, told.asked]
    return [told.says, cites, told.tier, *(more if any(more) else ())]


def read_text(stored: Any) -> CitedText:
    """Return what is told as it was stored."""
    says, cites, tier, *more = stored
    verbatim, section, new_paragraph, asked = more or (False, "", False, ())
    known = tuple(Cite(*cite) for cite in cites)
    return CitedText(says, known, tier, verbatim, section, new_paragraph, tuple(asked))
