"""Which ledgers a ledger goes on from, and how far it has come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lore.ledger.row import StoredRow


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


# No ledger gets this many signs of life; it is far below the largest number of a column.
_MOST_SIGNS = 10**15


def sign(row: StoredRow) -> tuple[str, int]:
    """Return the ledger's id and its number of signs of life, from a row of lineage."""
    if not re.fullmatch("(?:[0-9a-f]{32})?", row["id"]):
        raise ValueError("this is no id of a ledger")
    if not 0 <= row["signs"] < _MOST_SIGNS or row["place"] >= _MOST_SIGNS:
        raise ValueError("no ledger was given so many signs of life")
    return row["id"], row["signs"]
