"""The cached state of servers after gateway events of which a part cannot be read."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.cli import clock
from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.gateway import guild_create
from bot.simulator.server import Simulator
from tests.waiting import eventually

pytestmark = pytest.mark.thorough

Ask = Callable[[str], Awaitable[Reply]]

DAMAGED: list[Any] = [None, 7, [None], [{}], [{"id": "x", "type": 0, "name": 7}]]


async def send_event(bot: LoreBot, simulator: Simulator, event: str, data: Any) -> None:
    """Send the bot an event, and wait until it has read it."""
    session = simulator.gateway.sessions[0]
    await session.send(event, data)
    connection = bot._get_websocket(shard_id=0)
    await eventually(lambda: connection.sequence == session.sequence)


def ready_event(simulator: Simulator, guilds: Any) -> dict[str, Any]:
    """Return the READY event with these servers."""
    bot = simulator.state.bot
    return {
        "user": bot.payload(),
        "guilds": guilds,
        "session_id": simulator.gateway.sessions[0].id,
        "resume_gateway_url": simulator.gateway_url,
        "shard": [0, 1],
        "application": {"id": str(bot.id), "flags": 0},
    }


def bot_permissions(bot: LoreBot, simulator: Simulator) -> int:
    """Return the bot's cached permissions in the first server's second channel."""
    guild = bot.get_guild(simulator.state.server(1).id)
    assert guild
    assert not guild.unavailable
    channel = guild.get_channel(simulator.state.server(1).channels[1].id)
    assert channel
    return channel.permissions_for(guild.me).value


@pytest.mark.parametrize(
    "damaged", [None, 7, [], "x", {}, {"id": None}, {"id": "x", "unavailable": True}], ids=str
)
async def test_a_server_without_an_id_keeps_no_other_from_being_served(
    lore_bot: LoreBot,
    simulator: Simulator,
    ask: Ask,
    caplog: pytest.LogCaptureFixture,
    damaged: object,
) -> None:
    first = simulator.state.server(1)
    for _ in range(2):
        listed = [damaged, {"id": str(first.id), "unavailable": True}]
        await send_event(lore_bot, simulator, "READY", ready_event(simulator, listed))
        await send_event(lore_bot, simulator, "GUILD_CREATE", guild_create(simulator.state, first))

    assert bot_permissions(lore_bot, simulator)
    assert (await ask("/bio ultron")).text.startswith("Ultron\n")
    assert simulator.gateway.identifies == 1
    assert [record.name for record in caplog.records] == ["bot.core.connection.gateway_state"]
    caplog.clear()


async def test_who_is_listed_without_an_id_is_not_taken_to_have_sent_the_bot_away(
    lore_bot: LoreBot, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    ledger, unknown = lore_bot.services.ledger, 1 << 22
    await ledger.questions.count(unknown, "who is that", clock(), "")
    await send_event(lore_bot, simulator, "READY", ready_event(simulator, [{"unavailable": True}]))
    await lore_bot.on_ready()
    assert unknown in await ledger.upkeep.guilds()

    await send_event(lore_bot, simulator, "READY", ready_event(simulator, []))
    await lore_bot.on_ready()
    assert unknown not in await ledger.upkeep.guilds()
    caplog.clear()


@pytest.mark.parametrize("guilds", [None, 7, "x", {}], ids=str)
async def test_servers_are_served_even_if_ready_lists_none(
    lore_bot: LoreBot,
    simulator: Simulator,
    ask: Ask,
    caplog: pytest.LogCaptureFixture,
    guilds: object,
) -> None:
    first = simulator.state.server(1)
    await send_event(lore_bot, simulator, "READY", ready_event(simulator, guilds))
    await send_event(lore_bot, simulator, "GUILD_CREATE", guild_create(simulator.state, first))

    assert bot_permissions(lore_bot, simulator)
    assert (await ask("/bio ultron")).text.startswith("Ultron\n")
    assert simulator.gateway.identifies == 1
    caplog.clear()


async def test_only_the_ids_of_servers_in_ready_are_read(
    lore_bot: LoreBot, simulator: Simulator
) -> None:
    first = simulator.state.server(1)
    listed = [{"id": str(first.id), "unavailable": True, "roles": 7, "channels": [None]}]
    await send_event(lore_bot, simulator, "READY", ready_event(simulator, listed))

    guild = lore_bot.get_guild(first.id)
    assert guild
    assert guild.unavailable


@pytest.mark.parametrize("part", ["roles", "channels", "members", "threads"])
async def test_a_partly_readable_server_counts_as_unavailable(
    lore_bot: LoreBot, simulator: Simulator, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    first = simulator.state.server(1)
    whole = guild_create(simulator.state, first)
    for damaged in DAMAGED:
        await send_event(lore_bot, simulator, "GUILD_CREATE", whole | {part: damaged})
        guild = lore_bot.get_guild(first.id)
        assert guild
        assert guild.unavailable
    await send_event(lore_bot, simulator, "GUILD_CREATE", whole)

    assert bot_permissions(lore_bot, simulator)
    assert simulator.gateway.identifies == 1
    caplog.clear()


@pytest.mark.parametrize("event", ["GUILD_CREATE", "GUILD_UPDATE"])
async def test_unneeded_parts_of_a_server_may_be_damaged(
    lore_bot: LoreBot, simulator: Simulator, event: str
) -> None:
    whole = guild_create(simulator.state, simulator.state.server(1))
    needed = {"id", "unavailable", "name", "owner_id", "roles", "channels", "members", "threads"}
    for part in whole.keys() - needed | {"stickers", "features", "incidents_data", "joined_at"}:
        for damaged in DAMAGED:
            await send_event(lore_bot, simulator, event, whole | {part: damaged})

    assert bot_permissions(lore_bot, simulator)


@pytest.mark.parametrize("damaged", DAMAGED, ids=str)
async def test_a_partly_readable_change_changes_nothing(
    lore_bot: LoreBot, simulator: Simulator, caplog: pytest.LogCaptureFixture, damaged: object
) -> None:
    first = simulator.state.server(1)
    before = bot_permissions(lore_bot, simulator)
    channel = first.channels[1].payload()
    roles = first.payload()["roles"]
    overwrites = [{"id": str(first.id), "type": 0, "allow": "0", "deny": "1024"}, damaged]
    changes: list[tuple[str, dict[str, Any]]] = [
        ("GUILD_UPDATE", first.payload() | {"roles": [{"id": "x"}]}),
        ("GUILD_UPDATE", first.payload() | {"roles": [roles[0] | {"permissions": "0"}, damaged]}),
        ("CHANNEL_UPDATE", channel | {"permission_overwrites": overwrites}),
        (
            "GUILD_ROLE_UPDATE",
            {
                "guild_id": str(first.id),
                "role": roles[0] | {"permissions": "0", "colors": None, "tags": damaged},
            },
        ),
    ]
    for event, data in changes:
        await send_event(lore_bot, simulator, event, data)

    assert bot_permissions(lore_bot, simulator) == before
    caplog.clear()
