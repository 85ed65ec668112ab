"""Finds words in the paragraphs of documents: as they stand there, or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from lore.search.scripts import is_unspaced

# What keyboards, word processors and web pages write for the same sign.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
    }
)
_WORD = re.compile(r"\w+")
# Of 100: words with a letter or two wrong in them, or one word more.
_ALIKE = 75
# So many words are faster looked for one by one.
_FEW = 8
# As many letters tell most words from others that begin alike.
_BEGINNING = 16
# What is longer is no cite and no line of a quote.
_LONGEST = 400


def find_whole(words: str, text: str) -> int:
    """Return where words stand in a text so that none of them goes on; -1 if nowhere."""
    at = text.find(words) if words else -1
    while at >= 0:
        end = at + len(words)
        if not (_goes_on(text[at - 1 : at], words[0]) or _goes_on(words[-1], text[end : end + 1])):
            return at
        at = text.find(words, at + 1)
    return -1


def _goes_on(before: str, after: str) -> bool:
    """Tell whether two characters beside each other are of one word, where words have an end."""
    return bool(
        _WORD.fullmatch(before + after)
        and before
        and after
        and not (is_unspaced(before) or is_unspaced(after))
    )


def same_signs(text: str) -> str:
    """Return a text with plain quote signs, dashes and blanks, of the same length."""
    return text.translate(_SIGNS)


def same_case(text: str) -> str:
    """Return a text with plain signs and small letters, of the same length."""
    plain = same_signs(text)
    small = plain.lower()
    if len(small) == len(plain):
        return small
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


def places(paragraphs: Sequence[str], wanted: Iterable[str]) -> dict[str, list[int]]:
    """Return in which paragraphs, counted from 1, all of the wanted words stand whole.

    The paragraphs are gone through once, however much is wanted.
    """
    found: dict[str, list[int]] = {words: [] for words in wanted}
    index = _Beginnings(found)
    for number, paragraph in enumerate(paragraphs, 1):
        few = len(found) <= _FEW
        for words in (one for one in found if one in paragraph) if few else index.found(paragraph):
            if find_whole(words, paragraph) >= 0:
                found[words].append(number)
    return found


class _Beginnings:
    """Finds many words at once, by the letters that each begins with."""

    def __init__(self, wanted: Iterable[str]) -> None:
        # By how many letters they are found, and which: the words, and where in them these stand.
        self._at_words: dict[int, dict[str, list[tuple[int, str]]]] = {}
        self._at_letters: dict[int, dict[str, list[tuple[int, str]]]] = {}
        for words in filter(None, wanted):
            first = None if any(map(is_unspaced, words)) else _WORD.search(words)
            offset = first.start() if first else 0
            key = words[offset : offset + _BEGINNING]
            by_length = self._at_words if first else self._at_letters
            by_length.setdefault(len(key), {}).setdefault(key, []).append((offset, words))

    def found(self, paragraph: str) -> set[str]:
        """Return the words that stand in a paragraph, if only inside of others."""
        here: set[str] = set()
        if self._at_words:
            # A word may begin after a letter of a script that has no blanks.
            is_spaced = not any(map(is_unspaced, set(paragraph)))
            starts = [word.start() for word in _WORD.finditer(paragraph)]
            every = range(len(paragraph))
            here.update(_at(paragraph, starts if is_spaced else every, self._at_words))
        if self._at_letters:
            here.update(_at(paragraph, range(len(paragraph)), self._at_letters))
        return here


def _at(
    paragraph: str,
    starts: Iterable[int],
    by_length: Mapping[int, Mapping[str, Sequence[tuple[int, str]]]],
) -> Iterator[str]:
    """Yield the words that have the letters they are found by at one of these starts."""
    for start in starts:
        for length, keys in by_length.items():
            for offset, words in keys.get(paragraph[start : start + length], ()):
                if paragraph.startswith(words, max(0, start - offset)):
                    yield words


def closest(words: str, paragraph: str) -> tuple[float, str]:
    """Return what of a paragraph is most like these words, and how like of 100; 0 if nothing is."""
    if not len(words) <= min(len(paragraph), _LONGEST):
        return 0, ""
    found = fuzz.partial_ratio_alignment(
        same_case(words), same_case(paragraph), score_cutoff=_ALIKE
    )
    if found is None:
        return 0, ""
    start, end = found.dest_start, found.dest_end
    while start and _goes_on(paragraph[start - 1], paragraph[start]):
        start -= 1
    while end and _goes_on(paragraph[end - 1], paragraph[end : end + 1]):
        end += 1
    return found.score, paragraph[start:end].strip()
