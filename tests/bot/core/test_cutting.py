"""Markdown that is cut, or split over pages, stays well-formed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cutting import parts, shortened, weight
from bot.core.limits import MESSAGE_TEXT
from bot.core.page import Layout, pages
from bot.core.text import prose

WITHOUT_EFFECT = re.compile(r"\\.|<https?://[^\s>]*>|https?://\S+", re.DOTALL)
SIGNS = [
    "**",
    "*",
    "_",
    "||",
    "~~",
    "`",
    "\\",
    "- ",
    "# ",
    "\n",
    " ",
    "<",
    ">",
    "@",
    "[",
    "](",
    "1. ",
]
WORDS = ["word", "Wort.", "語", "🙂", " https://example.org/a_b*c "]
ADDRESS = "https://example.org/a"
PIECES = st.sampled_from([*SIGNS, *WORDS])
MARKED_UP = st.lists(PIECES, max_size=60).map("".join)


def is_balanced(markdown: str) -> bool:
    bare = WITHOUT_EFFECT.sub("", markdown)
    return bare.count("||") % 2 == 0 and bare.count("*") % 2 == 0


@given(MARKED_UP)
def test_any_typed_text_becomes_balanced_markdown(text: str) -> None:
    written = prose(text)

    assert is_balanced(written)
    assert all(is_balanced(line) for line in written.split("\n"))


@given(MARKED_UP, st.integers(12, 80))
def test_cut_text_is_balanced_and_short_enough(text: str, room: int) -> None:
    cut = shortened(prose(text), room)

    assert weight(cut) <= room
    assert is_balanced(cut)


@pytest.mark.parametrize(
    "sign",
    [
        *("https://example.org/wiki/Ann_Lee", "https://example.org/wiki/Ann|Lee"),
        *("<https://a.example/b>", "<#1234567890>", "<@1234567890>", "<@&1234567890>"),
        *("</entry:1234567890>", "<:smile:1234567890>", "<a:smile:1234567890>", "<t:1234567890:F>"),
    ],
)
def test_address_or_mention_is_never_cut_in_two(sign: str) -> None:
    text = f"Read {sign} and more words after that, as many as have no room."
    for room in range(12, len(text)):
        cut = [shortened(text, room), *parts(text, max(room, 45))]
        assert not any(sign[:4] in part.replace(sign, "") for part in cut)
        assert not any("<" in part.replace(sign, "") for part in cut)


@pytest.mark.parametrize("text", ["a" * 40, "語" * 15])
def test_text_is_cut_only_if_it_has_no_room(text: str) -> None:
    room = weight(text)

    assert shortened(text, room) == text
    assert list(parts(text, room)) == [text]
    assert shortened(text, room - 1).endswith("…")


def test_cut_text_uses_all_room_but_that_for_closing_signs() -> None:
    assert shortened("a" * 40, 30) == "a" * 20 + "…"
    assert [len(part) for part in parts("a" * 40, 25)] == [15, 25]
    for room in range(12, 40):
        kept = shortened("語" * 60, room).removesuffix("…")
        assert weight(kept) <= room - 10 < weight(f"{kept}語")


@pytest.mark.parametrize("room", range(2, 11))
def test_cut_text_is_short_enough_where_there_is_hardly_any_room(room: int) -> None:
    cut = shortened("**many** ||words||", room)

    assert weight(cut) <= room
    assert is_balanced(cut)


def test_spoiler_that_ends_in_an_address_is_closed_with_it() -> None:
    text = f"||{ADDRESS}|| {'and more words ' * 4}"

    assert shortened(text, 50).startswith(f"||{ADDRESS}|| and")
    assert shortened(text, 50)[-1] == "…"


def test_text_is_split_even_if_a_part_has_hardly_any_room() -> None:
    assert "".join(parts("abcdefgh", 3)) == "abcdefgh"


@given(MARKED_UP, st.integers(80, 160))
def test_pages_are_balanced_and_lose_no_word(text: str, room: int) -> None:
    written = prose(text)
    split = list(parts(written, room))

    assert all(weight(part) <= room for part in split)
    assert all(is_balanced(part) for part in split)
    assert "".join(split).count("語") == written.count("語")


def test_bold_text_split_over_two_pages_is_bold_on_both() -> None:
    first, second = parts(prose(f"**{'many words ' * 20}**"), 200)

    assert first.startswith("**")
    assert first.endswith("**")
    assert second.startswith("**many") or second.startswith("**words")


def test_spoiler_split_over_pages_stays_hidden() -> None:
    split = list(parts(prose(f"||{'the butler ' * 100}x||"), 300))

    assert len(split) > 2
    assert all(part.startswith("||") and part.endswith("||") for part in split)


def test_rest_of_a_line_does_not_become_a_heading_on_the_next_page() -> None:
    for sign in ("# big", "- item", "> quote", "1. one"):
        split = list(parts(f"{'word ' * 20}{sign} {'word ' * 20}".strip(), 110))
        assert not any(re.match(r"[#>-]|\d+\.", part) for part in split[1:])


@pytest.mark.parametrize("character", ["🙂", "語", "я", "a", "👩\u200d👩\u200d👧"])
def test_message_is_cut_to_discords_limits_in_characters_and_bytes(character: str) -> None:
    shared = pages([character * 3990])
    layouts = [Layout(["## Heading", *blocks, "-# End"]) for blocks in shared]
    layouts.append(Layout([character * 9000, character * 9000]))

    for layout in layouts:
        texts = [part.content for part in layout.walk_children() if hasattr(part, "content")]
        assert sum(map(len, texts)) <= MESSAGE_TEXT
        # What Discord is found to take: https://github.com/discord/discord-api-docs/issues/8554
        assert sum(len(text.encode()) + 12 for text in texts) <= 10_170
