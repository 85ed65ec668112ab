"""Rounds of the quote of the day: what a round holds, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lore.qotd.picking import Overrides, Pool, QuotePick, ShownHistory, choose

OWN = tuple(f"own-{number}" for number in range(6))
APART = tuple(f"apart-{number}" for number in range(4))
EVERY = (*OWN, *APART)
POOL = Pool(EVERY, EVERY, frozenset(APART))

wishes = st.booleans()
pools = st.sets(st.sampled_from(EVERY), min_size=1)


def played(
    pools: Iterable[Pool], history: ShownHistory | None = None
) -> list[tuple[ShownHistory, QuotePick]]:
    """Play a day with each pool; return each choice with the history before it."""
    history, days = history or ShownHistory(), []
    for pool in pools:
        choice = choose(pool, history, seed=7)
        assert choice
        days.append((history, choice))
        history = history.after(choice)
    return days


def in_rounds(days: Sequence[tuple[ShownHistory, QuotePick]]) -> list[list[str]]:
    """Return the quotes of each round that is over."""
    rounds = defaultdict[int, list[str]](list)
    for _, choice in days:
        rounds[choice.round].append(choice.key)
    return [rounds[number] for number in sorted(rounds)][:-1]


def test_quotes_of_tiers_apart_come_after_all_others_in_each_round() -> None:
    rounds = in_rounds(played([POOL] * 31))

    assert len(rounds) == 3
    for keys in rounds:
        assert {*keys[:6]} == {*OWN}
        assert {*keys[6:]} == {*APART}


@given(st.lists(wishes, min_size=25, max_size=40))
def test_each_round_holds_each_quote_once_and_ends_as_it_began(alike: list[bool]) -> None:
    days = played(replace(POOL, alike=wish) for wish in alike)
    began: dict[int, bool] = {}

    for (history, choice), wish in zip(days, alike, strict=True):
        as_it_began = replace(POOL, alike=began.setdefault(choice.round, wish))
        assert choice == choose(as_it_began, replace(history, own_first=None), seed=7)
    for number, keys in enumerate(in_rounds(days), 1):
        assert sorted(keys) == sorted(EVERY)
        assert began[number] or {*keys[:6]} == {*OWN}


@given(st.lists(st.tuples(pools, wishes), max_size=40))
def test_only_what_is_shown_is_chosen_own_quotes_first_and_none_twice_in_a_round(
    days: list[tuple[set[str], bool]],
) -> None:
    shown: set[tuple[int, str]] = set()
    pools = [Pool(keys, keys, frozenset(APART), wish) for keys, wish in days]
    for pool, (history, choice) in zip(pools, played(pools), strict=True):
        assert choice.key in pool.fitting
        assert (choice.round, choice.key) not in shown
        shown.add((choice.round, choice.key))
        if choice.own_first and choice.key in APART:
            left = {key for key in OWN if history.rounds.get(key, 0) < choice.round}
            assert left & {*pool.fitting} <= {history.last}


@given(st.integers(0, 25), st.lists(wishes, min_size=10, max_size=10))
def test_a_round_from_before_there_was_an_order_ends_without_one(
    before: int, alike: list[bool]
) -> None:
    former = played([replace(POOL, alike=True)] * (before + 1))
    history = former[-1][0].after(former[-1][1])
    after = played((replace(POOL, alike=wish) for wish in alike), history)
    expected = played([replace(POOL, alike=True)] * 10, history)

    for (_, choice), (_, as_before) in zip(after, expected, strict=True):
        assert choice.round > history.round or choice == as_before


def test_a_round_begins_with_an_own_quote_only_if_it_did_not_end_the_last_one() -> None:
    pool = Pool(("own-0", "apart-0"), ("own-0", "apart-0"), frozenset({"apart-0"}))
    history = ShownHistory({"apart-0": 1, "own-0": 1}, "own-0", own_first=True)

    assert [choice.key for _, choice in played([pool] * 2, history)] == ["apart-0", "own-0"]


def test_an_own_quote_that_is_added_late_comes_before_what_is_left_of_tiers_apart() -> None:
    days = played([POOL] * 8)
    history = days[-1][0].after(days[-1][1])
    pool = Pool((*EVERY, "own-new"), EVERY, frozenset(APART))

    choice = choose(pool, history, seed=7)
    assert choice
    assert (choice.key, choice.unshown) == ("own-new", 3)


def test_a_queued_quote_changes_nothing_in_how_its_round_goes_on() -> None:
    history = ShownHistory({"own-0": 1}, "own-0", own_first=True)
    queued = choose(replace(POOL, alike=True), history, 7, Overrides(queued="apart-2"))
    assert queued
    rest = played([replace(POOL, alike=True)] * 8, history.after(queued))

    assert [choice.key in APART for _, choice in rest] == [False] * 5 + [True] * 3
