"""What the look-up tables find, letter by letter."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from lore.search.normalise import norm
from lore.search.postings import KeyTable, PrefixTable, TripleTable, best_of

TEXTS = ["tony stark", "stark tower", "ultron"]


@given(text=st.text(max_size=40).map(norm).filter(bool))
def test_a_text_shares_every_triple_with_itself(text: str) -> None:
    table = TripleTable(["other", text])
    ids, shared, asked = table.count(text, budget=1000)
    assert shared[ids == 1].tolist() == [asked] == [table.sizes[1]]


@given(
    one=st.text("abcd", min_size=1, max_size=12),
    other=st.text("abcd", min_size=1, max_size=12),
    budget=st.integers(1, 50),
)
def test_no_text_is_ruled_out_that_is_one_with_so_many_edits(
    one: str, other: str, budget: int
) -> None:
    table = TripleTable(["dadada bcbc", other, "abc"])
    assert table.may_have(one, OSA.distance(one, other), budget)


def test_a_text_is_ruled_out_that_has_hardly_a_triple_in_common() -> None:
    table = TripleTable(["anthony stark", "wanda maximoff"])
    assert table.may_have("anthonystrak", 2, 1000)
    assert not table.may_have("kalomitervansho", 2, 1000)


def test_the_triple_that_ends_a_question_is_left_out_while_it_is_typed() -> None:
    table = TripleTable(["ultron"])
    finished, unfinished = (table.count("ult", 1000, unfinished=flag)[2] for flag in (False, True))
    assert (finished, unfinished) == (3, 2)


def test_a_prefix_finds_what_starts_so_and_nothing_else() -> None:
    table = PrefixTable(TEXTS, range(3))
    assert [table.ids(prefix).tolist() for prefix in ("st", "ultron", "z", "")] == [
        [1],
        [2],
        [],
        [],
    ]


def test_a_key_finds_every_text_that_has_it_lowest_first() -> None:
    table = KeyTable(["a", "b", "a"])
    assert [table.ids(key).tolist() for key in ("a", "c", "")] == [[0, 2], [], []]


def test_the_best_are_picked_among_those_shown_however_few_they_are() -> None:
    ids = PrefixTable(["a"] * 1000, range(1000)).ids("a")
    assert best_of(ids, ids.astype(float), 2, np.arange(1000) < 5) == [4, 3]


@given(
    typed=st.text("abc", max_size=6),
    texts=st.lists(st.text("abc", max_size=6), max_size=20),
)
def test_a_slip_finds_what_starts_as_the_letters_without_one_or_with_two_swapped(
    typed: str, texts: list[str]
) -> None:
    places = range(len(typed) if len(typed) > 2 else 0)
    meant = [typed[:i] + typed[i + 1 : i + 2] + typed[i] + typed[i + 2 :] for i in places[:-1]]
    meant += [typed[:i] + typed[i + 1 :] for i in (places if len(typed) > 3 else ())]

    found = PrefixTable(texts, range(len(texts))).slipped(typed)

    expected = {i for i, text in enumerate(texts) if text.startswith(tuple(meant))}
    assert {i for ids in found for i in ids.tolist()} == expected
