"""When the commands are synced with Discord, and what happens when a sync fails."""

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
async def extra_command(_: discord.Interaction) -> None:
    """Return a command that was not there before."""


@pytest.fixture
def start(settings: Settings, simulator: Simulator) -> Start:
    """Return a function that starts the bot, has it answer a question, and ends it."""

    async def start(*added: app_commands.Command[Any, ..., None]) -> str:
        async with build_bot(settings, random.Random(7), clock, settings.synced) as bot:
            for command in added:
                bot.tree.add_command(command)
            async with online(bot, simulator):
                turn = await SimSession(simulator).play("/bio ultron")
        return turn.replies[0].text

    return start


def sync_count(simulator: Simulator) -> int:
    return sum(sent.method == "PUT" for sent in simulator.requests)


async def test_commands_are_synced_at_the_first_start_only(
    start: Start, simulator: Simulator
) -> None:
    await start()
    await start()

    assert sync_count(simulator) == 1


async def test_changed_commands_are_synced_again(start: Start, simulator: Simulator) -> None:
    await start()
    await start(extra_command)

    assert sync_count(simulator) == 2


async def test_commands_are_synced_again_for_another_application(
    start: Start, simulator: Simulator, settings: Settings
) -> None:
    await start()
    settings.synced.write_text("1 " + settings.synced.read_text().split()[1])
    await start()

    assert sync_count(simulator) == 2


@pytest.mark.parametrize("status", [400, 403, 503])
async def test_failed_sync_does_not_stop_the_bot_and_is_retried_at_the_next_start(
    start: Start, simulator: Simulator, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    await start()
    simulator.faults.append(Fault(SYNC, status=status))

    assert (await start(extra_command)).startswith("Ultron\n")
    assert "Discord did not take the commands" in caplog.text
    caplog.clear()
    await start(extra_command)
    assert sync_count(simulator) == 3


def synced_command(name: str, kind: int = 1) -> dict[str, object]:
    """Return a command as Discord confirms it."""
    return {"id": "7", "application_id": "8", "type": kind, "name": name, "description": ""}


@pytest.mark.parametrize(
    "body",
    [
        "Log in to this network",
        *({}, None, 7, [], [None], [{}], [{"id": "x"}]),
        [synced_command("bio")],
        [synced_command("no command of ours")],
    ],
    ids=str,
)
async def test_unreadable_answer_to_the_sync_does_not_stop_the_bot(
    start: Start, simulator: Simulator, caplog: pytest.LogCaptureFixture, body: object
) -> None:
    await start()
    simulator.faults.append(Fault(SYNC, status=200, body=body))

    assert (await start(extra_command)).startswith("Ultron\n")
    assert "Discord did not take the commands" in caplog.text
    caplog.clear()
    await start(extra_command)
    assert sync_count(simulator) == 3


async def test_connection_lost_at_the_sync_does_not_stop_the_bot(
    start: Start, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    await start()
    simulator.faults.append(Fault(SYNC, disconnect=True, times=99))

    assert (await start(extra_command)).startswith("Ultron\n")
    caplog.clear()


async def test_commands_are_synced_at_every_start_if_the_note_cannot_be_written(
    start: Start, simulator: Simulator, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.synced.mkdir()
    for _ in range(2):
        assert (await start()).startswith("Ultron")

    assert sync_count(simulator) == 2
    assert "sent again at the next start" in caplog.text
    caplog.clear()


async def test_damaged_note_causes_another_sync(
    start: Start, simulator: Simulator, settings: Settings
) -> None:
    settings.synced.write_bytes(b"\xff\x00")
    await start()
    await start()

    assert sync_count(simulator) == 1
