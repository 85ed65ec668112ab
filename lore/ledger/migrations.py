"""The steps by which a ledger's tables become those of this version of the code."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lore.ledger.errors import LedgerSchemaError


@dataclass(frozen=True, slots=True)
class Migration:
    """A step of the schema, applied once and never altered afterwards."""

    version: int
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations_in(folder: Path, first: int = 1) -> tuple[Migration, ...]:
    """Return the migrations of a folder in order; their file names begin with 0001, 0002 …

    An engine that came later begins with a later one, which leads to the same tables.
    """
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    found = tuple(Migration(int(f.name[:4]), f.read_text("utf-8")) for f in files)
    if [migration.version for migration in found] != list(range(first, first + len(found))):
        raise LedgerSchemaError(f"The migrations in {folder} are not numbered in turn.")
    return found
