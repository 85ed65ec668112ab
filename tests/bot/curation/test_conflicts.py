"""Two curators at once: whoever saves later sees what the other left, and chooses."""

from collections.abc import Awaitable, Callable

from bot.rehearsal.stage import Stage
from bot.rehearsal.turns import Reply
from lore.ledger.drafts import EntryDraft
from lore.ledger.records import ServerEntry
from lore.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

BAR = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar at the harbour.", ("The Quillon",), "Menu")


async def conflicting(curate: Ask, publish: Publish, stage: Stage) -> Reply:
    """Two curators edit at once; the reply that the later one gets."""
    await publish(BAR)
    await curate("/entry edit s1")
    await curate("fill Text=Mine")
    await stage.play("as owner")
    for line in ("/entry edit s1", "fill Text=Theirs", "press Publish"):
        await stage.play(line)
    return await curate("press Publish")


async def test_whoever_saves_later_sees_both_versions_and_overwrites_nothing(
    curate: Ask, publish: Publish, stage: Stage
) -> None:
    reply = await conflicting(curate, publish, stage)

    assert "Theirs: Theirs\nYours: Mine" in reply.text
    assert reply.buttons[:3] == ["Save mine over theirs", "Edit mine", "Keep theirs"]
    assert "\nTheirs\n" in (await curate("/lore s1")).text


async def test_the_later_one_may_save_theirs_as_a_further_revision(
    curate: Ask, publish: Publish, stage: Stage
) -> None:
    await conflicting(curate, publish, stage)

    assert (await curate("press Save mine over theirs")).text.endswith("revision 3.")
    assert "\nMine\n" in (await curate("/lore s1")).text


async def test_the_later_one_may_leave_it(curate: Ask, publish: Publish, stage: Stage) -> None:
    await conflicting(curate, publish, stage)
    await curate("press Keep theirs")

    assert "\nTheirs\n" in (await curate("/lore s1")).text


async def test_only_what_would_be_kept_differently_is_shown_to_differ(
    curate: Ask, publish: Publish, stage: Stage
) -> None:
    await publish(BAR)
    await curate("/entry edit s1")
    await curate('fill Aliases="  The   Quillon, " Text=" Mine  "')
    await stage.play("as owner")
    for line in ("/entry edit s1", "fill Text=Theirs", "press Publish"):
        await stage.play(line)

    reply = await curate("press Publish")
    assert reply.text.split("These parts differ:")[1] == "\nText\nTheirs: Theirs\nYours: Mine"


async def removed_meanwhile(curate: Ask, publish: Publish, stage: Stage, text: str) -> Reply:
    """Someone removes what is being edited; the reply that its editor gets."""
    await publish(BAR)
    await curate("/entry edit s1")
    await curate(f'fill Text="{text}"')
    await stage.play("as owner")
    await stage.play("/entry remove s1")
    return await curate("press Publish")


async def test_what_was_removed_meanwhile_can_come_back_as_it_was_edited(
    curate: Ask, publish: Publish, stage: Stage
) -> None:
    reply = await removed_meanwhile(curate, publish, stage, "Mine")
    saved = await curate("press Bring it back with mine")

    assert "Zorblax Bar (s1) has been removed, so yours was not saved." in reply.text
    assert saved.text == "Saved: Zorblax Bar (s1), revision 4."
    assert "\nMine\n" in (await curate("/lore s1")).text


async def test_what_was_removed_meanwhile_comes_back_even_if_nothing_was_edited(
    curate: Ask, publish: Publish, stage: Stage
) -> None:
    await removed_meanwhile(curate, publish, stage, BAR.text)

    restored = await curate("press Bring it back with mine")
    assert restored.text == "Restored: Zorblax Bar (s1), revision 3."


async def test_what_was_removed_meanwhile_may_stay_so(
    curate: Ask, publish: Publish, stage: Stage
) -> None:
    await removed_meanwhile(curate, publish, stage, "Mine")
    await curate("press Leave it removed")

    assert (await curate("/lore Zorblax Bar")).text.startswith("Nothing found")
