"""Several processes on one ledger in PostgreSQL: each holds a slot, and all agree on how many."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from lore.ledger.errors import (
    LedgerFleetError,
    LedgerSchemaError,
    LedgerSharedError,
    LedgerTakenOverError,
)
from lore.ledger.migrations import Migration, migrations_in
from lore.ledger.own_shards import ALONE, Fleet
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import open_postgres
from lore.ledger.postgres.migrate import FIRST, MIGRATIONS, migrate
from lore.ledger.postgres.server_rows import to_change
from lore.ledger.postgres.slot import HeldSlot
from lore.ledger.postgres.tickets import GAP
from tests.postgres import Server
from tests.waiting import eventually

pytestmark = pytest.mark.process

TWO = Fleet(2, 4)


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("slots")


async def test_each_process_takes_the_first_free_slot(address: PostgresAddress) -> None:
    async with AsyncExitStack() as others:
        first = await others.enter_async_context(open_postgres(address, fleet=TWO))
        async with open_postgres(address, fleet=TWO) as second:
            with pytest.raises(LedgerSharedError, match=r"by process \d+ on .+ and process \d+"):
                await others.enter_async_context(open_postgres(address, fleet=TWO))
        async with open_postgres(address, fleet=TWO) as third:
            pass
    assert (first.slot, second.slot, third.slot) == (0, 1, 1)


@pytest.mark.parametrize("other", [ALONE, Fleet(3, 4), Fleet(2, 8)], ids=str)
async def test_other_figures_are_refused_while_a_slot_is_held(
    address: PostgresAddress, other: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lore.ledger.postgres.slot.GONE", 0.0)
    async with open_postgres(address, fleet=TWO):
        with pytest.raises(LedgerFleetError) as refused:
            async with open_postgres(address, fleet=other):
                pass
    assert f"with {TWO}; this process was started with {other}." in str(refused.value)
    assert "esame" not in str(refused.value)
    async with open_postgres(address, fleet=other) as database:
        assert database.slot == 0


async def test_other_figures_count_once_a_process_that_was_killed_holds_no_slot_any_more(
    address: PostgresAddress,
) -> None:
    async with open_postgres(address, fleet=TWO):
        pass
    connection = await asyncpg.connect(address.url)
    await connection.execute("UPDATE slot SET until = extract(epoch FROM clock_timestamp()) + 2")
    await connection.close()
    async with open_postgres(address, fleet=ALONE) as database:
        assert database.slot == 0


async def test_process_that_slept_while_the_figures_changed_has_its_slot_no_more(
    address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lore.ledger.postgres.slot.RENEW", 3.0)
    async with open_postgres(address, fleet=TWO), open_postgres(address, fleet=TWO) as sleeping:
        connection = await asyncpg.connect(address.url)
        await connection.execute("UPDATE slot SET until = 0")
        await connection.close()
        async with open_postgres(address, fleet=ALONE):
            with pytest.raises(LedgerTakenOverError):
                await sleeping.taken_over()


async def test_slot_is_held_on_by_another_connection_once_the_first_is_of_no_use(
    address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lore.ledger.postgres.slot.RENEW", 0.1)
    monkeypatch.setattr("lore.ledger.postgres.slot.ASK", 0.1)
    async with open_postgres(address):
        pass
    slot = HeldSlot(address, ALONE, 1)
    async with slot.held(None):
        first = slot._connection
        # What asyncpg says then is no error of the server, and not that it is closed.
        busy = asyncio.create_task(first.execute("SELECT pg_sleep(60)"))
        await eventually(first.is_closed)
        await eventually(lambda: not slot._connection.is_closed())
        with suppress(asyncpg.PostgresError):
            await busy


async def test_newer_version_stands_by_while_an_older_one_acts_and_then_changes_the_tables(
    address: PostgresAddress, tmp_path: Path
) -> None:
    newer = Path(shutil.copytree(MIGRATIONS, tmp_path / "newer"))
    last = migrations_in(MIGRATIONS, FIRST)[-1].version
    (newer / f"{last + 1:04}_more.sql").write_text("CREATE TABLE more (one BIGINT)")
    waiting = asyncio.Queue[str]()

    @asynccontextmanager
    async def stand_by(why: str, _: object) -> AsyncIterator[None]:
        await waiting.put(why)
        yield

    async with AsyncExitStack() as stack:
        async with open_postgres(address, fleet=TWO) as older:
            opened = open_postgres(address, fleet=TWO, migrations=newer, stand_by=stand_by)
            taking = asyncio.create_task(stack.enter_async_context(opened))
            assert "of an older version and in use by process" in await waiting.get()
            async with older.read() as tx:
                assert (await tx.rows("SELECT to_regclass('more') IS NULL AS none"))[0]["none"]
            async with open_postgres(address, fleet=TWO) as second:
                pass
            assert (second.slot, taking.done()) == (1, False)
        assert (await taking).slot == 0
        async with open_postgres(address, fleet=TWO, migrations=newer) as other:
            assert other.slot == 1
        with pytest.raises(LedgerSchemaError, match="newer version"):
            await stack.enter_async_context(open_postgres(address, fleet=TWO))


async def test_tables_are_not_changed_beside_one_that_came_at_the_same_moment(
    address: PostgresAddress,
) -> None:
    async with open_postgres(address, fleet=TWO) as other:
        connection = await asyncpg.connect(address.url)
        newer = Migration(FIRST + 90, "CREATE TABLE more (one BIGINT)")
        known = [*migrations_in(MIGRATIONS, FIRST), newer]
        await migrate(connection, "", known[:-1], 1)
        with pytest.raises(LedgerSharedError):
            await migrate(connection, "", known, 1)
        await migrate(connection, "", known, other.slot)
        await connection.close()


async def test_ledger_is_moved_only_when_no_slot_is_held(address: PostgresAddress) -> None:
    async with AsyncExitStack() as first:
        await first.enter_async_context(open_postgres(address, fleet=TWO))
        async with open_postgres(address, fleet=TWO):
            await first.aclose()
            with pytest.raises(LedgerSharedError):
                async with to_change(address):
                    pass
    async with to_change(address):
        pass


async def test_each_ticket_of_a_bucket_is_later_by_the_gap(address: PostgresAddress) -> None:
    async with open_postgres(address, fleet=TWO) as one, open_postgres(address, fleet=TWO) as other:
        waits = [await database.ticket(0) for database in (one, other)]
        waits += [await one.ticket(0, 60), await other.ticket(0)]
        assert await other.ticket(1) == 0
    assert waits == pytest.approx([0, GAP, 2 * GAP, 3 * GAP + 60], abs=1)


async def test_ticket_of_a_clock_that_was_ahead_delays_nobody(address: PostgresAddress) -> None:
    async with open_postgres(address) as database:
        connection = await asyncpg.connect(address.url)
        ahead = "extract(epoch FROM clock_timestamp()) + 3600"
        await connection.execute(f"INSERT INTO identify VALUES (0, {ahead})")
        await connection.close()
        assert await database.ticket(0) == 0


async def test_one_process_leads_and_the_next_one_does_while_the_first_slot_is_empty(
    address: PostgresAddress,
) -> None:
    async with AsyncExitStack() as first:
        one = await first.enter_async_context(open_postgres(address, fleet=TWO))
        async with open_postgres(address, fleet=TWO) as other:
            both = await one.leads(), await other.leads()
            await first.aclose()
            assert (both, await other.leads()) == ((True, False), True)
