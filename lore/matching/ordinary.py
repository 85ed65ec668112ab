"""Words in everyday use: who types one means it, and hardly ever a name that is spelt alike."""

from importlib.resources import files

from lore.matching.postings import KeyTable


def is_ordinary(word: str) -> bool:
    """Whether a word in plain spelling is one that people know: a very short one always is."""
    if len(word) < 3 or _is_listed(word):
        return True
    return word.endswith("s") and not word.endswith("ss") and _is_listed(word[:-1])


def _is_listed(word: str) -> bool:
    return len(_LISTED.ids(word)) > 0


def _listed() -> KeyTable:
    text = files("lore.matching").joinpath("ordinary.txt").read_text(encoding="utf-8")
    words = [word for line in text.splitlines() if line[:1] != "#" for word in line.split()]
    return KeyTable(words, len(words))


# Read when the bot starts, not while somebody waits; as a table it takes a tenth of a set's memory.
_LISTED = _listed()
