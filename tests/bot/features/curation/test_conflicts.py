"""Two curators edit at once: the later one sees the other's version and chooses."""

from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
SaveAfter = Callable[..., Awaitable[Reply]]

BAR = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar at the harbour.", ("The Quillon",), "Menu")
EDIT = ("/entry edit s.zorblax-bar", "fill Text=Theirs", "press Publish")
REMOVAL = ("/entry remove s.zorblax-bar",)


@pytest.fixture
def save_after(
    curate: Ask, publish: Callable[..., Awaitable[ServerEntry]], session: SimSession
) -> SaveAfter:
    """Start an edit, let another curator save first, and return the reply to the later save."""

    async def save_after(theirs: Sequence[str], mine: str = "Text=Mine") -> Reply:
        await publish(BAR)
        await curate("/entry edit s.zorblax-bar")
        await curate(f"fill {mine}")
        await session.play("as owner")
        for line in theirs:
            await session.play(line)
        return await curate("press Publish")

    return save_after


async def test_later_save_shows_both_versions_and_overwrites_nothing(
    curate: Ask, save_after: SaveAfter
) -> None:
    reply = await save_after(EDIT)

    assert "Theirs: Theirs\nYours: Mine" in reply.text
    assert reply.buttons[:3] == ["Save mine over theirs", "Edit mine", "Keep theirs"]
    assert "\nTheirs\n" in (await curate("/lore s.zorblax-bar")).text


async def test_later_curator_may_save_their_version_as_a_new_revision(
    curate: Ask, save_after: SaveAfter
) -> None:
    await save_after(EDIT)

    assert (await curate("press Save mine over theirs")).text.endswith("revision 3.")
    assert "\nMine\n" in (await curate("/lore s.zorblax-bar")).text


async def test_later_curator_may_keep_the_earlier_version(
    curate: Ask, save_after: SaveAfter
) -> None:
    await save_after(EDIT)
    await curate("press Keep theirs")

    assert "\nTheirs\n" in (await curate("/lore s.zorblax-bar")).text


async def test_conflict_shows_only_the_fields_that_would_change(
    save_after: SaveAfter,
) -> None:
    reply = await save_after(EDIT, 'Aliases="  The   Quillon \n" Text=" Mine  "')

    assert reply.text.split("These parts differ:")[1] == "\nText\nTheirs: Theirs\nYours: Mine"


async def test_entry_removed_meanwhile_can_be_restored_with_the_edit(
    curate: Ask, save_after: SaveAfter
) -> None:
    reply = await save_after(REMOVAL)
    saved = await curate("press Bring it back with mine")

    assert "Zorblax Bar (s.zorblax-bar) has been removed, so yours was not saved." in reply.text
    assert saved.text == "Saved: Zorblax Bar (s.zorblax-bar), revision 4."
    assert "\nMine\n" in (await curate("/lore s.zorblax-bar")).text


async def test_entry_removed_meanwhile_can_be_restored_without_an_edit(
    curate: Ask, save_after: SaveAfter
) -> None:
    await save_after(REMOVAL, f'Text="{BAR.text}"')

    restored = await curate("press Bring it back with mine")
    assert restored.text == "Restored: Zorblax Bar (s.zorblax-bar), revision 3."


async def test_entry_removed_meanwhile_may_stay_removed(curate: Ask, save_after: SaveAfter) -> None:
    await save_after(REMOVAL)
    await curate("press Leave it removed")

    assert (await curate("/lore Zorblax Bar")).text.startswith("Nothing found")
