"""The migrations of the ledger's schema, and which of them a file has."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from lore.ledger.errors import LedgerSchemaError
from lore.ledger.migrations import Migration

MIGRATIONS = Path(__file__).parent / "migrations"

# Stands in the header of a ledger that was copied here and that no bot has opened since.
_UNUSED = 0x4C6F7265


def is_unused(db: sqlite3.Connection) -> bool:
    """Return whether a ledger was copied here and never opened to be used."""
    return bool(db.execute("PRAGMA application_id").fetchone()[0] == _UNUSED)


def set_unused(db: sqlite3.Connection, unused: bool) -> None:
    """Note whether a ledger was copied here and never opened to be used."""
    db.execute(f"PRAGMA application_id = {_UNUSED if unused else 0}")


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
