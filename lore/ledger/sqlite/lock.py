"""The lock that keeps a second process off a ledger."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from lore.files import plain_file
from lore.ledger.errors import LedgerInUseError, LedgerUnavailableError


def lock_of(path: Path) -> Path:
    """Return the file whose lock the process that uses a ledger holds."""
    return path.with_name(path.name + ".lock")


def _pid_file(path: Path) -> Path:
    """Return the file that names the process; Windows lets nobody read a file that is locked."""
    return path.with_name(path.name + ".pid")


@contextmanager
def only_process(path: Path) -> Iterator[None]:
    """Hold the ledger at `path` for this process; LedgerInUseError if another one does."""
    # The system releases the lock when the process ends, however it ends.
    lock = FileLock(lock_of(path), mode=0o600)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise LedgerInUseError(path, _noted_pid(path)) from None
    except OSError as error:
        raise LedgerUnavailableError(path, error.strerror or str(error)) from error
    # On a full disk nobody can read who holds it; the bot should run all the same.
    with suppress(OSError):
        # A killed process may have left its file, which must not be taken for ours.
        _pid_file(path).unlink(missing_ok=True)
        _pid_file(path).write_text(f"{os.getpid()}\n", encoding="ascii")
    try:
        yield
    finally:
        with suppress(OSError):
            _pid_file(path).unlink()
        lock.release()


def holder_of(path: Path) -> int | None:
    """Return the id of the process that holds the ledger; None if none does, or has not said so."""
    if not lock_of(path).exists():
        return None
    lock = FileLock(lock_of(path), mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return _noted_pid(path)
    except OSError as error:
        raise LedgerUnavailableError(path, error.strerror or str(error)) from error
    lock.release()
    return None


def _noted_pid(path: Path) -> int | None:
    """Read which process noted that it holds the ledger."""
    try:
        said = plain_file(_pid_file(path)).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return int(said) if said.isdecimal() else None
