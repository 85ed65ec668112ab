"""What curators see of their server, and what is kept of it once the bot was taken out."""

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


async def test_all_that_was_added_is_listed_the_newest_first(curate: Ask, publish: Publish) -> None:
    for number in range(1, 18):
        await publish(QuoteDraft(f"Lantern {number}!"))
    first = await curate("/entry list")

    assert first.text.startswith("This server's own lore\n- “Lantern 17!” (s17) · quote\n")
    assert "Page 1 of 2, 17 in all." in first.text
    assert (await curate("press Older")).text.splitlines()[1:3] == [
        "- “Lantern 2!” (s2) · quote",
        "- “Lantern 1!” (s1) · quote",
    ]


async def test_a_server_that_added_nothing_is_told_how_to_begin(curate: Ask) -> None:
    assert "/entry add begins" in (await curate("/entry list")).text


async def test_what_members_asked_in_vain_becomes_an_entry(curate: Ask, member: Ask) -> None:
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
async def test_what_was_asked_in_vain_comes_back_with_its_kind(
    curate: Ask, member: Ask, line: str, kind: str
) -> None:
    await member(line)
    listed = await curate("/entry unanswered")
    form = await curate("choose Fall of Quillon")

    assert f"- Fall of Quillon · {kind} · 1×" in listed.text
    assert value_of(form, "name") == "Fall of Quillon"
    assert chosen_in(form, "kind") == kind


async def test_words_of_a_quote_asked_in_vain_become_a_quote(curate: Ask, member: Ask) -> None:
    await member("/quote text:Zorblax Quillon forever")
    await curate("/entry unanswered")

    assert value_of(await curate("choose Zorblax Quillon forever"), "words") == (
        "Zorblax Quillon forever"
    )


async def test_what_was_asked_in_vain_can_be_dismissed_and_brought_back(
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


async def test_it_is_said_how_many_more_were_asked_in_vain(
    curate: Ask, lore_bot: LoreBot, guild_id: int, simulator: Simulator
) -> None:
    for number in range(60):
        questions, now = lore_bot.services.ledger.questions, simulator.state.clock()
        await questions.count(guild_id, f"Qwertyuiop {number}", now)

    assert "and 35 more that were asked less often" in (await curate("/entry unanswered")).text


async def test_what_has_found_an_answer_since_is_no_longer_listed(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    await member("/lore Zorblax Quillon")
    await publish(EntryDraft(Kind.PLACE, "Zorblax Quillon", "A bar."))

    assert "was found" in (await curate("/entry unanswered")).text


async def test_nothing_asked_in_vain_is_said_to_be_so(curate: Ask) -> None:
    assert "was found" in (await curate("/entry unanswered")).text


async def test_a_suggestion_is_logged_with_a_way_to_decide(
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


async def left(simulator: Simulator, guild_id: int, *, outage: bool) -> None:
    """Tell the bot that it lost a server, by being taken out of it or by an outage."""
    data = {"id": str(guild_id)} | ({"unavailable": True} if outage else {})
    await simulator.gateway.dispatch(guild_id, "GUILD_DELETE", data)


async def kept(lore_bot: LoreBot, guild_id: int, days: int, simulator: Simulator) -> bool:
    """Whether anything of the server would be there after so many days."""
    upkeep = lore_bot.services.ledger.upkeep
    await upkeep.purge(simulator.state.clock() + timedelta(days=days))
    return bool((await lore_bot.services.ledger.entries.server_lore(guild_id)).entries)


async def heard(session: SimSession, settled: Settled) -> None:
    """Wait until the bot has heard all that was sent before this."""
    await session.play("in server 2")
    await session.play("/help")
    await settled()


async def test_what_a_server_added_goes_a_month_after_the_bot_was_taken_out(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled,
) -> None:  # fmt: skip
    await publish(QuoteDraft("Lanterns out!"))
    await left(simulator, guild_id, outage=False)
    await heard(session, settled)

    assert await kept(lore_bot, guild_id, 29, simulator)
    assert not await kept(lore_bot, guild_id, 31, simulator)


async def test_an_outage_is_no_leaving(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled,
) -> None:  # fmt: skip
    await publish(QuoteDraft("Lanterns out!"))
    await left(simulator, guild_id, outage=True)
    await heard(session, settled)

    assert await kept(lore_bot, guild_id, 31, simulator)


async def test_whoever_takes_the_bot_back_in_loses_nothing(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled,
) -> None:  # fmt: skip
    await publish(QuoteDraft("Lanterns out!"))
    await left(simulator, guild_id, outage=False)
    await heard(session, settled)
    lore_bot.dispatch("guild_join", discord.Object(guild_id))
    await settled()

    assert await kept(lore_bot, guild_id, 31, simulator)


async def test_a_server_that_took_the_bot_out_while_it_was_away_is_noticed(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator
) -> None:
    await publish(QuoteDraft("Lanterns out!"), guild_id=5 << 22)
    await publish(QuoteDraft("Lanterns out!"))
    await lore_bot.on_ready()

    assert not await kept(lore_bot, 5 << 22, 31, simulator)
    assert await kept(lore_bot, simulator.state.server(1).id, 31, simulator)


async def test_what_was_deleted_with_its_server_is_answered_no_more(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, guild_id: int, session: SimSession,
    settled: Settled, member: Ask,
) -> None:  # fmt: skip
    await publish(EntryDraft(Kind.CHARACTER, "Zorblax", "A cook."))
    assert (await member("/lore zorblax")).text.startswith("Zorblax")
    await left(simulator, guild_id, outage=False)
    await heard(session, settled)
    assert not await kept(lore_bot, guild_id, 31, simulator)
    lore_bot.services.forget(guild_id)

    await publish(EntryDraft(Kind.CHARACTER, "Quillon", "A baker."))
    await session.play("in server 1")
    assert (await member("/lore zorblax")).text.startswith("Nothing found")
    assert (await member("/lore quillon")).text.startswith("Quillon")


async def test_a_question_is_not_counted_for_a_server_that_the_bot_is_not_in(
    member: Ask, lore_bot: LoreBot, simulator: Simulator, guild_id: int
) -> None:
    heard = asyncio.ensure_future(lore_bot.wait_for("guild_remove", timeout=10))
    await asyncio.sleep(0)
    await simulator.gateway.dispatch(guild_id, "GUILD_DELETE", {"id": str(guild_id)})
    await heard
    reply = await member("/lore Zorblax Quillon")

    assert reply.text.startswith("Nothing found")
    assert await lore_bot.services.ledger.questions.unanswered(guild_id) == ()


async def test_what_was_counted_for_servers_that_the_bot_is_not_in_is_purged(
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
