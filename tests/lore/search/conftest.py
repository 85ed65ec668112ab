"""Names, and the index of them, as most tests ask it."""

import pytest

from lore.search import Name, NameIndex


@pytest.fixture(scope="module")
def names() -> list[Name]:
    return [
        Name("Tony Stark", "tony-stark"),
        Name("Iron Man", "tony-stark", canonical=False),
        Name("Ultron", "ultron"),
        Name("Wanda Maximoff", "wanda-maximoff"),
        Name("Pietro Maximoff", "pietro-maximoff"),
        Name("Natasha Romanoff", "natasha-romanoff"),
        Name("Black Widow", "natasha-romanoff", canonical=False),
        Name("J.A.R.V.I.S.", "jarvis"),
        Name("Dr. Helen Cho", "helen-cho"),
        Name("Baron Strucker", "strucker"),
        Name("Hulkbuster", "mark-44"),
        Name("Veronica", "mark-44", canonical=False),
        Name("Mark XLIV", "mark-44", canonical=False),
        Name("Loki's Scepter", "scepter"),
        Name("Clint Barton", "clint-barton"),
        Name("Barton's farm", "barton-farm"),
        Name("Howard Stark", "howard-stark"),
        Name("Black Panther", "black-panther"),
        Name("Age of Ultron", "film"),
        Name("Ho", "ho"),
    ]


@pytest.fixture(scope="module")
def index(names: list[Name]) -> NameIndex:
    """Return an index of a file's own `names`, where it has some."""
    return NameIndex.build(names)
