"""Curators' lists of their server's lore, and how long it is kept after the bot was removed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord
import pytest

from bot.client import LoreBot
from bot.simulator import interactions
from bot.simulator.exchanges import Reply
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]
Settled = Callable[[], Awaitable[None]]

# A server that the bot was never in.
ELSEWHERE = 123 << 22


def fields_of(form: Reply) -> dict[str, dict]:
    parts = (part["component"] for part in form.shown["components"])
    return {part["custom_id"]: part for part in parts}


def value_of(form: Reply, field: str) -> str:
    return fields_of(form)[field]["value"]


def chosen_in(form: Reply, field: str) -> str:
    [chosen] = [one["value"] for one in fields_of(form)[field]["options"] if one.get("default")]
    return chosen


async def test_added_entries_are_listed_newest_first(curate: Ask, publish: Publish) -> None:
    for number in range(1, 18):
        await publish(QuoteDraft(f"Lantern {number}!"))
    first = await curate("/entry list")

    assert first.text.startswith("This server's own lore\n- “Lantern 17!” (s17) · quote\n")
    assert "Page 1 of 2, 17 in all." in first.text
    assert (await curate("press Older")).text.splitlines()[1:3] == [
        "- “Lantern 2!” (s2) · quote",
        "- “Lantern 1!” (s1) · quote",
    ]


async def test_an_empty_list_says_how_to_add_an_entry(curate: Ask) -> None:
    assert "/entry add begins" in (await curate("/entry list")).text


async def test_unanswered_question_becomes_an_entry(curate: Ask, member: Ask) -> None:
    for _ in range(2):
        await member("/lore Zorblax Quillon")
    vain = await curate("/entry unanswered")
    form = await curate("choose Zorblax Quillon")

    assert "- Zorblax Quillon · 2×" in vain.text
    assert form.kind == "modal"
    assert value_of(form, "name") == "Zorblax Quillon"


IN_VAIN = [
    ("/event Fall of Quillon", "event"),
    ("/bio Fall of Quillon", "character"),
    ("/lore Fall of Quillon kind:Artifact", "artifact"),
    ("/timeline place:Fall of Quillon", "place"),
    ("/search Fall of Quillon kind:Faction", "faction"),
]


@pytest.mark.parametrize(("line", "kind"), IN_VAIN)
async def test_unanswered_question_opens_the_form_of_its_kind(
    curate: Ask, member: Ask, line: str, kind: str
) -> None:
    await member(line)
    listed = await curate("/entry unanswered")
    form = await curate("choose Fall of Quillon")

    assert f"- Fall of Quillon · {kind} · 1×" in listed.text
    assert value_of(form, "name") == "Fall of Quillon"
    assert chosen_in(form, "kind") == kind


async def test_unanswered_quote_words_become_a_quote(curate: Ask, member: Ask) -> None:
    await member("/quote text:Zorblax Quillon forever")
    await curate("/entry unanswered")

    assert value_of(await curate("choose Zorblax Quillon forever"), "words") == (
        "Zorblax Quillon forever"
    )


async def test_unanswered_question_can_be_dismissed_and_restored(
    curate: Ask, member: Ask, session: SimSession
) -> None:
    for line in ("/lore Qwertyuiop", "/lore Zorblax Quillon"):
        await member(line)
    await curate("/entry unanswered")
    message = next(session.user.seen())
    data = {"custom_id": "dismiss", "component_type": 3, "values": ["Qwertyuiop"]}
    [dismissed], _ = await session.user.act(interactions.InteractionKind.COMPONENT, data, message)
    back = await curate("press Undo")

    assert "✓ Dismissed: Qwertyuiop" in dismissed.text
    assert "- Qwertyuiop" not in dismissed.text
    assert "- Zorblax Quillon" in dismissed.text
    assert "- Qwertyuiop" in back.text


async def test_unanswered_list_counts_the_questions_it_does_not_show(
    curate: Ask, lore_bot: LoreBot, guild_id: int, simulator: Simulator
) -> None:
    for number in range(60):
        questions, now = lore_bot.services.ledger.questions, simulator.state.clock()
        await questions.count(guild_id, f"Qwertyuiop {number}", now)

    assert "and 35 more that were asked less often" in (await curate("/entry unanswered")).text


async def test_question_answered_since_is_no_longer_listed(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    await member("/lore Zorblax Quillon")
    await publish(EntryDraft(Kind.PLACE, "Zorblax Quillon", "A bar."))

    assert "was found" in (await curate("/entry unanswered")).text


async def test_empty_list_of_unanswered_questions_says_so(curate: Ask) -> None:
    assert "was found" in (await curate("/entry unanswered")).text


async def test_suggestion_is_logged_with_a_button_to_decide(
    curate: Ask, member: Ask, session: SimSession
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    for line in ("/suggest kind:Quote", 'fill Words="Lanterns out!"', "press Send"):
        await member(line)
    await session.play("in #lore")

    last = next(session.user.seen())
    assert text_of(last.payload, session.names).startswith("@Asker · suggested · quote “Lanterns")
    assert (await curate("press Decide")).text.startswith("Suggestion 1 · 1 of 1")
    assert (await member("press Decide")).text.startswith("Only curators may do this")


async def lose_server(simulator: Simulator, guild_id: int, *, outage: bool) -> None:
    """Send the bot the loss of a server, by its removal from it or by an outage."""
    data = {"id": str(guild_id)} | ({"unavailable": True} if outage else {})
    await simulator.gateway.dispatch(guild_id, "GUILD_DELETE", data)


async def is_kept_after(lore_bot: LoreBot, guild_id: int, days: int, simulator: Simulator) -> bool:
    """Return whether any data of the server would be left after so many days."""
    upkeep = lore_bot.services.ledger.upkeep
    await upkeep.purge(simulator.state.clock() + timedelta(days=days))
    return bool((await lore_bot.services.ledger.entries.server_lore(guild_id)).entries)


async def all_events_processed(session: SimSession, settled: Settled) -> None:
    """Wait until the bot has processed all events sent before this."""
    await session.play("in server 2")
    await session.play("/help")
    await settled()


async def test_guilds_data_is_deleted_a_month_after_the_bot_was_removed(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled,
) -> None:  # fmt: skip
    await publish(QuoteDraft("Lanterns out!"))
    await lose_server(simulator, guild_id, outage=False)
    await all_events_processed(session, settled)

    assert await is_kept_after(lore_bot, guild_id, 29, simulator)
    assert not await is_kept_after(lore_bot, guild_id, 31, simulator)


async def test_guild_outage_keeps_the_guilds_data(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled,
) -> None:  # fmt: skip
    await publish(QuoteDraft("Lanterns out!"))
    await lose_server(simulator, guild_id, outage=True)
    await all_events_processed(session, settled)

    assert await is_kept_after(lore_bot, guild_id, 31, simulator)


async def test_guild_that_invites_the_bot_again_keeps_its_data(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled,
) -> None:  # fmt: skip
    await publish(QuoteDraft("Lanterns out!"))
    await lose_server(simulator, guild_id, outage=False)
    await all_events_processed(session, settled)
    lore_bot.dispatch("guild_join", discord.Object(guild_id))
    await settled()

    assert await is_kept_after(lore_bot, guild_id, 31, simulator)


async def test_removal_from_a_guild_while_offline_is_noticed(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator
) -> None:
    await publish(QuoteDraft("Lanterns out!"), guild_id=5 << 22)
    await publish(QuoteDraft("Lanterns out!"))
    await lore_bot.on_ready()

    assert not await is_kept_after(lore_bot, 5 << 22, 31, simulator)
    assert await is_kept_after(lore_bot, simulator.state.server(1).id, 31, simulator)


async def test_deleted_data_of_a_guild_is_no_longer_answered(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled, member: Ask,
) -> None:  # fmt: skip
    await publish(EntryDraft(Kind.CHARACTER, "Zorblax", "A cook."))
    assert (await member("/lore zorblax")).text.startswith("Zorblax")
    await lose_server(simulator, guild_id, outage=False)
    await all_events_processed(session, settled)
    assert not await is_kept_after(lore_bot, guild_id, 31, simulator)
    lore_bot.services.forget(guild_id)

    await publish(EntryDraft(Kind.CHARACTER, "Quillon", "A baker."))
    await session.play("in server 1")
    assert (await member("/lore zorblax")).text.startswith("Nothing found")
    assert (await member("/lore quillon")).text.startswith("Quillon")


async def test_question_is_not_recorded_for_a_guild_without_the_bot(
    member: Ask, lore_bot: LoreBot, simulator: Simulator, guild_id: int
) -> None:
    removed = asyncio.ensure_future(lore_bot.wait_for("guild_remove", timeout=10))
    await asyncio.sleep(0)
    await simulator.gateway.dispatch(guild_id, "GUILD_DELETE", {"id": str(guild_id)})
    await removed
    reply = await member("/lore Zorblax Quillon")

    assert reply.text.startswith("Nothing found")
    assert await lore_bot.services.ledger.questions.unanswered(guild_id) == ()


async def test_questions_of_guilds_without_the_bot_are_purged(
    lore_bot: LoreBot, simulator: Simulator, guild_id: int
) -> None:
    upkeep, questions = lore_bot.services.ledger.upkeep, lore_bot.services.ledger.questions
    now = simulator.state.clock()
    for server in (guild_id, ELSEWHERE):
        await questions.count(server, "Zorblax", now)
    await lore_bot.on_ready()
    await upkeep.purge(now + timedelta(days=31))

    assert await questions.unanswered(ELSEWHERE) == ()
    assert await questions.unanswered(guild_id)
