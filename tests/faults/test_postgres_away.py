"""A ledger in a PostgreSQL that is stopped, or ends at once and starts again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from lore.ledger.errors import StorageError, StorageUnsureError
from lore.ledger.postgres.database import open_postgres
from tests.postgres import OwnServer, own_server

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


async def test_units_end_in_time_while_the_server_does_not_answer(server: OwnServer) -> None:
    async def refused(begin) -> float:
        started = asyncio.get_running_loop().time()
        with pytest.raises(StorageError):
            async with begin() as tx:
                await tx.rows("SELECT * FROM guild")
        return asyncio.get_running_loop().time() - started

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
