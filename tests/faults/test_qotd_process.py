"""The real process on the rehearsal: killed again and again, and with ten thousand servers."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from time import monotonic

import pytest

from bot.cli import clock
from bot.simulator.faults import Fault
from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.ledger import sqlite_qotd
from lore.qotd.delivery import State
from lore.qotd.timetable import MOST_POSTS, RATE, QotdConfig, Timetable, zone

pytestmark = pytest.mark.slow

SEND = "POST /channels/*/messages"
START = """
import sys
from datetime import timedelta
from pathlib import Path
from discord.http import Route
from lore.qotd import timetable
Route.BASE, off, timetable.RATE = sys.argv.pop(1), Path(sys.argv.pop(1)), int(sys.argv.pop(1))
import bot.cli as lorebot
true = lorebot.clock
lorebot.clock = lambda: true() + timedelta(hours=float(off.read_text() or 0))
lorebot.main()
"""


def posts(simulator):
    """How many messages stand in each server's channel."""
    return [len(guild.channels[1].messages) for guild in simulator.state.guilds.values()]


async def scheduled(ledger, simulator):
    """Let every server's quote be due at the present minute."""
    minute = clock().replace(second=0, microsecond=0)
    table = Timetable(zone("UTC"), minute.time())
    async with open_store(ledger) as database:
        for guild in simulator.state.guilds.values():
            config = QotdConfig(guild.channels[1].id, table)
            await sqlite_qotd(database).schedules.set(
                guild.id, config, minute - timedelta(seconds=1)
            )


async def scheduled_often(ledger, simulator):
    """Let as many posts of every server as it may have be due at the present minute."""
    minute = clock().replace(second=0, microsecond=0)
    table = Timetable(zone("UTC"), minute.time())
    async with open_store(ledger) as database:
        for guild in simulator.state.guilds.values():
            config = QotdConfig(guild.channels[1].id, table)
            for _ in range(MOST_POSTS):
                await sqlite_qotd(database).schedules.add(
                    guild.id, config, minute - timedelta(seconds=1)
                )
        async with database.write() as tx:
            # None is later than the others, as it would be at a lower rate.
            await tx.run("UPDATE quote_schedule SET next_due = ?", (int(minute.timestamp()),))


async def states(ledger, simulator):
    """How many deliveries ended in which state."""
    async with open_store(ledger) as database:
        found = [
            await sqlite_qotd(database).plans.history(guild) for guild in simulator.state.guilds
        ]
    return Counter(delivery.state for deliveries in found for delivery in deliveries)


async def finished(ledger, seconds):
    """Wait until no delivery is planned or on its way, or that long."""
    for _ in range(seconds):
        # Read beside the running process, which alone may open the ledger to write.
        with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as db:
            under_way = "SELECT 1 FROM quote_delivery WHERE state IN ('planned', 'sending')"
            if db.execute(under_way).fetchone() is None:
                return
        await asyncio.sleep(1)


@asynccontextmanager
async def running(data, simulator, rate=RATE):
    """The bot as an operator starts it, but for Discord's address and the rate; killed at the end.

    Its clock is off by the hours in a file beside its ledger.
    """
    off = data / "off"
    off.touch()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, simulator.api, str(off), str(rate)),
        *("run", "--data", str(data)),
        env={**os.environ, "DISCORD_TOKEN": TOKEN, "LORE_LOG_LEVEL": "ERROR"},  # noqa: TID251
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def grown(simulator, count, seconds):
    """Wait until that many servers have a post, or that long."""
    for _ in range(round(seconds / 0.02)):
        if sum(map(bool, posts(simulator))) >= count:
            return
        await asyncio.sleep(0.02)


@pytest.mark.timeout(900)
async def test_no_post_is_lost_or_doubled_when_killed_at_any_moment(tmp_path):
    servers, rng, kills = 400, random.Random(6), 0
    async with Simulator(clock, guilds=servers, bot_name="Lorebot") as simulator:
        await scheduled(tmp_path / "ledger.db", simulator)
        # Discord has the message a while before the bot hears of it; some answers are lost.
        simulator.faults.append(Fault(SEND, status=503, after=True, times=5))
        simulator.faults.append(Fault(SEND, after=True, delay=0.2, times=10 * servers))
        while sum(map(bool, posts(simulator))) < servers:
            async with running(tmp_path, simulator) as process:
                await grown(simulator, min(servers, sum(posts(simulator)) + 25), 120)
                await asyncio.sleep(rng.random())
                kills += process.returncode is None
        async with running(tmp_path, simulator):
            await finished(tmp_path / "ledger.db", 300)

        assert posts(simulator) == [1] * servers
        assert await states(tmp_path / "ledger.db", simulator) == {State.SENT: servers}
        assert kills >= 10


@pytest.mark.parametrize("hours", [-27, 1, 27])
async def test_a_corrected_clock_brings_the_posts_by_itself(tmp_path, hours):
    async with Simulator(clock, bot_name="Lorebot") as simulator:
        await scheduled(tmp_path / "ledger.db", simulator)
        (tmp_path / "off").write_text(str(hours))
        async with running(tmp_path, simulator) as process:
            await simulator.bot_online()
            await asyncio.sleep(5)
            assert posts(simulator) == [0, 0]
            (tmp_path / "off").write_text("0")
            await grown(simulator, 2, 60)
            assert process.returncode is None

        assert posts(simulator) == [1, 1]


async def test_no_post_is_lost_or_doubled_when_killed_while_the_clock_jumps(tmp_path):
    servers, rng = 200, random.Random(7)
    async with Simulator(clock, guilds=servers, bot_name="Lorebot") as simulator:
        await scheduled(tmp_path / "ledger.db", simulator)
        simulator.faults.append(Fault(SEND, after=True, delay=0.2, times=10 * servers))
        while sum(map(bool, posts(simulator))) < servers:
            (tmp_path / "off").write_text("0")
            async with running(tmp_path, simulator):
                await grown(simulator, min(servers, sum(posts(simulator)) + 25), 120)
                (tmp_path / "off").write_text(str(rng.choice([-27, -3, -0.02, 0.02, 3, 27])))
                await asyncio.sleep(rng.random())
        (tmp_path / "off").write_text("0")
        async with running(tmp_path, simulator):
            await finished(tmp_path / "ledger.db", 300)

        assert posts(simulator) == [1] * servers
        assert await states(tmp_path / "ledger.db", simulator) == {State.SENT: servers}


@pytest.mark.timeout(1500)
async def test_ten_thousand_servers_with_one_post_time_each_get_one_post(tmp_path):
    servers = 10_000
    async with Simulator(clock, guilds=servers, bot_name="Lorebot", kept=100_000) as simulator:
        await scheduled(tmp_path / "ledger.db", simulator)
        session = SimSession(simulator)
        # How many were sent, and how many might have been in that time.
        sent: list[tuple[int, float]] = []
        async with running(tmp_path, simulator):
            await grown(simulator, 1, 120)
            while sum(posts(simulator)) < servers:
                before, begun = sum(posts(simulator)), monotonic()
                await asyncio.sleep(10)
                turn = await session.play("/bio tony strak")
                assert turn.replies[0].text.startswith("Tony Stark")
                sent.append((sum(posts(simulator)) - before, RATE * (monotonic() - begun + 1)))
            await finished(tmp_path / "ledger.db", 300)

        assert posts(simulator) == [1] * servers
        assert all(came <= most for came, most in sent)
        assert await states(tmp_path / "ledger.db", simulator) == {State.SENT: servers}


@pytest.mark.timeout(600)
async def test_four_posts_a_server_at_one_minute_each_come_once_through_a_kill(tmp_path):
    servers, ledger = 600, tmp_path / "ledger.db"
    async with Simulator(clock, guilds=servers, bot_name="Lorebot", kept=100_000) as simulator:
        await scheduled_often(ledger, simulator)
        async with running(tmp_path, simulator, rate=10 * RATE):
            await grown(simulator, servers // 2, 120)
        async with running(tmp_path, simulator, rate=10 * RATE):
            await grown(simulator, servers, 120)
            await finished(ledger, 300)

        assert posts(simulator) == [MOST_POSTS] * servers
        with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as db:
            found = "SELECT state, count(*), count(DISTINCT guild_id || key) FROM quote_delivery"
            [(state, sent, different)] = db.execute(f"{found} GROUP BY state").fetchall()
        assert (state, sent, different) == ("sent", MOST_POSTS * servers, MOST_POSTS * servers)
