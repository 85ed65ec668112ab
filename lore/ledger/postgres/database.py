"""The ledger in PostgreSQL: a pool of connections, and units of work that end in time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg

from lore.ledger.errors import (
    LedgerSchemaError,
    LedgerSharedError,
    StorageBusyError,
    StorageClosedError,
    StorageError,
    StorageFailedError,
)
from lore.ledger.migrations import migrations_in
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.connecting import connect, make_pool, opening_refused
from lore.ledger.postgres.faults import storage_faults_refused
from lore.ledger.postgres.migrate import FIRST, IN_USE, MIGRATIONS, checked_version, migrate
from lore.ledger.postgres.note import check_not_moved, note_use
from lore.ledger.postgres.server_rows import to_copy
from lore.ledger.postgres.statements import prepared
from lore.ledger.row import StoredRow
from lore.ledger.sqlite.file_rows import new_ledger
from lore.ledger.unit import (
    Column,
    Parameters,
    Transaction,
    TransactionObserver,
    reporting,
    watched_write,
)
from lore.ledger.unreadable import UnreadableReports

# Discord waits three seconds for an answer.
ANSWER_SECONDS = 1.5

# What a unit may take until it commits, and then for the commit.
UNIT_SECONDS = 5.5
COMMIT_SECONDS = 1.5

# The lock that a unit takes which changes rows of the whole ledger; no server has this id.
_WHOLE_LEDGER = 0

_COLUMNS = """
    SELECT columns.table_name, columns.column_name, columns.data_type = 'text',
           keys.column_name IS NOT NULL
    FROM information_schema.columns
    LEFT JOIN (
        information_schema.key_column_usage AS keys
        JOIN information_schema.table_constraints AS constraints
          ON constraints.constraint_name = keys.constraint_name
         AND constraints.table_schema = keys.table_schema
         AND constraints.table_name = keys.table_name
         AND constraints.constraint_type = 'PRIMARY KEY'
    ) ON keys.table_schema = columns.table_schema AND keys.table_name = columns.table_name
     AND keys.column_name = columns.column_name
    WHERE columns.table_schema = current_schema()
    ORDER BY columns.table_name, columns.ordinal_position
"""


class PostgresTransaction(Transaction):
    """A transaction on a connection of the pool, which fails after `deadline`."""

    skip_locked = "FOR UPDATE SKIP LOCKED"

    def __init__(self, connection: Any, reports: UnreadableReports, deadline: float) -> None:
        super().__init__(reports)
        self._connection = connection
        self._deadline = deadline
        # Whether a statement was given up, so that the connection may still be busy with it.
        self.interrupted = False

    async def rows(self, sql: str, parameters: Parameters = ()) -> Sequence[StoredRow]:
        text, values = prepared(sql, parameters)
        with self._answering():
            async with asyncio.timeout_at(self._deadline):
                return list(await self._connection.fetch(text, *values))

    async def run(self, sql: str, parameters: Parameters = ()) -> int:
        text, values = prepared(sql, parameters)
        with self._answering():
            async with asyncio.timeout_at(self._deadline):
                # Such as "UPDATE 3" or "INSERT 0 1".
                said: str = await self._connection.execute(text, *values)
        count = said.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    async def run_many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        every = [prepared(sql, one) for one in parameters]
        if not every:
            return
        with self._answering():
            async with asyncio.timeout_at(self._deadline):
                await self._connection.executemany(every[0][0], [values for _, values in every])

    async def columns(self) -> list[Column]:
        return [Column(*row) for row in await self.rows(_COLUMNS)]

    async def begin(self, statements: str) -> None:
        """Open the transaction by statements without parameters."""
        with self._answering():
            async with asyncio.timeout_at(self._deadline):
                await self._connection.execute(statements)

    async def commit(self) -> None:
        """Commit; StorageUnsureError if the answer is lost."""
        if asyncio.get_running_loop().time() >= self._deadline:
            raise StorageBusyError
        with self._answering(at_commit=True):
            async with asyncio.timeout_at(self._deadline + COMMIT_SECONDS):
                said = await self._connection.execute("COMMIT")
        if said != "COMMIT":
            # A statement failed, and the server has rolled all of it back.
            raise StorageFailedError

    @contextmanager
    def _answering(self, *, at_commit: bool = False) -> Iterator[None]:
        self.interrupted = True
        with storage_faults_refused(lambda: _is_lost(self._connection), at_commit=at_commit):
            try:
                yield
            except asyncpg.PostgresError:
                self.interrupted = False
                raise
        self.interrupted = False


class PostgresDatabase:
    """Implements `unit.Database`; made by `open_postgres`."""

    def __init__(
        self, address: PostgresAddress, pool: Any, holder: Any, observe: TransactionObserver
    ) -> None:
        self._address = address
        self._pool = pool
        self._holder = holder
        self._observe = observe
        self._reports = UnreadableReports()
        self._closed = False

    @asynccontextmanager
    async def write(self, guild_id: int | None = None) -> AsyncIterator[Transaction]:
        # The lock ends with the transaction. The number is ours, and so needs no parameter.
        key = int(guild_id or _WHOLE_LEDGER)
        begin = f"BEGIN; SELECT pg_advisory_xact_lock({key})"
        with watched_write(), reporting(self._observe, "write"):
            async with self._unit(begin, UNIT_SECONDS) as unit:
                yield unit

    @asynccontextmanager
    async def read(self, *, patient: bool = False) -> AsyncIterator[Transaction]:
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with reporting(self._observe, "read"):
            async with self._unit(begin, UNIT_SECONDS if patient else ANSWER_SECONDS) as unit:
                yield unit

    @asynccontextmanager
    async def _unit(self, begin: str, seconds: float) -> AsyncIterator[PostgresTransaction]:
        if self._closed:
            raise StorageClosedError
        deadline = asyncio.get_running_loop().time() + seconds
        with storage_faults_refused(lambda: self._closed):
            async with asyncio.timeout_at(deadline):
                connection = await self._pool.acquire()
        unit = PostgresTransaction(connection, self._reports, deadline)
        keep = False
        try:
            await unit.begin(begin)
            yield unit
            keep = True
        finally:
            # In its own task, as a second cancellation here would leave the transaction open.
            await asyncio.shield(asyncio.create_task(self._end(connection, unit, keep)))

    async def _end(self, connection: Any, unit: PostgresTransaction, keep: bool) -> None:
        kept = False
        try:
            if keep:
                await unit.commit()
                kept = True
        finally:
            try:
                if not kept:
                    await _roll_back(connection, unit)
            finally:
                await self._pool.release(connection)

    async def prove(self) -> None:
        await self._hold()
        async with self.write() as tx:
            await tx.run("UPDATE continuity SET one = one")

    async def _hold(self) -> None:
        """Take the lock again that keeps other processes off, if its connection was lost."""
        if self._holder.is_closed():
            with storage_faults_refused():
                self._holder = await connect(self._address)
                if not await self._holder.fetchval(IN_USE):
                    await self._holder.close()
                    raise LedgerSharedError(str(self._address))

    async def back_up(self, target: Path) -> None:
        async with to_copy(self._address) as ledger, new_ledger(target) as file:
            await ledger.write_to(file)

    async def read_counter(self) -> tuple[str, int] | None:
        # The server keeps what it has acknowledged: no file beside it could know better.
        return None

    async def write_counter(self, id: str, signs: int) -> None:
        pass

    async def close(self) -> None:
        """Wait for open transactions, and refuse new ones."""
        self._closed = True
        try:
            async with asyncio.timeout(UNIT_SECONDS + COMMIT_SECONDS):
                await self._pool.close()
                await self._holder.close()
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._pool.terminate()
            self._holder.terminate()


def _is_lost(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        # The pool has taken it back, as it does when the server closes it.
        return True


async def _roll_back(connection: Any, unit: PostgresTransaction) -> None:
    if not unit.interrupted:
        with suppress(StorageError):
            await unit.begin("ROLLBACK")
    if unit.interrupted and not _is_lost(connection):
        # The server rolls back what a lost connection leaves open.
        connection.terminate()


@asynccontextmanager
async def open_postgres(
    address: PostgresAddress,
    *,
    connections: int = 8,
    migrations: Path = MIGRATIONS,
    observe: TransactionObserver = lambda *_: None,
) -> AsyncIterator[PostgresDatabase]:
    """Open the ledger, created or migrated first if needed; a LoreError says why it cannot be."""
    holder = await connect(address)
    try:
        if not await holder.fetchval(IN_USE):
            raise LedgerSharedError(str(address))
        with opening_refused(address):
            await check_not_moved(holder, str(address))
            await migrate(holder, str(address), migrations_in(migrations, FIRST))
            await note_use(holder)
        pool = await make_pool(address, connections)
        database = PostgresDatabase(address, pool, holder, observe)
        try:
            yield database
        finally:
            await database.close()
    finally:
        holder.terminate()


@asynccontextmanager
async def open_to_read(address: PostgresAddress) -> AsyncIterator[PostgresDatabase]:
    """Open a ledger to read it, whether or not the bot is running; a LoreError says why not."""
    known = migrations_in(MIGRATIONS, FIRST)
    connection = await connect(address)
    try:
        with opening_refused(address):
            version = await checked_version(connection, str(address), known)
            await check_not_moved(connection, str(address))
        if version < known[-1].version:
            raise LedgerSchemaError(
                f"The ledger {address} is of an older version. The next start of the bot brings it "
                "up to date."
            )
        pool = await make_pool(address, 1)
        database = PostgresDatabase(address, pool, connection, lambda *_: None)
        try:
            yield database
        finally:
            await database.close()
    finally:
        connection.terminate()
