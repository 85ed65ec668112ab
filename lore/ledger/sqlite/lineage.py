"""Whether a copy of a ledger, or the counter beside it, is ahead of the ledger."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from lore.files import plain_file


@dataclass(frozen=True, slots=True)
class Lineage:
    """The ledgers that one ledger continues, itself the last, each with its signs of life."""

    signs: Sequence[tuple[str, int]]

    @property
    def own(self) -> tuple[str, int] | None:
        """Return the ledger's id and its number of signs of life; None if that is lost."""
        return self.signs[-1] if self.signs else None

    def knows(self, id: str, signs: int) -> bool:
        """Return whether it continues that ledger from a state after so many signs of life."""
        return any(id == known and signs <= upto for known, upto in self.signs)

    def goes_on_from(self, other: Lineage) -> bool:
        """Return whether it contains everything that the other does."""
        return other.own is not None and self.knows(*other.own)

    def is_ahead_of(self, other: Lineage) -> bool:
        """Return whether it contains everything that the other does, and was used since."""
        return self.own != other.own and self.goes_on_from(other)


# No ledger gets this many signs of life; it is far below SQLite's largest number.
_MOST_SIGNS = 10**15


def sign(row: sqlite3.Row) -> tuple[str, int]:
    """Return the ledger's id and its number of signs of life, from a row of lineage."""
    if not re.fullmatch("(?:[0-9a-f]{32})?", row["id"]):
        raise ValueError("this is no id of a ledger")
    if not 0 <= row["signs"] < _MOST_SIGNS or row["place"] >= _MOST_SIGNS:
        raise ValueError("no ledger was given so many signs of life")
    return row["id"], row["signs"]


def lineage_of(db: sqlite3.Connection) -> Lineage:
    """Return the lineage of an open ledger; one without any gets a common default."""
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'lineage'").fetchone():
        return Lineage([("", 0)])
    found = db.execute("SELECT CAST(id AS BLOB), signs FROM lineage ORDER BY place").fetchall()
    return Lineage([(id.decode(errors="replace"), signs) for id, signs in found])


def counter_file(ledger: Path) -> Path:
    """Return the file beside a ledger that counts its signs of life."""
    return ledger.with_name(f"{ledger.name}.signs")


def read_counter(ledger: Path) -> tuple[str, int] | None:
    """Return the counter beside a ledger; None if it is missing or unreadable."""
    try:
        id, signs = plain_file(counter_file(ledger)).read_text("ascii").split()
        return id, int(signs)
    except (OSError, ValueError):
        return None


def write_counter(ledger: Path, id: str, signs: int) -> None:
    """Write the counter beside a ledger; after a crash it may be lower than the ledger's."""
    file = counter_file(ledger)
    partial = plain_file(file.with_name(f"{file.name}.part"))
    partial.touch(mode=0o600)
    partial.write_text(f"{id} {signs}\n", "ascii")
    partial.replace(file)


def disown(ledger: Path) -> None:
    """Make any ledger at that path count as older than its last use."""
    write_counter(ledger, uuid4().hex, 0)
