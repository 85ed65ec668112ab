"""Copies a ledger while it is in use, and puts a copy back."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lore.ledger.lock import only_process
from lore.ledger.refusals import BackupError, storage_faults_refused


def backups_of(path: Path) -> Path:
    """The folder in which the backups of a ledger are kept."""
    return path.parent / "backups"


def newest_backup(path: Path) -> Path | None:
    """The backup of a ledger that was written last."""
    found = backups_of(path).glob(f"{path.stem}-*.db")
    return max(found, key=lambda backup: backup.stat().st_mtime_ns, default=None)


def is_whole(db: sqlite3.Connection) -> bool:
    """Whether SQLite finds no damage in the file."""
    try:
        return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        # On a badly damaged file the check itself raises; a locked one is not damaged.
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return False
        raise


def back_up(path: Path, target: Path) -> None:
    """Write a verified copy of the ledger at `path`, which may be in use, over `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _copied(path, target) as copy:
        copy.replace(target)
    _sync(target.parent)


def restore(backup: Path, path: Path) -> None:
    """Put a verified copy of `backup` in place of the ledger at `path`, which nobody may be using.

    What stood there stays beside it, with `.replaced` at the end of its name.
    """
    _verify(backup)
    with only_process(path), _copied(backup, path) as copy:
        _set_aside(path)
        copy.replace(path)
    _sync(path.parent)


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A verified copy of a ledger beside `target`, safe on the disk."""
    partial = target.with_name(target.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        # A copied file would lack what is still in the WAL; VACUUM INTO writes one whole snapshot.
        with storage_faults_refused(), closing(_read_only(source)) as db:
            db.execute("VACUUM INTO ?", (str(partial),))
        _verify(partial)
        # VACUUM INTO does not sync; without it a power cut could leave a name without its contents.
        _sync(partial)
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def file_uri(path: Path, mode: str) -> str:
    """The address under which SQLite opens a file as `ro` or `rw`."""
    return f"{path.resolve().as_uri()}?mode={mode}"


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(file_uri(path, "ro"), uri=True, isolation_level=None)


def _verify(path: Path) -> None:
    try:
        with closing(_read_only(path)) as db:
            if is_whole(db) and db.execute("SELECT 1 FROM migration").fetchone():
                return
    except sqlite3.Error as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error
    raise BackupError(f"{path} is not a whole ledger.")


def _set_aside(path: Path) -> None:
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    # The WAL first: left behind, it would be replayed into the file that comes next.
    for suffix in ("-wal", ""):
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.replace(path.with_name(f"{path.name}.replaced{suffix}"))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
