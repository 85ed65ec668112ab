"""Which quote a day gets."""

from hypothesis import given
from hypothesis import strategies as st

from lore.qotd.picking import Overrides, Pool, Reason, ShownHistory, choose

KEYS = [f"quote-{number}" for number in range(20)]


def drawn(keys, shown_history, seed=7, **overrides):
    return choose(Pool(keys, keys), shown_history, seed, Overrides(**overrides))


def played(days, keys, shown_history=None, seed=7):
    shown_history = shown_history or ShownHistory()
    shown = []
    for _ in range(days):
        choice = drawn(keys, shown_history, seed)
        shown.append(choice.key)
        shown_history = shown_history.after(choice)
    return shown, shown_history


def test_every_quote_is_shown_once_before_any_is_repeated():
    shown, _ = played(40, KEYS)

    assert set(shown[:20]) == set(shown[20:]) == set(KEYS)


def test_the_next_round_has_another_order_and_starts_with_no_repeat():
    shown, _ = played(40, KEYS)

    assert shown[:20] != shown[20:]
    assert shown[19] != shown[20]


@given(st.lists(st.sets(st.sampled_from(KEYS), min_size=1), min_size=1, max_size=60))
def test_a_quote_is_repeated_only_when_all_have_been_shown(days):
    shown_history = ShownHistory()
    shown: list[str] = []
    for keys in days:
        choice = drawn(keys, shown_history)
        assert choice.key in keys
        if choice.key in shown:
            assert keys <= set(shown)
        shown.append(choice.key)
        shown_history = shown_history.after(choice)


def test_quotes_of_other_speakers_are_shown_before_any_is_repeated():
    first, shown_history = played(4, KEYS)
    of_one, shown_history = played(3, first[:1], shown_history)
    rest, _ = played(20, KEYS, shown_history)

    assert of_one == first[:1] * 3
    assert set(rest[:16]) == set(KEYS) - set(first)
    assert set(rest[16:19]) == set(first[1:])


def test_a_skipped_last_quote_of_a_round_is_shown_the_day_after():
    shown, shown_history = played(19, KEYS)
    last = drawn(KEYS, shown_history).key

    instead = drawn(KEYS, shown_history, passed=frozenset({last}))

    assert instead.key in shown
    assert drawn(KEYS, shown_history.after(instead)).key == last


def test_a_quote_added_later_is_shown_before_any_is_repeated():
    _, shown_history = played(30, KEYS)

    assert drawn([*KEYS, "new"], shown_history).key == "new"


def test_adding_a_quote_does_not_change_the_order_of_the_others():
    before, _ = played(20, KEYS)
    after, _ = played(21, [*KEYS, "new"])

    assert [key for key in after if key != "new"] == before


def test_a_removed_and_restored_quote_is_not_shown_twice_in_a_round():
    first, shown_history = played(5, KEYS)
    _, shown_history = played(3, [key for key in KEYS if key != first[0]], shown_history)
    rest, _ = played(12, KEYS, shown_history)

    assert first[0] not in rest


def test_two_servers_get_different_orders():
    assert played(20, KEYS, seed=1)[0] != played(20, KEYS, seed=2)[0]


def test_choosing_twice_for_one_day_gives_the_same_quote():
    assert drawn(KEYS, ShownHistory()) == drawn(list(reversed(KEYS)), ShownHistory())


def test_a_queued_quote_goes_first_and_counts_as_shown():
    choice = drawn(KEYS, ShownHistory(), queued="quote-3")

    assert (choice.key, choice.why) == ("quote-3", Reason.QUEUED)
    assert "quote-3" not in played(19, KEYS, ShownHistory().after(choice))[0]


def test_a_queued_quote_that_was_removed_is_replaced():
    assert drawn(KEYS, ShownHistory(), queued="gone") == drawn(KEYS, ShownHistory())


def test_a_queued_quote_need_not_match_the_settings():
    choice = choose(Pool(KEYS, [*KEYS, "of-fans"]), ShownHistory(), 7, Overrides(queued="of-fans"))

    assert choice.key == "of-fans"


def test_a_skipped_quote_is_shown_another_day():
    first = drawn(KEYS, ShownHistory())
    second = drawn(KEYS, ShownHistory(), passed=frozenset({first.key}))

    assert second.key != first.key
    assert first.key in played(19, KEYS, ShownHistory().after(second))[0]


def test_a_single_quote_is_shown_every_day():
    assert played(3, ["one"])[0] == ["one"] * 3


def test_a_single_quote_is_shown_even_when_skipped():
    assert drawn(["one"], ShownHistory(), passed=frozenset({"one"})).key == "one"


def test_no_quote_is_chosen_from_an_empty_pool():
    assert drawn([], ShownHistory()) is None


def test_a_choice_says_how_many_quotes_are_left_in_the_round():
    _, shown_history = played(5, KEYS)
    choice = drawn(KEYS, shown_history)

    assert (choice.why, choice.round, choice.unshown, choice.total) == (Reason.DRAWN, 1, 15, 20)
