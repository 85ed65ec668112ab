"""The way back: undo, restore, history and rolling back; ids never change."""

import random
from collections.abc import Awaitable, Callable

import pytest

from bot.app import build_bot
from bot.cli import clock
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

BAR = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar at the harbour of Zorbl.")


@pytest.fixture
def edit(curate: Ask) -> Callable[[str, str], Awaitable[Reply]]:
    """Gives an entry another text."""

    async def edit(id: str, text: str) -> Reply:
        await curate(f"/entry edit {id}")
        await curate(f'fill Text="{text}"')
        return await curate("press Publish")

    return edit


Edit = Callable[[str, str], Awaitable[Reply]]


async def test_what_is_removed_comes_back_by_undo(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    removed = await curate("/entry remove Zorblax Bar")
    gone = await curate("/lore Zorblax Bar")
    undone = await curate("press Undo")

    assert removed.buttons == ["Undo", "History"]
    assert gone.text.startswith("Nothing found")
    assert undone.text == "Restored: Zorblax Bar (s1), revision 3."
    assert (await curate("/lore Zorblax Bar")).text.startswith("Zorblax Bar\n")


async def test_undo_outlives_a_restart(settings: Settings, simulator: Simulator) -> None:
    session = SimSession(simulator)
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        for line in ("as curator", "/entry add kind:Quote", "fill Words=Lanterns"):
            await session.play(line)
        await session.play("press Publish")
        await session.play("/entry remove s1")
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        turn = await session.play("press Undo")

    assert turn.replies[0].text == "Restored: “Lanterns” (s1), revision 3."


async def test_a_removed_quote_is_said_to_be_removed(curate: Ask, publish: Publish) -> None:
    await publish(QuoteDraft("Lanterns out!"))
    await curate("/entry remove s1")

    text = (await curate("/quote id:s1")).text
    assert text == "Removed\ns1 has been removed by this server's curators."


async def test_restore_offers_what_was_removed_by_its_name(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s1")

    assert (await curate("complete /entry restore zorb")).text == "s1 · Zorblax Bar"
    restored = await curate("/entry restore Zorblax Bar")
    assert restored.text.startswith("Restored: Zorblax Bar (s1)")


async def test_the_history_of_what_was_removed_is_offered_and_found_by_its_name(
    curate: Ask, publish: Publish
) -> None:
    await publish(BAR)
    await curate("/entry remove s1")

    assert (await curate("complete /entry history zorb")).text == "s1 · Zorblax Bar · removed"
    history = await curate('/entry history "Zorblax Bar"')
    assert history.text.startswith("History of s1\nZorblax Bar · removed")


async def test_history_tells_who_when_and_what_changed(
    curate: Ask, publish: Publish, edit: Edit
) -> None:
    await publish(BAR)
    await edit("s1", "A bar at the river of Zorbl.")
    history = await curate("/entry history s1")
    markdown = history.body["data"]["components"][0]["components"][1]["content"]

    assert "Revision 2 · edited · @Curator · 20" in history.text
    assert "Revision 1 · added · @Curator · 20" in history.text
    assert "Text: A bar at the ~~harbour~~ **river** of Zorbl." in markdown
    assert history.ephemeral


async def test_an_entry_is_rolled_back_to_any_revision(
    curate: Ask, publish: Publish, edit: Edit
) -> None:
    await publish(BAR)
    await edit("s1", "Two.")
    await edit("s1", "Three.")
    history = await curate("/entry history s1")
    back = await curate("press Roll back to 1")

    assert history.buttons == ["Roll back to 2", "Roll back to 1"]
    assert "says again what it said at revision 1. This is revision 4." in back.text
    assert "A bar at the harbour of Zorbl." in (await curate("/lore s1")).text


async def test_the_step_back_stands_in_the_history_too(
    curate: Ask, publish: Publish, edit: Edit
) -> None:
    await publish(BAR)
    await edit("s1", "Two.")
    await curate("/entry history s1")
    await curate("press Roll back to 1")

    assert "Revision 3 · rolled back to 1 ·" in (await curate("press History")).text


async def test_rolling_back_a_removed_entry_brings_it_back(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s1")
    await curate("press History")
    await curate("press Roll back to 1")

    assert (await curate("/lore Zorblax Bar")).text.startswith("Zorblax Bar\n")


async def test_nobody_is_offered_to_go_back_to_a_removal(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    for line in ("/entry remove s1", "press Undo", "/entry remove s1"):
        await curate(line)

    assert (await curate("press History")).buttons == ["Roll back to 3", "Roll back to 1"]


async def test_nothing_is_rolled_back_over_a_change_that_was_not_seen(
    curate: Ask, publish: Publish, edit: Edit, session: SimSession
) -> None:
    await publish(BAR)
    await edit("s1", "Two.")
    await curate("/entry history s1")
    await session.play("as owner")
    for line in ("/entry edit s1", "fill Text=Three", "press Publish"):
        await session.play(line)
    reply = await curate("press Roll back to 1")

    assert "nothing was rolled back. Choose again." in reply.text
    assert "\nThree\n" in (await curate("/lore s1")).text


async def test_a_long_history_has_pages(curate: Ask, publish: Publish, edit: Edit) -> None:
    await publish(BAR)
    for number in range(2, 7):
        await edit("s1", f"Text {number}.")
    first = await curate("/entry history s1")
    older = await curate("press Older")

    assert "Page 1 of 2, 6 revisions" in first.text
    assert "Revision 1 · added" in older.text
    assert older.buttons == ["Roll back to 2", "Roll back to 1", "Newer"]


async def test_an_id_is_never_given_again(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s1")

    assert (await publish(BAR)).id == "s2"


async def test_what_is_removed_cannot_be_edited(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s1")

    assert "/entry restore brings it back" in (await curate("/entry edit s1")).text
