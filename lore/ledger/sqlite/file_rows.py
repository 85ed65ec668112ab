"""The rows of a ledger file as they are copied from it, and into a new one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from graphlib import TopologicalSorter
from itertools import groupby
from pathlib import Path

import aiosqlite

from lore.files import database_uri
from lore.ledger.copying import BATCH, NOT_COPIED, Shape, Value
from lore.ledger.errors import BackupError
from lore.ledger.lineage import Lineage
from lore.ledger.sqlite.backup import (
    check_backup,
    copied,
    file_faults_refused,
    put_in_place,
    written_aside,
)
from lore.ledger.sqlite.database import text
from lore.ledger.sqlite.faults import storage_refusal
from lore.ledger.sqlite.lineage import lineage_of
from lore.ledger.sqlite.migrate import bring_up_to_date
from lore.ledger.sqlite.schema import is_unused, set_unused

_COLUMNS = """
    SELECT tables.name, columns.name
    FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.schema = 'main' AND tables.name NOT LIKE 'sqlite%'
    ORDER BY tables.name, columns.cid
"""

_REFERENCES = """
    SELECT tables.name, others."table"
    FROM pragma_table_list AS tables, pragma_foreign_key_list(tables.name) AS others
    WHERE tables.schema = 'main'
"""


class FileRows:
    """Implements `copying.Rows` for a ledger file, in one transaction."""

    def __init__(
        self, path: Path, db: aiosqlite.Connection, shapes: Sequence[Shape], lineage: Lineage
    ) -> None:
        self._path = path
        self._db = db
        self.shapes = shapes
        self.lineage = lineage

    async def count(self, shape: Shape) -> int:
        with _faults_told(self._path):
            [[count]] = await self._db.execute_fetchall(f"SELECT count(*) FROM {shape.table}")
        return int(count)

    async def read(self, shape: Shape) -> AsyncGenerator[Sequence[tuple[Value, ...]], None]:
        # An index that holds all columns would give them in its own order.
        query = f"SELECT {', '.join(shape.columns)} FROM {shape.table} NOT INDEXED"
        with _faults_told(self._path):
            async with self._db.execute(query) as cursor:
                while rows := await cursor.fetchmany(BATCH):
                    yield [tuple(row) for row in rows]

    async def clear(self, shapes: Sequence[Shape]) -> None:
        with _faults_told(self._path):
            for shape in reversed(shapes):
                await self._db.execute(f"DELETE FROM {shape.table}")

    async def add(self, shape: Shape, rows: Sequence[tuple[Value, ...]]) -> None:
        places = ", ".join("?" * len(shape.columns))
        insert = f"INSERT INTO {shape.table} ({', '.join(shape.columns)}) VALUES ({places})"
        with _faults_told(self._path):
            await self._db.executemany(insert, rows)


@contextmanager
def _faults_told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into BackupErrors that name the file."""
    try:
        yield
    except sqlite3.Error as error:
        if storage_refusal(error) is None and not isinstance(error, sqlite3.IntegrityError):
            raise
        raise BackupError(
            f"{path} stopped the copying: {error}. Nothing was changed. See to it that its disk "
            "has room and is sound."
        ) from error


@asynccontextmanager
async def open_rows(path: Path) -> AsyncIterator[FileRows]:
    """Open one snapshot of a ledger of this version."""
    shapes, lineage = await asyncio.to_thread(_examined, path)
    async with _unit(path, "ro") as db:
        yield FileRows(path, db, shapes, lineage)


@asynccontextmanager
async def open_backup(backup: Path, beside: Path) -> AsyncIterator[FileRows]:
    """Open a backup, whatever version it is of; its copy lies beside a path meanwhile."""
    await asyncio.to_thread(check_backup, backup)
    with file_faults_refused(beside), copied(backup, beside) as copy:
        await asyncio.to_thread(bring_up_to_date, copy)
        async with open_rows(copy) as rows:
            yield rows


@asynccontextmanager
async def new_ledger(target: Path, *, unused: bool = False) -> AsyncIterator[FileRows]:
    """Write a new ledger, which takes the place of the file `target` once it is whole.

    It may be `unused`: as long as no bot has opened it, another may take its place.
    """
    with written_aside(target) as partial:
        await asyncio.to_thread(bring_up_to_date, partial)
        shapes, lineage = await asyncio.to_thread(_examined, partial)
        async with _unit(partial, "rw") as db:
            yield FileRows(target, db, shapes, lineage)
        await asyncio.to_thread(_finish, partial, target, unused)


@asynccontextmanager
async def _unit(path: Path, mode: str) -> AsyncIterator[aiosqlite.Connection]:
    """Open a transaction, which is kept if nothing is raised."""
    with _faults_told(path):
        opened = aiosqlite.connect(database_uri(path, mode), uri=True, isolation_level=None)
        async with opened as db:
            db.text_factory = text
            await db.execute("BEGIN")
            yield db
            await db.commit()


def _finish(partial: Path, target: Path, unused: bool) -> None:
    with closing(sqlite3.connect(database_uri(partial, "rw"), uri=True)) as db:
        if db.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupError("A row refers to one that is not there, so nothing was changed.")
        if unused:
            set_unused(db, unused)
    put_in_place(partial, target)


def _examined(path: Path) -> tuple[tuple[Shape, ...], Lineage]:
    """Return the tables to copy, each after those that it refers to, and the ledger's lineage."""
    with closing(sqlite3.connect(database_uri(path, "ro"), uri=True)) as db:
        columns = db.execute(_COLUMNS).fetchall()
        references = db.execute(_REFERENCES).fetchall()
        lineage = lineage_of(db)
    shapes = {}
    for table, found in groupby(columns, key=lambda row: row[0]):
        if table not in NOT_COPIED:
            shapes[table] = Shape(table, tuple(name for _, name in found))
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(shapes, ()))
    for table, other in references:
        order.add(table, other)
    return tuple(shapes[table] for table in order.static_order()), lineage


def left_unused(path: Path, source: Lineage) -> bool:
    """Return whether a file is a copy that no bot has opened, of which `source` holds all."""
    try:
        with closing(sqlite3.connect(database_uri(path, "ro"), uri=True)) as db:
            return is_unused(db) and source.goes_on_from(lineage_of(db))
    except (sqlite3.Error, OSError):
        return False
