"""`/privacy`: stored data about a person is explained, shown and deleted on request."""

import json
from collections.abc import Awaitable, Callable

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import QuoteDraft
from lore.ledger.records import ServerEntry

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]


async def test_privacy_says_what_is_stored_in_servers_and_elsewhere(
    ask: Ask, session: SimSession
) -> None:
    here = await ask("/privacy")
    await session.play("in dm")

    assert here.ephemeral
    assert here.buttons == ["Show what is kept of me", "Delete my data"]
    assert (await ask("/privacy")).text == here.text


async def test_a_person_without_stored_data_gets_a_page_that_says_so(ask: Ask) -> None:
    await ask("/privacy")

    assert (await ask("press Show what is kept of me")).text == "Nothing is kept of you."
    assert "nothing to delete" in (await ask("press Delete my data")).text


async def test_person_is_shown_all_data_stored_about_them(
    curate: Ask, publish: Publish, simulator: Simulator
) -> None:
    await publish(QuoteDraft("Lanterns out!"))
    await curate("/privacy")
    reply = await curate("press Show what is kept of me")
    content = simulator.state.uploads.data(int(reply.shown["attachments"][0]["id"]))

    assert {row["table"] for row in json.loads(content)} == {"entry", "revision", "action"}


async def test_deleted_personal_data_is_stored_nowhere(
    curate: Ask, publish: Publish, lore_bot: LoreBot, simulator: Simulator
) -> None:
    await publish(QuoteDraft("Lanterns out!"))
    await curate("/privacy")
    ask_first = await curate("press Delete my data")
    done = await curate(f"press {ask_first.buttons[0]}")

    assert ask_first.buttons == ["Delete from 3 places"]
    assert done.text.startswith("Done. Your id was taken out of 3 places")
    assert await lore_bot.services.ledger.upkeep.person_data(simulator.state.curator.id) == ()


async def test_entries_of_a_deleted_person_stay_without_their_name(
    curate: Ask, publish: Publish
) -> None:
    await publish(QuoteDraft("Lanterns out!"))
    for line in ("/privacy", "press Delete my data", "press Delete from 3 places"):
        await curate(line)

    assert (await curate("/quote id:s1")).text.startswith("“Lanterns out!”")
    assert "Revision 1 · added · someone ·" in (await curate("/entry history s1")).text
