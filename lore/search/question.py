"""A question in plain spelling, and the keys that questions and names are compared by."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from jellyfish import metaphone
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from lore.search.common_words import is_common
from lore.search.normalise import (
    caseless,
    essence,
    is_small,
    respelt,
    without_filler,
    without_titles,
)
from lore.search.scripts import syllables_begun

ARTICLE = "the "

_VOWELS = re.compile("[aeiouy]+")
_FRONT_VOWELS = frozenset("eiy")
_KEYS = {
    letter: (row, place + row / 2)
    for row, letters in enumerate(["qwertyuiop", "asdfghjkl", "zxcvbnm"])
    for place, letter in enumerate(letters)
}
_likeness: Callable[[str, str], float] = OSA.normalized_similarity
_NO_VOWELS = str.maketrans("", "", "aeiou")


def sound_of(squashed: str) -> str:
    """Return a key shared by words with the same (English) sound; empty for other scripts."""
    return metaphone(squashed)


def skeleton_of(squashed: str) -> str:
    """Return the letters without vowels."""
    return squashed.translate(_NO_VOWELS)


def vowels(word: str) -> list[str]:
    """Return the vowels of each syllable, roughly."""
    return _VOWELS.findall(word)


def said_alike(one: str, other: str) -> bool:
    """Tell whether two words are spellings of one: romanov and romanoff, not mario and maria."""
    return vowels(one) == vowels(other) and sounds_alike(one, other)


def sounds_alike(one: str, other: str) -> bool:
    """Tell whether two words have the same consonants by sound; ch may sound like k."""
    if sound_of(one) == sound_of(other):
        return sound_of(one) != ""
    return sound_of(one.replace("ch", "k")) == sound_of(other.replace("ch", "k"))


def slipped(asked: str, word: str) -> bool:
    """Tell whether one letter is missing or too many, or two are swapped."""
    same_length = len(asked) == len(word)
    return OSA.distance(asked, word, score_cutoff=1) == 1 and (
        not same_length or sorted(asked) == sorted(word)
    )


def ends_otherwise(asked: str, word: str) -> bool:
    """Tell whether two words differ only in an ending that makes them two names."""
    if asked[:-1] == word and len(vowels(asked)) > len(vowels(word)):
        return True
    one, other = asked[-1:], word[-1:]
    return asked[:-1] == word[:-1] and one != other and not _taken_for_each_other(one, other)


def _taken_for_each_other(one: str, other: str) -> bool:
    """Tell whether two letters sound alike or are neighbours on a keyboard."""
    if {one, other} <= _FRONT_VOWELS:
        return True
    if sound_of(one) == sound_of(other) != "" and one not in "aeiou":
        return True
    (row, place), (other_row, other_place) = _KEYS.get(one, (9, 0)), _KEYS.get(other, (99, 0))
    return abs(row - other_row) < 2 and abs(place - other_place) <= 1


def initials_of(name: str) -> str:
    """Return the first letters of a name's words if there are three or more, else nothing."""
    words = name.split()
    return "".join(word[0] for word in words) if len(words) > 2 else ""


@dataclass(frozen=True)
class Question:
    """A question in plain spelling, with values derived from it for scoring.

    `typed` is the question as typed, where that may distinguish names.
    """

    text: str
    typed: str = ""
    _likeness: dict[str, dict[str, float]] = field(default_factory=dict, repr=False)
    _start_likeness: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)
    # What lists of names have that is like it, by the list: several indexes share one.
    in_lists: dict[object, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def essence(self) -> str:
        return essence(self.typed or self.text)

    @cached_property
    def respelt(self) -> str:
        return respelt(self.text)

    @cached_property
    def words(self) -> list[str]:
        return self.text.split()

    @cached_property
    def sorted_words(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def squashed(self) -> str:
        return self.text.replace(" ", "")

    @cached_property
    def title(self) -> str:
        """Return the title that the question starts with and the space after it, or nothing."""
        title = self.text.removesuffix(without_titles(self.text))
        return title if " " in title else ""

    @cached_property
    def told_apart(self) -> str:
        """Return the typed text if it has letters or signs that plain spelling drops."""
        typed = caseless(self.typed)
        return typed if typed != self.text else ""

    @cached_property
    def begun(self) -> tuple[str, str]:
        """Return the first and last text that it may become once its last syllable is complete."""
        return syllables_begun(self.squashed)

    @cached_property
    def untitled(self) -> "Question":
        return Question(self.text[len(self.title) :])

    @cached_property
    def without_article(self) -> "Question":
        """Return the question without a leading article, which says nothing."""
        bare = self.text.removeprefix(ARTICLE)
        return Question(bare) if bare and bare != self.text else self

    @cached_property
    def without_filler(self) -> "Question":
        """Return the question without "who is" and the like."""
        bare = without_filler(self.text)
        return Question(bare) if bare != self.text else self

    @cached_property
    def sound(self) -> str:
        return sound_of(self.squashed)

    @cached_property
    def skeleton(self) -> str:
        """Return the consonants if hardly a vowel was typed, else an empty text."""
        bare = skeleton_of(self.squashed)
        typed_without_vowels = len(self.squashed) - len(bare) < 0.2 * len(self.squashed)
        return bare if typed_without_vowels and len(bare) > 2 else ""

    @cached_property
    def initials(self) -> str:
        return self.squashed if 2 < len(self.squashed) < 8 else ""

    def compare(self, words: Iterable[str]) -> None:
        """Compare the words of names with those asked for all at once, which is far faster."""
        compared = self._likeness[self.words[0]].keys() if self._likeness else ()
        new = [word for word in words if word not in compared]
        if not new:
            return
        scorer: Any = OSA.normalized_similarity
        shares = cdist(self.words, new, scorer=scorer, dtype=np.float64).tolist()
        for asked, row in zip(self.words, shares, strict=True):
            known, is_long = self._likeness.setdefault(asked, {}), len(asked) > 2
            for word, share in zip(new, row, strict=True):
                # Most are so unlike that there is nothing else to say of them.
                unlike = share < 0.5 and is_long and not is_small(word)
                if not unlike or word.startswith(asked):
                    share = _word_likeness(asked, word, share)
                known[word] = share

    def likenesses(self, words: Sequence[str]) -> list[list[float]]:
        """Return for each word asked for how well (0 to 1) it matches each of a name's words."""
        if not self._likeness:
            self._likeness.update((asked, {}) for asked in self.words)
        rows = []
        for asked in self.words:
            known = self._likeness[asked]
            try:
                rows.append([known[word] for word in words])
            except KeyError:
                for word in words:
                    if word not in known:
                        known[word] = _word_likeness(asked, word)
                rows.append([known[word] for word in words])
        return rows

    def start_likeness(self, typed: str, word: str) -> float:
        """Return how well (0 to 1) an unfinished word matches the start of a name's word."""
        pair = (typed, word)
        known = self._start_likeness.get(pair)
        if known is None:
            known = self._start_likeness[pair] = near_start(typed, word)
        return known


def _word_likeness(asked: str, word: str, alike: float | None = None) -> float:
    if word.startswith(asked):
        if asked == word:
            return 1.0
        return 0.95 if len(asked) == 1 else 0.6 + 0.4 * len(asked) / len(word)
    if is_small(word) and asked[0] != word[0] and is_common(asked):
        return 0.0
    return nearness(asked, word, alike)


def nearness(asked: str, text: str, alike: float | None = None) -> float:
    """Return the share of equal letters; two swapped letters are half a slip.

    `alike` is that share by edit distance, if it is already known.
    """
    if alike is None:
        alike = _likeness(asked, text)
    length = len(asked)
    one_slip = length == len(text) and -1.5 < (alike - 1) * length < -0.5
    return alike + 0.5 / length if one_slip and sorted(asked) == sorted(text) else alike


def near_start(asked: str, text: str) -> float:
    """Return the likeness to the first letters of a text."""
    if text.startswith(asked):
        return 1.0
    length = len(asked)
    best = _likeness(asked, text[: length - 1])
    if len(text) >= length:
        best = max(best, _likeness(asked, text[:length]))
    if len(text) > length:
        best = max(best, _likeness(asked, text[: length + 1]))
    return best
