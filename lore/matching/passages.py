"""Finds passages by half-remembered words: misspelt, shuffled, some of them missing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lore.matching.layer import Allow
from lore.matching.names import Verdict
from lore.matching.normalise import norm, plain
from lore.matching.postings import Ids, Postings, best_of
from lore.matching.vocabulary import Variant, Vocabulary

SURE = 75.0
PLAUSIBLE = 50.0
_LEAD = 10.0

_RESCORED = 48
_WORDS = 0.8
_ORDER = 0.2
_PROOF = 4.0
_PART = 3
_PLAIN = 0.5

# What a word is worth that is not said by the passage, but goes without saying in it.
_UNSAID = 0.9

# What a light word counts, and which they are in a question: those that ask, join and point.
_LIGHT = 0.1
LIGHT = frozenset(
    word
    for words in (
        "who whom whose what whats which where when why how did does do done is are was were be",
        "been has have had can could will would shall should may might must that this these those",
        "there here i me my you your we our us it its he him his she her they them their the a an",
        "of in on at to from for with by about and or not no so as if than then too very just like",
        "happen happens happened get gets got go goes went",
    )
    for word in words.split()
)

_WORD = re.compile(r"\b\w(?:\.\w)+\b|[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class Passage:
    """A text to be found, the key of what it belongs to, and what goes without saying in it."""

    key: str
    text: str
    unsaid: str = ""


@dataclass(frozen=True)
class Hit:
    """A passage, the share (0 to 1) of the question it answers, and the spans that do.

    The `score` from 0 to 100 counts as well how much the question says: a few small words little.
    """

    key: str
    text: str
    likeness: float
    score: float
    marks: tuple[tuple[int, int], ...]


class Asked(NamedTuple):
    """A word asked for, what it weighs, and the words of one layer it may stand for."""

    weight: float
    variants: dict[int, float]


class PassageLayer:
    """The tables over one list of passages."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)
        numbers: dict[str, int] = {}
        words: list[int] = []
        ends = [0]
        texts = plain([passage.text for passage in passages])
        unsaid = plain([passage.unsaid for passage in passages])
        self._said = np.array([len(text.split()) for text in texts])
        for text, more in zip(texts, unsaid, strict=True):
            said = [*text.split(), *more.split()]
            words += [numbers.setdefault(word, len(numbers)) for word in said]
            ends.append(len(words))
        self.vocabulary = Vocabulary(list(numbers))
        self._words: Ids = np.array(words, dtype=np.int32)
        self._ends = ends
        lengths = np.diff(ends)
        owners = np.repeat(np.arange(len(passages), dtype=np.int32), lengths)
        places = np.arange(len(words)) - np.repeat(ends[:-1], lengths)
        aloud = places < np.repeat(self._said, lengths)
        self._saying, self._implying = (
            Postings(self._words[these], owners[these], len(numbers), len(passages))
            for these in (aloud, ~aloud)
        )

    def __len__(self) -> int:
        return len(self._passages)

    def occurrences(self, word: str) -> int:
        """How many passages say a word."""
        number = self.vocabulary.number(word)
        return 0 if number is None else len(self._saying.having(number))

    def find(self, asked: Sequence[Asked], allow: Allow | None) -> list[tuple[float, Passage]]:
        """The passages that hold most of the words asked for, scored from 0 to 1."""
        merits = self._merits(asked)
        ids = np.flatnonzero(merits).astype(np.int32)
        accept = None if allow is None else lambda i: allow(self._passages[i].key)
        best = best_of(ids, merits[ids], _RESCORED, accept)
        return [(self._score(i, asked), self._passages[i]) for i in sorted(best)]

    def _merits(self, asked: Sequence[Asked]) -> NDArray[np.float64]:
        merits = np.zeros(len(self._passages))
        for weight, variants in asked:
            worths = np.zeros(len(self._passages))
            # What is worth more is written over what is worth less.
            for number, worth in sorted(variants.items(), key=lambda pair: pair[1]):
                worths[self._implying.having(number)] = worth * _UNSAID
            for number, worth in sorted(variants.items(), key=lambda pair: pair[1]):
                said = self._saying.having(number)
                worths[said] = np.maximum(worths[said], worth)
            merits += weight * worths
        merits /= 1 + 0.02 * np.log1p(self._said)
        return merits

    def _score(self, i: int, asked: Sequence[Asked]) -> float:
        words = self._words[self._ends[i] : self._ends[i + 1]].tolist()
        said = self._said[i]
        explained = total = 0.0
        places: list[int | None] = []
        for weight, variants in asked:
            worths = [variants.get(word, 0.0) for word in words]
            worths[said:] = [_UNSAID * worth for worth in worths[said:]]
            worth = max(worths)
            expected = places[-1] + 1 if places and places[-1] is not None else 0
            standing = [place for place, value in enumerate(worths) if worth and value == worth]
            places.append(min(standing, key=lambda p: abs(p - expected), default=None))
            explained += weight * worth
            total += weight
        likeness = explained / total
        return _WORDS * likeness + _ORDER * _in_order(places) if len(asked) > 1 else likeness


def verdict(hits: Sequence[Hit]) -> Verdict:
    """Judges the hits of a question, best first; takes two of them to see a tie."""
    if not hits or hits[0].score < PLAUSIBLE:
        return Verdict.NONE
    lead = hits[0].score - hits[1].score if len(hits) > 1 else _LEAD
    return Verdict.SURE if hits[0].score >= SURE and lead >= _LEAD else Verdict.PLAUSIBLE


class PassageIndex:
    """An unchanging index of passages, in one or more layers."""

    def __init__(self, layers: Sequence[PassageLayer]) -> None:
        self._layers = tuple(layers)

    @classmethod
    def build(cls, passages: Sequence[Passage]) -> "PassageIndex":
        """Indexes passages; the order breaks ties."""
        return cls([PassageLayer(passages)])

    def joined(self, other: "PassageIndex") -> "PassageIndex":
        """Both indexes as one, at no cost."""
        return PassageIndex(self._layers + other._layers)

    def find(
        self,
        words: str,
        *,
        limit: int = 5,
        allow: Allow | None = None,
        light: Collection[str] = (),
    ) -> list[Hit]:
        """The passages that the words come from, best first; `allow` filters keys.

        Words that are `light` count little.
        """
        asked_words = [part for word in norm(words).split() for part in self._parted(word)]
        variants = [
            [layer.vocabulary.variants(word, as_it_is=word in light) for layer in self._layers]
            for word in asked_words
        ]
        weights = [
            self._weight(word, found) * (_LIGHT if word in light else 1)
            for word, found in zip(asked_words, variants, strict=True)
        ]
        hits: list[tuple[float, Passage, list[Asked], PassageLayer]] = []
        for at, layer in enumerate(self._layers):
            asked = [
                Asked(weight, {v.number: v.worth for v in found[at]})
                for weight, found in zip(weights, variants, strict=True)
            ]
            for likeness, passage in layer.find(asked, allow and cache(allow)):
                hits.append((likeness, passage, asked, layer))
        hits.sort(key=lambda hit: -hit[0])
        # A few small words prove nothing, however well they fit.
        proof = 100 * (1 - exp(-sum(weights) / _PROOF))
        return [
            Hit(p.key, p.text, likeness, round(likeness * proof, 1), _marks(p.text, asked, layer))
            for likeness, p, asked, layer in hits[:limit]
        ]

    def _parted(self, word: str) -> Sequence[str]:
        """The word, or the two that it is made of if it stands for no other."""
        known = [layer.vocabulary for layer in self._layers]
        if any(one.number(word) is not None for one in known):
            return (word,)
        for at in range(_PART, len(word) - _PART + 1):
            parts = word[:at], word[at:]
            if any(all(one.number(part) is not None for part in parts) for one in known):
                worths = (found.worth for one in known for found in one.variants(word))
                return parts if max(worths, default=0.0) < _PLAIN else (word,)
        return (word,)

    def _weight(self, word: str, found: Sequence[Sequence[Variant]]) -> float:
        """What a word tells: the more the fewer passages have it, or the word it stands for."""
        best = max(
            (
                (variant.worth, layer.vocabulary.words[variant.number])
                for layer, variants in zip(self._layers, found, strict=True)
                for variant in variants
            ),
            default=(0.0, word),
        )[1]
        passages = sum(len(layer) for layer in self._layers)
        having = sum(layer.occurrences(best) for layer in self._layers)
        return log(1 + (passages - having + 0.5) / (having + 0.5))


def _in_order(places: Sequence[int | None]) -> float:
    """The share of neighbours in the question that stand near each other in the passage."""
    near = 0.0
    for one, other in pairwise(places):
        if one is not None and other is not None and one != other:
            gap = other - one
            near += 1 / gap if gap > 0 else 0.3 / -gap
    return near / (len(places) - 1)


def _marks(text: str, asked: Sequence[Asked], layer: PassageLayer) -> tuple[tuple[int, int], ...]:
    """The spans of the words that best stand for each word asked for."""
    spans = [found.span() for found in _WORD.finditer(text)]
    numbers = [layer.vocabulary.number(word) for word in plain([text[a:b] for a, b in spans])]
    wanted: set[int] = set()
    for _, variants in asked:
        standing = {n: variants[n] for n in numbers if n is not None and n in variants}
        best = max(standing.values(), default=0.0)
        wanted.update(n for n, worth in standing.items() if worth == best)
    return tuple(span for span, n in zip(spans, numbers, strict=True) if n in wanted)
