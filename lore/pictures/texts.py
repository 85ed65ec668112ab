"""Texts as a picture can show them: without markup and invisible signs, cut, and breakable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import accumulate, pairwise

from lore.text.characters import visible
from lore.text.markup import without_markup

# Discord's own notation of an emoji that a server made.
_CUSTOM_EMOJI = re.compile(r"<a?(:\w{1,32}:)\d{1,20}>")

# Letters of scripts that part their words by spaces; between those of others a line may end.
_SPACED = (
    r"[^\s\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff"
    r"\uf900-\ufaff\ufe30-\uffef\U0001f000-\U000fffff]"
)
_WORD = re.compile(rf"{_SPACED}+")
_LONG_WORD = re.compile(rf"{_SPACED}{{21,}}")
# Unicode would keep these signs in the line of the word before, though a space parts them.
_KEPT_TOGETHER = re.compile(r" (?=[!,./:;?)\]}])")

# Where a line may end within a word, without a sign of it; in a long one after so many letters.
_BREAK = "\u200b"
_PIECE = 4

# What follows the end of a line takes the room of so many letters before it.
_END_OF_LINE = 40
_JOINER = "\u200d"

# No sign consists of more characters.
_SIGN = 16

# What would look odd before an ellipsis.
_BEFORE_CUT = " ,;:–—\n"


def plain(text: str) -> str:
    """Return the words of a text that has Discord's markup."""
    return shown(without_markup(_CUSTOM_EMOJI.sub(r"\1", text)))


def shown(text: str) -> str:
    """Return a text without invisible signs, in lines without blanks at their ends."""
    lines = (" ".join(line.split()) for line in visible(text).splitlines())
    return "\n".join(filter(None, lines))


def one_line(text: str, width: int) -> str:
    """Return a text in one line, cut to a width."""
    return cut_to_width(" ".join(shown(text).split()), width)


def cut_at_word(text: str, length: int) -> str:
    """Return at most `length` characters, cut after a word where one ends late enough."""
    if len(text) <= length:
        return text
    end = length - 1
    joined = (
        at for at in range(end, max(0, end - _SIGN), -1) if not _is_joined(text[at - 1 : at + 1])
    )
    end = next(joined, end)
    word_end = max(text.rfind(blank, 0, end) for blank in " \n")
    if word_end > length // 2 and not text[end].isspace():
        end = word_end
    return f"{text[:end].rstrip(_BEFORE_CUT)}…"


def cut_to_width(text: str, width: int) -> str:
    """Return a text cut to a width, as `width_of` counts it."""
    # Letters of ASCII are one wide each: most names need no counting.
    if len(text) <= width and text.isascii() and "\n" not in text:
        return text
    fits = sum(at <= width for at in accumulate(map(_width, text)))
    return text if fits == len(text) else cut_at_word(text, fits)


def width_of(text: str) -> int:
    """Return how wide a text is in letters; those of East Asia count two, line ends many."""
    return sum(map(_width, text))


def breakable(text: str) -> str:
    """Return a text in which each word, however long, can go on in the next line."""
    parted = _KEPT_TOGETHER.sub(f" {_BREAK}", text)
    return _LONG_WORD.sub(lambda word: _in_pieces(word[0]), parted)


def longest_words(texts: Iterable[str], most: int = 3) -> list[str]:
    """Return what takes the most room without a place where a line may end."""
    words = {word for text in texts for word in _WORD.findall(breakable(text).replace(_BREAK, " "))}
    return sorted(words, key=lambda word: (width_of(word), word))[-most:]


def _in_pieces(word: str) -> str:
    cuts = [0]
    for at in range(1, len(word)):
        if at - cuts[-1] >= _PIECE and not _is_joined(word[at - 1 : at + 1]):
            cuts.append(at)
    return _BREAK.join(word[start:end] for start, end in pairwise((*cuts, len(word))))


def _is_joined(pair: str) -> bool:
    """Tell whether two characters belong to one sign, such as an emoji made of several."""
    return (
        _JOINER in pair
        or unicodedata.category(pair[-1]) in ("Mn", "Mc", "Me", "Cf")
        or "\U0001f3fb" <= pair[-1] <= "\U0001f3ff"
        or all("\U0001f1e6" <= letter <= "\U0001f1ff" for letter in pair)
    )


def _width(letter: str) -> int:
    if letter == "\n":
        return _END_OF_LINE
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
