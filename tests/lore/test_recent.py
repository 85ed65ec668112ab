"""Caches never exceed their limit."""

from dataclasses import dataclass

from lore.recent import MeasuredCache, Recent, SharedCache


@dataclass(frozen=True)
class Thing:
    """What a person has in hand in a server."""

    guild_id: int
    person_id: int


def test_least_recently_used_value_is_dropped() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    recent.keep("b", 2)
    recent.find("a")
    recent.keep("c", 3)

    assert (recent.find("a"), recent.find("b"), recent.find("c")) == (1, None, 3)


def test_value_stored_again_takes_no_second_place() -> None:
    recent: Recent[str, int] = Recent(2)
    for value in (1, 2, 3):
        recent.keep("a", value)
    recent.keep("b", 4)

    assert (recent.find("a"), recent.find("b")) == (3, 4)


def test_dropped_value_is_gone() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    recent.drop("a")
    recent.drop("a")

    assert recent.find("a") is None


def test_fullest_server_pushes_out_only_its_own_values() -> None:
    shared: SharedCache[int, Thing] = SharedCache(10)
    shared.keep(0, Thing(1, 1))
    for number in range(1, 100):
        shared.keep(number, Thing(2, number))

    assert shared.find(0)
    assert [number for number in range(1, 100) if shared.find(number)] == list(range(91, 100))


def test_fullest_person_pushes_out_only_their_own_values() -> None:
    shared: SharedCache[int, Thing] = SharedCache(10)
    shared.keep(0, Thing(1, 1))
    for number in range(1, 100):
        shared.keep(number, Thing(1, 2))

    assert shared.find(0)
    assert [number for number in range(1, 100) if shared.find(number)] == list(range(91, 100))


def test_least_recently_used_value_is_dropped_if_all_have_equally_many() -> None:
    shared: SharedCache[int, Thing] = SharedCache(2)
    for number in range(3):
        shared.keep(number, Thing(number, number))

    assert [shared.find(number) is None for number in range(3)] == [True, False, False]


def test_so_many_small_values_stay_as_are_no_larger_together_than_the_limit() -> None:
    recent: MeasuredCache[str, str] = MeasuredCache(10, 6, len)
    for key in "abc":
        recent.keep(key, "xx")
    recent.find("a")
    recent.keep("d", "xxxx")

    assert [key for key in "abcd" if recent.find(key)] == ["a", "d"]


def test_value_larger_than_the_limit_stays_alone() -> None:
    recent: MeasuredCache[str, str] = MeasuredCache(10, 6, len)
    recent.keep("a", "x")
    recent.keep("b", "xxxxxxx")
    alone = recent.find("a"), recent.find("b")
    recent.keep("c", "x")

    assert alone == (None, "xxxxxxx")
    assert (recent.find("b"), recent.find("c")) == (None, "x")
