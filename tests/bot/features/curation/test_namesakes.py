"""Entries that share a name, and quotes of several lines, are told apart and shown whole."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import Draft, EntryDraft, QuoteDraft
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[[Draft], Awaitable[object]]

POEM = "One for the road\nTwo for the show\n\nThree to get ready"
LABELS = ("label", "placeholder", "description", "name")


@pytest.fixture
async def inns(publish: Publish) -> None:
    """Publish two places of one name, and a character named like an entry of the pack."""
    await publish(EntryDraft(Kind.PLACE, "Grand Inn", "By the sea."))
    await publish(EntryDraft(Kind.PLACE, "Grand Inn", "In the hills."))
    await publish(EntryDraft(Kind.CHARACTER, "Raina", "The innkeeper."))


@pytest.fixture
async def poem(publish: Publish) -> None:
    """Publish a quote of several lines by the pack's Ultron."""
    await publish(QuoteDraft(POEM, "Ultron"))


def labels(part: Any) -> Iterator[str]:
    """Yield all texts in a request that have room for one line."""
    if isinstance(part, dict):
        yield from (part[key] for key in LABELS if isinstance(part.get(key), str))
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from labels(one)


@pytest.mark.usefixtures("inns")
async def test_buttons_distinguish_entries_with_the_same_name(member: Ask) -> None:
    asked = await member("/lore grand inn")

    assert "Grand Inn (s.grand-inn)" in asked.buttons
    assert "Grand Inn (s.grand-inn-2)" in asked.buttons
    assert "Grand Inn (s.grand-inn) · Place" in asked.text
    assert "In the hills." in (await member("press Grand Inn (s.grand-inn-2)")).text


@pytest.mark.usefixtures("inns")
async def test_menu_distinguishes_an_entry_from_its_namesake(member: Ask) -> None:
    reply = await member("/lore raina")
    if "Raina (s.raina)" in reply.buttons:
        reply = await member("press Raina")

    assert "Raina (s.raina)" in str(reply.body)


@pytest.mark.usefixtures("inns")
async def test_search_distinguishes_entries_with_the_same_name(member: Ask) -> None:
    text = (await member("/search grand inn")).text

    assert "Grand Inn (s.grand-inn) · Place" in text
    assert "Grand Inn (s.grand-inn-2) · Place" in text


@pytest.mark.usefixtures("inns")
async def test_a_refusal_distinguishes_entries_with_the_same_name(curate: Ask) -> None:
    text = (await curate("/entry edit entry:Grand Inn")).text

    assert "match “Grand Inn”: s.grand-inn-2 Grand Inn; s.grand-inn Grand Inn." in text


async def test_refusal_counts_the_entries_it_does_not_show(curate: Ask, publish: Publish) -> None:
    for _ in range(7):
        await publish(EntryDraft(Kind.PLACE, "Grand Inn", "One of many."))

    assert (
        "s.grand-inn-3 Grand Inn; and 2 more." in (await curate("/entry edit entry:Grand Inn")).text
    )


@pytest.mark.usefixtures("inns")
async def test_entries_of_one_name_lead_to_each_other(member: Ask) -> None:
    own = await member("/lore s.raina")
    of_pack = await member("/lore raina")
    inn = await member("/lore s.grand-inn")

    assert "Also goes by this name Raina (Other canon)" in own.text
    assert "Added here under this name Raina (s.raina)" in of_pack.text
    assert "Added here under this name Grand Inn (s.grand-inn-2)" in inn.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("Name=Ultron", "⚠ Ultron is called Ultron as well: who asks for that name"),
        ('Name="Iron Man"', "⚠ Tony Stark is called Iron Man as well: who asks for that name"),
        ("Name=Bo Aliases=Ultron", "⚠ Ultron is called Ultron as well: who asks for that name"),
    ],
)
async def test_curator_is_told_whose_name_a_new_entry_has(
    curate: Ask, member: Ask, fields: str, told: str
) -> None:
    await curate("/entry add kind:Place")
    preview = await curate(f"fill {fields} Text=Ours")
    await curate("press Publish")
    asked = await member(f"/lore {told.split(' is called ')[1].split(' as well')[0]}")

    assert f"{told} chooses between them." in preview.text
    assert asked.text.startswith("Did you mean …")
    assert len(asked.buttons) == 2


async def test_curator_is_told_whose_name_a_new_alias_is(curate: Ask, member: Ask) -> None:
    added = await curate("/entry alias name:thor alias:Vision")
    by_id = await member("/lore vision")

    assert "\n⚠ It is a name of Vision as well: who asks for that name chooses" in added.text
    assert (await member("/lore Vision")).buttons == ["Thor", "Vision"]
    assert "Also goes by this name Thor" in by_id.text


@pytest.mark.usefixtures("poem")
@pytest.mark.parametrize(
    "lines",
    [
        ("/quote id:s1",),
        ("/quote text:two for the show",),
        ("/qotd set channel:#quotes time:09:00 zone:Europe/Berlin", "/qotd queue s1 date:today",
         "/qotd now"),
        ("/entry add kind:Quote", f'fill words="{POEM}" speaker=Ultron'),
    ],
    ids=["quote", "words", "daily post", "preview"],
)  # fmt: skip
async def test_every_line_of_a_quote_is_in_the_block_quote(
    session: SimSession, simulator: Simulator, lines: tuple[str, ...]
) -> None:
    await session.play("as curator")
    for line in lines:
        await session.play(line)

    shown = "\n> ".join(POEM.split("\n"))
    assert any(f"> “{shown}”" in str(sent.json).replace("\\n", "\n") for sent in simulator.requests)


@pytest.mark.usefixtures("poem")
@pytest.mark.parametrize(
    "line",
    [
        "/bio ultron", "press Quotes", "/quote text:one for", "/search two for the show",
        "complete /quote id:s1", "complete /qotd queue quote:one", "complete /entry edit entry:one",
        "/entry edit s1", "/entry list", "/entry history s1", "/entry remove s1",
    ],
)  # fmt: skip
async def test_no_label_contains_a_line_break(
    session: SimSession, simulator: Simulator, line: str
) -> None:
    await session.play("as curator")
    for one in ("/bio ultron", line) if line.startswith("press") else (line,):
        await session.play(one)

    for sent in simulator.requests:
        assert [label for label in labels(sent.json) if "\n" in label] == []
