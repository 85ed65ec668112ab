"""The real process on the simulator: killed again and again, and with ten thousand servers."""

import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta
from time import monotonic

import pytest

from bot.cli import clock
from bot.simulator.faults import Fault
from bot.simulator.objects import CROSSPOSTED, HAS_THREAD
from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.delivery import State
from lore.qotd.timetable import MOST_POSTS, RATE, QotdConfig, Timetable, zone
from tests.waiting import eventually

pytestmark = pytest.mark.slow

SEND = "POST /channels/*/messages"
PUBLISH = "POST /channels/*/crosspost"
THREAD = "POST /channels/*/threads"
START = """
import json, os, signal, sys
from datetime import timedelta
from functools import wraps
from importlib import import_module
from pathlib import Path
from discord.http import Route
Route.BASE, off, changed = sys.argv.pop(1), Path(sys.argv.pop(1)), sys.argv.pop(1)
values, dies = json.loads(changed)
for name, value in values.items():
    module, _, name = name.rpartition(".")
    module = import_module(module)
    is_time = isinstance(getattr(module, name), timedelta)
    setattr(module, name, timedelta(seconds=value) if is_time else value)

import bot.cli as lorebot
from bot.features.qotd.service import QotdService

true = lorebot.clock
lorebot.clock = lambda: true() + timedelta(hours=float(off.read_text() or 0))

def dying(verb):
    @wraps(verb)
    async def dying_verb(*args, **named):
        done = dies[1] == "after" and await verb(*args, **named)
        if done != []:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return dying_verb

def built(self, services, *more, build=QotdService.__init__):
    part, _, verb = dies[0].partition(".")
    if part:
        part = getattr(services.ledger.qotd, part)
        setattr(part, verb, dying(getattr(part, verb)))
    build(self, services, *more)

QotdService.__init__ = built
lorebot.main()
"""


def posts(simulator):
    """Return how many messages stand in each server's channel."""
    return [len(guild.channels[1].messages) for guild in simulator.state.guilds.values()]


async def scheduled(ledger, simulator):
    """Let every server's quote be due at the present minute."""
    minute = clock().replace(second=0, microsecond=0)
    table = Timetable(zone("UTC"), minute.time())
    async with open_store(ledger) as database:
        for guild in simulator.state.guilds.values():
            config = QotdConfig(guild.channels[1].id, table)
            await qotd_in(database).schedules.set(guild.id, config, minute - timedelta(seconds=1))


async def scheduled_often(ledger, simulator):
    """Let as many posts of every server as it may have be due at the present minute."""
    minute = clock().replace(second=0, microsecond=0)
    table = Timetable(zone("UTC"), minute.time())
    async with open_store(ledger) as database:
        for guild in simulator.state.guilds.values():
            config = QotdConfig(guild.channels[1].id, table)
            for _ in range(MOST_POSTS):
                await qotd_in(database).schedules.add(
                    guild.id, config, minute - timedelta(seconds=1)
                )
        async with database.write() as tx:
            # None is later than the others, as it would be at a lower rate.
            await tx.run("UPDATE quote_schedule SET next_due = ?", (int(minute.timestamp()),))


def read_alone(ledger):
    """Return the ledger, opened beside the running process, which alone may open it to write."""
    return closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True))


def states(ledger):
    """Return how many deliveries ended in which state."""
    with read_alone(ledger) as db:
        return dict(db.execute("SELECT state, count(*) FROM quote_delivery GROUP BY state"))


async def finished(ledger, seconds):
    """Wait until no delivery is planned or on its way, nor a step left to do, or that long."""
    for _ in range(seconds):
        with read_alone(ledger) as db:
            under_way = "SELECT 1 FROM quote_delivery WHERE state IN ('planned', 'sending')"
            if db.execute(f"{under_way} UNION ALL SELECT 1 FROM quote_step").fetchone() is None:
                return
        await asyncio.sleep(1)


@asynccontextmanager
async def running(data, simulator, rate=RATE, values=(), dies=("", "")):
    """Run the bot as an operator starts it, but for Discord's address and rate; kill it at last.

    Its clock is off by the hours in a file beside its ledger. Other `values` of modules may be
    set. It `dies` before or after a verb of the ledger: ("steps.done", "before").
    """
    off = data / "off"
    off.touch()
    values = {"lore.qotd.timetable.RATE": rate, **dict(values)}
    changed = json.dumps([values, dies])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, simulator.api, str(off), changed),
        *("run", "--data", str(data)),
        env={**os.environ, "DISCORD_TOKEN": TOKEN, "LORE_LOG_LEVEL": "ERROR"},  # noqa: TID251
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
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
        assert states(tmp_path / "ledger.db") == {State.SENT: servers}
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
        assert states(tmp_path / "ledger.db") == {State.SENT: servers}


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
        assert states(tmp_path / "ledger.db") == {State.SENT: servers}


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
        assert states(ledger) == {State.SENT: MOST_POSTS * servers}
        with read_alone(ledger) as db:
            [[different]] = db.execute("SELECT count(DISTINCT guild_id || key) FROM quote_delivery")
        assert different == MOST_POSTS * servers


# What a process has to wait out after a kill, in seconds; none of it keeps a post from doubling.
HURRIED = {
    "lore.qotd.delivery.LEASE": 2,
    "bot.features.qotd.delivery.TICK": 0.5,
    "bot.features.qotd.afterwards.TICK": 0.5,
    "bot.features.qotd.afterwards.SOON": 2,
}
# Where a process dies by itself, in the order of a post's way.
VERBS = [
    ("plans.plan", "after"),
    ("deliveries.claim", "after"),
    ("deliveries.intend", "before"),
    ("deliveries.intend", "after"),
    ("deliveries.sent", "before"),
    ("deliveries.sent", "after"),
    ("steps.due", "after"),
    ("steps.done", "before"),
    ("steps.done", "after"),
]
# What a post needs of Discord.
REQUESTS = (SEND, PUBLISH, THREAD)
# Where each server has a post, and what is done with it afterwards.
PLACES = {
    "quotes": HAS_THREAD,
    "news": CROSSPOSTED | HAS_THREAD,
    "banter": 0,
    "favourite-lines": 0,
}


def places(simulator):
    """Yield each server's channels and threads that have a post, with what is done with that."""
    for guild in simulator.state.guilds.values():
        for channel in (*guild.channels, *guild.threads):
            if channel.name in PLACES:
                yield channel, PLACES[channel.name]


async def scheduled_everywhere(ledger, simulator):
    """Let each place of every server have a post that is due at the present minute."""
    minute = clock().replace(second=0, microsecond=0)
    table = Timetable(zone("UTC"), minute.time())
    async with open_store(ledger) as database:
        for place, afterwards in places(simulator):
            parent = place.parent and place.parent.id
            thread = bool(afterwards & HAS_THREAD)
            config = QotdConfig(place.id, table, parent_id=parent, thread=thread)
            await qotd_in(database).schedules.add(
                place.guild_id, config, minute - timedelta(seconds=1)
            )
        async with database.write() as tx:
            await tx.run("UPDATE quote_schedule SET next_due = ?", (int(minute.timestamp()),))


def effects(simulator):
    """Return how many messages, publications and threads there are so far."""
    flags = [
        message.payload["flags"]
        for place, _ in places(simulator)
        for message in place.messages.values()
    ]
    return len(flags) + sum(bool(f & CROSSPOSTED) + bool(f & HAS_THREAD) for f in flags)


async def several_more(simulator, wanted, count=12):
    """Wait until there are that many more effects, or all that are wanted."""
    goal = min(wanted, effects(simulator) + count)
    await eventually(lambda: effects(simulator) >= goal)


async def under_way(simulator, request, *, carried_out):
    """Wait until a request is at Discord, which has carried it out or never will."""
    fault = Fault(request, disconnect=True, delay=60, after=carried_out)
    simulator.faults.insert(0, fault)
    await eventually(lambda: fault not in simulator.faults)
    await asyncio.sleep(0.05)


async def killed_at_each_step(data, simulator):
    """Run the bot until it was killed at each verb, and with each request under way; count them."""
    for verb in VERBS:
        async with running(data, simulator, values=HURRIED, dies=verb) as process:
            assert await process.wait() == -signal.SIGKILL
    for request in REQUESTS:
        for carried_out in (False, True):
            async with running(data, simulator, values=HURRIED) as process:
                await under_way(simulator, request, carried_out=carried_out)
                assert process.returncode is None
    return len(VERBS) + 2 * len(REQUESTS)


# With 240 servers, and a kill after every three effects, there are more than a hundred.
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("servers", [12])
async def test_every_post_and_its_steps_come_once_though_the_process_is_killed(
    tmp_path, compiled_seeds, servers
):
    shutil.copy(compiled_seeds, tmp_path / "catalogue.db")
    ledger, rng = tmp_path / "ledger.db", random.Random(8)
    async with Simulator(clock, guilds=servers, bot_name="Lorebot", kept=100_000) as simulator:
        await scheduled_everywhere(ledger, simulator)
        wanted = servers * sum(1 + flags.bit_count() for flags in PLACES.values())
        at_steps = kills = await killed_at_each_step(tmp_path, simulator)
        for request in REQUESTS:
            simulator.faults += [
                Fault(request, status=503, after=True, times=3),
                Fault(request, disconnect=True, after=True, times=3),
                Fault(request, after=True, delay=0.2, times=10 * servers),
            ]
        while effects(simulator) < wanted:
            async with running(tmp_path, simulator, values=HURRIED) as process:
                await several_more(simulator, wanted)
                await asyncio.sleep(rng.random())
                kills += process.returncode is None
        async with running(tmp_path, simulator, values=HURRIED):
            await finished(ledger, 300)

        assert effects(simulator) == wanted
        for place, afterwards in places(simulator):
            [message] = place.messages.values()
            assert message.payload["flags"] & (CROSSPOSTED | HAS_THREAD) == afterwards
        assert states(ledger) == {State.SENT: servers * len(PLACES)}
        with read_alone(ledger) as db:
            assert db.execute("SELECT * FROM quote_step").fetchall() == []
        assert kills > at_steps
