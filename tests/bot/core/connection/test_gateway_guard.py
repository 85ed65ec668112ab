"""Damaged events of Discord's gateway, which discord.py cannot read."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from tests.waiting import eventually

Ask = Callable[[str], Awaitable[Reply]]

# Each wrong in its type, in its keys, or null.
DAMAGED: list[Any] = [None, [], "x", 7, {}, {"id": None}, {"id": "x", "guild_id": []}, [{}]]


@pytest.fixture
def gateway_of_all(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let new gateway sessions begin at the simulator too."""
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(simulator.gateway_url))


async def processed(bot: LoreBot, simulator: Simulator) -> None:
    """Wait until the bot has read everything sent so far."""
    session = simulator.gateway.sessions[0]
    connection = bot._get_websocket(shard_id=0)
    await eventually(lambda: connection.sequence == session.sequence)


async def test_no_damaged_event_stops_the_bot(
    lore_bot: LoreBot, simulator: Simulator, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    events = sorted(set(lore_bot._connection.parsers) - {"READY"})
    assert {"MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE"} <= set(events)
    for event in (*events, "RESUMED", "NOT_YET_INVENTED"):
        for damaged in DAMAGED:
            await simulator.gateway.dispatch(None, event, damaged)
    await processed(lore_bot, simulator)

    assert (await ask("/bio ultron")).text.startswith("Ultron\n")
    assert (simulator.gateway.identifies, simulator.gateway.resumes) == (1, 0)
    caplog.clear()


async def test_damage_of_one_kind_is_logged_once_without_its_content(
    lore_bot: LoreBot, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        await simulator.gateway.dispatch(None, "INTERACTION_CREATE", {"id": "what Ann wrote"})
    await processed(lore_bot, simulator)

    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "ValueError in parse_interaction_create" in said[0]
    assert "Ann" not in caplog.text
    caplog.clear()


@pytest.mark.parametrize("frame", ["{", "[]", "null", '{"op": 0, "t": ["x"], "d": {}}', '"x"'])
async def test_a_gateway_frame_that_is_not_an_event_is_skipped(
    lore_bot: LoreBot,
    simulator: Simulator,
    ask: Ask,
    caplog: pytest.LogCaptureFixture,
    frame: str,
) -> None:
    socket = simulator.gateway.sessions[0].socket
    assert socket
    await socket.send_str(frame)

    assert (await ask("/bio ultron")).text.startswith("Ultron\n")
    assert simulator.gateway.identifies == 1
    assert not lore_bot.is_closed()
    caplog.clear()


@pytest.mark.thorough
@pytest.mark.usefixtures("gateway_of_all")
async def test_bot_reconnects_after_a_broken_stream(
    simulator: Simulator, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    socket = simulator.gateway.sessions[0].socket
    assert socket
    simulator.gateway.online.clear()
    await socket.send_bytes(b"no zlib\x00\x00\xff\xff")
    await simulator.bot_online()

    assert (await ask("/bio ultron")).text.startswith("Ultron\n")
    assert simulator.gateway.identifies == 2
    caplog.clear()


@pytest.mark.thorough
@pytest.mark.usefixtures("gateway_of_all")
async def test_bot_reconnects_after_a_damaged_ready_event(
    simulator: Simulator, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.gateway.online.clear()
    await simulator.gateway.sessions[0].send("READY", {"session_id": "x", "user": None})
    await simulator.bot_online()

    assert (await ask("/bio ultron")).text.startswith("Ultron\n")
    assert simulator.gateway.identifies == 2
    assert "the connection is opened anew" in caplog.text
    caplog.clear()
