"""Tells whether a copy of a ledger, or what stands beside it, knows more than the ledger does."""

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
    """Which ledger one is, and which ones it goes on from, each with its signs of life."""

    signs: Sequence[tuple[str, int]]

    @property
    def own(self) -> tuple[str, int] | None:
        """Which ledger it is, and how many signs of life it was given; None if that is lost."""
        return self.signs[-1] if self.signs else None

    def knows(self, id: str, signs: int) -> bool:
        """Whether it goes on from that ledger as it was after so many signs."""
        return any(id == known and signs <= upto for known, upto in self.signs)

    def goes_on_from(self, other: Lineage) -> bool:
        """Whether it holds all that the other does."""
        return other.own is not None and self.knows(*other.own)

    def is_ahead_of(self, other: Lineage) -> bool:
        """Whether it holds all that the other does, and was used since."""
        return self.own != other.own and self.goes_on_from(other)


# No ledger is given so many signs of life; far below what SQLite can count.
_MOST_SIGNS = 10**15


def sign(row: sqlite3.Row) -> tuple[str, int]:
    """A row of lineage: which ledger, and how many signs of life it was given."""
    if not re.fullmatch("(?:[0-9a-f]{32})?", row["id"]):
        raise ValueError("this is no id of a ledger")
    if not 0 <= row["signs"] < _MOST_SIGNS or row["place"] >= _MOST_SIGNS:
        raise ValueError("no ledger was given so many signs of life")
    return row["id"], row["signs"]


def lineage_of(db: sqlite3.Connection) -> Lineage:
    """The lineage of an open ledger; of one from before there were any, that of all such."""
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'lineage'").fetchone():
        return Lineage([("", 0)])
    found = db.execute("SELECT CAST(id AS BLOB), signs FROM lineage ORDER BY place").fetchall()
    return Lineage([(id.decode(errors="replace"), signs) for id, signs in found])


def beside(ledger: Path) -> Path:
    """The file that tells, beside a ledger, how many signs of life it was given."""
    return ledger.with_name(f"{ledger.name}.signs")


def written_beside(ledger: Path) -> tuple[str, int] | None:
    """What the file beside a ledger says; None if there is none, or none that can be read."""
    try:
        id, signs = plain_file(beside(ledger)).read_text("ascii").split()
        return id, int(signs)
    except (OSError, ValueError):
        return None


def write_beside(ledger: Path, id: str, signs: int) -> None:
    """Say beside the ledger how many signs of life it was given; after a crash it may say fewer."""
    file = beside(ledger)
    partial = plain_file(file.with_name(f"{file.name}.part"))
    partial.touch(mode=0o600)
    partial.write_text(f"{id} {signs}\n", "ascii")
    partial.replace(file)


def disown(ledger: Path) -> None:
    """Let whatever ledger stands there next count as older than what it did."""
    write_beside(ledger, uuid4().hex, 0)
