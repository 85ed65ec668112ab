"""The migrations of the ledger's schema, and which of them a file has."""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lore.ledger.errors import LedgerSchemaError

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """A step of the schema, applied once and never altered afterwards."""

    version: int
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def rewrites(self) -> bool:
        """Return whether it copies a table, which SQLite cannot alter otherwise."""
        return "DROP TABLE" in self.sql


def migrations_in(folder: Path) -> tuple[Migration, ...]:
    """Return the migrations of a folder in order; their file names begin with 0001, 0002 …"""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    found = tuple(Migration(int(f.name[:4]), f.read_text("utf-8")) for f in files)
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise LedgerSchemaError(f"The migrations in {folder} are not numbered 0001, 0002 ….")
    return found


def checked_version(db: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> int:
    """Return the number of applied migrations; LedgerSchemaError if others were applied."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    if tables and "migration" not in tables:
        raise LedgerSchemaError(
            f"{path} is a database of something else, and no ledger. Move it away, or name "
            "another folder with --data DIR."
        )
    if version > len(migrations):
        raise LedgerSchemaError(
            f"The ledger {path} was written by a newer version of this program (schema {version}, "
            f"known here: {len(migrations)}). Update the program, or restore an older backup."
        )
    if version:
        known = [(migration.version, migration.sha256.encode()) for migration in migrations]
        if _applied(db) != known[:version]:
            raise LedgerSchemaError(
                f"The ledger {path} was made by other migrations than those of this program. Use "
                "the version that made it, or restore a backup."
            )
    return version


def _applied(db: sqlite3.Connection) -> list[tuple[int, bytes]]:
    # As bytes, since damaged text may not be valid. The columns may be missing, too.
    try:
        return db.execute(
            "SELECT version, CAST(sha256 AS BLOB) FROM migration ORDER BY version"
        ).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            return []
        raise
