"""Numbers and lists in a sentence."""

import pytest

from lore.text.wording import clause, counted, ended, listed


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


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Took part.", "took part"),
        ("Escaped with S.H.I.E.L.D.", "escaped with S.H.I.E.L.D."),
        ("Hid from J.A.R.V.I.S", "hid from J.A.R.V.I.S"),
        ("AIM it was.", "AIM it was"),
    ],
)
def test_clause_keeps_the_dots_of_initials(sentence, told):
    assert clause(sentence) == told


def test_sentence_ends_with_one_full_stop():
    assert (ended("He fled"), ended("He hid from the U.S.")) == ("He fled.", "He hid from the U.S.")
