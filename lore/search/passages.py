"""Finds passages by half-remembered words: misspelt, shuffled, some missing."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lore.search.names import Verdict
from lore.search.normalise import norm, plain
from lore.search.postings import Ids, KeyMasks, Mask, Postings, best_of
from lore.search.scripts import is_unspaced
from lore.search.stored import Stored, Storing, by_first
from lore.search.vocabulary import Variant, Vocabulary
from lore.search.words import cut, first_letter, standing

SURE = 75.0
PLAUSIBLE = 50.0
_LEAD = 10.0

_RESCORED = 48
_WORDS = 0.8
_ORDER = 0.2
_PROOF = 4.0
_PART = 3
_PLAIN = 0.5

# The worth of a word that is only implied by a passage.
_IMPLIED = 0.9
_NAMES = 8192

# The weight of a light word, and the light words of a question: those that ask, join and point.
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


@dataclass(frozen=True)
class Passage:
    """A text to be found, the key of what it belongs to, and names that it implies."""

    key: str
    text: str
    implied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A passage, the share (0 to 1) of the question that it answers, and the matching spans.

    The `score` from 0 to 100 also counts how much the question says: a few small words say little.
    `implied` are the implied names with words that the passage itself does not have. It is `whole`
    if it has each word as asked for, in any order.
    """

    key: str
    text: str
    likeness: float
    score: float
    marks: tuple[tuple[int, int], ...]
    implied: tuple[str, ...] = ()
    whole: bool = False


class Asked(NamedTuple):
    """A word asked for, its weight, and the words of one layer it may stand for."""

    word: str
    weight: float
    variants: dict[int, float]


# For a layer's word, by number: the words asked for that it may stand for, and how well.
Meanings = defaultdict[int, list[tuple[str, float]]]

# For a word asked for: how well a passage matches it, and where.
Places = dict[str, tuple[float, list[int]]]


@dataclass(frozen=True, slots=True)
class PassageTables:
    """In which passages each word stands, and where.

    `heads` tells for each word the letter of an unspaced script that it is also found by. The
    `words` of a passage, its own first, stand up to its place in `ends`.
    """

    vocabulary: Vocabulary
    heads: Ids
    words: Ids
    ends: NDArray[np.int64]
    own_words: Ids
    containing: Postings
    implying: Postings

    @classmethod
    def build(
        cls, passages: Sequence[Passage], former: "FormerWords | None" = None
    ) -> "PassageTables":
        """Index passages; those that were indexed before stand between these as `former` says."""
        known = {word: n for n, word in enumerate(former.tables.vocabulary.words)} if former else {}
        words = _words_of(passages, known)
        words = _joined_words(words, former) if former else words
        used, places = by_first(words.words)
        by_number = list(known)
        numbers = {by_number[n]: at for at, n in enumerate(used)}
        # A word that begins with a letter of an unspaced script is also found by that letter alone.
        heads = [
            numbers.setdefault(first_letter(word) or word, len(numbers)) for word in list(numbers)
        ]
        made = _Made(
            np.array([*heads, *range(len(heads), len(numbers))], dtype=np.int32),
            places.astype(np.int32),
            np.concatenate([[0], np.cumsum(words.lengths, dtype=np.int64)]),
            words.own_words,
        )
        return cls(Vocabulary.build(list(numbers)), *made, *made.postings())

    @classmethod
    def opened(cls, stored: Stored) -> "PassageTables":
        """Return the tables that were stored."""
        return cls(
            Vocabulary.opened(stored.part("vocabulary")),
            stored.numbers("heads", "i4"),
            stored.numbers("words", "i4"),
            stored.numbers("ends", "i8"),
            stored.numbers("own_words", "i4"),
            Postings.opened(stored.part("containing")),
            Postings.opened(stored.part("implying")),
        )

    def store(self, storing: Storing) -> None:
        """Store the tables."""
        self.vocabulary.store(storing.part("vocabulary"))
        for name in ("heads", "words", "ends", "own_words"):
            storing.numbers(name, getattr(self, name))
        self.containing.store(storing.part("containing"))
        self.implying.store(storing.part("implying"))


class FormerWords(NamedTuple):
    """The tables of passages as they were, and the numbers there of those that are now.

    One that is not there has a number below 0.
    """

    tables: PassageTables
    numbers: NDArray[np.int64]


class _Words(NamedTuple):
    """The words of passages, end to end, and how many each of these has, and has itself."""

    words: Ids
    lengths: Ids
    own_words: Ids


def _words_of(passages: Sequence[Passage], known: dict[str, int]) -> _Words:
    """Return the words of passages; those that are not known are numbered on."""
    words, lengths, own_words = list[int](), list[int](), list[int]()
    texts = plain([passage.text for passage in passages])
    implied_names = plain([" · ".join(passage.implied) for passage in passages])
    for text, more in zip(texts, implied_names, strict=True):
        own, implied = _parts(text), _parts(more)
        own_words.append(len(own))
        lengths.append(len(own) + len(implied))
        words += [known.setdefault(word, len(known)) for word in own + implied]
    return _Words(*(np.array(one, dtype=np.int32) for one in (words, lengths, own_words)))


def _joined_words(fresh: _Words, former: FormerWords) -> _Words:
    """Return the words of fresh passages and of former ones, in the order of all of them."""
    tables, numbers = former
    of_old = numbers[numbers >= 0]
    starts, lengths, own = (np.empty(len(numbers), dtype=np.int64) for _ in range(3))
    ends = np.cumsum(fresh.lengths, dtype=np.int64)
    for here, begun, long, of_own in (
        (numbers < 0, len(tables.words) + ends - fresh.lengths, fresh.lengths, fresh.own_words),
        (numbers >= 0, tables.ends[of_old], np.diff(tables.ends)[of_old], tables.own_words[of_old]),
    ):
        starts[here], lengths[here], own[here] = begun, long, of_own
    before = np.cumsum(lengths) - lengths
    places = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
    words = np.concatenate([tables.words, fresh.words])[places]
    return _Words(words, lengths.astype(np.int32), own.astype(np.int32))


class _Made(NamedTuple):
    """What tables are made of: as those have it."""

    heads: Ids
    words: Ids
    ends: NDArray[np.int64]
    own_words: Ids

    def postings(self) -> Iterator[Postings]:
        """Yield in which passages each word stands itself, then by which it is implied."""
        lengths = np.diff(self.ends)
        owners = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        places = np.arange(len(self.words)) - np.repeat(self.ends[:-1], lengths)
        is_own = places < np.repeat(self.own_words, lengths)
        for these in (is_own, ~is_own):
            words = self.words[these]
            heads = self.heads[words]
            pairs = heads != words
            codes = np.concatenate([words, heads[pairs]])
            ids = np.concatenate([owners[these], owners[these][pairs]])
            yield Postings.build(codes, ids, len(self.heads), len(lengths))


class PassageLayer:
    """One list of passages with its tables; masked ones are not found, but their words count."""

    def __init__(self, passages: Sequence[Passage], tables: PassageTables) -> None:
        self._passages = passages
        self._mask: Mask = np.ones(len(passages), dtype=bool)
        # Many passages imply the same names.
        self.parts_of = lru_cache(_NAMES)(_parts_of)
        self.vocabulary = tables.vocabulary
        self._heads = tables.heads
        self._words = tables.words
        self._ends = tables.ends
        self._own_words = tables.own_words
        self._containing = tables.containing
        self._implying = tables.implying

    @cached_property
    def _masks(self) -> KeyMasks:
        return KeyMasks([passage.key for passage in self._passages])

    def __len__(self) -> int:
        return len(self._passages)

    def masked(self, mask: Mask) -> "PassageLayer":
        """Return the same passages, restricted to those that a mask shows."""
        layer = copy(self)
        layer._mask = self._mask & mask
        return layer

    def only(self, keys: Iterable[str]) -> "PassageLayer":
        """Return the same passages, restricted to those with these keys."""
        return self.masked(self._masks.of(keys))

    def occurrences(self, word: str) -> int:
        """Return how many passages contain a word."""
        number = self.vocabulary.number(word)
        return 0 if number is None else len(self._containing.having(number))

    def find(self, asked: Sequence[Asked], limit: int) -> list[tuple[float, Passage]]:
        """Return the passages with most of the words asked for, scored from 0 to 1."""
        merits = self._merits(asked)
        ids = np.flatnonzero(merits).astype(np.int32)
        best = best_of(ids, merits[ids], max(limit, _RESCORED), self._mask)
        meanings = self._meanings(asked)
        wanted = np.zeros(len(self._heads), dtype=bool)
        wanted[[*meanings]] = True
        return [
            (_score(asked, self._places(i, meanings, wanted)), self._passages[i])
            for i in sorted(best)
        ]

    def _merits(self, asked: Sequence[Asked]) -> NDArray[np.float64]:
        merits = np.zeros(len(self._passages))
        for word, variants in {one.word: one.variants for one in asked}.items():
            weight = sum(one.weight for one in asked if one.word == word)
            worths = np.zeros(len(self._passages))
            # Better matches overwrite worse ones.
            for number, worth in sorted(variants.items(), key=lambda pair: pair[1]):
                worths[self._implying.having(number)] = worth * _IMPLIED
            for number, worth in sorted(variants.items(), key=lambda pair: pair[1]):
                passages = self._containing.having(number)
                worths[passages] = np.maximum(worths[passages], worth)
            merits += weight * worths
        merits /= 1 + 0.02 * np.log1p(self._own_words)
        return merits

    def _meanings(self, asked: Sequence[Asked]) -> Meanings:
        """Return the layer's words that the asked words may mean, also by their first letter."""
        meanings: Meanings = defaultdict(list)
        for word, variants in {one.word: one.variants for one in asked}.items():
            for number, worth in variants.items():
                meanings[number].append((word, worth))
        letters = np.zeros(len(self._heads), dtype=bool)
        letters[[*meanings]] = True
        for number in np.flatnonzero(letters[self._heads]).tolist():
            if (head := int(self._heads[number])) != number:
                meanings[number] += meanings[head]
        return meanings

    def _places(self, i: int, meanings: Meanings, wanted: NDArray[np.bool_]) -> Places:
        """Return where a passage matches the words asked for best."""
        words = self._words[self._ends[i] : self._ends[i + 1]]
        places = np.flatnonzero(wanted[words])
        own_words = self._own_words[i]
        found: Places = {}
        for place, number in zip(places.tolist(), words[places].tolist(), strict=True):
            for word, worth in meanings[number]:
                value = worth if place < own_words else _IMPLIED * worth
                best, standing = found.get(word, (0.0, []))
                if value > best:
                    found[word] = value, [place]
                elif value == best:
                    standing.append(place)
        return found


def _parts(text: str) -> list[str]:
    words = text.split()
    return words if text.isascii() else [part for word in words for part in cut(word)]


def _parts_of(name: str) -> frozenset[str]:
    return frozenset(_parts(plain([name])[0]))


def _score(asked: Sequence[Asked], found: Places) -> float:
    """Score how much of a question was found, and how well its order is kept."""
    explained = total = 0.0
    places: list[int | None] = []
    for word, weight, _ in asked:
        worth, standing = found.get(word, (0.0, []))
        last = places[-1] if places else None
        places.append(_nearest(standing, -1 if last is None else last))
        explained += weight * worth
        total += weight
    likeness = explained / total
    return _WORDS * likeness + _ORDER * _in_order(places) if len(asked) > 1 else likeness


def _nearest(places: Sequence[int], last: int) -> int | None:
    """Return the place nearest to the one after the last."""
    at = bisect_left(places, last + 1)
    return min(places[max(0, at - 1) : at + 1], key=lambda p: abs(p - last - 1), default=None)


def verdict(hits: Sequence[Hit]) -> Verdict:
    """Judge the hits of a question, best first; takes two of them to see a tie."""
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
        """Index passages; the order breaks ties."""
        return cls([PassageLayer(tuple(passages), PassageTables.build(passages))])

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the words of the first layer, by which misspelt ones are known."""
        return self._layers[0].vocabulary

    def joined(self, other: "PassageIndex") -> "PassageIndex":
        """Return both indexes as one, at no cost."""
        return PassageIndex(self._layers + other._layers)

    def only(self, keys: Collection[str]) -> "PassageIndex":
        """Return an index restricted to the passages with these keys; it shares the tables."""
        return PassageIndex([layer.only(keys) for layer in self._layers])

    def masked(self, mask: Mask) -> "PassageIndex":
        """Return an index of one layer restricted to the passages that a mask shows."""
        [layer] = self._layers
        return PassageIndex([layer.masked(mask)])

    def find(self, words: str, *, limit: int = 5, light: Collection[str] = ()) -> list[Hit]:
        """Return the passages the words come from, best first; `light` words count little."""
        cut_words = [part for word in norm(words).split() for part in cut(word, asked=True)]
        asked_words = [part for word in cut_words for part in self._parted(word)]
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
                Asked(word, weight, {v.number: v.worth for v in found[at]})
                for word, weight, found in zip(asked_words, weights, variants, strict=True)
            ]
            for likeness, passage in layer.find(asked, limit):
                hits.append((likeness, passage, asked, layer))
        hits.sort(key=lambda hit: -hit[0])
        # A few small words prove nothing, however well they match.
        proof = 100 * (1 - exp(-sum(weights) / _PROOF))
        return [
            _hit(likeness, round(likeness * proof, 1), passage, asked, layer)
            for likeness, passage, asked, layer in hits[:limit]
        ]

    def _parted(self, word: str) -> Sequence[str]:
        """Return the word, or the two words in it if it stands for no other."""
        known = [layer.vocabulary for layer in self._layers]
        if is_unspaced(word[0]) or any(one.number(word) is not None for one in known):
            return (word,)
        for at in range(_PART, len(word) - _PART + 1):
            parts = word[:at], word[at:]
            if any(all(one.number(part) is not None for part in parts) for one in known):
                worths = (found.worth for one in known for found in one.variants(word))
                return parts if max(worths, default=0.0) < _PLAIN else (word,)
        return (word,)

    def _weight(self, word: str, found: Sequence[Sequence[Variant]]) -> float:
        """Return how much a word says: the rarer it, or the word it stands for, the more."""
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
    """Return the share of the question's neighbouring words that are close in the passage."""
    closeness = 0.0
    for one, other in pairwise(places):
        if one is not None and other is not None and one != other:
            gap = other - one
            closeness += 1 / gap if gap > 0 else 0.3 / -gap
    return closeness / (len(places) - 1)


def _hit(
    likeness: float, score: float, passage: Passage, asked: Sequence[Asked], layer: PassageLayer
) -> Hit:
    """Return a passage as a hit, with the spans that best match each word asked for."""
    words = layer.vocabulary.words
    meanings = [{words[number]: worth for number, worth in one.variants.items()} for one in asked]
    parts = {part for one in meanings for part in one}
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for part, span in standing(passage.text, parts):
        spans[part].append(span)
    wanted: set[str] = set()
    implied: dict[str, None] = {}
    whole = True
    for one in meanings:
        best = max((worth for part, worth in one.items() if part in spans), default=0.0)
        wanted.update(part for part, worth in one.items() if worth == best and part in spans)
        whole = whole and best == 1
        if best < _IMPLIED * max(one.values(), default=0.0):
            implied |= dict.fromkeys(_naming(one, passage.implied, best, layer))
    marks = tuple(_joined(sorted(span for part in wanted for span in spans[part])))
    return Hit(passage.key, passage.text, likeness, score, marks, tuple(implied), whole)


def _naming(
    meanings: Mapping[str, float], names: Sequence[str], best: float, layer: PassageLayer
) -> Iterator[str]:
    """Yield the name with a word better than `best`, if there is one."""
    parts = map(layer.parts_of, names)
    worths = [max((meanings.get(part, 0.0) for part in own), default=0.0) for own in parts]
    # The first of the best ones, as an entry's own name comes first.
    if worths and _IMPLIED * max(worths) > best:
        yield names[worths.index(max(worths))]


def _joined(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join spans that touch or overlap."""
    begun, end = 0, -1
    for start, stop in spans:
        if start > end:
            if begun < end:
                yield begun, end
            begun = start
        end = max(end, stop)
    if begun < end:
        yield begun, end
