"""Text as it is shown: nothing invisible, no marks piled up, emoji whole."""

import pytest

from bot.layouts.text import safe, visible


@pytest.mark.parametrize("between", ["", "\u200d", "\ufe0f\u200d", "\u200b"])
def test_marks_do_not_pile_up_whatever_stands_between_them(between: str) -> None:
    assert len(visible("Z" + f"\u0351\u0352\u0353{between}" * 50)) <= 4


def test_an_emoji_made_of_several_stays_one() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert visible(family) == family


def test_a_joiner_that_joins_nothing_goes() -> None:
    assert visible("a\u200db") == "ab"


def test_a_line_after_an_empty_line_is_escaped_once() -> None:
    assert (
        safe("Rooms:\n\n+ blue\n  + red\n\n# Note") == "Rooms:\n\n\\+ blue\n  \\+ red\n\n\\# Note"
    )
