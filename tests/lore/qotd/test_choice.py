"""Which quote a day gets."""

from hypothesis import given
from hypothesis import strategies as st

from lore.qotd.picking import Deck, Pool, Why, Wishes, choose

KEYS = [f"quote-{number}" for number in range(20)]


def drawn(keys, deck, seed=7, **wishes):
    return choose(Pool(keys, keys), deck, seed, Wishes(**wishes))


def played(days, keys, deck=None, seed=7):
    deck = deck or Deck()
    shown = []
    for _ in range(days):
        choice = drawn(keys, deck, seed)
        shown.append(choice.key)
        deck = deck.after(choice)
    return shown, deck


def test_every_quote_comes_once_before_any_comes_again():
    shown, _ = played(40, KEYS)

    assert set(shown[:20]) == set(shown[20:]) == set(KEYS)


def test_the_next_round_has_another_order_and_no_repeat_at_its_start():
    shown, _ = played(40, KEYS)

    assert shown[:20] != shown[20:]
    assert shown[19] != shown[20]


@given(st.lists(st.sets(st.sampled_from(KEYS), min_size=1), min_size=1, max_size=60))
def test_a_quote_comes_again_only_when_all_there_are_have_been_shown(days):
    deck = Deck()
    shown: list[str] = []
    for keys in days:
        choice = drawn(keys, deck)
        assert choice.key in keys
        if choice.key in shown:
            assert keys <= set(shown)
        shown.append(choice.key)
        deck = deck.after(choice)


def test_after_days_of_one_speaker_alone_the_rest_comes_before_anything_comes_again():
    first, deck = played(4, KEYS)
    of_one, deck = played(3, first[:1], deck)
    rest, _ = played(20, KEYS, deck)

    assert of_one == first[:1] * 3
    assert set(rest[:16]) == set(KEYS) - set(first)
    assert set(rest[16:19]) == set(first[1:])


def test_the_last_of_a_round_that_was_passed_over_comes_the_day_after():
    shown, deck = played(19, KEYS)
    last = drawn(KEYS, deck).key

    instead = drawn(KEYS, deck, passed=frozenset({last}))

    assert instead.key in shown
    assert drawn(KEYS, deck.after(instead)).key == last


def test_a_quote_added_later_comes_before_those_that_have_been_shown():
    _, deck = played(30, KEYS)

    assert drawn([*KEYS, "new"], deck).key == "new"


def test_a_quote_added_in_between_leaves_the_order_of_the_others():
    before, _ = played(20, KEYS)
    after, _ = played(21, [*KEYS, "new"])

    assert [key for key in after if key != "new"] == before


def test_a_removed_and_restored_quote_is_not_shown_twice_in_a_round():
    first, deck = played(5, KEYS)
    _, deck = played(3, [key for key in KEYS if key != first[0]], deck)
    rest, _ = played(12, KEYS, deck)

    assert first[0] not in rest


def test_two_servers_have_two_orders():
    assert played(20, KEYS, seed=1)[0] != played(20, KEYS, seed=2)[0]


def test_the_same_day_asked_twice_is_the_same_quote():
    assert drawn(KEYS, Deck()) == drawn(list(reversed(KEYS)), Deck())


def test_a_queued_quote_goes_first_and_counts_as_shown():
    choice = drawn(KEYS, Deck(), queued="quote-3")

    assert (choice.key, choice.why) == ("quote-3", Why.QUEUED)
    assert "quote-3" not in played(19, KEYS, Deck().after(choice))[0]


def test_a_queued_quote_that_is_gone_makes_room_for_the_next():
    assert drawn(KEYS, Deck(), queued="gone") == drawn(KEYS, Deck())


def test_a_queued_quote_need_not_fit_the_terms():
    choice = choose(Pool(KEYS, [*KEYS, "of-fans"]), Deck(), 7, Wishes(queued="of-fans"))

    assert choice.key == "of-fans"


def test_a_quote_passed_over_keeps_its_turn_for_another_day():
    first = drawn(KEYS, Deck())
    second = drawn(KEYS, Deck(), passed=frozenset({first.key}))

    assert second.key != first.key
    assert first.key in played(19, KEYS, Deck().after(second))[0]


def test_the_only_quote_comes_every_day():
    assert played(3, ["one"])[0] == ["one"] * 3


def test_the_only_quote_is_kept_even_when_passed_over():
    assert drawn(["one"], Deck(), passed=frozenset({"one"})).key == "one"


def test_without_quotes_there_is_no_choice():
    assert drawn([], Deck()) is None


def test_the_choice_says_how_many_were_still_to_come():
    _, deck = played(5, KEYS)
    choice = drawn(KEYS, deck)

    assert (choice.why, choice.round, choice.unshown, choice.total) == (Why.DRAWN, 1, 15, 20)
