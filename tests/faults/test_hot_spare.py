"""Two processes on one ledger in PostgreSQL: one acts, the other stands by and takes over."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic

import aiohttp
import asyncpg
import pytest

from bot.cli import clock
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import open_postgres
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.timetable import QotdConfig, Timetable, zone
from tests.faults.conftest import Running, Start
from tests.postgres import Server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(300)]

# A kill is noticed once the lease is over, and a waiting process asks every second.
TAKEN_OVER_WITHIN = 20


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("spare")


@pytest.fixture
def begin(
    start: Start, tmp_path: Path, address: PostgresAddress
) -> Callable[..., Awaitable[Running]]:
    """Return what starts a process with a data folder of its own."""

    async def begin(name: str, code: str = "") -> Running:
        bot = await start(data=tmp_path / name, code=code, lore_ledger_url=address.url)
        if not code:
            await bot.ready()
        return bot

    return begin


async def test_spare_takes_over_after_a_kill_and_the_killed_one_stands_by_then(
    begin: Callable[..., Awaitable[Running]],
    simulator: Simulator,
    session: SimSession,
    address: PostgresAddress,
) -> None:
    first = await begin("first")
    await simulator.bot_online()
    spare = await begin("spare")
    assert (await spare.health())[1]["ledger"] == "standing by"
    assert "lorebot_standing_by 1.0" in await metrics(spare)
    assert simulator.gateway.identifies == 1

    first.process.kill()
    assert await taken_over(address, since=monotonic()) < TAKEN_OVER_WITHIN
    await eventually(lambda: simulator.gateway.identifies == 2)
    await simulator.bot_online()
    [reply] = (await session.play("/bio vision")).replies
    assert reply.text.startswith("Vision")
    again = await begin("first")
    assert (await again.health())[1]["ledger"] == "standing by"


async def taken_over(address: PostgresAddress, since: float) -> float:
    """Wait until another process has the slot; return how many seconds that took."""
    connection = await asyncpg.connect(address.url)
    before = fence = await connection.fetchval("SELECT fence FROM slot")
    while fence == before:
        await asyncio.sleep(0.05)
        fence = await connection.fetchval("SELECT fence FROM slot")
    await connection.close()
    return monotonic() - since


async def metrics(bot: Running) -> str:
    address = f"http://127.0.0.1:{bot.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return await answer.text()


async def test_process_that_ends_gives_the_ledger_up_at_once(
    begin: Callable[..., Awaitable[Running]], simulator: Simulator
) -> None:
    first = await begin("first")
    await simulator.bot_online()
    spare = await begin("spare")
    first.process.terminate()
    ended = monotonic()
    assert await first.ended() == 0
    await eventually(lambda: simulator.gateway.identifies == 2)
    assert monotonic() - ended < 5
    spare.process.terminate()
    assert await spare.ended() == 0
    assert "standing by: process" in spare.said
    assert "taking over the ledger" in spare.said


async def test_process_that_hung_ends_with_75_once_another_took_over(
    begin: Callable[..., Awaitable[Running]], simulator: Simulator
) -> None:
    first = await begin("first")
    await simulator.bot_online()
    await begin("spare")
    first.process.send_signal(signal.SIGSTOP)
    await eventually(lambda: simulator.gateway.identifies == 2)
    await asyncio.sleep(1)
    first.process.send_signal(signal.SIGCONT)
    assert await first.ended() == 75
    assert "has taken over the ledger" in first.said
    assert "esame" not in first.said


# What is waited out after a kill, in seconds, and how fast is posted; neither keeps a post from
# doubling.
HURRIED = """
from datetime import timedelta
import lore.qotd.delivery as delivery, lore.qotd.timetable as timetable
delivery.LEASE, delivery.FRESH = timedelta(seconds=6), timedelta(seconds=4)
timetable.RATE = 2
import lore.ledger.postgres.slot as slot
slot.LEASE, slot.RENEW, slot.ASK = 3.0, 1.0, 0.2
"""


async def states(address: PostgresAddress) -> dict[str, int]:
    """Count the deliveries in each state."""
    connection = await asyncpg.connect(address.url)
    found = await connection.fetch("SELECT state, count(*) FROM quote_delivery GROUP BY state")
    await connection.close()
    return dict(map(tuple, found))


# Stops its process as soon as it is stored that a post is about to be sent.
STOPS = """
import os, signal
from lore.ledger.verbs.qotd_deliveries import SqlQotdDeliveries as Deliveries

async def stopping(*args, intend=Deliveries.intend):
    done, Deliveries.intend = await intend(*args), intend
    os.kill(os.getpid(), signal.SIGSTOP)
    return done

Deliveries.intend = stopping
"""


async def test_process_that_hung_before_it_sent_posts_nothing_once_another_has(
    begin: Callable[..., Awaitable[Running]], simulator: Simulator, address: PostgresAddress
) -> None:
    await scheduled(address, simulator)
    stopped = await begin("first", code=STOPS)
    await eventually(lambda: is_stopped(stopped))
    assert posts(simulator) == [0, 0]
    await begin("spare")
    await eventually(lambda: posts(simulator) == [1, 1])
    # Discord itself would drop a second one for a while.
    for guild in simulator.state.guilds.values():
        guild.channels[1].nonces.clear()
    stopped.process.send_signal(signal.SIGCONT)

    assert await stopped.ended() == 75
    assert posts(simulator) == [1, 1]


def is_stopped(bot: Running) -> bool:
    said = Path(f"/proc/{bot.process.pid}/stat").read_text()
    return said.rpartition(") ")[2].startswith("T")


def posts(simulator: Simulator) -> list[int]:
    """Return how many messages stand in each server's channel."""
    return [len(guild.channels[1].messages) for guild in simulator.state.guilds.values()]


async def scheduled(address: PostgresAddress, simulator: Simulator) -> None:
    """Let every server's quote be due now."""
    async with open_postgres(address) as database:
        await schedule(database, simulator)


async def schedule(database: Database, simulator: Simulator, minutes: int = 0) -> None:
    """Let every server's quote be due in so many minutes, where the day does not end soon."""
    now = clock().replace(second=0, microsecond=0)
    place = zone("UTC" if 3 <= now.hour < 21 else "Asia/Tokyo")
    due = (now + timedelta(minutes=minutes)).astimezone(place)
    table = Timetable(place, due.time())
    for guild in simulator.state.guilds.values():
        config = QotdConfig(guild.channels[1].id, table)
        await qotd_in(database).schedules.set(guild.id, config, now - timedelta(seconds=1))


async def test_spare_that_waits_ends_cleanly(begin: Callable[[str], Awaitable[Running]]) -> None:
    await begin("first")
    spare = await begin("spare")
    spare.process.terminate()
    assert await spare.ended(within=5) == 0
    assert "Traceback" not in spare.said
