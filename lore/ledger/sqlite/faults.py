"""Errors of SQLite as what the ledger says of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lore.ledger.errors import (
    LedgerUnavailableError,
    StorageBusyError,
    StorageError,
    StorageFailedError,
    StorageFullError,
    StorageReadOnlyError,
    StorageUnsureError,
)

_BY_CODE = {
    sqlite3.SQLITE_FULL: StorageFullError,
    sqlite3.SQLITE_READONLY: StorageReadOnlyError,
    sqlite3.SQLITE_BUSY: StorageBusyError,
    sqlite3.SQLITE_LOCKED: StorageBusyError,
    sqlite3.SQLITE_PERM: StorageReadOnlyError,
    sqlite3.SQLITE_IOERR: StorageFailedError,
    sqlite3.SQLITE_PROTOCOL: StorageFailedError,
    sqlite3.SQLITE_NOLFS: StorageFailedError,
    sqlite3.SQLITE_CANTOPEN: StorageFailedError,
    sqlite3.SQLITE_CORRUPT: StorageFailedError,
    sqlite3.SQLITE_NOTADB: StorageFailedError,
}


@contextmanager
def storage_faults_refused(*, at_commit: bool = False) -> Iterator[None]:
    """Turn SQLite errors caused by the storage, not by the statement, into StorageErrors."""
    try:
        yield
    except sqlite3.Error as error:
        refusal = storage_refusal(error)
        if refusal is None:
            raise
        # The last write may be on the disk although syncing it failed.
        if at_commit and refusal is StorageFailedError:
            refusal = StorageUnsureError
        raise refusal() from error


@contextmanager
def opening_faults_refused(path: Path) -> Iterator[None]:
    """Turn errors while opening the ledger into a LedgerUnavailableError."""
    try:
        with storage_faults_refused():
            yield
    except StorageError as error:
        raise LedgerUnavailableError(path, str(error.__cause__)) from error
    except OSError as error:
        raise LedgerUnavailableError(path, error.strerror or str(error)) from error


def storage_refusal(error: sqlite3.Error) -> type[StorageError] | None:
    """Return the StorageError for an SQLite error; None if the storage did not cause it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Raised by Python itself; an OperationalError then means a damaged text that is not valid
        # UTF-8.
        return StorageFailedError if isinstance(error, sqlite3.OperationalError) else None
    # An extended code keeps its primary code in the low byte.
    return _BY_CODE.get(code & 0xFF)
