"""Everyday words: who types one means it, and hardly ever a similar name."""

from collections.abc import Iterator
from importlib.resources import files

from lore.search.postings import KeyTable
from lore.search.scripts import is_terse


def is_common(word: str) -> bool:
    """Tell whether a word in plain spelling is an everyday one; a very short one always is.

    Two letters are a whole name in scripts that spell syllables or leave out vowels.
    """
    if (len(word) < 3 and not is_terse(word)) or _is_in(_LISTED, word):
        return True
    return word.endswith("s") and not word.endswith("ss") and _is_in(_LISTED, word[:-1])


def is_proper(word: str) -> bool:
    """Tell whether a word in plain spelling is a known name of people or places."""
    return _is_in(_PROPER, word)


def _is_in(table: KeyTable, word: str) -> bool:
    return len(table.ids(word)) > 0


def listed_words() -> Iterator[str]:
    """Yield all everyday words and known names, as they are written."""
    with files("lore.search").joinpath("common_words.txt").open(encoding="utf-8") as lines:
        for line in lines:
            yield from line.split() if line[0] != "#" else ()


# Read at start, not while somebody waits; a table takes a tenth of a set's memory.
_LISTED = KeyTable(word.lower() for word in listed_words())
_PROPER = KeyTable(word.lower() for word in listed_words() if word[0].isupper())
