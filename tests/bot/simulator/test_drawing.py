"""Markdown and messages drawn for a terminal."""

import io
from typing import Any

import pytest
from rich.console import Console

from bot.simulator.drawing import draw_exchange, draw_reply, markdown
from bot.simulator.exchanges import Reply, SimExchange


def drawn(shown: dict[str, Any]) -> list[str]:
    console = Console(file=io.StringIO(), width=60)
    draw_reply(console, Reply("message", "", shown=shown), lambda _: None)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("## A **b** *c* [d](https://example.com)", "A b c d"),
        ("- one\n- two", "• one\n• two"),
        ("> said", "│ said"),
        (r"\*kept\*", "*kept*"),
        ("||a **b** [c](https://example.com)||", "[spoiler: a b c]"),
    ],
)
def test_markdown_is_drawn_without_its_syntax(content: str, read: str) -> None:
    assert markdown(content, lambda _: None).plain == read


@pytest.mark.parametrize(
    ("content", "style"), [("# a", "bold underline"), ("-# a", "dim"), ("**a**", "bold")]
)
def test_markdown_syntax_becomes_styles(content: str, style: str) -> None:
    assert [str(span.style) for span in markdown(content, lambda _: None).spans] == [style]


def test_container_bar_is_drawn_on_every_line() -> None:
    box = {"type": 17, "accent_color": 255, "components": [{"type": 10, "content": "word " * 20}]}
    lines = drawn({"components": [box]})
    assert len(lines) > 1
    assert all(line.startswith("▌ word") for line in lines)


def test_wrapped_line_has_no_trailing_blank() -> None:
    console = Console(file=io.StringIO(), width=20)
    box = {"type": 17, "components": [{"type": 10, "content": "word " * 20}]}
    draw_exchange(
        console, SimExchange("a", [Reply("message", "", shown={"components": [box]})]), lambda _: ""
    )
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().split("\n")
    assert len(lines) > 4
    assert [line for line in lines if line.endswith(" ")] == []


def test_embed_is_drawn_in_order() -> None:
    embed = {
        "author": {"name": "author"},
        "title": "title",
        "description": "words",
        "fields": [{"name": "name", "value": "value"}],
        "footer": {"text": "end"},
    }
    assert [line.strip("▌ ") for line in drawn({"content": "first", "embeds": [embed]})] == [
        "first", "author", "title", "words", "name", "value", "end",
    ]  # fmt: skip


def test_disabled_button_is_drawn_in_parentheses() -> None:
    back = {"type": 2, "style": 2, "label": "Back", "disabled": True}
    row = {"type": 1, "components": [back, {"type": 2, "style": 2, "label": "Next"}]}
    assert drawn({"components": [row]}) == ["( Back ) [ Next ]"]


def test_select_shows_the_chosen_option() -> None:
    options = [{"label": "First", "value": "1"}, {"label": "Two", "value": "2", "default": True}]
    select = {"type": 3, "placeholder": "Which?", "options": options}
    assert drawn({"components": [select]})[0] == "[ Two ▾ ]"


def test_file_says_how_to_attach_it_again() -> None:
    assert drawn({"attachments": [{"filename": "a.json"}]}) == [
        "[file: a.json] (attach it again by this name, or save it)"
    ]


@pytest.mark.parametrize(
    ("channel", "heading"), [("#quotes", "In #quotes:"), ("DM to Asker", "DM to Asker:")]
)
def test_post_in_another_channel_names_the_channel(channel: str, heading: str) -> None:
    console = Console(file=io.StringIO(), width=40)
    reply = Reply("message", "", shown={"content": "words"}, channel=channel)
    draw_reply(console, reply, lambda _: None)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [heading, "words"]


def test_picture_stands_as_its_description() -> None:
    items = [{"description": "A cat."}, {"description": "It dies.", "spoiler": True}, {}]

    assert drawn({"components": [{"type": 12, "items": items}]}) == [
        "[picture: A cat.]",
        "[spoiler: picture: It dies.]",
        "[picture: without a description]",
    ]
