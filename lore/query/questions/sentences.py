"""All sentences of a pack, by the stems of their words and by the entries that they name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log

import numpy as np
import orjson
from numpy.typing import NDArray

from lore.ids import bare, qualified
from lore.query.answers import CitedText, Ref
from lore.query.questions.facts import Says, TypedFact
from lore.query.questions.stored_facts import KEPT, StoredFacts, read_text
from lore.query.questions.words import ALIKE, stems
from lore.search.postings import NO_IDS, Ids, Postings
from lore.search.stored import Stored
from lore.search.vocabulary import Vocabulary

# BM25: how soon a word that is said again adds nothing, and how much long sentences are lowered.
_AGAIN = 1.2
_LENGTH = 0.4

# How often a sentence has a term, up to so often; and what stands for the parts of once that the
# name of the entry counts beside its words, and the words under which it stands.
NAMED, OWN, HEADING = 1, 254, 255
MOST = 253
# A word of a question that the pack says a sentence answers counts as the entry's name does.
ASKED = OWN
_TIMES = np.arange(256, dtype=np.float64)
_TIMES[[OWN, HEADING]] = 0.8, 0.3

# A word is made of another by an ending of so many letters; it has at least so many.
_ENDING = 2
_BEGINS = 5
_SHORTEST_DERIVED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence that may be found, with the entry that it tells of and what it was made of.

    `heading` are words that it stands under: the names of an event, how a relation is asked for.
    `about` is what accounts are about. `before` is the sentence before it, where this one does not
    say whom it is about.
    """

    at: Ref
    told: CitedText
    says: Says
    refs: tuple[Ref, ...]
    heading: str = ""
    about: str = ""
    before: CitedText | None = None


class Sentences:
    """All sentences of a pack, of every tier, by the stems of their words and by whom they name.

    Each goes by its number: first come the facts, then what joins several, then accounts. An entry
    that is named is a term as a stem is: its id behind an @.
    """

    def __init__(self, stored: Stored, facts: StoredFacts, vocabulary: Vocabulary) -> None:
        self.facts = facts
        self.vocabulary = vocabulary
        self._terms = stored.keys("terms")
        self._having = Postings.opened(stored.part("having"))
        self._times = stored.numbers("times", "u1")
        self._words = stored.lists("words")
        self._named = stored.lists("named")
        self._subjects = stored.lists("subjects")
        lengths = stored.numbers("lengths", "i4")
        # Long sentences have a word more likely; so it tells less that they do.
        average = lengths.sum() / max(1, len(lengths))
        self._norms = 1 - _LENGTH + _LENGTH * lengths / average
        self._others = stored.texts("others")
        self._other_refs = stored.lists("other_refs")
        self._headings = stored.texts("headings")
        self._under = stored.numbers("under", "i4")
        self._name_words = stored.keys("name_words")
        self._one_named = stored.numbers("one_named", "i4")
        kinds = stored.numbers("kinds", "u1")
        self.kinds: NDArray[np.uint8] = np.concatenate([facts.kinds, kinds])
        # The sentences of which the pack says what they answer.
        self.asking: Ids = stored.numbers("asking", "i4")
        self._asked = stored.texts("asked")
        self.accounts: int = stored.json("accounts")
        self.sentence: Callable[[int], Sentence] = lru_cache(KEPT)(self._sentence)

    def __len__(self) -> int:
        return len(self._norms)

    def _sentence(self, number: int) -> Sentence:
        heading = self._headings[int(self._under[number])]
        if number < len(self.facts):
            return of_fact(self.facts.fact(number), heading)
        other = number - len(self.facts)
        told, about, before = orjson.loads(self._others[other])
        at, *refs = map(self.facts.ref, self._other_refs[other])
        return Sentence(
            at,
            read_text(told),
            Says(int(self.kinds[number])),
            tuple(refs),
            heading,
            about,
            read_text(before) if before else None,
        )

    def words(self, number: int) -> frozenset[str]:
        """Return the stems of the words of a sentence."""
        return frozenset(map(self._terms.__getitem__, self._words[number]))

    def named(self, number: int) -> frozenset[str]:
        """Return the entries that a sentence names."""
        return frozenset(self.facts.ref(one).id for one in self._named[number])

    def subjects(self, number: int) -> frozenset[str]:
        """Return what a sentence is told of: what its first words name."""
        return frozenset(self.facts.ref(one).id for one in self._subjects[number])

    def asked(self, number: int) -> list[list[frozenset[str]]]:
        """Return the questions that a sentence answers, each as the terms of its words."""
        asked = orjson.loads(self._asked[int(np.searchsorted(self.asking, number))])
        return [[frozenset(map(self._asked_term, terms)) for terms in one] for one in asked]

    def _asked_term(self, term: str) -> str:
        is_entry = term.startswith("@")
        return f"@{qualified(self.facts.pack, term[1:])}" if is_entry else term

    def put_as(self, asked: Iterable[Iterable[str]]) -> list[int]:
        """Return which sentences with questions have one of the terms for each word."""
        numbers = self.asking
        for any_of in asked:
            having = np.concatenate([NO_IDS, *map(self.having, any_of)])
            numbers = np.intersect1d(numbers, having)
        put: list[int] = numbers.tolist()
        return put

    def knows(self, term: str) -> bool:
        """Tell whether a stem or an entry is said by a sentence."""
        return self._number(term) is not None

    def having(self, term: str) -> Ids:
        """Return the numbers of the sentences that say a stem or an entry, lowest first."""
        number = self._number(term)
        return NO_IDS if number is None else self._having.having(number)

    def _number(self, term: str) -> int | None:
        return self._terms.number(f"@{bare(term[1:])}" if term.startswith("@") else term)

    def derived(self, stemmed: str) -> Collection[str]:
        """Return the stems that a word was made of, or that were made of it: Korea, Korean."""
        if len(stemmed) < _SHORTEST_DERIVED:
            return ()
        most = len(stemmed) + _ENDING
        near = (
            one
            for one in self._terms.beginning(stemmed[:_BEGINS])
            if one.startswith(stemmed) or stemmed.startswith(one)
        )
        return [one for one in near if most - 2 * _ENDING <= len(one) <= most]

    def weight(self, term: str) -> float:
        """Return what a term tells: the more the fewer sentences have it."""
        having, every = len(self.having(term)), len(self)
        return log(1 + (every - having + 0.5) / (having + 0.5))

    def scores(self, asked: Iterable[Mapping[str, float]]) -> NDArray[np.float64]:
        """Score all sentences by BM25; 0 for one that has nothing of what is asked.

        Each of `asked` are terms that stand for one word, and their worth: the best one counts.
        """
        scores = np.zeros(len(self))
        for meant in asked:
            best = np.zeros(len(self))
            for term, worth in meant.items():
                if (at := self._number(term)) is not None:
                    numbers, times = self._having.having(at), _TIMES[self._times[self._held(at)]]
                    norms = 1.0 if term.startswith("@") else self._norms[numbers]
                    weight = worth * self.weight(term)
                    score = weight * times * (_AGAIN + 1) / (times + _AGAIN * norms)
                    best[numbers] = np.maximum(best[numbers], score)
            scores += best
        return scores

    def _held(self, at: int) -> slice:
        return self._having.bounds(at)

    def shares(self, asked: Iterable[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return for each sentence which share it has of what is asked."""
        known = [meant for meant in asked if meant]
        found = np.zeros(len(self))
        for meant in known:
            best = np.zeros(len(self))
            for term, worth in meant.items():
                numbers = self.having(term)
                best[numbers] = np.maximum(best[numbers], worth)
            found += best
        shares: NDArray[np.float64] = found / sum(max(meant.values()) for meant in known)
        return shares

    def most_together(self, asked: Iterable[Iterable[str]]) -> int:
        """Return how much of what is asked one sentence has."""
        counts = np.zeros(len(self), dtype=np.int32)
        for meant in asked:
            having = np.zeros(len(self), dtype=bool)
            for term in meant:
                having[self.having(term)] = True
            counts += having
        return int(counts.max(initial=0))

    def named_by(self, word: str) -> str | None:
        """Return the entry whose names alone have a word that no sentence has."""
        number = self._name_words.number(word)
        return None if number is None else self.facts.ref(int(self._one_named[number])).id

    @cached_property
    def kin(self) -> Mapping[str, frozenset[str]]:
        """Return for a stem those that mean the same: in English, in the pack, of a relation."""
        alike = (*ALIKE, *self.facts.info.alike)
        groups = [frozenset(stems(words)) for words in alike]
        for type in self.facts.info.relation_types:
            verbs = (one for one in type.asked if " " not in one)
            groups.append(frozenset(one for verb in verbs for one in stems(verb)))
        kin: dict[str, frozenset[str]] = {}
        for group in groups:
            for one in group:
                kin[one] = kin.get(one, frozenset()) | group
        return kin


def of_fact(fact: TypedFact, heading: str) -> Sentence:
    """Return a fact as a sentence that may be found."""
    at = fact.to if fact.says is Says.DEED and fact.to else fact.of
    return Sentence(at, fact.told, fact.says, fact.refs, heading, "", fact.before)
