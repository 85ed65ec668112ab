"""A ledger in a PostgreSQL whose standby takes over, and lacks what was kept last."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from bot.cli import clock
from bot.simulator.server import Simulator
from lore.ledger.postgres.database import open_postgres
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.timetable import QotdConfig, Timetable, zone
from tests.faults.conftest import Running
from tests.postgres import OwnServer, own_server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture
def standby() -> Iterator[Path]:
    """Return a folder for a standby, into which its user may look."""
    folder = Path(tempfile.mkdtemp(prefix="lorebot-standby-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


async def test_no_post_is_doubled_after_a_failover_that_lost_it(
    server: OwnServer,
    standby: Path,
    start: Callable[..., Awaitable[Running]],
    simulator: Simulator,
) -> None:
    address = await server.make("ledger")
    minute = clock().replace(second=0, microsecond=0)
    table = Timetable(zone("UTC"), minute.time())
    async with open_postgres(address) as database:
        for guild in simulator.state.guilds.values():
            config = QotdConfig(guild.channels[1].id, table)
            await qotd_in(database).schedules.set(guild.id, config, minute - timedelta(seconds=1))
    server.copy(standby)
    bot = await start(lore_ledger_url=address.url)
    await eventually(lambda: posts(simulator) == [1, 1])
    before = looks(simulator)

    server.fail_over(standby)
    # Discord itself would drop a second one for a while.
    for guild in simulator.state.guilds.values():
        guild.channels[1].nonces.clear()
    # That it has the slot was lost as well.
    assert await bot.ended() == 75
    await start(lore_ledger_url=address.url)
    while await states(address.url) != ["sent", "sent"]:  # noqa: ASYNC110  # nothing announces it
        await asyncio.sleep(0.1)
    assert posts(simulator) == [1, 1]
    assert looks(simulator) == before + 2


async def states(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT state FROM quote_delivery")
    await connection.close()
    return [row["state"] for row in found]


def posts(simulator: Simulator) -> list[int]:
    """Return how many messages stand in each server's channel."""
    return [len(guild.channels[1].messages) for guild in simulator.state.guilds.values()]


def looks(simulator: Simulator) -> int:
    """Count how often a channel's history was read."""
    return sum(
        sent.method == "GET" and sent.path.endswith("/messages") for sent in simulator.requests
    )
