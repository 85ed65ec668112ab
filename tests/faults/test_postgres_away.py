"""A ledger in a PostgreSQL that is stopped, ends at once and starts again, or has a full disk."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest

from bot.cli import clock
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from lore.ledger.errors import StorageError, StorageUnsureError
from lore.ledger.postgres.database import open_postgres
from lore.ledger.unit import Transaction
from tests.faults.conftest import Start
from tests.faults.test_fleet import Processes, full, shared_by
from tests.faults.test_hot_spare import posts, scheduled
from tests.faults.test_storage import AS_ROOT
from tests.postgres import OwnServer, own_server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


# Of more bytes than the server has at hand, which cannot be compressed.
GROWN = """
    INSERT INTO guild (guild_id, settings)
    SELECT 1000 + n, (SELECT string_agg(md5(random()::text), '') FROM generate_series(n, n + 500))
    FROM generate_series(1, 500) AS n
"""


async def refused(
    begin: Callable[[], AbstractAsyncContextManager[Transaction]],
    sql: str = "SELECT * FROM guild",
) -> float:
    """Return in how many seconds a statement was refused."""
    started = monotonic()
    with pytest.raises(StorageError):
        async with begin() as tx:
            await tx.rows(sql)
    return monotonic() - started


async def test_units_end_in_time_while_the_server_does_not_answer(server: OwnServer) -> None:
    async with open_postgres(await server.make("ledger"), connections=2) as database:
        async with database.read() as tx:
            assert await tx.rows("SELECT * FROM guild") == []
        with server.stopped():
            reads = await asyncio.gather(*(refused(database.read) for _ in range(4)))
            write = await refused(lambda: database.write(1))
        async with database.write(1) as tx:
            assert await tx.run("INSERT INTO guild (guild_id) VALUES (1)") == 1

    # Discord waits three seconds for an answer.
    assert max(reads) < 2.5
    assert write < 7


async def test_what_was_acknowledged_outlives_immediate_restarts(server: OwnServer) -> None:
    kept: set[int] = set()
    unsure: set[int] = set()
    done = asyncio.Event()

    async def add(database, guild_ids: Iterator[int]) -> None:
        while not done.is_set():
            guild_id = next(guild_ids)
            try:
                async with database.write(guild_id) as tx:
                    await tx.run("INSERT INTO guild (guild_id) VALUES (?)", (guild_id,))
                kept.add(guild_id)
            except StorageUnsureError:
                unsure.add(guild_id)
            except StorageError:
                await asyncio.sleep(0.01)

    async with open_postgres(await server.make("ledger"), connections=4) as database:
        guild_ids = iter(range(1, 10**9))
        adding = [asyncio.create_task(add(database, guild_ids)) for _ in range(8)]
        for _ in range(5):
            await asyncio.sleep(0.3)
            await asyncio.to_thread(server.restart)
        await asyncio.sleep(0.3)
        done.set()
        await asyncio.gather(*adding)
        async with database.read() as tx:
            there = {row[0] for row in await tx.rows("SELECT guild_id FROM guild")}

    assert len(kept) > 50
    assert kept <= there <= kept | unsure


@asynccontextmanager
async def posting(
    server: OwnServer, start: Start, folder: Path, servers: int, processes: int = 1
) -> AsyncIterator[tuple[Processes, SimSession]]:
    """Run processes, one of which posts to so many servers and has answered once; each comes once.

    A process that another took over from is started again, as a supervisor does.
    """
    address = await server.make("ledger")
    async with Simulator(clock, guilds=servers, bot_name="Lorebot") as simulator:
        await scheduled(address, simulator)
        fleet = Processes(start, folder, address, simulator, shared_by(1, rate=1))
        await fleet.begin(*(f"process-{number}" for number in range(processes)))
        await simulator.bot_online()
        session = SimSession(simulator, Timeouts(more=0.01))
        await is_answered(session)
        yield fleet, session
        for name, bot in fleet.running.items():
            if bot.process.returncode is not None:
                assert await bot.ended() == 75
                await fleet.begin(name)
        await fleet.all_sent()
        assert posts(simulator) == [1] * servers


async def is_answered(session: SimSession) -> None:
    """Ask what is kept in memory, for which a person waits three seconds at most."""
    reply, *_ = (await session.play("/bio vision")).replies  # posts come after it
    assert reply.text.startswith("Vision")


@pytest.mark.parametrize("restarts", [5, pytest.param(20, marks=full)])
async def test_posts_come_once_and_answers_go_on_through_immediate_restarts(
    server: OwnServer, start: Start, tmp_path: Path, restarts: int
) -> None:
    async with posting(server, start, tmp_path, 2 * restarts) as (fleet, session):
        for number in range(restarts):
            await eventually(lambda number=number: sum(posts(fleet.simulator)) > number)
            await asyncio.to_thread(server.restart)
            await is_answered(session)


@pytest.mark.parametrize("seconds", [20, pytest.param(60, marks=full)])
async def test_posts_come_once_and_answers_go_on_while_the_server_is_a_black_hole(
    server: OwnServer, start: Start, tmp_path: Path, seconds: int
) -> None:
    async with posting(server, start, tmp_path, 20, processes=2) as (fleet, session):
        await eventually(lambda: sum(posts(fleet.simulator)) > 1)
        with server.stopped():
            until = monotonic() + seconds
            while monotonic() < until:
                await is_answered(session)
                await asyncio.sleep(1)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Return a file system on which a server has little room."""
    disk = Path(tempfile.mkdtemp(prefix="lorebot-disk-"))
    mount = [*AS_ROOT, "mount", "-t", "tmpfs", "-o", "size=120m,mode=755", "tmpfs", disk]
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root, or sudo without a password")
    yield disk
    subprocess.run([*AS_ROOT, "umount", str(disk)], check=True)
    disk.rmdir()


async def test_posts_come_once_and_answers_go_on_through_a_full_disk(
    small_disk: Path, start: Start, tmp_path: Path
) -> None:
    with own_server(small_disk) as server:
        async with (
            open_postgres(await server.make("other")) as other,
            posting(server, start, tmp_path, 20) as (fleet, session),
        ):
            await eventually(lambda: sum(posts(fleet.simulator)) > 1)
            filling = small_disk / "filling"
            with suppress(OSError), filling.open("wb", buffering=0) as file:
                while True:
                    file.write(b"0" * 4096)
            assert await refused(lambda: other.write(1), GROWN) < 7
            await is_answered(session)
            await asyncio.sleep(10)
            await is_answered(session)
            filling.unlink()
            async with other.write(1) as tx:
                await tx.run(GROWN)
