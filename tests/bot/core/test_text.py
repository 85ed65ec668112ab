"""Text as it is shown: no invisible characters, no stacked accents, emoji whole."""

import pytest

from bot.core.text import cut, prose, safe, unmarked, visible


@pytest.mark.parametrize("between", ["", "\u200d", "\ufe0f\u200d", "\u200b"])
def test_combining_marks_are_limited_even_with_characters_between(between: str) -> None:
    assert len(visible("Z" + f"\u0351\u0352\u0353{between}" * 50)) <= 4


def test_emoji_of_several_code_points_stays_whole() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert visible(family) == family


def test_joiner_that_joins_nothing_is_removed() -> None:
    assert visible("a\u200db") == "ab"


def test_line_after_an_empty_line_is_escaped_once() -> None:
    assert (
        safe("Rooms:\n\n+ blue\n  + red\n\n# Note") == "Rooms:\n\n\\+ blue\n  \\+ red\n\n\\# Note"
    )


ADDRESS = "https://example.org/wiki/Ann_Lee_the_second_of_her_name"


@pytest.mark.parametrize("length", range(5, 70))
@pytest.mark.parametrize("before", ["", "Ann ", "Ann (", "安娜"])
def test_url_is_never_cut_to_another_url(before: str, length: int) -> None:
    shown = cut(f"{before}{ADDRESS} and more than has any room here at all", length)

    assert len(shown) <= length
    assert len(shown) > 1
    assert "://" not in shown.replace(ADDRESS, "")


def test_url_without_room_is_left_out_unless_it_is_the_whole_text() -> None:
    assert cut(f"Ann {ADDRESS}", 30) == "Ann…"
    assert cut(ADDRESS, 30) == "example.org/wiki/Ann_Lee_the_…"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("x *He said _no_ to her*", "x *He said no to her*"),
        ("_outer *inner* outer_ end", "*outer inner outer* end"),
        ("_outer **bold *inner* bold** outer_", "*outer **bold inner bold** outer*"),
        ("*one\n_two_ three* four", "*one*\n*two three* four"),
        ("***Bold and it** only it*", "***Bold and it** only it*"),
        ("***It and bold* only bold**", "***It and bold* only bold**"),
    ],
)
def test_nested_italics_stay_italic(typed: str, written: str) -> None:
    assert prose(typed) == written


def test_title_made_of_url_schemes_is_cut() -> None:
    assert len(cut("https://" * 4_000 + "a" * 90, 80)) == 80


@pytest.mark.parametrize("sign", ["\\", "*", "_", "~", "`", "|", "<", "[", "]"])
def test_a_markdown_sign_is_shown_literally_anywhere(sign: str) -> None:
    assert safe(f"{sign}a{sign} {sign}") == f"\\{sign}a\\{sign} \\{sign}"
    assert prose(f"a{sign}b") == f"a\\{sign}b"


@pytest.mark.parametrize("sign", ["-", "+", ">", "#"])
@pytest.mark.parametrize("before", ["", "  ", "a\n", "a\n\n  "])
def test_no_text_begins_a_list_a_quote_or_a_heading(sign: str, before: str) -> None:
    assert safe(f"{before}{sign} b {sign}") == f"{before}\\{sign} b {sign}"


@pytest.mark.parametrize("before", ["", "  ", "a\n"])
def test_a_number_begins_no_list(before: str) -> None:
    assert safe(f"{before}12. b 3. c") == f"{before}12\\. b 3. c"
    assert safe(f"{before}12 b") == f"{before}12 b"


def test_words_without_signs_stay_as_they_are() -> None:
    assert safe("Tony Stark: 3 - 2 = 1 (or so), isn't it? #1 > all + more") == (
        "Tony Stark: 3 - 2 = 1 (or so), isn't it? #1 > all + more"
    )


def test_signs_around_an_address_in_a_name_do_not_change_it() -> None:
    assert safe("https://example.org/a_b*c~~d") == "<https://example.org/a_b%2Ac%7E%7Ed>"
    assert safe("at https://example.org/a_b .") == "at https://example.org/a_b ."


def test_what_was_searched_for_is_bold() -> None:
    assert prose("a bb c", part=(0, 6), marked=[(2, 4)]) == "a **bb** c"
    assert prose("a **bb** c", part=(0, 10), marked=[(4, 6)]) == "a **bb** c"


def test_label_shows_no_marks_and_nothing_hidden() -> None:
    assert unmarked("**Ann** hides ||the key||\nin _the_ attic") == (
        "Ann hides [spoiler] in the attic"
    )


def test_text_that_has_just_room_is_not_cut() -> None:
    assert cut("abcd", 4) == "abcd"
    assert cut("abcde", 4) == "abc…"


def test_invisible_characters_do_not_shift_the_part_of_a_text_shown() -> None:
    assert prose("a\u200bbcd", part=(2, 4)) == "bc"
