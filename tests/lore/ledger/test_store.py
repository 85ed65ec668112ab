import asyncio
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import asyncpg
import pytest

from lore.ledger.errors import (
    LedgerUnavailableError,
    StorageBusyError,
    StorageClosedError,
    StorageError,
    StorageFailedError,
    StorageFullError,
    StorageGoneError,
    StorageReadOnlyError,
    StorageUnsureError,
)
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.faults import storage_faults_refused
from lore.ledger.unit import Database
from tests.postgres import only_sqlite


async def add(database: Database, guild_id: int) -> None:
    async with database.write() as tx:
        await tx.run("INSERT INTO guild (guild_id) VALUES (?)", (guild_id,))


async def guilds(database: Database) -> list[int]:
    async with database.read() as tx:
        return [row[0] for row in await tx.rows("SELECT guild_id FROM guild ORDER BY 1")]


async def fill(database: Database) -> None:
    async with database.write() as tx:
        await tx.run("UPDATE guild SET settings = hex(zeroblob(100000))")


async def test_written_data_is_there_after_reopening(tmp_path: Path) -> None:
    async with open_store(tmp_path / "new" / "ledger.db") as database:
        await add(database, 7)
    async with open_store(tmp_path / "new" / "ledger.db") as database:
        assert await guilds(database) == [7]


async def test_closing_leaves_no_wal_file(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await add(database, 7)
        assert (tmp_path / "ledger.db-wal").exists()
    assert not (tmp_path / "ledger.db-wal").exists()


@only_sqlite
async def test_every_commit_is_synced_to_the_disk(database: Database) -> None:
    async with database.write() as tx:
        modes = [await tx.rows(f"PRAGMA {name}") for name in ("journal_mode", "synchronous")]
    assert [mode[0][0] for mode in modes] == ["wal", 2]


async def test_error_rolls_back_the_whole_transaction(database: Database) -> None:
    async def the_same_twice() -> None:
        async with database.write() as tx:
            await tx.run("INSERT INTO guild (guild_id) VALUES (1)")
            await tx.run("INSERT INTO guild (guild_id) VALUES (1)")

    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await the_same_twice()
    assert await guilds(database) == []


@pytest.mark.parametrize(
    ("cancelled_before", "left"), [("begin", [3]), ("1", [3]), ("2", [3]), ("commit", [1, 2, 3])]
)
async def test_cancelled_transaction_is_committed_whole_or_rolled_back(
    database: Database, cancelled_before: str, left: list[int]
) -> None:
    def reach(step: str) -> None:
        if step == cancelled_before:
            task.cancel()

    async def two_rows() -> None:
        reach("begin")
        async with database.write() as tx:
            for guild_id in (1, 2):
                reach(str(guild_id))
                await tx.run("INSERT INTO guild (guild_id) VALUES (?)", (guild_id,))
            reach("commit")

    task = asyncio.create_task(two_rows())
    with pytest.raises(asyncio.CancelledError):
        await task
    await add(database, 3)
    assert await guilds(database) == left


async def test_transaction_cancelled_twice_is_not_left_open(database: Database) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        async with database.write() as tx:
            await tx.run("INSERT INTO guild (guild_id) VALUES (1)")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await add(database, 2)
    assert await guilds(database) == [2]


async def test_transactions_of_many_tasks_do_not_mix(database: Database) -> None:
    async def double(guild_id: int) -> None:
        async with database.write() as tx:
            await tx.run("INSERT INTO guild (guild_id) VALUES (?)", (guild_id,))
            if guild_id % 2:
                raise ValueError

    await asyncio.gather(*map(double, range(20)), return_exceptions=True)
    assert await guilds(database) == list(range(0, 20, 2))


async def test_read_sees_one_consistent_state(database: Database) -> None:
    async with database.read() as tx:
        before = await tx.rows("SELECT * FROM guild")
        await add(database, 1)
        assert await tx.rows("SELECT * FROM guild") == before == []


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StorageReadOnlyError):
        async with database.read() as tx:
            await tx.run("INSERT INTO guild (guild_id) VALUES (1)")


@only_sqlite
async def test_full_disk_refuses_writes_allows_reads_and_recovers(database: Database) -> None:
    await add(database, 1)
    async with database.write() as tx:
        await tx.rows("PRAGMA max_page_count = 1")
    with pytest.raises(StorageFullError, match="Storage is full"):
        await fill(database)
    assert await guilds(database) == [1]
    async with database.write() as tx:
        await tx.rows("PRAGMA max_page_count = 100000")
    await add(database, 2)


@only_sqlite
async def test_read_only_storage_refuses_writes_and_allows_reads(
    database: Database,
) -> None:
    await add(database, 1)
    async with database.write() as tx:
        await tx.rows("PRAGMA query_only = 1")
    with pytest.raises(StorageReadOnlyError, match="Storage is read-only"):
        await add(database, 2)
    assert await guilds(database) == [1]


async def test_unreadable_ledger_is_reported_until_it_can_be_read(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await add(database, 1)
    heard: list[tuple[str, StorageError | None]] = []

    def note(what: str, _: float, error: StorageError | None) -> None:
        heard.append((what, error))

    async with open_store(tmp_path / "ledger.db", observe=note) as database:
        whole = database.path.read_bytes()
        os.truncate(database.path, 100)
        with pytest.raises(StorageFailedError):
            await guilds(database)
        database.path.write_bytes(whole)
        assert await guilds(database) == [1]
    assert [(what, type(error)) for what, error in heard] == [
        ("read", StorageFailedError),
        ("read", type(None)),
    ]


@only_sqlite
@pytest.mark.parametrize("there", ["nothing", "another"])
async def test_moved_ledger_refuses_writes_until_it_is_back(database: Database, there: str) -> None:
    await add(database, 1)
    aside = database.path.rename(database.path.with_name("aside.db"))
    if there == "another":
        database.path.touch()
    with pytest.raises(StorageGoneError):
        await add(database, 2)
    aside.rename(database.path)
    await add(database, 3)
    assert await guilds(database) == [1, 3]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write a read-only file")
async def test_read_only_file_can_still_be_read(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await add(database, 1)
    (tmp_path / "ledger.db").chmod(0o400)
    async with open_store(tmp_path / "ledger.db") as database:
        assert await guilds(database) == [1]
        with pytest.raises(StorageReadOnlyError):
            await add(database, 2)


async def test_write_to_a_locked_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db", busy_seconds=0.01) as database:
        await add(database, 1)
        with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageBusyError, match="try again"):
                await add(database, 2)
            assert await guilds(database) == [1]
            other.execute("ROLLBACK")
        await add(database, 3)


async def test_closing_waits_for_the_open_transaction_and_refuses_the_next(tmp_path: Path) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(database: Database) -> None:
        async with database.write() as tx:
            begun.set()
            await go_on.wait()
            await tx.run("INSERT INTO guild (guild_id) VALUES (1)")

    async with open_store(tmp_path / "ledger.db") as database:
        under_way = asyncio.create_task(slow(database))
        await begun.wait()
        late = asyncio.create_task(add(database, 2))
        asyncio.get_running_loop().call_soon(go_on.set)
    await under_way
    with pytest.raises(StorageClosedError):
        await late
    async with open_store(tmp_path / "ledger.db") as database:
        assert await guilds(database) == [1]


async def test_closed_database_refuses_reads_and_writes(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        pass
    for late in (add(database, 1), guilds(database)):
        with pytest.raises(StorageClosedError):
            await late


@contextmanager
def limit_file_size() -> Iterator[None]:
    """Make the kernel refuse writes behind the first page of any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@only_sqlite
async def test_write_that_fails_at_the_commit_is_reported_as_uncertain(
    database: Database,
) -> None:
    await add(database, 1)
    with limit_file_size(), pytest.raises(StorageUnsureError) as refused:
        await add(database, 2)
    assert "may not have been saved" in str(refused.value)
    assert "Nothing was changed" not in str(refused.value)
    await add(database, 3)
    assert await guilds(database) == [1, 3]


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE]
)
def test_write_that_fails_before_the_commit_is_reported_as_unchanged(code: int) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    for at_commit, refusal in ((False, StorageFailedError), (True, StorageUnsureError)):
        with pytest.raises(refusal) as refused, storage_faults_refused(at_commit=at_commit):
            raise error
        assert type(refused.value) is refusal


async def test_unreadable_ledger_is_refused_with_its_reason(tmp_path: Path) -> None:
    # Linux answers every read at the beginning of this with an I/O error.
    (tmp_path / "ledger.db").symlink_to("/proc/self/mem")
    with pytest.raises(LedgerUnavailableError, match="disk I/O error"):
        async with open_store(tmp_path / "ledger.db"):
            pass
