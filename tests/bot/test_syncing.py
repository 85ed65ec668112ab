"""When the commands are sent to Discord, and what comes of it when it refuses them."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.app import build_bot
from bot.cli import clock
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.faults import Fault
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

SYNC = "PUT /applications/*/commands"

Start = Callable[..., Awaitable[str]]


@app_commands.command(description="One more")
async def more(_: discord.Interaction) -> None:
    """A command that was not there before."""


@pytest.fixture
def start(settings: Settings, simulator: Simulator) -> Start:
    """Starts the bot, has it answer a question, and ends it."""

    async def start(*added: app_commands.Command[Any, ..., None]) -> str:
        async with build_bot(settings, random.Random(7), clock, settings.synced) as bot:
            for command in added:
                bot.tree.add_command(command)
            async with online(bot, simulator):
                turn = await SimSession(simulator).play("/bio ultron")
        return turn.replies[0].text

    return start


def syncs(simulator: Simulator) -> int:
    return sum(sent.method == "PUT" for sent in simulator.requests)


async def test_commands_are_sent_at_the_first_start_only(
    start: Start, simulator: Simulator
) -> None:
    await start()
    await start()

    assert syncs(simulator) == 1


async def test_commands_are_sent_again_when_they_have_changed(
    start: Start, simulator: Simulator
) -> None:
    await start()
    await start(more)

    assert syncs(simulator) == 2


async def test_commands_are_sent_again_for_another_application(
    start: Start, simulator: Simulator, settings: Settings
) -> None:
    await start()
    settings.synced.write_text("1 " + settings.synced.read_text().split()[1])
    await start()

    assert syncs(simulator) == 2


@pytest.mark.parametrize("status", [400, 403, 503])
async def test_a_sync_that_fails_stops_nothing_and_is_tried_at_the_next_start(
    start: Start, simulator: Simulator, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    await start()
    simulator.faults.append(Fault(SYNC, status=status))

    assert (await start(more)).startswith("Ultron\n")
    assert "Discord did not take the commands" in caplog.text
    caplog.clear()
    await start(more)
    assert syncs(simulator) == 3


def named(name: str, kind: int = 1) -> dict[str, object]:
    """A command, as Discord tells that it has taken it."""
    return {"id": "7", "application_id": "8", "type": kind, "name": name, "description": ""}


@pytest.mark.parametrize(
    "body",
    [
        "Log in to this network",
        *({}, None, 7, [], [None], [{}], [{"id": "x"}]),
        [named("bio")],
        [named("no command of ours")],
    ],
    ids=str,
)
async def test_an_answer_to_the_sync_that_cannot_be_read_stops_nothing(
    start: Start, simulator: Simulator, caplog: pytest.LogCaptureFixture, body: object
) -> None:
    await start()
    simulator.faults.append(Fault(SYNC, status=200, body=body))

    assert (await start(more)).startswith("Ultron\n")
    assert "Discord did not take the commands" in caplog.text
    caplog.clear()
    await start(more)
    assert syncs(simulator) == 3


async def test_a_connection_that_breaks_at_the_sync_stops_nothing(
    start: Start, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    await start()
    simulator.faults.append(Fault(SYNC, disconnect=True, times=99))

    assert (await start(more)).startswith("Ultron\n")
    caplog.clear()


async def test_where_it_cannot_be_noted_the_commands_are_sent_at_every_start(
    start: Start, simulator: Simulator, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.synced.mkdir()
    for _ in range(2):
        assert (await start()).startswith("Ultron")

    assert syncs(simulator) == 2
    assert "sent again at the next start" in caplog.text
    caplog.clear()


async def test_a_damaged_note_has_the_commands_sent_again(
    start: Start, simulator: Simulator, settings: Settings
) -> None:
    settings.synced.write_bytes(b"\xff\x00")
    await start()
    await start()

    assert syncs(simulator) == 1
