"""Tells whether a copy of a ledger, or what stands beside it, knows more than the ledger does."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which ledger one is, and which ones it goes on from, each with its signs of life."""

    signs: Sequence[tuple[str, int]]

    @property
    def own(self) -> tuple[str, int]:
        """Which ledger it is, and how many signs of life it was given."""
        return self.signs[-1]

    def knows(self, id: str, signs: int) -> bool:
        """Whether it goes on from that ledger as it was after so many signs."""
        return any(id == known and signs <= upto for known, upto in self.signs)


def lineage_of(db: sqlite3.Connection) -> Lineage:
    """The lineage of an open ledger; of one from before there were any, that of all such."""
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'lineage'").fetchone():
        return Lineage([("", 0)])
    return Lineage(db.execute("SELECT id, signs FROM lineage ORDER BY place").fetchall())


def beside(ledger: Path) -> Path:
    """The file that tells, beside a ledger, how many signs of life it was given."""
    return ledger.with_name(f"{ledger.name}.signs")


def written_beside(ledger: Path) -> tuple[str, int] | None:
    """What the file beside a ledger says; None if there is none, or none that can be read."""
    try:
        id, signs = beside(ledger).read_text("ascii").split()
        return id, int(signs)
    except (OSError, ValueError):
        return None


def write_beside(ledger: Path, id: str, signs: int) -> None:
    """Say beside the ledger how many signs of life it was given; after a crash it may say fewer."""
    file = beside(ledger)
    partial = file.with_name(f"{file.name}.part")
    partial.touch(mode=0o600)
    partial.write_text(f"{id} {signs}\n", "ascii")
    partial.replace(file)


def disown(ledger: Path) -> None:
    """Let whatever ledger stands there next count as older than what it did."""
    write_beside(ledger, uuid4().hex, 0)
