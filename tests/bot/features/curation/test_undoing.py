"""Undo, restore, history and rollback; ids never change."""

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
    """Return a function that gives an entry another text."""

    async def edit(id: str, text: str) -> Reply:
        await curate(f"/entry edit {id}")
        await curate(f'fill Text="{text}"')
        return await curate("press Publish")

    return edit


Edit = Callable[[str, str], Awaitable[Reply]]


async def test_removed_entry_is_restored_by_undo(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    removed = await curate("/entry remove Zorblax Bar")
    gone = await curate("/lore Zorblax Bar")
    undone = await curate("press Undo")

    assert removed.buttons == ["Undo", "History"]
    assert gone.text.startswith("Nothing found")
    assert undone.text == "Restored: Zorblax Bar (s.zorblax-bar), revision 3."
    assert (await curate("/lore Zorblax Bar")).text.startswith("Zorblax Bar\n")


async def test_undo_works_after_a_restart(settings: Settings, simulator: Simulator) -> None:
    session = SimSession(simulator)
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        for line in ("as curator", "/entry add kind:Quote", "fill Words=Lanterns"):
            await session.play(line)
        await session.play("press Publish")
        await session.play("/entry remove s1")
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        turn = await session.play("press Undo")

    assert turn.replies[0].text == "Restored: “Lanterns” (s1), revision 3."


async def test_removed_quote_is_reported_as_removed(curate: Ask, publish: Publish) -> None:
    await publish(QuoteDraft("Lanterns out!"))
    await curate("/entry remove s1")

    text = (await curate("/quote id:s1")).text
    assert text == "Removed\ns1 has been removed by this server's curators."


async def test_restore_offers_removed_entries_by_name(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s.zorblax-bar")

    assert (await curate("complete /entry restore zorb")).text == "s.zorblax-bar · Zorblax Bar"
    restored = await curate("/entry restore Zorblax Bar")
    assert restored.text.startswith("Restored: Zorblax Bar (s.zorblax-bar)")


async def test_history_of_a_removed_entry_is_offered_and_found_by_name(
    curate: Ask, publish: Publish
) -> None:
    await publish(BAR)
    await curate("/entry remove s.zorblax-bar")

    assert (
        await curate("complete /entry history zorb")
    ).text == "s.zorblax-bar · Zorblax Bar · removed"
    history = await curate('/entry history "Zorblax Bar"')
    assert history.text.startswith("History of s.zorblax-bar\nZorblax Bar · removed")


async def test_history_shows_who_changed_what_and_when(
    curate: Ask, publish: Publish, edit: Edit
) -> None:
    await publish(BAR)
    await edit("s.zorblax-bar", "A bar at the river of Zorbl.")
    history = await curate("/entry history s.zorblax-bar")
    markdown = history.body["data"]["components"][0]["components"][1]["content"]

    assert "Revision 2 · edited · @Curator · 20" in history.text
    assert "Revision 1 · added · @Curator · 20" in history.text
    assert "Text: A bar at the ~~harbour~~ **river** of Zorbl." in markdown
    assert history.ephemeral


async def test_entry_can_be_rolled_back_to_any_revision(
    curate: Ask, publish: Publish, edit: Edit
) -> None:
    await publish(BAR)
    await edit("s.zorblax-bar", "Two.")
    await edit("s.zorblax-bar", "Three.")
    history = await curate("/entry history s.zorblax-bar")
    back = await curate("press Roll back to 1")

    assert history.buttons == ["Roll back to 2", "Roll back to 1"]
    assert "says again what it said at revision 1. This is revision 4." in back.text
    assert "A bar at the harbour of Zorbl." in (await curate("/lore s.zorblax-bar")).text


async def test_rollback_is_shown_in_the_history(curate: Ask, publish: Publish, edit: Edit) -> None:
    await publish(BAR)
    await edit("s.zorblax-bar", "Two.")
    await curate("/entry history s.zorblax-bar")
    await curate("press Roll back to 1")

    assert "Revision 3 · rolled back to 1 ·" in (await curate("press History")).text


async def test_rollback_restores_a_removed_entry(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s.zorblax-bar")
    await curate("press History")
    await curate("press Roll back to 1")

    assert (await curate("/lore Zorblax Bar")).text.startswith("Zorblax Bar\n")


async def test_rollback_to_a_removal_is_not_offered(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    for line in ("/entry remove s.zorblax-bar", "press Undo", "/entry remove s.zorblax-bar"):
        await curate(line)

    assert (await curate("press History")).buttons == ["Roll back to 3", "Roll back to 1"]


async def test_rollback_does_not_overwrite_an_unseen_change(
    curate: Ask, publish: Publish, edit: Edit, session: SimSession
) -> None:
    await publish(BAR)
    await edit("s.zorblax-bar", "Two.")
    await curate("/entry history s.zorblax-bar")
    await session.play("as owner")
    for line in ("/entry edit s.zorblax-bar", "fill Text=Three", "press Publish"):
        await session.play(line)
    reply = await curate("press Roll back to 1")

    assert "nothing was rolled back. Choose again." in reply.text
    assert "\nThree\n" in (await curate("/lore s.zorblax-bar")).text


async def test_long_history_is_paged(curate: Ask, publish: Publish, edit: Edit) -> None:
    await publish(BAR)
    for number in range(2, 7):
        await edit("s.zorblax-bar", f"Text {number}.")
    first = await curate("/entry history s.zorblax-bar")
    older = await curate("press Older")

    assert "Page 1 of 2, 6 revisions" in first.text
    assert "Revision 1 · added" in older.text
    assert older.buttons == ["Roll back to 2", "Roll back to 1", "Newer"]


async def test_id_is_never_reused(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s.zorblax-bar")

    assert (await publish(BAR)).id == "s.zorblax-bar-2"


async def test_removed_entry_cannot_be_edited(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry remove s.zorblax-bar")

    assert "/entry restore brings it back" in (await curate("/entry edit s.zorblax-bar")).text
