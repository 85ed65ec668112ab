"""Texts as a picture can show them."""

import pytest

from lore.pictures.texts import breakable, cut_at_word, cut_to_width, one_line, plain, shown


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("Look <:grin:123456789012345678><a:wave:1>!", "Look :grin::wave:!"),
        ("**bold** and *slanted*", "bold and slanted"),
        ("the end: ||he dies||", "the end: [spoiler]"),
        ("#strong[x] $x^2$ \\ `raw`", "#strong[x] $x^2$ \\ `raw`"),
        ("  one \u200b \n\n two\u202e ", "one\ntwo"),
    ],
)
def test_discords_markup_and_invisible_signs_are_not_drawn(written: str, drawn: str) -> None:
    assert plain(written) == drawn


def test_the_signs_of_a_source_are_drawn_as_they_stand_there() -> None:
    assert shown("**5** stars, || and <:x:1>") == "**5** stars, || and <:x:1>"


@pytest.mark.parametrize(
    ("text", "length", "cut"),
    [
        ("all of it", 9, "all of it"),
        ("it ends after a word", 12, "it ends…"),
        ("Donaudampfschiff", 6, "Donau…"),
        ("and, then", 6, "and…"),
        ("ab👩\u200d🚀!", 5, "ab…"),
        ("I love e\u0301tudes", 9, "I love…"),
    ],
)
def test_a_text_is_cut_after_a_word_and_never_within_a_sign(
    text: str, length: int, cut: str
) -> None:
    assert cut_at_word(text, length) == cut


def test_wide_letters_take_twice_the_room_and_line_ends_the_room_of_a_line() -> None:
    assert cut_to_width("平和を愛する者", 8) == "平和を…"
    assert len(cut_to_width("line\n" * 100, 900).split("\n")) <= 21


def test_a_name_is_drawn_in_one_line() -> None:
    assert one_line("two\nlines  of a name", 12) == "two lines…"


def test_only_long_words_of_scripts_with_spaces_are_broken() -> None:
    broken = breakable("Donaudampfschifffahrt กลัวกลัวกลัวกลัวกลัวกลัวกลัวกลัว responsibility")

    assert broken.count("\u200b") == 5
    assert broken.replace("\u200b", "").startswith("Donaudampfschifffahrt ")
    assert breakable("a :b: :c:") == "a \u200b:b: \u200b:c:"
