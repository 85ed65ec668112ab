"""Brings a ledger file to the tables that this version of the code knows."""

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lore.ledger.backup import back_up, backups_of, is_whole, newest_backup
from lore.ledger.refusals import (
    LedgerDamagedError,
    LedgerSchemaError,
    LedgerUnavailableError,
    StorageError,
    storage_faults_refused,
)

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, applied once and never altered afterwards."""

    version: int
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations_in(folder: Path) -> tuple[Migration, ...]:
    """The migrations of a folder, in order; their file names begin with 0001, 0002 …"""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    found = tuple(Migration(int(f.name[:4]), f.read_text("utf-8")) for f in files)
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise LedgerSchemaError(f"The migrations in {folder} are not numbered 0001, 0002 ….")
    return found


def migrate(path: Path, migrations: Sequence[Migration]) -> None:
    """Create or check the ledger at `path` and bring it up to date, backed up before."""
    if not path.exists():
        path.touch(mode=0o600)
    try:
        with (
            storage_faults_refused(),
            closing(sqlite3.connect(path, isolation_level=None)) as db,
        ):
            if not is_whole(db):
                raise LedgerDamagedError(path, newest_backup(path))
            db.execute("PRAGMA journal_mode = WAL")
            version = _checked_version(db, path, migrations)
            if 0 < version < len(migrations):
                back_up(path, backups_of(path) / f"{path.stem}-schema-{version}.db")
            for migration in migrations[version:]:
                _apply(db, migration)
    except StorageError as error:
        raise LedgerUnavailableError(path, str(error.__cause__)) from error


def _checked_version(db: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise LedgerSchemaError(
            f"The ledger {path} was written by a newer version of this program (schema {version}, "
            f"known here: {len(migrations)}). Update the program, or restore an older backup."
        )
    if version:
        applied = db.execute("SELECT version, sha256 FROM migration ORDER BY version").fetchall()
        if applied != [(m.version, m.sha256) for m in migrations[:version]]:
            raise LedgerSchemaError(f"The ledger {path} was made by other migrations.")
    return version


def _apply(db: sqlite3.Connection, migration: Migration) -> None:
    # executescript commits what is open before it starts: the transaction has to be in the script.
    try:
        db.executescript(
            "BEGIN IMMEDIATE;\n"
            "CREATE TABLE IF NOT EXISTS migration "
            "(version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT;\n"
            f"{migration.sql}\n;"
            f"INSERT INTO migration VALUES ({migration.version}, '{migration.sha256}');\n"
            f"PRAGMA user_version = {migration.version};\n"
            "COMMIT;"
        )
    finally:
        db.rollback()
