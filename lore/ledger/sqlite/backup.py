"""Copies a ledger while it is in use, and restores a copy."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Literal

from lore.files import database_uri
from lore.ledger.errors import BackupError
from lore.ledger.migrations import migrations_in
from lore.ledger.sqlite.lineage import disown
from lore.ledger.sqlite.lock import only_process
from lore.ledger.sqlite.schema import MIGRATIONS, checked_version

# Returns whether to give up.
Stopped = Callable[[], bool]

# SQLite steps between two calls of it, about some milliseconds.
_STEPS = 10_000

# The errors of a check on a file that is no database, or none that this SQLite can read.
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def is_whole(
    db: sqlite3.Connection, check: Literal["quick_check", "integrity_check"] = "quick_check"
) -> bool:
    """Return whether SQLite finds no damage in the file."""
    try:
        # A row with a forbidden value does not damage the others: they are read without it.
        db.execute("PRAGMA ignore_check_constraints = ON")
        return bool(db.execute(f"PRAGMA {check}(1)").fetchone() == ("ok",))
    except UnicodeDecodeError:
        # SQLite's message quotes the damaged schema, which may not be valid text.
        return False
    except sqlite3.DatabaseError as error:
        # On a badly damaged file the check itself raises; a locked one is not damaged.
        if error.sqlite_errorcode & 0xFF in _DAMAGED:
            return False
        raise
    finally:
        db.execute("PRAGMA ignore_check_constraints = OFF")


def back_up(path: Path, target: Path, stopped: Stopped = lambda: False) -> None:
    """Write a verified copy of the ledger at `path`, which may be in use, over `target`.

    BackupError soon after `stopped` returns true.
    """
    with _file_faults_refused(target):
        if not target.parent.exists():
            # No parents: a disk that is not mounted must not be replaced by a folder.
            target.parent.mkdir()
        with _copied(path, target, stopped) as copy:
            copy.replace(target)
        _sync(target.parent)


def check_backup(backup: Path) -> None:
    """Raise a LoreError with the reason if a file cannot be restored."""
    if not os.path.isfile(backup):
        what = "is a folder" if os.path.isdir(backup) else "is not there"
        raise BackupError(f"{backup} {what}. Name the file of a backup.")
    _verify(backup)
    try:
        with closing(_read_only(backup)) as db:
            checked_version(db, backup, migrations_in(MIGRATIONS))
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{backup} cannot be read: {error}.") from error


def restore(backup: Path, path: Path) -> Path | None:
    """Replace the ledger at `path`, which must not be in use, with a verified copy of `backup`.

    The old ledger is kept beside it; its path is returned.
    """
    check_backup(backup)
    with only_process(path), _file_faults_refused(path), _copied(backup, path) as copy:
        # A backup may lack what was done since, here or where it comes from.
        disown(path)
        aside = _set_aside(path)
        copy.replace(path)
        _sync(path.parent)
    return aside


@contextmanager
def _file_faults_refused(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError(f"{target} cannot be written: {reason}.") from error


@contextmanager
def _copied(source: Path, target: Path, stopped: Stopped = lambda: False) -> Iterator[Path]:
    """Return a verified copy of a ledger beside `target`, synced to the disk."""
    partial = target.with_name(target.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        # A copied file would lack what is still in the WAL; VACUUM INTO writes one whole snapshot.
        try:
            with closing(_read_only(source, stopped)) as db:
                db.execute("VACUUM INTO ?", (str(partial),))
        except (sqlite3.Error, OSError) as error:
            raise BackupError(f"{source} cannot be copied to {target}: {error}.") from error
        _verify(partial, stopped)
        # VACUUM INTO does not sync; without it a power cut could leave a name without its contents.
        _sync(partial)
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _read_only(path: Path, stopped: Stopped = lambda: False) -> sqlite3.Connection:
    db = sqlite3.connect(database_uri(path, "ro"), uri=True, isolation_level=None)
    db.set_progress_handler(stopped, _STEPS)
    return db


def _verify(path: Path, stopped: Stopped = lambda: False) -> None:
    try:
        with closing(_read_only(path, stopped)) as db:
            if not is_whole(db):
                raise BackupError(f"{path} is damaged, or is no database.")
            if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").fetchone():
                raise BackupError(f"{path} holds no ledger: it is empty, or of something else.")
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error


def _set_aside(path: Path) -> Path | None:
    """Give a ledger a second name, so that the first always exists, even after a crash."""
    _take_in_wal(path)
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    names = (f"{path.name}.replaced" + f"-{n}" * (n > 1) for n in count(1))
    aside = next(free for name in names if not (free := path.with_name(name)).exists())
    # A WAL that could not be merged is moved first, or it would be replayed into the new file.
    wal = path.with_name(path.name + "-wal")
    if wal.exists():
        wal.replace(aside.with_name(aside.name + "-wal"))
    if not path.exists():
        return None
    try:
        os.link(path, aside)
    except OSError:
        # Not every file system has hard links.
        path.replace(aside)
    return aside


def _take_in_wal(path: Path) -> None:
    """Merge the WAL into the file; a damaged ledger keeps its WAL beside it."""
    with (
        suppress(sqlite3.Error, OSError),
        closing(sqlite3.connect(database_uri(path, "rw"), uri=True)) as db,
    ):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _sync(path: Path) -> None:
    if os.name == "nt":
        # Windows opens no folders, and writes their entries by itself.
        if path.is_dir():
            return
        descriptor = os.open(path, os.O_RDWR)
    else:
        descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
