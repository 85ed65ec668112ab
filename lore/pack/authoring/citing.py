"""Makes cites of stretches of documents: right by construction, and found in one place if any is.

A cite's words are cut out of the paragraph itself, and held to the form that an author's are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from lore.pack.documents import Document
from lore.pack.model import Cite, is_cite
from lore.pack.words import find_whole, places
from lore.search.scripts import is_sign, is_unspaced

MOST_WORDS = 8
_WORD = re.compile(r"\S+")
# How many words are tried first: enough to be told apart by, few enough to be read.
_WORDS = (6, 7, MOST_WORDS, 5, 4, 3, 2)
# The same for letters of scripts that have no blanks between words.
_LETTERS = (8, 6, 12, 16, 24, 40)
_MOST_LETTERS = 40
# What has as many letters without a blank is no single word.
_LONG_WORD = 12
# So many cites of one stretch are tried where the first ones stand in other paragraphs as well.
_MOST_TRIES = 200


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a paragraph, such as a sentence; a cite of it has what stands at `anchor`."""

    paragraph: int
    start: int
    end: int
    anchor: int


def cites(document: Document, stretches: Sequence[Stretch]) -> list[Cite | None]:
    """Make a cite of each stretch, whose words stand in no other paragraph where that can be.

    None for a stretch that is too short for one. The document is gone through twice at most.
    """
    made: list[Cite | None] = [None] * len(stretches)
    left = list(range(len(stretches)))
    for tries in (_first_tries, _all_tries):
        tried = {at: _right(document, stretches[at], tries) for at in left}
        found = places(document.paragraphs, chain.from_iterable(tried.values()))
        left_over = []
        for at, words in tried.items():
            number = stretches[at].paragraph
            alone = next((one for one in words if found[one] == [number]), None)
            if alone is None:
                left_over.append(at)
            if (best := alone or next(iter(words), None)) and (alone or not made[at]):
                made[at] = Cite(document.source.id, number, best)
        left = left_over
    return made


def _right(
    document: Document, stretch: Stretch, tries: Callable[[str, int], Iterator[str]]
) -> list[str]:
    """Return the tries that make a cite and stand whole in the paragraph, the best first."""
    paragraph = document.paragraph(stretch.paragraph)
    words = tries(paragraph[stretch.start : stretch.end], stretch.anchor - stretch.start)
    return [
        one
        for one in dict.fromkeys(words)
        if is_cite(document.source.id, one) and find_whole(one, paragraph) >= 0
    ]


def _first_tries(text: str, anchor: int) -> Iterator[str]:
    """Yield cites around the anchor, without the signs before and after their words."""
    words = [match.span() for match in _WORD.finditer(text)]
    here = next((at for at, (_, end) in enumerate(words) if end > anchor), len(words) - 1)
    spaced = []
    for count in _WORDS:
        first = max(0, min(here - 1, len(words) - count))
        last = min(first + count, len(words)) - 1
        spaced.append(_without_signs(text[words[first][0] : words[last][1]]))
    start, end = words[here] if words else (0, 0)
    unspaced = []
    for count in _LETTERS:
        first = max(start, min(anchor, end - count))
        unspaced.append(_without_signs(text[first : min(first + count, end)]))
    has_no_blanks = end - start > _LONG_WORD and any(map(is_unspaced, text[start:end]))
    whole = [one for one in unspaced if not is_sign(one[:1] or " ")]
    yield from (*whole, *spaced) if has_no_blanks else (*spaced, *whole)


def _all_tries(text: str, anchor: int) -> Iterator[str]:
    """Yield the longest cites from each word or letter on, as many as are worth trying."""
    words = [match.span() for match in _WORD.finditer(text)]
    here = next((at for at, (_, end) in enumerate(words) if end > anchor), 0)
    for first in range(max(0, here - _MOST_TRIES // 2), len(words))[:_MOST_TRIES]:
        last = min(first + MOST_WORDS, len(words)) - 1
        yield text[words[first][0] : words[last][1]]
    for start in range(max(0, anchor - _MOST_TRIES // 2), len(text))[:_MOST_TRIES]:
        if match := _WORD.match(text, start, start + _MOST_LETTERS):
            yield match[0]


def _without_signs(words: str) -> str:
    """Return words without the punctuation before and after them."""
    start, end = 0, len(words)
    while start < end and _is_punctuation(words[start]):
        start += 1
    while end > start and _is_punctuation(words[end - 1]):
        end -= 1
    return words[start:end]


def _is_punctuation(char: str) -> bool:
    return char != "_" and unicodedata.category(char)[0] == "P"
