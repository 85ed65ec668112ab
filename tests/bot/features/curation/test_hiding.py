"""What a server hides: gone from every page, menu, button and completion; told to curators."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Json, Message
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.ledger.records import Actor, ServerEntry
from lore.pack.model import SERVER, Kind
from lore.query.answers import Scope

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

SEEDS = Path(__file__).parents[4] / "seeds"
SHOWN = "Shown again: Ultron (s1)"
OURS = "For curators: this server hides Ultron (s1)."

# Buttons that say what was typed, and those that draw.
TYPED = ("search", "like", "said", "walk", "picture")

# Every command that tells of the pack, with what is near to Ultron, and every completion.
LINES = (
    "/bio name:tony-stark", "/lore name:ultron", "/lore name:ultron explain:True",
    "/event name:battle-of-sokovia", "/lore name:vibranium", "/lore name:ultro",
    "/lore name:who killed Pietro Maximoff", "/lore name:ultrons end", "/quote speaker:ultron",
    "/quote text:peace in my time", "/quote id:peace-in-my-time", "/quote speaker:natasha-romanoff",
    "/search words:homicidal android", "/search words:mankind kind:Character", "/timeline",
    "/timeline character:tony-stark", "/timeline character:ultron", "/timeline place:sokovia",
    "/entry list", "/entry unanswered", "/entry annotate name:ultron", "/qotd preview",
    "/qotd status", "/help", "/about", "/suggestions",
    "complete /bio name:ul", "complete /lore name:ultron", "complete /event name:ultron",
    "complete /timeline character:u", "complete /quote speaker:u", "complete /quote id:peace",
    "complete /entry hide name:ultr", "complete /entry hide quote:peace",
    "complete /entry annotate name:ult", "complete /qotd set speaker:ul",
    "complete /qotd queue quote:peace",
)  # fmt: skip


def parts(shown: Any) -> Iterator[Json]:
    """Yield all parts of a message."""
    for part in shown if isinstance(shown, list) else ():
        yield part
        yield from parts(part.get("components"))


def offered(reply: Reply) -> Iterator[str]:
    """Yield ids, labels and values of all that can be pressed or chosen in a reply."""
    for choice in reply.choices if reply.kind == "choices" else ():
        yield from (choice["name"], choice["value"])
    for part in parts(reply.shown.get("components")):
        custom_id = part.get("custom_id", "")
        if custom_id.partition(":")[0] not in TYPED:
            yield from custom_id.split(":")
        yield part.get("label", "")
        for option in part.get("options", ()):
            yield from (option["label"], option["value"])


class Walker:
    """Presses all buttons that lead on, each once."""

    def __init__(self, session: SimSession) -> None:
        self._session = session
        self._pressed: set[str] = set()

    async def follow(self, reply: Reply, within: set[str]) -> list[Reply]:
        """Press what leads on within the entries and quotes with these ids; what came of it."""
        [message, *_] = self._session.user.seen()
        found = []
        for part in [*parts(reply.shown.get("components"))]:
            custom_id = part.get("custom_id", "")
            family, *fields = custom_id.split(":")
            if part["type"] != 2 or custom_id in self._pressed or family in ("undo", "remove"):
                continue
            if family in ("timeline", "search") or within & {*fields}:
                self._pressed.add(custom_id)
                found += await self.press(message, part)
        return [*found, *[one for reply in found for one in await self.follow(reply, within)]]

    async def press(self, message: Message, part: Json) -> list[Reply]:
        """Press a button as if it stood on a message."""
        components = message.payload["components"]
        row = {"type": 1, "id": 90, "components": [part | {"id": 91}]}
        components.append(row)
        try:
            data = {"custom_id": part["custom_id"], "component_type": 2, "id": 91}
            replies, _ = await self._session.user.act(InteractionKind.COMPONENT, data, message)
        finally:
            if row in components:
                components.remove(row)
        return replies


async def walk(session: SimSession, curate: Ask, lines: Iterable[str], *within: str) -> None:
    """Play lines and follow their buttons; fail where what is hidden is still offered."""
    await curate("/qotd set channel:#quotes time:09:00 zone:Europe/Berlin")
    await curate("/entry hide name:ultron")
    walker = Walker(session)
    for line in lines:
        reply = await curate(line)
        for one in [reply, *await walker.follow(reply, {*within})]:
            assert one.kind != "error", line
            found = {text.partition(" · ")[0] for text in offered(one)}
            assert found.isdisjoint({"ultron", "Ultron", "peace-in-my-time"}), (line, one.text)


async def test_hidden_entry_is_offered_on_no_page_and_in_no_completion(
    session: SimSession, curate: Ask
) -> None:
    await walk(session, curate, LINES[::4])


@pytest.mark.slow
async def test_hidden_entry_is_offered_nowhere_at_all(session: SimSession, curate: Ask) -> None:
    assert {line.removeprefix("complete ").split()[0] for line in LINES} >= {
        f"/{command['name']}" for command in session.user.commands() if command["type"] == 1
    } - {"/privacy", "/settings", "/suggest"}
    every = (file.stem for file in SEEDS.glob("*/*.toml"))
    lines = [*LINES, *(f"/lore name:{id}" for id in every if id not in ("ultron", "quotes"))]

    await walk(session, curate, lines, "tony-stark", "battle-of-sokovia", "vision", "sokovia")


async def test_hidden_entry_is_unknown_to_members_and_explained_to_curators(
    curate: Ask, member: Ask
) -> None:
    hidden = await curate("/entry hide name:Ultron")
    await curate("press Undo")
    await curate('/entry alias name:ultron alias:"Big Boss"')
    await curate("/entry restore s1")
    lines = ["/bio ultron", "/bio big boss", "/quote speaker:ultron"]
    asked = [await member(line) for line in lines]
    told = [await curate(line) for line in lines]

    assert hidden.text.startswith("Hidden: Ultron (s1)\nIn this server it is found and shown")
    assert "Its 15 quotes went with it." in hidden.text
    assert hidden.buttons == ["Undo", "All hidden", "History"]
    for to_member, to_curator in zip(asked, told, strict=True):
        assert "hides" not in to_member.text
        assert to_curator.text.startswith(to_member.text)
        assert OURS in to_curator.text
        assert to_curator.buttons[-1] == "Show again"
        assert to_curator.ephemeral
    assert "Everything that was asked" in (await curate("/entry unanswered")).text

    assert (await curate("press Show again")).text.startswith(SHOWN)
    assert (await member("/bio ultron")).text.startswith("Ultron\n")


OLD_BUTTONS = (
    "show:ultron", "go:1:ultron", "sources:ultron", "accounts:0:ultron", "quotes:ultron",
    "ask:0:ultron", "said:0:ultron:", "walk:0:ultron::", "timeline:80:ultron:",
    "quote:0:peace-in-my-time", "cited:peace-in-my-time", "picture:quote:peace-in-my-time",
    "picture:relations:ultron", "picture:timeline:80:1:ultron:", "wrong:entry:ultron:0",
)  # fmt: skip


async def test_old_buttons_say_that_the_server_hides_what_they_show(
    session: SimSession, curate: Ask, member: Ask
) -> None:
    await curate("/entry hide ultron")
    await member("/about")
    walker, [message, *_] = Walker(session), session.user.seen()
    for button in OLD_BUTTONS:
        part = {"type": 2, "style": 2, "label": "Old", "custom_id": button}
        [reply] = await walker.press(message, part)

        assert reply.text == "This server hides it: its curators have taken that out here.", button
        assert reply.ephemeral


async def test_list_of_the_hidden_shows_and_restores(curate: Ask, member: Ask) -> None:
    await curate("/entry hide ultron")
    await curate("/entry hide thor")
    listed = await curate("/entry list hidden:True")
    plain = await curate("/entry list")
    chosen = await curate("choose s1")

    assert "- Thor (s2) · character\n- Ultron (s1) · character\n" in listed.text
    assert "It hides 2 of the story" in plain.text
    assert chosen.text.startswith("✓ Shown again: Ultron")
    assert "- Thor (s2)" in chosen.text
    assert (await member("/bio ultron")).text.startswith("Ultron\n")
    assert (await curate("choose s2")).text.endswith("hides an entry or a quote.")


async def test_hidden_quote_is_drawn_and_posted_no_more(curate: Ask, member: Ask) -> None:
    await curate("/qotd set channel:#quotes time:09:00 zone:Europe/Berlin")
    await curate("/qotd queue quote:peace-in-my-time")
    hidden = await curate("/entry hide quote:peace-in-my-time")

    assert hidden.text.startswith("Hidden: “I'm ready. I'm on a mission.")
    assert "peace-in-my-time" not in (await curate("/qotd preview")).text
    assert (await member("/quote id:peace-in-my-time")).text.startswith("Nothing found")
    assert "hides" in (await curate("/quote text:peace in my time")).text


async def test_hiding_is_in_log_history_and_export(
    curate: Ask, lore_bot: LoreBot, guild_id: int
) -> None:
    await curate("/entry hide ultron")
    edit = await curate("/entry edit s1")
    await curate("press All hidden")
    await curate("choose s1")
    history = await curate("/entry history s1")
    files = await lore_bot.services.ledger.exchange.export(guild_id, lore_bot.services.clock())

    assert history.text.startswith("History of s1\nUltron · shown again\nRevision 2 · shown again")
    assert b'"about": "ultron", "name": "Ultron", "of": "entry", "kind": "hide"' in files[0]
    assert "Nothing of it can be changed" in edit.text


async def test_only_one_thing_of_the_story_is_hidden_at_a_time(curate: Ask) -> None:
    neither, both = await curate("/entry hide"), await curate("/entry hide thor quote:peace")
    unknown = await curate("/entry hide quote:nothing-like-it")
    asked = await curate("/entry hide maximoff")
    meant = await curate(f"press {asked.buttons[0]}")

    assert neither.text == both.text
    assert neither.text.startswith("Name what to hide")
    assert unknown.text.startswith("There is no quote “nothing-like-it” in the story.")
    assert meant.text.startswith(f"Hidden: {asked.buttons[0]}")


async def test_a_name_that_is_hidden_does_not_come_to_mean_another_entry(curate: Ask) -> None:
    await curate("/entry hide mjolnir")
    again = [await curate("/entry hide mjolnir"), await curate("/entry alias mjolnir alias:Mew")]

    assert {one.text for one in again} == {"Mjolnir (s1) is hidden in this server."}


async def test_alias_is_added_told_and_taken_back(curate: Ask, member: Ask) -> None:
    added = await curate('/entry alias name:ultron alias:"Big *Boss*"')
    asked = await member("/bio big boss")
    again = await curate('/entry alias name:ultron alias:"big boss"')
    own = await curate("/entry alias name:ultron alias:Ultron")
    meant = await curate("/entry alias name:maximoff alias:Sis")
    chosen = await curate(f"press {meant.buttons[0]}")
    listed = await curate("/entry list")

    assert added.text.startswith("Added: “Big *Boss*” for Ultron (s1)\nIn this server Ultron")
    assert added.buttons == ["Show", "Undo", "History"]
    assert "Found by the alias Big *Boss* of this server" in asked.text
    assert "Called here: Big *Boss*" in asked.text
    assert "found by" in again.text
    assert "found by Ultron already" in own.text
    assert chosen.text.startswith(f"Added: “Sis” for {meant.buttons[0]} (s2)")
    assert "- “Big *Boss*” for Ultron (s1) · alias" in listed.text

    await curate('/entry alias name:thor alias:"Goldilocks"')
    assert (await curate("press Undo")).text.startswith("Removed: “Goldilocks” for Thor (s3)")
    assert (await member("/bio goldilocks")).text.startswith("Nothing found")


WHY_HIDDEN = "his server hides Mjolnir (s1)"
WHY_NOT_SHOWN = "his server does not show what is “Other canon”, as that is: /settings changes it."


@pytest.mark.parametrize(
    "line",
    [
        "/lore mjolnir",
        "/entry annotate mjolnir",
        "/entry link s.axe type:wielded other:mjolnir",
        "/entry when s.fall after:mjolnir",
        "/qotd queue quote:mjolnir date:tomorrow",
    ],
)
async def test_curator_is_told_that_what_is_missing_is_hidden(
    curate: Ask, publish: Publish, line: str
) -> None:
    await curate("/entry hide mjolnir")
    await publish(EntryDraft(Kind.ARTIFACT, "Axe", "It is sharp."))
    await publish(EntryDraft(Kind.EVENT, "Fall", "It fell."))
    await curate("/qotd set channel:#quotes time:09:00 zone:Europe/Berlin what:Entries")

    assert WHY_HIDDEN in (await curate(line)).text


@pytest.mark.parametrize(
    "line",
    [
        "/bio deathlok",
        "/entry annotate deathlok",
        "/entry hide deathlok",
        "/entry alias deathlok alias:Bolt",
        "/entry link s.axe type:wielded other:deathlok",
        "/quote speaker:deathlok",
        "/qotd queue quote:deathlok date:tomorrow",
        "/qotd set what:Quotes speaker:deathlok",
    ],
)
async def test_curator_is_told_that_the_tier_of_what_is_missing_is_not_shown(
    curate: Ask, member: Ask, publish: Publish, lore_bot: LoreBot, guild_id: int, line: str
) -> None:
    await publish(EntryDraft(Kind.ARTIFACT, "Axe", "It is sharp."))
    await curate("/qotd set channel:#quotes time:09:00 zone:Europe/Berlin what:Entries")
    by = Actor(9, 1, datetime(2026, 11, 30, tzinfo=UTC))
    shown = lore_bot.services.library.info.every_tier - {"canon"}
    await lore_bot.services.curation.change_settings(guild_id, by, tiers=tuple(sorted(shown)))

    assert WHY_NOT_SHOWN in (await curate(line)).text
    assert "does not show" not in (await member("/bio deathlok")).text


async def test_curator_is_told_that_the_servers_own_is_not_shown(
    curate: Ask, publish: Publish, lore_bot: LoreBot, guild_id: int
) -> None:
    await publish(QuoteDraft("Lanterns out!", "Quillon"))
    by = Actor(9, 1, datetime(2026, 11, 30, tzinfo=UTC))
    shown = lore_bot.services.library.info.every_tier - {SERVER}
    await lore_bot.services.curation.change_settings(guild_id, by, tiers=tuple(sorted(shown)))
    why = "This server does not show what is “Added by this server”"

    assert why in (await curate("/quote id:s1")).text
    assert why in (await curate("/quote speaker:Quillon")).text


async def test_curator_is_told_how_many_quotes_of_a_speaker_are_hidden(
    curate: Ask, member: Ask, lore_bot: LoreBot, guild_id: int
) -> None:
    library = lore_bot.services.library
    scope = Scope(guild_id, library.info.every_tier)
    ids = [quote.id for quote in await library.quotes_by("tony-stark", scope)]
    for id in ids:
        await curate(f"/entry hide quote:{id}")
    told = await curate("/quote speaker:tony-stark")

    assert f"by its tiers, {len(ids)} quotes of Tony Stark." in told.text
    assert "For curators" not in (await member("/quote speaker:tony-stark")).text
