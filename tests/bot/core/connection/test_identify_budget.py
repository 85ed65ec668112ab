"""How often the bot may identify with Discord in a day, over any number of restarts."""

import asyncio
import random
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from yarl import URL

from bot.app import build_app, build_bot
from bot.cli import clock
from bot.core.connection.identify_budget import DAY, FREE, PACE, IdentifyBudget, PausedError
from bot.core.connection.identify_queue import LATE, IdentifyQueue
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.server import TOKEN, Simulator
from tests.waiting import eventually

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class ManualClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def gateway_heartbeats() -> list[KeepAliveHandler]:
    """Return the threads that keep gateway connections alive."""
    return [one for one in threading.enumerate() if isinstance(one, KeepAliveHandler)]


async def identify_times(file: Path, wall: ManualClock, length: timedelta) -> list[datetime]:
    """Return when a process identifies that ends at once and is restarted without a pause."""
    moments = []
    end = wall.now + length
    while wall.now < end:
        budget = IdentifyBudget(file, wall)
        wall.now += budget.pause()
        budget.spend()
        moments.append(wall.now)
        wall.now += timedelta(seconds=1)
    return moments


async def test_process_that_keeps_restarting_stays_under_discords_daily_limit(
    tmp_path: Path,
) -> None:
    moments = await identify_times(tmp_path / "identifies", ManualClock(), 2 * DAY)
    for moment in moments[:: len(moments) // 50]:
        assert sum(moment <= other < moment + DAY for other in moments) < 1000
    assert len(moments) > 1000


async def test_identifies_over_a_day_ago_or_in_the_future_are_not_counted(tmp_path: Path) -> None:
    file = tmp_path / "identifies"
    wrong = [NOON - DAY, NOON - 2 * DAY, NOON + DAY]
    file.write_text("\n".join(moment.isoformat() for moment in wrong * FREE))
    assert not IdentifyBudget(file, ManualClock()).pause()


async def test_damaged_budget_file_does_not_prevent_connecting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "identifies"
    file.write_bytes(b"\xff\n2026-05-01\n" + NOON.isoformat().encode() + b"\n12:00\n")
    budget = IdentifyBudget(file, ManualClock())
    assert not budget.pause()
    file.unlink()
    file.mkdir()
    budget.spend()
    assert "not remembered" in caplog.text
    caplog.clear()


async def test_only_one_of_several_waiting_processes_identifies(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wall = ManualClock()
    file = tmp_path / "identifies"
    file.write_text(f"{(NOON - PACE + timedelta(milliseconds=1)).isoformat()}\n" * FREE)
    budget = IdentifyBudget(file, wall)
    waiting = [asyncio.create_task(budget.wait()) for _ in range(2)]
    await eventually(lambda: f"connected {FREE} times in 24 hours" in caplog.text)
    wall.now += timedelta(seconds=1)
    await asyncio.gather(*waiting)
    budget.spend()
    with pytest.raises(PausedError):
        budget.spend()
    assert budget.pause() == PACE


async def test_bot_started_too_often_waits_before_it_identifies(
    settings: Settings, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    settings.identifies.write_text(f"{clock().isoformat()}\n" * FREE)
    async with build_bot(settings, random.Random(7), clock, settings.synced) as bot:
        starting = asyncio.create_task(online(bot, simulator).__aenter__())
        await eventually(lambda: "Waiting" in caplog.text)
        starting.cancel()
    assert TOKEN not in caplog.text
    assert simulator.gateway.identifies == 0
    assert gateway_heartbeats() == []
    caplog.clear()


async def test_bot_opens_no_connection_while_it_waits_to_identify(
    settings: Settings, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    settings.identifies.write_text(f"{clock().isoformat()}\n" * (FREE - 1))
    async with (
        build_bot(settings, random.Random(7), clock, settings.synced) as bot,
        online(bot, simulator),
    ):
        former = gateway_heartbeats()
        await simulator.gateway.invalidate()
        await eventually(lambda: "Waiting" in caplog.text)
        assert not set(gateway_heartbeats()) - set(former)
    assert simulator.gateway.identifies == 1
    caplog.clear()


async def test_identifies_are_remembered_across_restarts(
    settings: Settings, simulator: Simulator
) -> None:
    for _ in range(2):
        async with (
            build_bot(settings, random.Random(7), clock, settings.synced) as bot,
            online(bot, simulator),
        ):
            pass
    assert len(settings.identifies.read_text().split()) == simulator.gateway.identifies == 2


def test_several_processes_share_the_identifies_of_a_day_out() -> None:
    shares = [IdentifyBudget(None, clock, processes) for processes in (1, 4)]
    for budget in shares:
        while not budget.pause():
            budget.spend()
    assert [len(budget._spent) for budget in shares] == [FREE, FREE // 4]


async def test_bot_of_several_processes_waits_once_none_may_connect_any_more(
    settings: Settings,
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # With a number of shards, discord.py asks for no address.
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(simulator.gateway_url))
    several = settings.model_copy(update={"processes": 2, "shard_count": 1})
    simulator.gateway.identifies = 1000
    async with build_app(several, random.Random(7), clock, None, online=True) as parts:
        starting = asyncio.create_task(online(parts.bot, simulator).__aenter__())
        await eventually(lambda: "its processes have used up" in caplog.text)
        starting.cancel()
    assert "Waiting 86" in caplog.text
    assert simulator.gateway.identifies == 1000
    caplog.clear()


def test_budget_is_there_again_once_discord_says() -> None:
    wall = ManualClock()
    budget = IdentifyBudget(None, wall)
    budget.use_up(timedelta(hours=2))
    assert budget.pause() == timedelta(hours=2)
    wall.now += timedelta(hours=2)
    assert not budget.pause()


async def test_shard_that_comes_too_late_for_its_ticket_draws_another(
    settings: Settings, simulator: Simulator
) -> None:
    drawn = []

    async def ticket(_: int, longer: float) -> float:
        drawn.append(longer)
        if len(drawn) == 1:
            await asyncio.sleep(LATE + 0.01)
        return 0.0

    async with (
        build_bot(settings, random.Random(7), clock, settings.synced) as bot,
        online(bot, simulator),
    ):
        await IdentifyQueue(ticket, IdentifyBudget(None, clock)).wait(0, bot.http)
    first, second, *_ = drawn
    assert (first, second >= 2 * LATE) == (0, True)
