"""Makes the ledger's tables in a PostgreSQL database those of this version of the code."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lore.ledger.errors import LedgerSchemaError
from lore.ledger.migrations import Migration
from lore.ledger.postgres.announcing import MAKE_TRIGGER
from lore.ledger.postgres.slot import check_alone
from lore.ledger.postgres.timeline import TIMELINE

MIGRATIONS = Path(__file__).parent / "migrations"

# The first of ours makes what SQLite's first so many make; from then on both have the same.
FIRST = 17

# Keeps a second process from migrating meanwhile; no server has this id.
_MIGRATING = -1

# What is needed beside the ledger: who acts on it, when the next may connect to Discord, and which
# line of the server's history this is. `until` and `free_at` are in seconds by the server's clock,
# `fence` is one more with each holder.
OWN_TABLES = ("fleet", "identify", "slot", "timeline")
_MAKE = f"""
    CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, sha256 TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS slot (
        number BIGINT PRIMARY KEY,
        holder TEXT NOT NULL,
        fence BIGINT NOT NULL,
        until DOUBLE PRECISION NOT NULL
    );
    CREATE TABLE IF NOT EXISTS fleet (
        one BIGINT PRIMARY KEY CHECK (one = 1),
        processes BIGINT NOT NULL,
        shards BIGINT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS identify (
        bucket BIGINT PRIMARY KEY,
        free_at DOUBLE PRECISION NOT NULL
    );
    CREATE TABLE IF NOT EXISTS timeline (
        one BIGINT PRIMARY KEY CHECK (one = 1),
        name TEXT NOT NULL
    );
    INSERT INTO fleet (one, processes, shards) VALUES (1, 1, 0) ON CONFLICT DO NOTHING;
    INSERT INTO timeline (one, name) VALUES (1, {TIMELINE}) ON CONFLICT DO NOTHING;
"""

_OURS = """
    SELECT EXISTS (SELECT 1 FROM pg_tables
                   WHERE schemaname = current_schema() AND tablename = 'migration') AS ours,
           EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema()) AS used
"""


async def prepare(connection: Any, shown: str, migrations: Sequence[Migration]) -> None:
    """Make what is needed to take a slot; LedgerSchemaError if the tables are not ours."""
    async with _migrating(connection):
        await checked_version(connection, shown, migrations)
        await connection.execute(_MAKE)


async def migrate(
    connection: Any, shown: str, migrations: Sequence[Migration], slot: int | None = None
) -> None:
    """Create, check and migrate the tables, all or nothing; LedgerSchemaError if they cannot be.

    LedgerSharedError if they would be changed while another slot than ours is held.
    """
    async with _migrating(connection):
        version = await checked_version(connection, shown, migrations)
        if slot is not None and version < migrations[-1].version:
            # One of an older version that took it at the same moment.
            await check_alone(connection, shown, slot)
        for migration in migrations:
            if migration.version > version:
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO migration VALUES ($1, $2)", migration.version, migration.sha256
                )
        await connection.execute(MAKE_TRIGGER)


@asynccontextmanager
async def _migrating(connection: Any) -> AsyncIterator[None]:
    async with connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATING)
        yield


async def checked_version(connection: Any, shown: str, migrations: Sequence[Migration]) -> int:
    """Return the last applied migration, 0 for none; LedgerSchemaError if others were applied."""
    there = await connection.fetchrow(_OURS)
    if not there["ours"]:
        if there["used"]:
            raise LedgerSchemaError(
                f"The database {shown} holds tables of something else, and no ledger. Make one "
                "for it alone (createdb lorebot), and name that in LORE_LEDGER_URL."
            )
        return 0
    applied = [
        (row["version"], row["sha256"])
        for row in await connection.fetch("SELECT * FROM migration ORDER BY version")
    ]
    known = [(migration.version, migration.sha256) for migration in migrations]
    if applied and applied[-1][0] > known[-1][0]:
        raise LedgerSchemaError(
            f"The ledger in {shown} was written by a newer version of this program (schema "
            f"{applied[-1][0]}, known here: {known[-1][0]}). Update the program."
        )
    if applied != known[: len(applied)]:
        raise LedgerSchemaError(
            f"The ledger in {shown} was made by other migrations than those of this program. Use "
            "the version that made it, or restore a backup."
        )
    return int(applied[-1][0]) if applied else 0
