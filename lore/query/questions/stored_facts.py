"""The facts of a pack as its index has them: each is read when it is asked for.

There an entry is named by its number, a fact by its place among all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from lore.pack.model import Cite
from lore.query.answers import CitedText, DifferenceView, Ref
from lore.query.questions.facts import Facts, Says, TypedFact
from lore.query.questions.spoken import Spoken
from lore.query.questions.words import stem
from lore.query.views import Views
from lore.search.postings import Postings
from lore.search.stored import Lists, Stored

# So many facts are kept that were read last.
KEPT = 2048


class StoredFacts(Facts):
    """The facts of a pack, of every tier."""

    def __init__(self, stored: Stored, views: Views) -> None:
        super().__init__(views.info)
        self._views = views
        self.pack = views.number
        self._ids = views.every_id
        self._numbers = {id: number for number, id in enumerate(self._ids)}
        self._texts = stored.texts("facts")
        self.kinds = stored.numbers("kinds", "u1")
        self._of, self._to = stored.numbers("of", "i4"), stored.numbers("to", "i4")
        self._types = stored.numbers("types", "i4")
        self._of_entries = Postings.opened(stored.part("of_entries"))
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
        label, told, before = orjson.loads(self._texts[number])
        to, type = int(self._to[number]), int(self._types[number])
        return TypedFact(
            Says(int(self.kinds[number])),
            self.ref(int(self._of[number])),
            read_text(told),
            self.ref(to) if to >= 0 else None,
            self.info.relation_types[type] if type >= 0 else None,
            label,
            read_text(before) if before else None,
        )

    def _all(self, numbers: Iterable[int]) -> Sequence[TypedFact]:
        return [self.fact(number) for number in numbers]

    def about(self, id: str) -> Sequence[TypedFact]:
        """Return what is told of an entry, or of others with it."""
        number = self._numbers.get(id)
        return () if number is None else self._all(self._of_entries.having(number).tolist())

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
