"""The words of a set of texts, and which of them a misspelt word may stand for."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from lore.search.postings import KeyTable, TripleTable, best_of
from lore.search.question import sound_of
from lore.search.scripts import is_terse, is_unspaced, with_large_kana
from lore.search.stored import Stored, Storing

_NEAREST = 24
_BUDGET = 20_000
_CORRECTED = 0.85
_CORRECTED_THOUGH_KNOWN = 0.45
_CORRECTED_THOUGH_TERSE = 0.5
_INFLECTED = 0.9
_ENDING = re.compile("(?:ings?|ed|e?s|e)$")


class Variant(NamedTuple):
    """A word of the texts, by number, and how well (0 to 1) it matches the word asked for."""

    number: int
    worth: float


class Vocabulary:
    """Finds words by their spelling or sound."""

    def __init__(
        self, words: Sequence[str], sounds: KeyTable, stems: KeyTable, triples: TripleTable
    ) -> None:
        self.words = words
        self._numbers = {word: number for number, word in enumerate(words)}
        self._sounds = sounds
        self._stems = stems
        self._triples = triples
        self._kana: defaultdict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(words):
            if not word.isascii() and is_unspaced(word[0]):
                self._kana[with_large_kana(word)].append(number)

    @classmethod
    def build(cls, words: Sequence[str]) -> "Vocabulary":
        """Make the tables of words, each of which is given once."""
        # In an unspaced script, where words are pairs of letters, each letter counts.
        spelt = ["" if is_unspaced(word[0]) else word for word in words]
        sounds, stems = KeyTable(map(sound_of, spelt)), KeyTable(map(_stem, spelt))
        return cls(words, sounds, stems, TripleTable(spelt))

    @classmethod
    def opened(cls, stored: Stored) -> "Vocabulary":
        """Return the vocabulary that was stored."""
        sounds = KeyTable.opened(stored.part("sounds"))
        stems = KeyTable.opened(stored.part("stems"))
        triples = TripleTable.opened(stored.part("triples"))
        return cls(stored.json("words"), sounds, stems, triples)

    def store(self, storing: Storing) -> None:
        """Store the vocabulary."""
        storing.json("words", self.words)
        self._sounds.store(storing.part("sounds"))
        self._stems.store(storing.part("stems"))
        self._triples.store(storing.part("triples"))

    def number(self, word: str) -> int | None:
        """Return the number of a word; None if the texts do not have it."""
        return self._numbers.get(word)

    def variants(self, asked: str, *, as_it_is: bool = False) -> list[Variant]:
        """Return the words that a word may stand for, itself included if the texts have it."""
        known = self.number(asked)
        worth = _CORRECTED if known is None else _CORRECTED_THOUGH_KNOWN
        if is_terse(asked):
            worth = min(worth, _CORRECTED_THOUGH_TERSE)
        found = [] if known is None else [Variant(known, 1.0)]
        bearable = _bearable_slips(asked)
        if is_unspaced(asked[0]):
            sized_otherwise = self._kana.get(with_large_kana(asked), ())
            return found + [Variant(one, _INFLECTED) for one in sized_otherwise if one != known]
        if as_it_is or not bearable:
            return found
        inflected = set(self._stems.ids(_stem(asked)).tolist()) - {known}
        found += [Variant(number, _INFLECTED) for number in sorted(inflected)]
        for number in sorted(self._near(asked) - inflected):
            word = self.words[number]
            slips = OSA.distance(asked, word, score_cutoff=bearable)
            if slips <= bearable and number != known:
                # Two swapped letters are half a slip.
                swapped = slips == 1 and sorted(asked) == sorted(word)
                likeness = 1 - slips / (1 + swapped) / max(len(asked), len(word))
                found.append(Variant(number, likeness**2 * worth))
        return found

    def _near(self, asked: str) -> set[int]:
        ids, shared, _ = self._triples.count(asked, _BUDGET)
        alike = shared / (len(asked) + self._triples.sizes[ids])
        near = set(best_of(ids, alike, _NEAREST))
        near.update(self._sounds.ids(sound_of(asked)).tolist())
        for i in range(len(asked) - 1):
            swapped = asked[:i] + asked[i + 1] + asked[i] + asked[i + 2 :]
            if (number := self._numbers.get(swapped)) is not None:
                near.add(number)
        return near


def _stem(word: str) -> str:
    """Return the common part of a word's forms: blames, blamed and blaming give blam."""
    bare = _ENDING.sub("", word)
    return bare if len(bare) > 2 else word


def _bearable_slips(word: str) -> int:
    """Return how many slips a word of this length may have and still be recognised."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2 if len(word) < 9 else 3
