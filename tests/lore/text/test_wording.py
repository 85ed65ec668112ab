"""Numbers and lists in a sentence."""

import pytest

from lore.text.wording import counted, listed


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 quotes"), (1, "1 quote"), (2, "2 quotes"), (1_000, "1,000 quotes")]
)
def test_one_is_singular(number, told):
    assert counted(number, "quote") == told


def test_irregular_plural_is_used():
    assert counted(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("parts", "told"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_only_the_last_two_parts_are_joined_by_and(parts, told):
    assert listed(parts) == told
