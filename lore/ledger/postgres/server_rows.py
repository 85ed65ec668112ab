"""The rows of a ledger in PostgreSQL as they are copied from it, and into it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg

from lore.ledger.copying import BATCH, Progress, Shape, Value, copy
from lore.ledger.errors import BackupError, LedgerUnreachableError
from lore.ledger.lineage import Lineage
from lore.ledger.migrations import Migration, migrations_in
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.connecting import connect, opening_refused
from lore.ledger.postgres.faults import storage_refusal
from lore.ledger.postgres.migrate import FIRST, MIGRATIONS, checked_version, migrate, prepare
from lore.ledger.postgres.note import (
    UNUSED,
    check_not_moved,
    is_left,
    note_move,
    note_of,
    write_note,
)
from lore.ledger.postgres.slot import keep_off
from lore.ledger.sqlite.file_rows import FileRows

# In seconds, how long the server may take for some rows.
_PATIENCE = 60.0

# Copying takes as long as it takes; what a lost process leaves behind ends with its connection.
_UNHURRIED = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0"

_TRUTHS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'boolean'
"""

_OF_SERVERS = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name = 'guild_id'
"""


class ServerRows:
    """Implements `copying.Rows` for a database, in one transaction."""

    def __init__(self, connection: Any, shown: str, truths: frozenset[tuple[str, str]]) -> None:
        self._connection = connection
        self._shown = shown
        self._truths = truths

    def _places(self, shape: Shape) -> list[int]:
        """Return the places of the columns that hold true or false."""
        return [n for n, name in enumerate(shape.columns) if (shape.table, name) in self._truths]

    async def count(self, shape: Shape) -> int:
        with _faults_told(self._shown):
            counted = f"SELECT count(*) FROM {shape.table}"
            return int(await self._connection.fetchval(counted, timeout=_PATIENCE))

    async def read(self, shape: Shape) -> AsyncGenerator[Sequence[tuple[Value, ...]], None]:
        query = f"SELECT {', '.join(shape.columns)} FROM {shape.table} ORDER BY ctid"
        places = self._places(shape)
        with _faults_told(self._shown):
            cursor = await self._connection.cursor(query, timeout=_PATIENCE)
            while rows := await cursor.fetch(BATCH, timeout=_PATIENCE):
                yield [_converted(row, places, int) for row in rows]

    async def clear(self, shapes: Sequence[Shape]) -> None:
        with _faults_told(self._shown):
            for shape in reversed(shapes):
                await self._connection.execute(f"DELETE FROM {shape.table}")

    async def add(self, shape: Shape, rows: Sequence[tuple[Value, ...]]) -> None:
        places = self._places(shape)
        with _faults_told(self._shown), _row_refused(self._shown, shape, rows):
            await self._connection.copy_records_to_table(
                shape.table,
                records=[_converted(row, places, bool) for row in rows],
                columns=shape.columns,
                timeout=_PATIENCE,
            )


def _converted(row: Sequence[Any], places: Sequence[int], kind: type) -> tuple[Any, ...]:
    """Return a row with the values at these places as numbers, or as true and false."""
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = kind(values[place])
    return tuple(values)


@contextmanager
def _row_refused(shown: str, shape: Shape, rows: Sequence[tuple[Value, ...]]) -> Iterator[None]:
    """Turn errors at rows that the server does not take into BackupErrors without their texts."""
    try:
        yield
    except (
        asyncpg.DataError,
        asyncpg.IntegrityConstraintViolationError,
        TypeError,
        ValueError,
    ) as error:
        if damaged := next((row for row in rows if any(map(_is_no_text, row))), None):
            numbers = zip(shape.columns, damaged, strict=True)
            which = ", ".join(f"{name} {value}" for name, value in numbers if type(value) is int)
            why = f"of table {shape.table} ({which}): a text in it is damaged"
        else:
            ours = not isinstance(error, asyncpg.PostgresError)
            # What is found here, and not there, is told with its text.
            reason = "a value is not of its column's kind" if ours else error.args[0]
            why = f"of table {shape.table}: {reason}"
        raise BackupError(
            f"{shown} does not take a row {why}. Nothing was changed. A backup may hold it whole."
        ) from error


def _is_no_text(value: Value) -> bool:
    """Return whether it is a text that PostgreSQL cannot hold."""
    return isinstance(value, bytes) or (isinstance(value, str) and "\0" in value)


@contextmanager
def _faults_told(shown: str) -> Iterator[None]:
    """Turn errors of the server, or of the way to it, into LoreErrors that name it."""
    try:
        yield
    except asyncpg.DiskFullError as error:
        raise BackupError(
            f"The disk of {shown} is full, so nothing was changed. Make room there, and try again."
        ) from error
    except (OSError, TimeoutError, asyncpg.InterfaceError) as error:
        raise LedgerUnreachableError(shown, "the connection was lost") from error
    except asyncpg.PostgresError as error:
        if storage_refusal(error.sqlstate) is None:
            raise
        raise BackupError(f"{shown} stopped the copying: {error.args[0]}. Try again.") from error


class ServerLedger:
    """A ledger in PostgreSQL on a connection of its own, to be copied from or into."""

    def __init__(self, address: PostgresAddress, connection: Any) -> None:
        self._address = address
        self._shown = str(address)
        self._connection = connection

    async def write_to(self, file: FileRows, progress: Progress | None = None) -> int:
        """Copy one snapshot of all rows into a new file; return how many rows there are."""
        unit = self._connection.transaction(isolation="repeatable_read", readonly=True)
        with _faults_told(self._shown):
            async with unit:
                return await copy(file.shapes, await self._rows(), file, progress)

    async def fill(
        self,
        file: FileRows,
        *,
        unused: bool = False,
        older: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Replace all rows by those of a file, or none; return how many there are.

        The ledger may count as `unused` until a bot opens it, and as `older` than its last use.
        """
        with _faults_told(self._shown):
            async with self._connection.transaction():
                await self.bring_up_to_date()
                rows = await copy(file.shapes, file, await self._rows(), progress)
                if older:
                    await self._connection.execute("UPDATE continuity SET older = TRUE")
                await write_note(self._connection, UNUSED if unused else None)
        return rows

    async def _rows(self) -> ServerRows:
        truths = frozenset(map(tuple, await self._connection.fetch(_TRUTHS)))
        return ServerRows(self._connection, self._shown, truths)

    async def hold(self) -> None:
        """Keep bots off until the connection ends; LedgerSharedError if one is there."""
        with opening_refused(self._address):
            await keep_off(self._connection, self._shown)

    async def bring_up_to_date(self) -> None:
        """Create the tables, or migrate them."""
        with opening_refused(self._address):
            await prepare(self._connection, self._shown, _known())
            await migrate(self._connection, self._shown, _known())

    async def is_made(self) -> bool:
        """Return whether there is a ledger; LedgerSchemaError if there is something else."""
        with opening_refused(self._address):
            return bool(await checked_version(self._connection, self._shown, _known()))

    async def check_not_moved(self) -> None:
        """Raise LedgerMovedError if the ledger was moved away."""
        with opening_refused(self._address):
            await check_not_moved(self._connection, self._shown)

    async def check_room(self, source: Lineage) -> None:
        """Raise BackupError if the database holds what may be in use, or what `source` lacks."""
        with opening_refused(self._address):
            await checked_version(self._connection, self._shown, _known())
            tables = [table for (table,) in await self._connection.fetch(_OF_SERVERS)]
            used = " UNION ALL ".join(f"(SELECT 1 FROM {table} LIMIT 1)" for table in tables)
            if not used or not await self._connection.fetch(used):
                return
            left = is_left(await note_of(self._connection))
        if not (left and source.goes_on_from(await self.lineage())):
            raise BackupError(
                f"The database {self._shown} holds a ledger already, so nothing was changed. Name "
                "an empty one, or make it anew: dropdb lorebot && createdb lorebot. To put a "
                "backup in its place: lorebot restore FILE"
            )

    async def lineage(self) -> Lineage:
        """Return which ledgers this one goes on from."""
        with _faults_told(self._shown):
            found = await self._connection.fetch("SELECT id, signs FROM lineage ORDER BY place")
        return Lineage([(id, signs) for id, signs in found])

    async def leave(self, where: str) -> None:
        """Note that the ledger is somewhere else from now on, so that no bot opens it here."""
        with _faults_told(self._shown):
            await note_move(self._connection, where)


def _known() -> tuple[Migration, ...]:
    return migrations_in(MIGRATIONS, FIRST)


@asynccontextmanager
async def to_copy(address: PostgresAddress) -> AsyncIterator[ServerLedger]:
    """Open a ledger to copy it, whether or not a bot uses it."""
    connection = await connect(address)
    try:
        with opening_refused(address):
            await connection.execute(_UNHURRIED)
        yield ServerLedger(address, connection)
    finally:
        connection.terminate()


@asynccontextmanager
async def to_change(address: PostgresAddress) -> AsyncIterator[ServerLedger]:
    """Open a ledger, or an empty database, that no bot uses meanwhile."""
    async with to_copy(address) as ledger:
        await ledger.hold()
        yield ledger
