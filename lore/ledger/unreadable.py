"""Rows that cannot be read, damaged or edited by hand: left out, and reported once."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from lore.errors import LoreError
from lore.ledger.row import StoredRow

log = logging.getLogger(__name__)

Record = TypeVar("Record")
Decode = Callable[[StoredRow], Record]

# The errors that decoding raises on a bad value.
FAULTS = (
    ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip

# The columns that name a row in the log: none of them holds text that a person wrote.
_KEYS = ("guild_id", "number", "revision", "token", "interaction_id", "code", "day", "key", "place")


class UnreadableRowError(LoreError):
    """The requested row exists but cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            "What is kept of this cannot be read any more. Everything else goes on. Whoever runs "
            "this bot can see with lorebot doctor what it is."
        )


class UnreadableReports:
    """Logs each unreadable row once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, table: str, row: StoredRow, error: Exception) -> None:
        """Log an unreadable row unless it was logged before."""
        name = named(table, row)
        if name not in self._told:
            self._told.add(name)
            log.error("%s cannot be read and is left out (%s)", name, type(error).__name__)


def named(table: str, row: StoredRow) -> str:
    """Return a row's table and key for the log."""
    known = row.keys()
    return ", ".join((f"table {table}", *(f"{key} {row[key]}" for key in _KEYS if key in known)))


def decoded(decode: Decode[Record], row: StoredRow) -> Record:
    """Return the record in a row; raise one of FAULTS if it cannot be read."""
    if bytes in map(type, tuple(row)):
        raise ValueError("a text is not in UTF-8")
    return decode(row)


def readable(
    reports: UnreadableReports, table: str, decode: Decode[Record], found: Iterable[StoredRow]
) -> list[Record]:
    """Return the records in the readable rows."""
    records: list[Record] = []
    for row in found:
        try:
            records.append(decoded(decode, row))
        except FAULTS as error:
            reports.tell(table, row, error)
    return records
