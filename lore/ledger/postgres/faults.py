"""Errors of PostgreSQL, and of the way to it, as what the ledger says of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg

from lore.ledger.errors import (
    StorageBusyError,
    StorageError,
    StorageFailedError,
    StorageFullError,
    StorageReadOnlyError,
    StorageUnsureError,
)

# By the beginnings of https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_CODE = {
    "53100": StorageFullError,
    "53": StorageBusyError,
    "25006": StorageReadOnlyError,
    "55P03": StorageBusyError,
    "57014": StorageBusyError,
    "40": StorageBusyError,
    "25P03": StorageBusyError,
    "08": StorageFailedError,
    "57P": StorageFailedError,
    "58": StorageFailedError,
    "XX": StorageFailedError,
}

# Errors after which the server may have gone on to commit.
_ENDED = ("08", "57P", "58", "XX")


@contextmanager
def storage_faults_refused(
    lost: Callable[[], bool] = lambda: False, *, at_commit: bool = False
) -> Iterator[None]:
    """Turn errors of the server or the way to it, not of the statement, into StorageErrors.

    `lost` tells whether the connection is closed, as asyncpg calls many things by one name.
    """
    try:
        yield
    except (OSError, TimeoutError) as error:
        raise (StorageUnsureError() if at_commit else StorageFailedError()) from error
    except asyncpg.PostgresError as error:
        refusal = storage_refusal(error.sqlstate)
        if refusal is None:
            raise
        unsure = at_commit and error.sqlstate.startswith(_ENDED)
        raise (StorageUnsureError() if unsure else refusal()) from error
    except asyncpg.InterfaceError as error:
        if not lost():
            raise
        raise (StorageUnsureError() if at_commit else StorageFailedError()) from error


def storage_refusal(code: str) -> type[StorageError] | None:
    """Return the StorageError for an error's code; None if the storage did not cause it."""
    return next((refusal for known, refusal in _BY_CODE.items() if code.startswith(known)), None)
