"""Several processes of the bot on one ledger in PostgreSQL: nothing is doubled, nothing lost.

In a small size, and by `make test-fleet` in full, which prints what it measured.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from bot.cli import clock
from bot.simulator.faults import Fault
from bot.simulator.server import Simulator
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.tickets import GAP
from tests.faults.conftest import Running, Start
from tests.faults.test_hot_spare import posts, scheduled, states
from tests.postgres import Server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(600)]
full = (pytest.mark.fleet, pytest.mark.timeout(3600))

SEND = "POST /channels/*/messages"

# A kill is noticed once the lease is over, and a waiting process asks every second; then the
# shards identify.
TAKEN_OVER_WITHIN = 20 + GAP

_HOLDERS = "SELECT holder, number FROM slot WHERE until > extract(epoch FROM clock_timestamp())"


def shared_by(processes: int, shards: int = 4, rate: int = 20) -> dict[str, object]:
    """Return the settings with which so many processes share servers and posts out."""
    settings: dict[str, object] = {"lore_posts_per_second": rate}
    if processes > 1:
        settings |= {"lore_processes": processes, "lore_shard_count": shards}
    return settings


@dataclass
class Processes:
    """Processes by the names of their data folders, on one ledger and one Discord."""

    start: Start
    folder: Path
    address: PostgresAddress
    simulator: Simulator
    settings: dict[str, object]
    running: dict[str, Running] = field(default_factory=dict)

    async def begin(self, *names: str) -> None:
        """Start processes, and wait until they are ready or stand by."""
        for name in names:
            self.running[name] = await self.start(
                data=self.folder / name,
                discord=(self.simulator.api, self.simulator.gateway_url),
                lore_ledger_url=self.address.url,
                **self.settings,
            )
        await asyncio.gather(*(self.running[name].ready() for name in names))

    async def slots(self) -> dict[str, int]:
        """Return the slots of the processes that hold one."""
        connection = await asyncpg.connect(self.address.url)
        held = {int(row[0].split()[1]): row[1] for row in await connection.fetch(_HOLDERS)}
        await connection.close()
        pids = {name: bot.process.pid for name, bot in self.running.items()}
        return {name: held[pid] for name, pid in pids.items() if pid in held}

    async def kill(self, name: str) -> float:
        """Kill one that holds a slot; return the seconds until another identifies in its place."""
        before, since = self.simulator.gateway.identifies, monotonic()
        self.running[name].process.kill()
        await eventually(lambda: self.simulator.gateway.identifies > before)
        return monotonic() - since

    async def all_sent(self) -> None:
        """Wait until each server's post is sent, and kept as such."""
        await eventually(lambda: all(posts(self.simulator)))
        while await states(self.address) != {"sent": len(posts(self.simulator))}:  # noqa: ASYNC110  # nothing announces it
            await asyncio.sleep(0.5)


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("fleet")


@asynccontextmanager
async def due(servers: int, address: PostgresAddress, **options: int) -> AsyncIterator[Simulator]:
    """Open a Discord on which a post of every server is due."""
    async with Simulator(
        clock, guilds=servers, bot_name="Lorebot", kept=100_000, **options
    ) as simulator:
        await scheduled(address, simulator)
        yield simulator


@pytest.mark.parametrize(
    ("slots", "servers", "kills"),
    [
        (2, 24, 5),
        pytest.param(1, 100, 20, marks=full),
        pytest.param(2, 100, 20, marks=full),
    ],
)
async def test_every_post_comes_once_while_random_processes_are_killed(
    start: Start, tmp_path: Path, address: PostgresAddress, slots: int, servers: int, kills: int
) -> None:
    rng, took = random.Random(9), list[float]()
    async with due(servers, address, max_concurrency=1) as simulator:
        # Discord has the message a while before the bot hears of it.
        simulator.faults.append(Fault(SEND, after=True, delay=0.3, times=100 * servers))
        fleet = Processes(start, tmp_path, address, simulator, shared_by(slots, rate=2))
        await fleet.begin(*(f"process-{number}" for number in range(slots + 1)))
        while len(took) < kills:
            await simulator.bot_online()
            sent = sum(posts(simulator))
            most = sent + max(1, (servers - sent) // (kills - len(took) + 1))
            await eventually(lambda most=most: sum(posts(simulator)) >= min(most, servers))
            await asyncio.sleep(rng.random())
            name = rng.choice(sorted(await fleet.slots()))
            took.append(await fleet.kill(name))
            await fleet.begin(name)
        await fleet.all_sent()
        assert posts(simulator) == [1] * servers
    told = " ".join(f"{one:.1f}" for one in sorted(took))
    print(f"{slots} slots, seconds from a kill to an identify: {told}")  # noqa: T201
    assert simulator.gateway.refused == 0
    assert max(took) < TAKEN_OVER_WITHIN


@pytest.mark.parametrize(
    ("processes", "servers", "rate"),
    [
        # Slower than they are planned, so that the rate alone keeps them apart.
        (2, 300, 10),
        pytest.param(2, 10_000, 20, marks=full),
        pytest.param(4, 10_000, 20, marks=full),
    ],
)
async def test_processes_post_once_to_each_server_and_together_not_faster_than_one(
    start: Start, tmp_path: Path, address: PostgresAddress, processes: int, servers: int, rate: int
) -> None:
    async with due(servers, address, per_second=50) as simulator:
        settings = shared_by(processes, rate=rate)
        fleet = Processes(start, tmp_path, address, simulator, settings)
        await fleet.begin(*(f"process-{number}" for number in range(processes)))
        await fleet.all_sent()
        assert posts(simulator) == [1] * servers
        channels = (guild.channels[1] for guild in simulator.state.guilds.values())
        sent = sorted(number >> 22 for channel in channels for number in channel.messages)
    seconds = Counter((moment - sent[0]) // 10_000 for moment in sent)
    most = max(seconds.values()) / 10
    print(f"{processes} processes, at most {most:.1f} posts a second over ten")  # noqa: T201
    # Each process may send what it could have in the second before.
    assert most <= rate * 1.1


async def test_shards_of_four_processes_identify_in_time_and_none_too_early(
    start: Start, tmp_path: Path, address: PostgresAddress
) -> None:
    async with Simulator(clock, guilds=32, shards=16, max_concurrency=4) as simulator:
        fleet = Processes(start, tmp_path, address, simulator, shared_by(4, shards=16))
        await fleet.begin(*(f"process-{number}" for number in range(4)))
        await simulator.bot_online()
        begun = sorted(session.begun for session in simulator.gateway.sessions)
    took = (begun[-1] - begun[0]).total_seconds() + GAP
    print(f"16 shards identified within {took:.1f} seconds")  # noqa: T201
    assert (simulator.gateway.identifies, simulator.gateway.refused) == (16, 0)
    assert took == pytest.approx(GAP * 16 / 4, rel=0.1)
