"""Things kept in memory: never more than the limit."""

from bot.recent import Recent


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
