"""The ledger's SQLite file: one writing connection, several reading ones, one process."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import datetime
from pathlib import Path
from threading import Event

import aiosqlite

from lore.files import database_uri
from lore.ledger.errors import LedgerSchemaError, StorageClosedError, StorageGoneError
from lore.ledger.migrations import migrations_in
from lore.ledger.sqlite import lineage
from lore.ledger.sqlite.backup import back_up
from lore.ledger.sqlite.backups import Backups
from lore.ledger.sqlite.faults import opening_faults_refused, storage_faults_refused
from lore.ledger.sqlite.lock import only_process
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS, checked_version
from lore.ledger.unit import (
    Column,
    Hearer,
    Parameters,
    Transaction,
    TransactionObserver,
    reporting,
    watched_write,
)
from lore.ledger.unreadable import UnreadableReports

_READERS = 2

# How long a connection waits for another one to finish.
_BUSY_SECONDS = 5.0

_DAY = 24 * 60 * 60.0


class SqliteTransaction(Transaction):
    def __init__(self, connection: aiosqlite.Connection, reports: UnreadableReports) -> None:
        super().__init__(reports)
        self._connection = connection

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        with storage_faults_refused():
            return list(await self._connection.execute_fetchall(sql, parameters))

    async def run(self, sql: str, parameters: Parameters = ()) -> int:
        with storage_faults_refused():
            async with self._connection.execute(sql, parameters) as cursor:
                return cursor.rowcount

    async def run_many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        with storage_faults_refused():
            async with self._connection.executemany(sql, parameters):
                pass

    async def columns(self) -> list[Column]:
        found = await self.rows(
            """
            SELECT tables.name, columns.name, columns.type = 'TEXT', columns.pk > 0
            FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns
            WHERE tables.schema = 'main' AND tables.name NOT LIKE 'sqlite%'
            ORDER BY tables.name, columns.cid
            """
        )
        return [Column(*row) for row in found]


class _Pool:
    """Connections lent for one transaction at a time, first come, first served."""

    def __init__(
        self, connections: Sequence[aiosqlite.Connection], reports: UnreadableReports
    ) -> None:
        self._reports = reports
        self._size = len(connections)
        self._closed = False
        self._idle: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for connection in connections:
            self._idle.put_nowait(connection)

    @asynccontextmanager
    async def transaction(self, begin: str) -> AsyncIterator[Transaction]:
        connection = await self._idle.get()
        if self._closed:
            self._idle.put_nowait(connection)
            raise StorageClosedError
        keep = False
        try:
            unit = SqliteTransaction(connection, self._reports)
            await unit.rows(begin)
            yield unit
            keep = True
        finally:
            # In its own task, as a second cancellation here would leave the transaction open.
            await asyncio.shield(asyncio.create_task(self._end(connection, keep)))

    async def _end(self, connection: aiosqlite.Connection, keep: bool) -> None:
        kept = False
        try:
            if keep:
                with storage_faults_refused(at_commit=True):
                    await connection.commit()
                kept = True
        finally:
            try:
                if not kept:
                    # By then a cancelled statement has ended.
                    with storage_faults_refused(at_commit=keep):
                        await connection.rollback()
            finally:
                self._idle.put_nowait(connection)

    async def close(self) -> None:
        """Wait for open transactions, and refuse new ones."""
        self._closed = True
        returned = [await self._idle.get() for _ in range(self._size)]
        for connection in returned:
            self._idle.put_nowait(connection)


class SqliteDatabase:
    """Implements `unit.Database`; made by `open_store`, or without writers by `open_to_read`."""

    def __init__(
        self,
        path: Path,
        writers: _Pool | None,
        readers: _Pool,
        observe: TransactionObserver = lambda *_: None,
    ) -> None:
        self.path = path
        self.slot = 0
        self._place = _file_identity(path)
        self._writers = writers
        self._readers = readers
        self._observe = observe

    @asynccontextmanager
    async def write(self, guild_id: int | None = None) -> AsyncIterator[Transaction]:
        # There is one writer, so that servers need not be kept apart.
        assert self._writers is not None
        with watched_write(), reporting(self._observe, "write"):
            # SQLite would go on writing to a deleted file.
            if self._place != _file_identity(self.path):
                raise StorageGoneError
            async with self._writers.transaction("BEGIN IMMEDIATE") as unit:
                yield unit

    async def prove(self) -> None:
        async with self.write() as tx:
            [version] = await tx.rows("PRAGMA user_version")
            await tx.run(f"PRAGMA user_version = {version[0]}")

    @asynccontextmanager
    async def read(self, *, patient: bool = False) -> AsyncIterator[Transaction]:
        # The WAL grows meanwhile.
        with reporting(self._observe, "read"):
            async with self._readers.transaction("BEGIN") as unit:
                yield unit

    async def taken_over(self) -> None:
        pass

    async def listen(self, hearer: Hearer) -> float:
        # No other process opens the file.
        return _DAY

    async def announce(self, text: str, *, reply: bool = False) -> None:
        pass

    async def read_counter(self) -> tuple[str, int] | None:
        return await asyncio.to_thread(lineage.read_counter, self.path)

    async def write_counter(self, id: str, signs: int) -> None:
        # If it cannot be written it counts fewer signs than the ledger, as after a crash.
        with suppress(OSError):
            await asyncio.to_thread(lineage.write_counter, self.path, id, signs)

    async def leads(self) -> bool:
        return True

    async def ticket(self, bucket: int, longer: float = 0.0) -> float:
        return 0.0

    async def back_up(self, target: Path) -> None:
        stop = Event()
        copying = asyncio.create_task(asyncio.to_thread(back_up, self.path, target, stop.is_set))
        try:
            await asyncio.shield(copying)
        finally:
            # A thread cannot be cancelled; if it read longer than the writer is open, nobody could
            # merge the WAL any more.
            stop.set()
            await asyncio.gather(copying, return_exceptions=True)


def text(stored: bytes) -> str | bytes:
    """Return a text of the ledger; invalid UTF-8 comes as bytes, so that no query fails."""
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def _file_identity(path: Path) -> tuple[int, int] | None:
    """Return the device and number of the file at `path`; None if there is none."""
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino


@asynccontextmanager
async def open_store(
    path: Path,
    *,
    migrations: Path = MIGRATIONS,
    busy_seconds: float = _BUSY_SECONDS,
    observe: TransactionObserver = lambda *_: None,
    backups: Backups | None = None,
    new: bool = False,
    now: datetime | None = None,
) -> AsyncIterator[SqliteDatabase]:
    """Open the ledger, created or migrated first if needed; a LoreError says why it cannot be.

    Without a ledger, but with `backups` of one at `now`, one is created only if it is to be `new`.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(only_process(path))
        await asyncio.to_thread(migrate, path, migrations_in(migrations), backups, new=new, now=now)

        def connect(mode: str) -> Awaitable[aiosqlite.Connection]:
            return stack.enter_async_context(_connection(path, mode, busy_seconds))

        # Opened first, so closed last: only a writer can checkpoint the WAL at the end.
        writer = await connect("rw")
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            with opening_faults_refused(path):
                await writer.execute_fetchall(f"PRAGMA {pragma}")
        reports = UnreadableReports()
        writers = _Pool([writer], reports)
        readers = _Pool([await connect("ro") for _ in range(_READERS)], reports)
        stack.push_async_callback(readers.close)
        stack.push_async_callback(writers.close)
        yield SqliteDatabase(path, writers, readers, observe)


@asynccontextmanager
async def open_to_read(
    path: Path, *, migrations: Path = MIGRATIONS
) -> AsyncIterator[SqliteDatabase]:
    """Open a ledger to read it, whether or not the bot is running; a LoreError says why not."""
    known = migrations_in(migrations)
    async with _connection(path, "ro", _BUSY_SECONDS) as connection:
        with (
            opening_faults_refused(path),
            closing(sqlite3.connect(database_uri(path, "ro"), uri=True)) as db,
        ):
            version = checked_version(db, path, known)
        if version < len(known):
            raise LedgerSchemaError(
                f"The ledger {path} is of an older version. The next start of the bot brings it "
                "up to date."
            )
        yield SqliteDatabase(path, None, _Pool([connection], UnreadableReports()))


@asynccontextmanager
async def _connection(
    path: Path, mode: str, busy_seconds: float
) -> AsyncIterator[aiosqlite.Connection]:
    # A connection left open keeps its thread, and with it the process, from ending.
    async with AsyncExitStack() as stack:
        opening = aiosqlite.connect(
            database_uri(path, mode), uri=True, isolation_level=None, timeout=busy_seconds
        )
        with opening_faults_refused(path):
            connection = await stack.enter_async_context(opening)
        connection.row_factory = sqlite3.Row
        connection.text_factory = text
        yield connection
