"""Errors at the login: told apart as a bug of ours or a server that is not Discord."""

import asyncio
import random
from contextlib import suppress

import pytest
from discord.http import Route

from bot.app import build_bot
from bot.cli import clock
from bot.ops.running import UNREACHABLE, GarbledError, ending, online
from bot.settings import Settings
from bot.simulator.faults import Fault
from bot.simulator.server import TOKEN, Simulator
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def discord_is_the_simulator(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", simulator.api)


async def test_own_bug_during_the_login_is_not_blamed_on_discord(
    settings: Settings,
) -> None:
    async with build_bot(settings, random.Random(7), clock, settings.synced) as bot:
        bot._synced = 5  # type: ignore[assignment]  # the fault
        with pytest.raises(AttributeError) as raised:
            await online(bot, TOKEN)
    assert ending(raised.value) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((200, body) for body in ("Log in to this network", [], {}, {"id": "x"}, b"", b"{")),
        (401, b"<html>Sign in</html>"),
    ],
)
async def test_login_answered_by_something_else_is_reported_as_such(
    settings: Settings, simulator: Simulator, status: int, body: object
) -> None:
    simulator.faults.append(Fault("GET /users/@me", status=status, body=body))
    async with build_bot(settings, random.Random(7), clock) as bot:
        with pytest.raises(GarbledError) as raised:
            await online(bot, TOKEN)
    known = ending(raised.value)
    assert known
    assert known[0].startswith("Discord cannot be reached: what answers is not Discord")
    assert known[1] == UNREACHABLE


@pytest.mark.parametrize(
    "told",
    [{"url": 7}, {"url": "nowhere"}, {"shards": 0}, {"shards": -1}, {"shards": "x"}],
    ids=str,
)
async def test_invalid_gateway_address_ends_the_start(
    settings: Settings, simulator: Simulator, told: dict[str, object]
) -> None:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    body = {"url": simulator.gateway_url, "shards": 1, "session_start_limit": limit} | told
    simulator.faults.append(Fault("GET /gateway/bot", status=200, body=body))
    async with build_bot(settings, random.Random(7), clock) as bot:
        async with asyncio.timeout(20):
            with pytest.raises(GarbledError):
                await online(bot, TOKEN)


@pytest.mark.parametrize("silent", ["GET /users/@me", "GET /gateway/bot"])
async def test_unanswered_login_is_logged_until_the_timeout(
    settings: Settings, simulator: Simulator, caplog: pytest.LogCaptureFixture, silent: str
) -> None:
    simulator.faults.append(Fault(silent, delay=60))
    async with build_bot(settings, random.Random(7), clock) as bot:
        going = asyncio.create_task(online(bot, TOKEN, tell_after=0.02))
        await eventually(lambda: "connecting to Discord after 0.04 seconds" in caplog.text)
        going.cancel()
        with suppress(asyncio.CancelledError):
            await going
        await eventually(lambda: not any("_tell_while" in repr(t) for t in asyncio.all_tasks()))
