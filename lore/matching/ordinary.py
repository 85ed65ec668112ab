"""Words in everyday use: who types one means it, and hardly ever a name that is spelt alike."""

from functools import cache
from importlib.resources import files


def is_ordinary(word: str) -> bool:
    """Whether a word in plain spelling is one that people know: a very short one always is."""
    words = _words()
    if len(word) < 3 or word in words:
        return True
    return word.endswith("s") and not word.endswith("ss") and word[:-1] in words


@cache
def _words() -> frozenset[str]:
    text = files("lore.matching").joinpath("ordinary.txt").read_text(encoding="utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )
