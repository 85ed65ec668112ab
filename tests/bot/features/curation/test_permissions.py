"""Who may curate: judged by the bot at every command, completion, button, select and form."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Json, Message
from bot.simulator.reading import buttons_of, label_of, selects_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import QuoteDraft
from lore.ledger.records import Actor, ServerEntry

pytestmark = pytest.mark.thorough

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

COMMANDS = [
    "/entry add kind:Quote",
    "/entry edit s1",
    "/entry annotate ultron",
    "/entry remove s1",
    "/entry restore s2",
    "/entry history s1",
    "/entry list",
    "/entry queue",
    "/entry unanswered",
    "/entry export",
    "/entry import FILE",
    "/settings",
    'menu "Save as quote"',
]
BUTTONS = {
    "Publish": ["/entry add kind:Quote", "fill Words=Lanterns"],
    "Edit": ["/entry edit s1", "fill"],
    "Discard": ["/entry annotate ultron", "fill Note=Yes"],
    "Undo": ["/entry restore s2", "/entry remove s2"],
    "History": ["/entry remove s1"],
    "Roll back to 1": ["/entry history s2"],
    "Approve": ["/entry queue"],
    "Edit and approve": ["/entry queue"],
    "Reject": ["/entry queue"],
    "Next": ["/entry queue"],
    "Import 1": ["/entry import FILE"],
}
SELECTS = {
    "set:role": "/settings",
    "set:log": "/settings",
    "set:suggestions": "/settings",
    "set:tiers": "/settings",
    "set:spoilers": "/settings",
    "set:private": "/settings",
    "vain": "/entry unanswered",
}
FORMS = ["form:add:quote:0", "form:edit:s1:1", "form:note:ultron:0", "form:approve:1:0", "reject:1"]
REFUSED = ("Only curators may do this", "Only whoever wrote this draft")


@pytest.fixture
async def server(
    simulator: Simulator, lore_bot: LoreBot, session: SimSession, publish: Publish, guild_id: int
) -> SimSession:
    """Set up a server with data behind every command, all of which Discord offers to all."""
    simulator.state.overridden |= {"entry", "settings", "Save as quote"}
    services, now = lore_bot.services, simulator.state.clock()
    await publish(QuoteDraft("Lanterns out!"))
    await publish(QuoteDraft("Quillons up!"))
    await services.curation.remove(guild_id, "s2", Actor(901, 1, now))
    for number in (1, 2):
        await services.curation.suggest(
            guild_id, QuoteDraft("Zorblax!"), Actor(910 + number, 1, now)
        )
    await services.ledger.questions.count(guild_id, "who is zorblax", now)
    await session.play("message Clint: The city is flying.")
    return session


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with one entry to import."""
    path = tmp_path / "lore.json"
    entry = {"draft": {"kind": "quote", "words": "Vexillum!"}}
    path.write_text(json.dumps({"schema_version": 1, "entries": [entry]}))
    return path


async def curated_state(lore_bot: LoreBot, guild_id: int) -> tuple[object, ...]:
    """Return everything of a server that curators can change."""
    ledger = lore_bot.services.ledger
    return (
        await ledger.entries.server_lore(guild_id),
        await ledger.suggestions.queue(guild_id),
        await ledger.settings.of(guild_id),
    )


def press_data(message: Message, name: str) -> Json:
    """Return what Discord sends for a press of a button, or for a choice in a select."""
    parts = [*buttons_of(message.payload), *selects_of(message.payload)]
    part = next(one for one in parts if name in (label_of(one), one["custom_id"]))
    data: Json = {"custom_id": part["custom_id"], "component_type": part["type"]}
    if part["type"] != 2:
        options = part.get("options", ())
        data |= {"values": [option["value"] for option in options][:1]}
        data |= {} if options else {"resolved": {}}
    return data


def form_data(custom_id: str) -> Json:
    """Return what Discord sends for a form."""
    fields = {"words": "Mine", "text": "Mine", "reason": "Mine"}
    parts = [
        {"type": 18, "id": n, "component": {"type": 4, "id": 50 + n, "custom_id": k, "value": v}}
        for n, (k, v) in enumerate(fields.items(), 1)
    ]
    return {"custom_id": custom_id, "components": parts, "resolved": {}}


async def test_member_may_not_use_a_curator_command(
    server: SimSession, member: Ask, lore_bot: LoreBot, guild_id: int, file: Path
) -> None:
    before = await curated_state(lore_bot, guild_id)
    for line in COMMANDS:
        reply = await member(line.replace("FILE", str(file)))
        assert (reply.text.startswith(REFUSED), reply.ephemeral) == (True, True), line

    assert await curated_state(lore_bot, guild_id) == before
    assert server.user.modal is None


async def test_member_may_not_press_a_curators_button(
    server: SimSession, curate: Ask, lore_bot: LoreBot, guild_id: int, file: Path
) -> None:
    for what in (*BUTTONS, *SELECTS):
        for line in BUTTONS.get(what) or [SELECTS[what]]:
            await curate(line.replace("FILE", str(file)))
        message = next(server.user.seen())
        before = await curated_state(lore_bot, guild_id)
        await server.play("as asker")
        [reply], _ = await server.user.act(
            InteractionKind.COMPONENT, press_data(message, what), message
        )

        assert (reply.text.startswith(REFUSED), reply.ephemeral) == (True, True), what
        assert await curated_state(lore_bot, guild_id) == before


async def test_member_may_not_send_a_curators_form(
    server: SimSession, lore_bot: LoreBot, guild_id: int
) -> None:
    before = await curated_state(lore_bot, guild_id)
    for custom_id in FORMS:
        [reply], _ = await server.user.act(InteractionKind.MODAL, form_data(custom_id))
        assert reply.text.startswith(REFUSED), custom_id

    assert await curated_state(lore_bot, guild_id) == before


@pytest.mark.parametrize("command", ["edit", "remove", "restore", "history"])
async def test_member_gets_no_completions_of_curator_commands(
    server: SimSession, member: Ask, curate: Ask, command: str
) -> None:
    assert (await member(f"complete /entry {command} s")).choices == []
    assert (await curate(f"complete /entry {command} s")).choices
    assert server.user.modal is None


@pytest.fixture
async def by_role(server: SimSession, curate: Ask, simulator: Simulator) -> SimSession:
    """Give the member the role that makes curators, and nothing else."""
    await curate("/settings")
    await curate("choose @Readers")
    state = simulator.state
    state.server(1).members[state.asker.id] = [state.server(1).roles[1].id]
    return server


async def test_curator_role_allows_every_command(
    by_role: SimSession, member: Ask, file: Path
) -> None:
    for line in COMMANDS:
        reply = await member(line.replace("FILE", str(file)))
        assert not reply.text.startswith(REFUSED), line
        assert reply.kind != "error", line

    assert by_role.user.person.name == "Asker"


@pytest.mark.parametrize("what", [*BUTTONS, *(one for one in SELECTS if one != "set:role")])
async def test_curator_role_allows_every_button(
    by_role: SimSession, member: Ask, what: str, file: Path
) -> None:
    for line in BUTTONS.get(what) or [SELECTS[what]]:
        await member(line.replace("FILE", str(file)))
    message = next(by_role.user.seen())
    replies, _ = await by_role.user.act(
        InteractionKind.COMPONENT, press_data(message, what), message
    )

    assert not replies[0].text.startswith(REFUSED)
    assert replies[0].kind != "error"


async def test_curator_role_does_not_allow_choosing_the_role(
    by_role: SimSession, member: Ask, lore_bot: LoreBot, guild_id: int
) -> None:
    before = await curated_state(lore_bot, guild_id)
    await member("/settings")
    message = next(by_role.user.seen())
    [reply], _ = await by_role.user.act(
        InteractionKind.COMPONENT, press_data(message, "set:role"), message
    )

    assert reply.text.startswith("Only people with the permission Manage Server may choose")
    assert await curated_state(lore_bot, guild_id) == before


async def test_removed_role_stops_working_at_the_next_press(
    by_role: SimSession, member: Ask, simulator: Simulator, lore_bot: LoreBot, guild_id: int
) -> None:
    await member("/entry add kind:Quote")
    await member("fill Words=Vexillum")
    before = await curated_state(lore_bot, guild_id)
    simulator.state.server(1).members[simulator.state.asker.id] = []

    assert (await member("press Publish")).text.startswith(REFUSED)
    assert await curated_state(lore_bot, guild_id) == before
    assert by_role.user.modal is None


async def test_curator_of_one_server_does_not_curate_another(
    by_role: SimSession, member: Ask, publish: Publish, simulator: Simulator
) -> None:
    await publish(QuoteDraft("Lanterns!"), simulator.state.server(2).id)
    await by_role.play("in server 2")

    assert (await member("/entry remove s1")).text.startswith(REFUSED)


async def test_everybody_may_suggest(server: SimSession, member: Ask) -> None:
    assert (await member("/suggest kind:Place")).kind == "modal"
    assert server.user.person.name == "Asker"


async def test_discord_hides_curator_commands_from_members(member: Ask) -> None:
    assert "hidden from you" in (await member("/entry queue")).text
    assert "hidden from you" in (await member("/settings")).text


async def test_curator_commands_are_refused_in_private_messages(session: SimSession) -> None:
    await session.play("in dm")

    assert (await session.play("/entry queue")).replies[0].text == "/entry cannot be used here."
    assert (await session.play("/suggest kind:Quote")).replies[0].kind == "error"
