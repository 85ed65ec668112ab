"""Rows with columns: what files of every shape are read as before their columns are understood."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lore.curation.reading import ImportFileError

MAX_ROWS = 5_000

# The column of a row that is nothing but a text, and that of the name above a list of them.
TEXT = ""
ABOVE = "the name above"


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in the file; `fault` says why it cannot be taken.

    `whole` is the object that it is in JSON.
    """

    number: int
    cells: Mapping[str, str]
    fault: str = ""
    whole: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file, and what it was taken for.

    `unit` is what its rows are called; `named` says whether its columns have names of their own;
    `aside` tells what else is in the file.
    """

    shape: str
    unit: str
    rows: Sequence[Row]
    named: bool = True
    aside: str = ""

    def __post_init__(self) -> None:
        if len(self.rows) > MAX_ROWS:
            raise ImportFileError(
                f"The file holds more than {MAX_ROWS:,} {self.unit}s; split it into several."
            )

    def columns(self) -> list[str]:
        """Return the names of all columns, in the order in which they come."""
        return list(dict.fromkeys(name for row in self.rows for name in row.cells))

    def column(self, name: str) -> Iterator[str]:
        """Yield what is not empty in a column."""
        return (text for row in self.rows if (text := row.cells.get(name, "").strip()))
