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
from lore.ledger.sqlite.moved import note_move
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
    with file_faults_refused(target):
        _make_folder(target)
        with copied(path, target, stopped) as copy:
            copy.replace(target)
        _sync(target.parent)


def _make_folder(target: Path) -> None:
    if not target.parent.exists():
        # No parents: a disk that is not mounted must not be replaced by a folder.
        target.parent.mkdir()


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Return an empty file for what is to be `put_in_place` of `target`."""
    with file_faults_refused(target):
        _make_folder(target)
        with _beside(target) as partial:
            yield partial


def put_in_place(partial: Path, target: Path) -> None:
    """Verify a ledger that was written aside, and have it take the place of `target`."""
    _verify(partial)
    _sync(partial)
    partial.replace(target)
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
    with only_process(path), file_faults_refused(path), copied(backup, path) as copy:
        # A backup may lack what was done since, here or where it comes from.
        disown(path)
        aside = _set_aside(path)
        copy.replace(path)
        _sync(path.parent)
    return aside


@contextmanager
def file_faults_refused(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError(f"{target} cannot be written: {reason}.") from error


@contextmanager
def copied(source: Path, target: Path, stopped: Stopped = lambda: False) -> Iterator[Path]:
    """Return a verified copy of a ledger beside `target`, synced to the disk, for a while."""
    with _beside(target) as partial:
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


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Return an empty file beside `target`, closed to others, and remove it at the end."""
    partial = target.with_name(target.name + ".part")
    files = [partial.with_name(partial.name + ending) for ending in ("", "-wal", "-shm")]
    try:
        for file in files:
            file.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        yield partial
    finally:
        for file in files:
            file.unlink(missing_ok=True)


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
    aside = free_name(path, "replaced")
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


def free_name(path: Path, why: str) -> Path:
    """Return an unused path beside a ledger for one that it was; its name says why it is there."""
    names = (f"{path.name}.{why}" + f"-{n}" * (n > 1) for n in count(1))
    return next(free for name in names if not (free := path.with_name(name)).exists())


def move_away(path: Path, where: str) -> Path:
    """Rename a ledger that was copied to another place, and note which; return its new path."""
    with file_faults_refused(path):
        _take_in_wal(path)
        if path.with_name(path.name + "-wal").exists():
            raise BackupError(f"{path} is still in use by a program, so it stays where it is.")
        # Noted first: without a note, a bot would begin an empty ledger in its place.
        note_move(path, where)
        aside = free_name(path, "moved")
        path.replace(aside)
        _sync(path.parent)
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
