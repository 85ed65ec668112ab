"""A toy bot, logged in to a simulator."""

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl

from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession
from tests.bot.simulator.toy_bot import ToyBot

_SPEC = Path(__file__).parents[4] / "shared" / "discord" / "check_payload.py"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def check() -> Callable[..., list[str]]:
    """Return a judge by Discord's own specification, where that lies beside the repository."""
    if not _SPEC.exists():
        pytest.skip("check_payload.py is not at hand")
    spec = importlib.util.spec_from_file_location("check_payload", _SPEC)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judge: Callable[..., list[str]] = module.check
    return judge


@asynccontextmanager
async def _logged_in(simulator: Simulator, **options: Any) -> AsyncIterator[ToyBot]:
    async with ToyBot(**options) as bot:
        running = asyncio.create_task(bot.start(TOKEN))
        online = asyncio.create_task(simulator.bot_online())
        await asyncio.wait({running, online}, return_when=asyncio.FIRST_COMPLETED)
        online.cancel()
        if running.done():
            await running
        yield bot
        await bot.close()
        await running


def point_to(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", simulator.api)
    gateway = yarl.URL(simulator.gateway_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)


@pytest.fixture
async def simulator(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    async with Simulator(clock) as simulator:
        point_to(simulator, monkeypatch)
        yield simulator


@pytest.fixture
async def sharded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    async with Simulator(clock, shards=2) as simulator:
        point_to(simulator, monkeypatch)
        yield simulator


@pytest.fixture
async def crowded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    """Return a simulator with more servers than one shard may have."""
    async with Simulator(clock, guilds=2501) as simulator:
        point_to(simulator, monkeypatch)
        yield simulator


@pytest.fixture
async def sharded_bot(sharded: Simulator) -> AsyncIterator[ToyBot]:
    async with _logged_in(sharded) as bot:
        yield bot


@pytest.fixture
def log_in() -> Callable[..., AbstractAsyncContextManager[ToyBot]]:
    return _logged_in


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator[ToyBot]:
    async with _logged_in(simulator) as bot:
        yield bot


@pytest.fixture
async def session(simulator: Simulator, bot: ToyBot) -> SimSession:
    assert bot.user is not None
    return SimSession(simulator)
