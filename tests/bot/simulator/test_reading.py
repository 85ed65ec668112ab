"""Discord's markdown and messages as a person reads them."""

from datetime import UTC, datetime

import pytest

from bot.simulator.reading import dated, plain, text_of


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        ("# Tony Stark", "Tony Stark"),
        ("-# small print", "small print"),
        ("> said\n> -# twice", "said\ntwice"),
        (r"\> not said", "> not said"),
        ("a **bold** and *slanted* __word__", "a bold and slanted word"),
        ("***both***", "both"),
        ("~~gone~~ ||hidden|| `code`", "gone [spoiler: hidden] code"),
        ("[here](https://example.com/a_b)", "here"),
        (r"2 \* 3 \_x\_", "2 * 3 _x_"),
        (r"\*\*not bold\*\*", "**not bold**"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("*(canon)*¹⁴ in*side*", "(canon)¹⁴ inside"),
        ("- one\n- two", "- one\n- two"),
        ("||[here](https://example.com)||", "[spoiler: here]"),
        ("<t:0:D>", "1970-01-01 00:00 UTC"),
        (r"\<t:0:D>", "<t:0:D>"),
        ("<@1> <#2> <@&3>", "@one #unknown @unknown"),
        (r"\<@1> \<#2> \<@&3>", "<@1> <#2> <@&3>"),
        ("</bio:12>", "/bio"),
        (r"\</bio:12>", "</bio:12>"),
    ],
)
def test_markdown_is_read_as_on_a_screen(markdown: str, read: str) -> None:
    assert plain(markdown, {1: "one"}.get) == read


@pytest.mark.parametrize(
    ("seconds", "read"),
    [
        (30, "in 30 seconds"),
        (-90_000, "1 day ago"),
        (14_400, "in 4 hours"),
        (-3 * 86_400, "3 days ago"),
        (800 * 86_400, "in 2 years"),
    ],
)
def test_relative_time_is_read_from_now(seconds: int, read: str) -> None:
    now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    shown = {"components": [{"content": f"<t:{int(now.timestamp()) + seconds}:R>"}]}
    assert dated(shown, now) == {"components": [{"content": read}]}


def test_layout_is_read_top_to_bottom() -> None:
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "second"}],
        "accessory": {"type": 2, "style": 5, "label": "no text", "url": "https://example.com"},
    }
    box = {"type": 17, "components": [{"type": 10, "content": "## first"}, section]}
    body = {"components": [box, {"type": 10, "content": "third"}]}
    assert text_of(body, lambda _: None) == "first\nsecond\nthird"


def test_embed_is_read_top_to_bottom() -> None:
    fields = [{"name": "name", "value": "value"}]
    embed = {"title": "title", "description": "words", "fields": fields, "footer": {"text": "end"}}
    assert text_of({"content": "before", "embeds": [embed]}, lambda _: None) == (
        "before\ntitle\nwords\nname\nvalue\nend"
    )
