"""Why the ledger refused a request; `str(error)` is the sentence for the person."""

from pathlib import Path
from shlex import quote

from lore.errors import LoreError
from lore.ledger.own_shards import Fleet

_MEGABYTE = 1_000_000


def restore_command(backup: Path | None, ledger: Path) -> str:
    """Return the command to paste that replaces a ledger with a backup."""
    file = quote(str(backup)) if backup else "FILE"
    return f"lorebot restore {file} --data {quote(str(ledger.parent))}"


class LedgerInUseError(LoreError):
    """Another process holds the ledger; `pid` is its process id, None if unknown."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.pid = pid
        holder = f"process {pid}" if pid else "another process"
        stop = f" (kill {pid})" if pid else ""
        super().__init__(
            f"The ledger {path} is in use by {holder}; only one may run on it. "
            f"Stop that process{stop}, or use another folder with --data DIR."
        )


class LedgerUnavailableError(LoreError):
    """The ledger file cannot be opened, for a reason that the operator can fix."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The ledger {path} cannot be opened: {reason}. See to it that this user may read and "
            "write it and its folder, and that the disk is sound and neither full nor read-only."
        )


class LedgerDamagedError(LoreError):
    """The ledger file cannot be trusted; nothing was written to it."""

    def __init__(self, path: Path, newest_backup: Path | None) -> None:
        advice = (
            "Put the newest backup in its place"
            if newest_backup
            else "There is no backup beside it; if you have one elsewhere, put it in its place"
        )
        super().__init__(
            f"The ledger {path} is damaged and is left as it is. "
            f"{advice}: {restore_command(newest_backup, path)}"
        )


class LedgerMissingError(LoreError):
    """The ledger is missing, though there are backups of it."""

    def __init__(self, path: Path, newest_backup: Path) -> None:
        super().__init__(
            f"There is no ledger {path}, though there are backups of one. To have the newest back: "
            f"{restore_command(newest_backup, path)}\nTo begin with an empty ledger instead: "
            f"lorebot run --new --data {quote(str(path.parent))}"
        )


class LedgerMovedError(LoreError):
    """The ledger was moved to another place by lorebot move-ledger."""

    def __init__(self, place: str, where: str, advice: str) -> None:
        super().__init__(f"The ledger {place} was moved to {where}. {advice}")


class LedgerRoomError(LoreError):
    """The disk has no room to migrate the ledger; nothing was written to it."""

    def __init__(self, path: Path, folder: Path, needed: int, free: int) -> None:
        wanted, there = -(-needed // _MEGABYTE), free // _MEGABYTE
        super().__init__(
            f"The ledger {path} has to be brought up to date. For this {wanted} MB have to be free "
            f"on the disk of {folder}; {there} MB are. Make room there and start again; "
            "nothing was changed."
        )


class LedgerSchemaError(LoreError):
    """The ledger's tables are not those of this version of the code."""


class LedgerUnreachableError(LoreError):
    """The server that keeps the ledger does not answer."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"The ledger's server {address} cannot be reached: {reason}. See to it that PostgreSQL "
            "runs there and takes connections from here, or correct LORE_LEDGER_URL."
        )


class LedgerRefusedError(LoreError):
    """The server that keeps the ledger refuses it, or cannot keep it as it is set up."""

    def __init__(self, address: str, reason: str, advice: str) -> None:
        super().__init__(f"The ledger {address} cannot be used: {reason}. {advice}.")


class LedgerSharedError(LoreError):
    """Another process uses the ledger on its server."""

    def __init__(self, address: str, holder: str) -> None:
        super().__init__(
            f"The ledger {address} is in use by {holder}; no other may act on it. "
            "Stop that process, or name another database in LORE_LEDGER_URL."
        )


class LedgerFleetError(LoreError):
    """Processes with other figures act on the ledger, which would divide its servers otherwise."""

    def __init__(self, address: str, holder: str, theirs: Fleet, ours: Fleet) -> None:
        super().__init__(
            f"The ledger {address} is in use by {holder}, with {theirs}; this process was started "
            f"with {ours}. Give it the same. Or stop all of them, and start them with the new "
            "figures."
        )


class LedgerTakenOverError(LoreError):
    """Another process has taken over the ledger on its server."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Another process has taken over the ledger {address}, as this one did not say in time "
            "that it still runs. Started again, this one stands by."
        )


class AnnouncementsLostError(LoreError):
    """What processes on one server announce to each other does not arrive."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "What another process changes in a server's lore or settings is heard up to a minute "
            f"late, as announcements of the ledger {address} do not arrive. If a pooler such as "
            "PgBouncer stands before it, name the server itself, its own port included."
        )


class BackupError(LoreError):
    """A file is not a whole ledger, so it is neither kept as a backup nor restored."""


class StorageError(LoreError):
    """A write failed and was rolled back, unless said otherwise; reads still work."""

    reason: str
    outcome = "Nothing was changed."

    def __init__(self) -> None:
        super().__init__(f"{self.reason} {self.outcome}")

    def after_others(self) -> str:
        """Return the sentence for a failure after an earlier write of the same request was kept."""
        return f"{self.reason} Part of it was saved. Look what there is before you try again."


class StorageFullError(StorageError):
    reason = "Storage is full, so nothing can be saved right now."


class StorageReadOnlyError(StorageError):
    reason = "Storage is read-only, so nothing can be saved."


class StorageBusyError(StorageError):
    reason = "Storage is busy at the moment; please try again."


class StorageFailedError(StorageError):
    reason = "Storage does not work at the moment."


class StorageUnsureError(StorageFailedError):
    """The write failed at its commit: it is invisible now, and may appear after a crash."""

    outcome = "So this may not have been saved. Look whether it was before you try again."


class StorageGoneError(StorageError):
    reason = "Storage was moved or deleted, so nothing can be saved."


class StorageClosedError(StorageError):
    reason = "The bot is shutting down."
