"""Several processes on one ledger in PostgreSQL, each for its share of the shards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from discord.utils import snowflake_time

from bot.cli import clock
from bot.ops.running import BAD_CONFIGURATION
from bot.simulator.server import Simulator
from lore.ledger.own_shards import Fleet
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import open_postgres
from tests.faults.conftest import Running, Start
from tests.faults.test_hot_spare import HURRIED, metrics, posts, scheduled, states
from tests.postgres import Server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(300)]

SERVERS = 16
TWO = Fleet(2, 4)

# Stores in a table of its own which process sent a post.
SIGNS = """
import os
from lore.ledger.verbs.qotd_deliveries import SqlQotdDeliveries as Deliveries

async def signing(self, delivery, *args, intend=Deliveries.intend, **named):
    async with self._database.write() as tx:
        await tx.run("INSERT INTO sender VALUES (?, ?)", (delivery.guild_id, os.getpid()))
    return await intend(self, delivery, *args, **named)

Deliveries.intend = signing
"""


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("slots")


@pytest.fixture
def begin(
    start: Start, tmp_path: Path, address: PostgresAddress
) -> Callable[..., Awaitable[Running]]:
    """Return what starts a process with a data folder of its own, in a fleet."""

    async def begin(
        name: str, simulator: Simulator, *, fleet: Fleet = TWO, code: str = HURRIED
    ) -> Running:
        return await start(
            data=tmp_path / name,
            code=code,
            discord=(simulator.api, simulator.gateway_url),
            lore_ledger_url=address.url,
            lore_processes=fleet.processes,
            lore_shard_count=fleet.shards,
        )

    return begin


async def slots_of(connection: asyncpg.Connection, *bots: Running) -> list[int]:
    """Wait until each of these processes holds a slot; return their numbers."""
    holders = "SELECT holder, number FROM slot WHERE until > extract(epoch FROM clock_timestamp())"
    while True:
        held = {int(row[0].split()[1]): row[1] for row in await connection.fetch(holders)}
        if all(bot.process.pid in held for bot in bots):
            return [held[bot.process.pid] for bot in bots]
        await asyncio.sleep(0.05)


def seconds_of(simulator: Simulator, shards: set[int]) -> float:
    """Return how long the posts in the servers of these shards took, from the first to the last."""
    guilds = [guild for guild in simulator.state.guilds.values() if (guild.id >> 22) % 4 in shards]
    made = [snowflake_time(min(guild.channels[1].messages)) for guild in guilds]
    return (max(made) - min(made)).total_seconds()


async def test_each_process_posts_for_its_shards_and_a_third_one_takes_over_from_a_killed_one(
    begin: Callable[..., Awaitable[Running]], address: PostgresAddress, tmp_path: Path
) -> None:
    options = {"guilds": SERVERS, "bot_name": "Lorebot", "max_concurrency": 1}
    async with Simulator(clock, **options) as simulator:
        await scheduled(address, simulator)
        connection = await asyncpg.connect(address.url)
        await connection.execute("CREATE TABLE sender (guild_id BIGINT, process BIGINT)")
        bots = [await begin(name, simulator, code=HURRIED + SIGNS) for name in ("first", "second")]
        slots = await slots_of(connection, *bots)
        spare = await begin("third", simulator)
        await spare.ready()
        assert (await spare.health())[1]["ledger"] == "standing by"

        await eventually(lambda: all(posts(simulator)))
        health = [(await bot.health())[1]["slot"] for bot in bots]
        assert health == [f"{n} of 2, shards {2 * n} to {2 * n + 1} of 4" for n in slots]
        for bot, slot in zip(bots, slots, strict=True):
            said = await metrics(bot)
            assert f"lorebot_slot {slot}.0\n" in said
            assert f'lorebot_shard{{shard="{2 * slot}"}} 1.0\n' in said
            assert said.count("lorebot_shard{") == 2
        assert "lorebot_slot NaN\n" in await metrics(spare)
        sent = await connection.fetch("SELECT DISTINCT (guild_id >> 22) % 4, process FROM sender")
        assert [sent.method for sent in simulator.requests].count("PUT") == 1
        # Each knows the servers of its shards alone.
        assert not await connection.fetch("SELECT 1 FROM guild WHERE left_at IS NOT NULL")
        backed_up = [name for name in ("first", "second") if (tmp_path / name / "backups").exists()]
        assert backed_up == [("first", "second")[slots.index(0)]]
        # Two a second by both together.
        assert min(seconds_of(simulator, half) for half in ({0, 1}, {2, 3})) > 0.9 * 7
        half = {slot: bot.process.pid for slot, bot in zip(slots, bots, strict=True)}
        assert {tuple(row) for row in sent} == {(shard, half[shard // 2]) for shard in range(4)}
        while await states(address) != {"sent": SERVERS}:  # noqa: ASYNC110  # nothing announces it
            await asyncio.sleep(0.1)

        bots[0].process.kill()
        assert await slots_of(connection, spare) == slots[:1]
        # For a moment its health is still that of one that stands by.
        await eventually(lambda: simulator.gateway.identifies == 6)
        await spare.ready()
        await connection.close()
        assert posts(simulator) == [1] * SERVERS
        assert (simulator.gateway.identifies, simulator.gateway.refused) == (6, 0)


async def test_what_keeps_a_process_off_the_ledger_ends_it_with_78_and_shows_no_password(
    start: Start, address: PostgresAddress
) -> None:
    url = address.url
    wrong: dict[str, dict[str, object]] = {
        "with LORE_PROCESSES=2 and LORE_SHARD_COUNT=4": {"lore_ledger_url": url},
        "the password is wrong": {"lore_ledger_url": url.replace("sesame", "Sesame")},
        "there is no such database": {"lore_ledger_url": f"{url}er"},
        "is no address such as": {"lore_ledger_url": url.replace("postgresql:", "mysql:")},
    }
    async with open_postgres(address, fleet=TWO):
        for sentence, settings in wrong.items():
            code = "from lore.ledger.postgres import slot; slot.GONE = 0.0\n"
            bot = await start(code=code, **settings)
            said = (await bot.process.communicate())[0].decode()
            assert (bot.process.returncode, sentence in said) == (BAD_CONFIGURATION, True), said
            assert "sesame" not in said.lower()
            assert "Traceback" not in said
