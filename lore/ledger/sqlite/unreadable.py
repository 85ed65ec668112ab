"""Rows that cannot be read, be they damaged or written by hand: left out, and reported once."""

import logging
import sqlite3
from collections.abc import Callable, Iterable
from typing import TypeVar

from lore.errors import LoreError

log = logging.getLogger(__name__)

Record = TypeVar("Record")
Decode = Callable[[sqlite3.Row], Record]

# How decoding fails on what should not stand there.
FAULTS = (
    ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip

# What a row is called by: nothing that anybody wrote.
_KEYS = ("guild_id", "number", "revision", "token", "interaction_id", "code", "day", "key", "place")


class UnreadableRowError(LoreError):
    """What was asked for is kept, but not as anything that can be read."""

    def __init__(self) -> None:
        super().__init__(
            "What is kept of this cannot be read any more. Everything else goes on. Whoever runs "
            "this bot can see with lorebot doctor what it is."
        )


class UnreadableReports:
    """Tells the log of each row that cannot be read, once."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, table: str, row: sqlite3.Row, error: Exception) -> None:
        """Say which row it is, unless that was said before."""
        name = named(table, row)
        if name not in self._told:
            self._told.add(name)
            log.error("%s cannot be read and is left out (%s)", name, type(error).__name__)


def named(table: str, row: sqlite3.Row) -> str:
    """A row by its table and its key."""
    known = row.keys()
    return ", ".join((f"table {table}", *(f"{key} {row[key]}" for key in _KEYS if key in known)))


def text(stored: bytes) -> str | bytes:
    """A text of the ledger; what is none comes as bytes, lest a whole query fails for it."""
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def decoded(decode: Decode[Record], row: sqlite3.Row) -> Record:
    """The record in a row; one of FAULTS if it cannot be read."""
    if bytes in map(type, tuple(row)):
        raise ValueError("a text is not in UTF-8")
    return decode(row)


def readable(
    reports: UnreadableReports, table: str, decode: Decode[Record], found: Iterable[sqlite3.Row]
) -> list[Record]:
    """The records in the rows that can be read."""
    records: list[Record] = []
    for row in found:
        try:
            records.append(decoded(decode, row))
        except FAULTS as error:
            reports.tell(table, row, error)
    return records
