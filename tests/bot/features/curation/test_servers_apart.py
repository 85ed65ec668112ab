"""One server's lore is found everywhere in it and in no other; simultaneous edits are not lost."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import Actor, Conflict, ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

HERO = EntryDraft(
    Kind.CHARACTER, "Zorblax", "He lit the lanterns of Quillon.", ("The Lamplighter",)
)
FEAST = EntryDraft(Kind.EVENT, "Feast of Quillon", "Everybody came, even the harbour master.")
WORDS = QuoteDraft("Lanterns out, everyone!", speaker="Ultron", source="The feast")
NOTE = NoteDraft("vibranium", "The lanterns are made of it.")

FOUND = {
    "/bio zorblax": "Zorblax\nThe Lamplighter · Character · Added by this server\n",
    "/bio the lamplighter": "Zorblax\nThe Lamplighter · Character · Added by this server\n",
    "/event feast of quillon": "Feast of Quillon\nEvent · Added by this server · time not told\n",
    "/lore s.zorblax": "Zorblax\nThe Lamplighter · Character · Added by this server\n",
    "/search lit the lanterns": "Found for “lit the lanterns”\nZorblax (s.zorblax) · Character ·",
    "/search lanterns out everyone": "Found for “lanterns out everyone”\nQuote · Added by",
    "/quote id:s3": "“Lanterns out, everyone!”\n— Ultron\nAdded by this server · Quote s3 ·",
    "/quote text:lanterns out everyone": "“Lanterns out, everyone!”\n— Ultron\n",
}
OFFERED = {
    "complete /bio zorb": "Zorblax (s.zorblax) · character, Added by this server",
    "complete /event feast of q": (
        "Feast of Quillon (s.feast-of-quillon) · event, Added by this server"
    ),
    "complete /lore lampl": (
        "The Lamplighter → Zorblax (s.zorblax) · character, Added by this server"
    ),
    "complete /search lit": None,
}


@pytest.fixture
async def added(publish: Publish) -> None:
    """Give server 1 two entries, a quote and a note of its own."""
    for draft in (HERO, FEAST, WORDS, NOTE):
        await publish(draft)


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("line", FOUND)
async def test_every_command_finds_the_servers_lore_and_labels_it(member: Ask, line: str) -> None:
    assert (await member(line)).text.startswith(FOUND[line])


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("line", [line for line, offered in OFFERED.items() if offered])
async def test_every_completion_offers_the_servers_lore_and_labels_it(
    member: Ask, line: str
) -> None:
    assert OFFERED[line] in [choice["name"] for choice in (await member(line)).choices]


async def test_servers_quote_is_among_the_random_quotes(member: Ask, publish: Publish) -> None:
    for number in range(200):
        await publish(QuoteDraft(f"Lantern number {number}, lit!", speaker="Ultron"))
    drawn = [(await member("/quote speaker:ultron")).text for _ in range(12)]

    assert any("Lantern number" in text for text in drawn)


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("line", [*FOUND, *OFFERED, "/lore vibranium", "/entry queue"])
async def test_another_server_sees_none_of_the_lore(
    session: SimSession, curate: Ask, line: str
) -> None:
    await session.play("in server 2")
    reply = await curate(line)

    assert "this server" not in reply.text + str(reply.choices)


@pytest.mark.parametrize("line", [*FOUND, *OFFERED])
async def test_suggested_and_removed_lore_is_not_shown(
    lore_bot: LoreBot, guild_id: int, publish: Publish, member: Ask, simulator: Simulator, line: str
) -> None:
    curation, now = lore_bot.services.curation, simulator.state.clock()
    for number, draft in enumerate((HERO, FEAST, WORDS), 1):
        own = await publish(draft)
        await curation.remove(guild_id, own.id, Actor(800 + number, 1, now))
        await curation.suggest(guild_id, draft, Actor(810 + number, 1, now))
    reply = await member(line)

    seen = reply.text.replace("by this server's curators", "") + str(reply.choices)
    assert "this server" not in seen


def draft_with_secret(rng: random.Random, secret: str) -> Draft:
    """Return a draft of any form that holds words only one server knows."""
    words = f"{secret} {rng.choices(['lantern', 'harbour', 'ultron', 'vibranium'], k=3)}"
    return rng.choice(
        [
            EntryDraft(rng.choices(list(Kind))[0], words, words, (f"{secret} alias",), words),
            QuoteDraft(words, speaker=f"Ultron {secret}", occasion=words),
            NoteDraft(rng.choices(["ultron", "vibranium"])[0], words),
        ]
    )


QUESTIONS = [
    "/lore {}", "/bio {}", "/event {}", "/search {}", "/quote text:{}", "/quote speaker:{}",
    "complete /lore {}", "complete /bio {}", "complete /event {}", "complete /entry edit {}",
    "complete /entry restore {}", "/entry queue", "/entry history s{n}", "/quote id:s{n}",
    "/lore s{n}", "/lore ultron", "/lore vibranium", "/quote", "/entry unanswered",
]  # fmt: skip


async def test_no_question_shows_another_servers_secret(
    lore_bot: LoreBot, publish: Publish, simulator: Simulator, session: SimSession, curate: Ask
) -> None:
    rng, now = random.Random(5), simulator.state.clock()
    secrets = {1: "Zorblaxian", 2: "Quillonite"}
    for step in range(60):
        number = rng.randrange(1, 3)
        guild_id = simulator.state.server(number).id
        curation, secret = lore_bot.services.curation, secrets[number]
        entry = await publish(draft_with_secret(rng, secret), guild_id)
        if step % 3 == 0:
            await curation.remove(guild_id, entry.id, Actor(10_000 + step, 1, now))
        by = Actor(20_000 + step, step + 1, now)
        await curation.suggest(guild_id, draft_with_secret(rng, secret), by)
    for step in range(120):
        here = rng.randrange(1, 3)
        await session.play(f"in server {here}")
        asked = rng.choices(["lantern", "harbour", secrets[here], "ultron"])[0]
        line = rng.choices(QUESTIONS)[0].replace("{n}", str(step % 30)).format(asked)
        reply = await curate(line)

        assert secrets[3 - here] not in str(reply), line


async def test_two_simultaneous_editors_lose_nothing(
    lore_bot: LoreBot, guild_id: int, publish: Publish, simulator: Simulator
) -> None:
    curation, now = lore_bot.services.curation, simulator.state.clock()
    entry = await publish(NoteDraft("ultron", "0"))
    saved = []

    async def append(person: int, count: int) -> None:
        """Edit until each of so many words was added to the text."""
        seen = entry
        for number in range(count):
            while True:
                told = NoteDraft("ultron", f"{seen.draft.text} {person}.{number}")  # type: ignore[union-attr]
                by = Actor(person * 1_000 + len(saved), person, now)
                saved.append(by)
                done = await curation.edit(guild_id, entry.id, told, seen.revision, by)
                if not isinstance(done, Conflict):
                    seen = done
                    break
                seen = done.current

    await asyncio.gather(append(1, 10), append(2, 10))
    end = await lore_bot.services.ledger.entries.entry(guild_id, entry.id)

    assert isinstance(end.draft, NoteDraft)
    assert sorted(end.draft.text.split()) == sorted(
        ["0", *(f"{person}.{number}" for person in (1, 2) for number in range(10))]
    )
    assert end.revision == 21
