"""Copies every row of one ledger into another, and proves that all of them arrived."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from lore.ledger.errors import BackupError

# What is known of the tables themselves; each engine makes them by migrations of its own.
NOT_COPIED = frozenset({"migration"})

# How many rows are in memory at once.
BATCH = 1000

# A value of a row; true and false are 1 and 0, and a text that is not valid UTF-8 is bytes.
Value = int | str | bytes | None

# Called with how much is done, of how much.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table with its columns."""

    table: str
    columns: tuple[str, ...]


class Rows(Protocol):
    """The rows of a ledger's tables, in one snapshot or one unfinished transaction."""

    async def count(self, shape: Shape) -> int:
        """Return how many rows there are."""

    def read(self, shape: Shape) -> AsyncGenerator[Sequence[tuple[Value, ...]], None]:
        """Yield all rows in the order in which they lie there, many at a time."""

    async def clear(self, shapes: Sequence[Shape]) -> None:
        """Delete all rows; a table comes after those that its rows refer to."""

    async def add(self, shape: Shape, rows: Sequence[tuple[Value, ...]]) -> None:
        """Add rows."""


async def copy(
    shapes: Sequence[Shape], source: Rows, target: Rows, progress: Progress | None = None
) -> int:
    """Replace the target's rows by the source's, read them again, and return how many they are.

    BackupError if what is read differs from what was written.
    """
    await target.clear(shapes)
    of = 2 * sum([await source.count(shape) for shape in shapes])
    done = 0

    def step(rows: int) -> None:
        nonlocal done
        done += rows
        if progress:
            progress(done, of)

    for shape in shapes:
        given = found = 0
        async with aclosing(source.read(shape)) as batches:
            async for rows in batches:
                given += _digest(rows)
                await target.add(shape, rows)
                step(len(rows))
        async with aclosing(target.read(shape)) as batches:
            async for rows in batches:
                found += _digest(rows)
                step(len(rows))
        if given != found:
            raise BackupError(
                f"The rows of table {shape.table} did not arrive as they were, so nothing was "
                "changed. Look whether the disks and the memory of both machines are sound."
            )
    return done // 2


def _digest(rows: Sequence[tuple[Value, ...]]) -> int:
    """Return a number that is the same for the same rows alone, in whatever order they are."""
    return sum(int.from_bytes(sha256(repr(row).encode()).digest()) for row in rows)
