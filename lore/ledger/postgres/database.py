"""The ledger in PostgreSQL: a pool of connections, and units of work that end in time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from lore.ledger.errors import (
    LedgerSchemaError,
    StorageBusyError,
    StorageClosedError,
    StorageError,
    StorageFailedError,
)
from lore.ledger.migrations import Migration, migrations_in
from lore.ledger.own_shards import ALONE, Fleet
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.announcing import CHANNEL, REPLIES, Listener
from lore.ledger.postgres.connecting import connect, make_pool, opening_refused
from lore.ledger.postgres.faults import storage_faults_refused
from lore.ledger.postgres.migrate import (
    FIRST,
    MIGRATIONS,
    OWN_TABLES,
    checked_version,
    migrate,
    prepare,
)
from lore.ledger.postgres.note import check_not_moved, note_use
from lore.ledger.postgres.server_rows import to_copy
from lore.ledger.postgres.slot import HeldSlot, is_first
from lore.ledger.postgres.statements import prepared
from lore.ledger.postgres.tickets import ticket
from lore.ledger.postgres.timeline import note_timeline
from lore.ledger.row import StoredRow
from lore.ledger.sqlite.file_rows import new_ledger
from lore.ledger.unit import (
    Column,
    Hearer,
    Parameters,
    StandBy,
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

_COLUMNS = f"""
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
      AND columns.table_name NOT IN {OWN_TABLES}
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
        self,
        address: PostgresAddress,
        pool: Any,
        observe: TransactionObserver = lambda *_: None,
        slot: HeldSlot | None = None,
    ) -> None:
        self.slot = slot.number if slot else 0
        self._address = address
        self._pool = pool
        self._held = slot
        self._observe = observe
        self._reports = UnreadableReports()
        self._closed = False
        self._listener = Listener(address, self.announce)

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
        with storage_faults_refused(lambda: True):
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
        async with self.write() as tx:
            await tx.run("UPDATE continuity SET one = one")

    async def taken_over(self) -> None:
        if self._held:
            await self._held.taken_over()

    async def leads(self) -> bool:
        async with self.read() as tx:
            return await is_first(tx, self.slot)

    async def ticket(self, bucket: int, longer: float = 0.0) -> float:
        async with self._unit("BEGIN", UNIT_SECONDS) as unit:
            return await ticket(unit, bucket, longer)

    async def listen(self, hearer: Hearer) -> float:
        return await self._listener.turn(hearer)

    async def announce(self, text: str, *, reply: bool = False) -> None:
        async with self.read() as tx:
            await tx.rows("SELECT pg_notify(?, ?)", (REPLIES if reply else CHANNEL, text))

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
        self._listener.close()
        try:
            async with asyncio.timeout(UNIT_SECONDS + COMMIT_SECONDS):
                await self._pool.close()
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._pool.terminate()


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
    stand_by: StandBy | None = None,
    fleet: Fleet = ALONE,
) -> AsyncIterator[PostgresDatabase]:
    """Open the ledger, created or migrated first if needed; a LoreError says why it cannot be.

    While as many processes as the fleet has act on it, this one does `stand_by`; without that it is
    refused.
    """
    known = migrations_in(migrations, FIRST)
    slot = HeldSlot(address, fleet, known[-1].version)
    await _set_up(address, known, _prepare)
    async with slot.held(stand_by):
        await _set_up(address, known, partial(_migrate, slot.number))
        pool = await make_pool(address, connections, note_timeline)
        database = PostgresDatabase(address, pool, observe, slot)
        try:
            yield database
        finally:
            await database.close()


async def _prepare(connection: Any, shown: str, known: Sequence[Migration]) -> None:
    await check_not_moved(connection, shown)
    await prepare(connection, shown, known)


async def _migrate(slot: int, connection: Any, shown: str, known: Sequence[Migration]) -> None:
    # It may have been moved while this process stood by.
    await check_not_moved(connection, shown)
    await migrate(connection, shown, known, slot)
    await note_use(connection)


async def _set_up(
    address: PostgresAddress,
    known: Sequence[Migration],
    change: Callable[[Any, str, Sequence[Migration]], Awaitable[None]],
) -> None:
    """Change the tables on a connection of their own."""
    connection = await connect(address)
    try:
        with opening_refused(address):
            await change(connection, str(address), known)
    finally:
        connection.terminate()


@asynccontextmanager
async def open_to_read(address: PostgresAddress) -> AsyncIterator[PostgresDatabase]:
    """Open a ledger to read it, whether or not the bot is running; a LoreError says why not."""
    known = migrations_in(MIGRATIONS, FIRST)
    connection = await connect(address)
    try:
        with opening_refused(address):
            version = await checked_version(connection, str(address), known)
            await check_not_moved(connection, str(address))
    finally:
        connection.terminate()
    if version < known[-1].version:
        raise LedgerSchemaError(
            f"The ledger {address} is of an older version. The next start of the bot brings it "
            "up to date."
        )
    database = PostgresDatabase(address, await make_pool(address, 1))
    try:
        yield database
    finally:
        await database.close()
