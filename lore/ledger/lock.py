"""Keeps a second process off a ledger."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lore.ledger.refusals import LedgerInUseError, LedgerUnavailableError


def lock_of(path: Path) -> Path:
    """The file whose lock the process that uses a ledger holds."""
    return path.with_name(path.name + ".lock")


@contextmanager
def only_process(path: Path) -> Iterator[None]:
    """Hold the ledger at `path` for this process; LedgerInUseError if another one does."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock_of(path), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerUnavailableError(path, error.strerror or str(error)) from error
    try:
        # The kernel lets go of the lock when the process ends, however it ends.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip()
            raise LedgerInUseError(path, int(holder) if holder.isdecimal() else None) from None
        except OSError as error:
            raise LedgerUnavailableError(path, error.strerror or str(error)) from error
        # On a full disk nobody learns who holds it; that is no reason not to answer.
        with suppress(OSError):
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        yield
    finally:
        os.close(descriptor)
