"""Which ledger is in a file, and the counter beside it that reveals an older copy."""

import sqlite3
from pathlib import Path
from uuid import uuid4

from lore.files import plain_file
from lore.ledger.lineage import Lineage


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
