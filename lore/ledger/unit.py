"""What the ledger needs of an engine: units of work, each kept whole or not at all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from lore.ledger.errors import StorageError
from lore.ledger.row import StoredRow
from lore.ledger.unreadable import (
    Decode,
    Record,
    UnreadableReports,
    UnreadableRowError,
    readable,
)

# For the places `?` of a statement, or for its names `:name`.
Parameters = Sequence[Any] | Mapping[str, Any]

# Called after every transaction: "write" or "read", its seconds, and the storage's fault if any.
TransactionObserver = Callable[[str, float, StorageError | None], None]

# Done while other processes act on the ledger: it is told what is waited for, and how to ask what
# is wrong on the way to the server.
StandBy = Callable[[str, Callable[[], str | None]], AbstractAsyncContextManager[None]]


class Column(NamedTuple):
    """A column of the ledger's tables."""

    table: str
    name: str
    is_text: bool
    in_key: bool


class Transaction(ABC):
    """A transaction; a fault of the storage is raised as a StorageError."""

    # What a query ends with that is to leave out the rows that another transaction is changing.
    skip_locked = ""

    def __init__(self, reports: UnreadableReports) -> None:
        self._reports = reports

    def readable(
        self, table: str, decode: Decode[Record], found: Iterable[StoredRow]
    ) -> list[Record]:
        """Return the records in the readable rows of a table; the others are reported."""
        return readable(self._reports, table, decode, found)

    def read(self, table: str, decode: Decode[Record], row: StoredRow) -> Record:
        """Return the record in a row; UnreadableRowError if it cannot be read."""
        for record in self.readable(table, decode, [row]):
            return record
        raise UnreadableRowError

    async def row(self, sql: str, parameters: Parameters = ()) -> StoredRow | None:
        """Return the first row of a query; None if it finds nothing."""
        return next(iter(await self.rows(sql, parameters)), None)

    @abstractmethod
    async def rows(self, sql: str, parameters: Parameters = ()) -> Sequence[StoredRow]:
        """Return all rows of a query, or of a statement with RETURNING."""

    @abstractmethod
    async def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement; return how many rows it inserted, changed or deleted."""

    @abstractmethod
    async def run_many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run a statement once for each set of parameters."""

    @abstractmethod
    async def columns(self) -> Sequence[Column]:
        """Return the columns of all tables, each table's together and in order."""


class Hearer(Protocol):
    """Is told what the processes on one ledger announce to each other."""

    def changed(self, guild_id: int, *, gone: bool) -> None:
        """Hear that a server's settings or lore were changed, or all of it deleted."""

    def all_changed(self) -> None:
        """Hear that announcements may have been missed."""

    def asked(self, token: str, listener: int) -> None:
        """Hear that all processes are asked to reload their pack, and who is asked here."""

    def lost(self) -> None:
        """Hear that announcements no longer arrive, until `all_changed`."""


class Database(Protocol):
    """An open ledger; `slot` is the place of this process among those that act on it, from 0."""

    slot: int

    def write(self, guild_id: int | None = None) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that changes rows of one server, or else those of the whole ledger.

        It is committed at the end and rolled back on an error. No other one for the same server
        runs meanwhile.
        """

    def read(self, *, patient: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Open a consistent view of the ledger; keep it short.

        It is given up soon, as answers wait for it, unless it is to be `patient`.
        """

    async def prove(self) -> None:
        """Rewrite a row unchanged, so that a storage fault shows, and so does its end."""

    async def taken_over(self) -> None:
        """Wait until another process acts on the ledger, and raise LedgerTakenOverError.

        Return where no other process can.
        """

    async def leads(self) -> bool:
        """Return whether this process does what one of those that act on the ledger is to do."""

    async def ticket(self, bucket: int, longer: float = 0.0) -> float:
        """Return in how many seconds a shard of this bucket may identify with Discord.

        So the shards of all processes on this ledger do so one after the other. The gap to the next
        one may be so many seconds `longer`.
        """

    async def listen(self, hearer: Hearer) -> float:
        """Tell what other processes announce, for a while; return the seconds until the next time.

        What one of them changes is told within a second, or 61 where announcements are held up.
        """

    async def announce(self, text: str, *, reply: bool = False) -> None:
        """Tell all processes on the ledger, or as a reply whoever asked them."""

    async def back_up(self, target: Path) -> None:
        """Write a verified copy over `target` while the ledger is in use; BackupError if not."""

    async def read_counter(self) -> tuple[str, int] | None:
        """Return which ledger was used here last and its signs of life, as noted beside it.

        None if nothing is noted.
        """

    async def write_counter(self, id: str, signs: int) -> None:
        """Note it, if it can be noted; after a crash it may be lower than the ledger's."""


@dataclass
class _Writes:
    """A callback before each write, and whether one was committed."""

    begin: Callable[[], None]
    kept: bool = False


_WRITES: ContextVar[_Writes | None] = ContextVar("writes", default=None)


@contextmanager
def writes_watched(begin: Callable[[], None]) -> Iterator[None]:
    """Call `begin` before each write, and note commits for `something_kept`."""
    before = _WRITES.set(_Writes(begin))
    try:
        yield
    finally:
        _WRITES.reset(before)


def something_kept() -> bool:
    """Return whether a write was committed in the current task."""
    writes = _WRITES.get()
    return writes is not None and writes.kept


@contextmanager
def watched_write() -> Iterator[None]:
    """Tell those who watch that a write begins, and that it was committed."""
    if (writes := _WRITES.get()) is not None:
        writes.begin()
    yield
    if writes is not None:
        writes.kept = True


@contextmanager
def reporting(observe: TransactionObserver, what: str) -> Iterator[None]:
    """Report how a transaction ended, unless something other than the storage ended it."""
    started = perf_counter()
    try:
        yield
    except StorageError as error:
        observe(what, perf_counter() - started, error)
        raise
    observe(what, perf_counter() - started, None)
