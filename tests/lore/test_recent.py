"""Things kept in memory: never more than the limit."""

from dataclasses import dataclass

from lore.recent import Recent, SharedCache


@dataclass(frozen=True)
class Thing:
    """What a person has in hand in a server."""

    guild_id: int
    person_id: int


def test_the_longest_unused_gives_way() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    recent.keep("b", 2)
    recent.find("a")
    recent.keep("c", 3)

    assert (recent.find("a"), recent.find("b"), recent.find("c")) == (1, None, 3)


def test_what_is_kept_anew_takes_no_second_place() -> None:
    recent: Recent[str, int] = Recent(2)
    for value in (1, 2, 3):
        recent.keep("a", value)
    recent.keep("b", 4)

    assert (recent.find("a"), recent.find("b")) == (3, 4)


def test_what_is_dropped_is_gone() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    recent.drop("a")
    recent.drop("a")

    assert recent.find("a") is None


def test_the_server_that_has_the_most_pushes_out_nothing_of_others() -> None:
    shared: SharedCache[int, Thing] = SharedCache(10)
    shared.keep(0, Thing(1, 1))
    for number in range(1, 100):
        shared.keep(number, Thing(2, number))

    assert shared.find(0)
    assert [number for number in range(1, 100) if shared.find(number)] == list(range(91, 100))


def test_whoever_has_the_most_in_a_server_pushes_out_nothing_of_others_there() -> None:
    shared: SharedCache[int, Thing] = SharedCache(10)
    shared.keep(0, Thing(1, 1))
    for number in range(1, 100):
        shared.keep(number, Thing(1, 2))

    assert shared.find(0)
    assert [number for number in range(1, 100) if shared.find(number)] == list(range(91, 100))


def test_where_all_have_as_much_the_longest_unused_gives_way() -> None:
    shared: SharedCache[int, Thing] = SharedCache(2)
    for number in range(3):
        shared.keep(number, Thing(number, number))

    assert [shared.find(number) is None for number in range(3)] == [True, False, False]
