"""Cuts texts into words, also in scripts written without spaces between them.

A run of such a script is read as pairs: each letter, with its signs, and the next one.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise

from lore.search.normalise import MAX_QUERY, plain
from lore.search.scripts import is_sign, is_unseen, is_unspaced

# Patterns over the shape of a text: w is a letter or digit, u one of an unspaced script, m a sign
# that belongs to the character before it.
_LETTER = re.compile("um*")
_PART = re.compile("(?:um*)+|[^u]+")
_WORD = re.compile(r"(?<![wm])w(?:\.w)+(?![wm])|w[wm]*(?:'w[wm]*)*|(?:um*)+")

# Marks of kana and hangul that Unicode counts as letters.
_SIGNS = frozenset("\uff9e\uff9f\u309b\u309c") | frozenset(map(chr, range(0x1160, 0x1200)))


def cut(word: str, *, asked: bool = False) -> list[str]:
    """Cut a word in plain spelling into the parts it is found by: itself, or pairs of letters.

    In a text the last letter of a run also counts alone, so that some part begins with each letter;
    a word that is `asked` for has that letter in a pair already.
    """
    if word.isascii():
        return [word]
    parts: list[str] = []
    shape = _shape(word)
    for found in _PART.finditer(shape):
        letters = [word[slice(*one.span())] for one in _LETTER.finditer(shape, *found.span())]
        pairs = [one + other for one, other in pairwise(letters)]
        # A word of a spaced script has no such letters; a single letter is no pair.
        parts += pairs or [word[found.start() : found.end()]]
        if len(letters) > 1 and not asked:
            parts.append(letters[-1])
    return parts


def first_letter(part: str) -> str:
    """Return the letter that a part of an unspaced script begins with; empty for other words."""
    if part.isascii() or not is_unspaced(part[0]):
        return ""
    end = 1
    while end < len(part) and _kind(part[end]) == "m":
        end += 1
    return part[:end]


def starts_within(word: str) -> list[str]:
    """Return a word in plain spelling from each of its unspaced letters on.

    Each is only as long as is ever asked for.
    """
    starts = [at for at, kind in enumerate(_shape(word)) if at and kind == "u"]
    return [word[at : at + MAX_QUERY] for at in starts]


def standing(text: str, parts: Collection[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Find these parts, given in plain spelling, in a text as it was written."""
    shape = _shape(text)
    found = [one.span() for one in _WORD.finditer(shape)]
    spelt = plain([text[start:end] for start, end in found])
    unspaced = [part for part in parts if first_letter(part)]
    for (start, end), word in zip(found, spelt, strict=True):
        if shape[start] == "u":
            for part, (first, last) in _within(word, unspaced, text[start:end], shape[start:end]):
                yield part, (start + first, start + last)
        elif word in parts:
            yield word, (start, end)


def _within(
    word: str, parts: Collection[str], raw: str, shape: str
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Find parts in a run of an unspaced script whose plain spelling is the word."""
    held = [part for part in parts if part in word]
    if not held:
        return
    kinds = _shape(word)
    spans = [(at, at + 1) for at in range(len(raw))] if kinds == shape else _spans(raw, shape)
    for part in held:
        at = word.find(part)
        while at >= 0:
            end = at + len(part)
            # A letter with one more sign is another letter.
            if kinds[end : end + 1] != "m" and end <= len(spans):
                yield part, (spans[at][0], spans[end - 1][1])
            at = word.find(part, at + 1)


def _spans(raw: str, shape: str) -> list[tuple[int, int]]:
    """Return for each character of a run in plain spelling the span of its letter."""
    letters = [found.span() for found in _LETTER.finditer(shape)]
    spelt = plain([raw[start:end] for start, end in letters])
    return [span for word, span in zip(spelt, letters, strict=True) for _ in word]


def _shape(text: str) -> str:
    return text.translate({ord(char): _kind(char) for char in {*text}})


@lru_cache(8192)
def _kind(char: str) -> str:
    if char in _SIGNS or is_sign(char) or is_unseen(char):
        return "m"
    if char.isalnum():
        return "u" if is_unspaced(char) else "w"
    return "'" if char == "’" else char if char in ".'" else " "
