"""Migrates a ledger file to the tables of this version of the code."""

import filecmp
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from shutil import disk_usage

from lore.files import database_uri
from lore.ledger.errors import LedgerDamagedError, LedgerMissingError, LedgerRoomError
from lore.ledger.migrations import Migration, migrations_in
from lore.ledger.sqlite.backup import back_up, is_whole
from lore.ledger.sqlite.backups import Backups
from lore.ledger.sqlite.faults import opening_faults_refused
from lore.ledger.sqlite.moved import check_not_moved, forget_move
from lore.ledger.sqlite.schema import MIGRATIONS, checked_version, is_unused, set_unused

# How many times its size a ledger takes beside its copy while its largest tables are rewritten: the
# new ones are in the WAL first, then beside the old ones (measured: 2.5 times).
REWRITTEN = 3

# Other migrations only add columns, tables and indexes, which are smaller than their tables.
ADDED_TO = 1


def migrate(
    path: Path,
    migrations: Sequence[Migration],
    backups: Backups | None = None,
    *,
    new: bool = False,
    now: datetime | None = None,
) -> None:
    """Create or check the ledger at `path` and migrate it after a backup.

    If there are backups of a ledger, it is created only with `new`. A backup dated after `now` is
    suggested last.
    """
    backups = backups or Backups(path)
    with opening_faults_refused(path):
        address = database_uri(path, "rw")
        if not path.exists():
            if not new:
                check_not_moved(path)
            if not new and (newest := backups.newest(now)):
                raise LedgerMissingError(path, newest)
            path.touch(mode=0o600)
        elif not path.stat().st_size and (newest := backups.newest(now)):
            # SQLite takes a file that was cut off at its beginning for a new one.
            raise LedgerDamagedError(path, newest)
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as db:
            if not is_whole(db):
                raise LedgerDamagedError(path, backups.newest(now))
            version = checked_version(db, path, migrations)
            if 0 < version < len(migrations):
                check_room(path, backups, migrations[version:])
            db.execute("PRAGMA journal_mode = WAL")
            if 0 < version < len(migrations):
                _back_up(path, backups, version)
            for migration in migrations[version:]:
                _apply(db, migration)
            if is_unused(db):
                set_unused(db, False)
    with suppress(OSError):
        forget_move(path)


def bring_up_to_date(path: Path) -> None:
    """Create or migrate a ledger of which nobody needs the former state."""
    migrations = migrations_in(MIGRATIONS)
    with closing(sqlite3.connect(database_uri(path, "rw"), uri=True, isolation_level=None)) as db:
        for migration in migrations[checked_version(db, path, migrations) :]:
            _apply(db, migration)


def check_room(path: Path, backups: Backups, pending: Sequence[Migration]) -> None:
    """Raise LedgerRoomError if a disk has no room for the migration."""
    size = path.stat().st_size
    growth = REWRITTEN if any("DROP TABLE" in migration.sql for migration in pending) else ADDED_TO
    there = backups.folder if backups.folder.exists() else backups.folder.parent
    needed = [(path.parent, growth * size), (there, size)]
    if there.exists() and there.stat().st_dev == path.parent.stat().st_dev:
        needed = [(path.parent, (growth + 1) * size)]
    for folder, space in needed:
        # A missing folder is reported when the copy is made.
        if folder.exists() and (free := disk_usage(folder).free) < space:
            raise LedgerRoomError(path, folder, space, free)


def _back_up(path: Path, backups: Backups, version: int) -> None:
    """Copy the ledger unless such a copy exists, as a failing start is retried again and again."""
    former = backups.before_migration()
    copy = backups.file_before_migration(version)
    back_up(path, copy)
    # An unreadable copy stops no start: another copy is made.
    with suppress(OSError):
        if any(filecmp.cmp(copy, file, shallow=False) for file in former if file.is_file()):
            copy.unlink()


def _apply(db: sqlite3.Connection, migration: Migration) -> None:
    # executescript commits what is open before it starts: the transaction has to be in the script.
    try:
        # Reads skip a damaged row; it must not stop its table from being rewritten.
        db.execute("PRAGMA ignore_check_constraints = ON")
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
