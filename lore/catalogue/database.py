"""The catalogue: a pack compiled into one read-only SQLite file, replaced whole, never migrated."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lore.errors import CatalogueError
from lore.files import database_uri
from lore.ids import FIRST
from lore.pack import model
from lore.pack import reader as read
from lore.pack.model import Entry, Event, Kind, Pack, PackInfo, Quote

_SCHEMA = Path(__file__).with_name("catalogue.sql")

# The file's format depends on these sources, so a change to any of them needs a new build.
_SHAPES = (_SCHEMA, *sorted(Path(model.__file__).parent.glob("*.py")))
_FORMAT = hashlib.sha256(b"".join(path.read_bytes() for path in _SHAPES)).hexdigest()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a pack holds, in memory, by the ids that lore.ids describes.

    Entries are in order of importance.
    """

    info: PackInfo
    number: int
    digest: str
    entries: dict[str, Entry]
    quotes: dict[str, Quote]


@dataclass(frozen=True, slots=True)
class CompiledPack:
    """A catalogue as read from its undamaged file; `info` describes the pack."""

    info: PackInfo
    digest: str
    file: Path
    entries: list[tuple[str, str]]
    quotes: list[tuple[str]]

    def numbered(self, number: int) -> Catalogue:
        """Return everything in the pack, under the ids of the pack with that number."""
        context = {"pack": number}
        with _faults_refused(self.file):
            entries = [
                _entry_model(kind).model_validate_json(body, context=context)
                for kind, body in self.entries
            ]
            quotes = [Quote.model_validate_json(body, context=context) for (body,) in self.quotes]
        return Catalogue(
            self.info,
            number,
            self.digest,
            {entry.id: entry for entry in entries},
            {quote.id: quote for quote in quotes},
        )


def compile_if_changed(pack: Path, file: Path) -> CompiledPack:
    """Read the catalogue in `file`, compiled from the pack first unless it is up to date."""
    if _digest(file) == read.digest(pack):
        # Former versions left the file readable to others; it may belong to another user.
        with suppress(OSError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
        with suppress(CatalogueError):
            return _read(file)
    build(read.read(pack), file)
    return _read(file)


def build(pack: Pack, file: Path) -> None:
    """Write the catalogue of `pack` to `file` in one step: readers see the old or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    try:
        new.touch(mode=0o600)
        with closing(sqlite3.connect(new, isolation_level=None)) as db:
            db.executescript(_SCHEMA.read_text(encoding="utf-8"))
            db.execute("BEGIN")
            _fill(db, pack)
            db.execute("UPDATE pack SET sum = ?", (_sum(_rows(db)),))
            db.execute("COMMIT")
        os.replace(new, file)
    except (sqlite3.OperationalError, OSError) as error:
        raise CatalogueError(
            f"The catalogue {file} cannot be built: {error}. See to it that this user may write "
            "there, and that the disk is not full."
        ) from error
    finally:
        new.unlink(missing_ok=True)


def load(file: Path, number: int = FIRST) -> Catalogue:
    """Read the catalogue of the pack with that number.

    CatalogueError if the file is damaged or of another version.
    """
    return _read(file).numbered(number)


def _read(file: Path) -> CompiledPack:
    """Read a catalogue; CatalogueError if it is damaged."""
    with _faults_refused(file):
        [(info, digest)], entries, quotes = _whole(file)
        return CompiledPack(PackInfo.model_validate_json(info), digest, file, entries, quotes)


@contextmanager
def _faults_refused(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise CatalogueError(f"The catalogue {file} cannot be read: {error}.") from error


def _whole(file: Path) -> tuple[list[Any], list[Any], list[Any]]:
    """Return the rows of a catalogue; CatalogueError if any of them is damaged."""
    with closing(_opened(file)) as db:
        rows = _rows(db)
        # SQLite does not notice a damaged letter.
        if db.execute("SELECT sum FROM pack").fetchone() != (_sum(rows),):
            raise CatalogueError(f"The catalogue {file} is damaged.")
    return rows


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database_uri(file, 'ro')}&immutable=1", uri=True)


def _rows(db: sqlite3.Connection) -> tuple[list[Any], list[Any], list[Any]]:
    """Return everything that is read from a catalogue: the pack, its entries and its quotes."""
    return (
        db.execute("SELECT info, digest FROM pack").fetchall(),
        db.execute("SELECT kind, body FROM entry ORDER BY rank").fetchall(),
        db.execute("SELECT body FROM quote ORDER BY position").fetchall(),
    )


def _sum(rows: tuple[list[Any], ...]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _digest(file: Path) -> str | None:
    """Return the digest of the pack that `file` was built from by this version of the code."""
    if not file.exists():
        return None
    try:
        with closing(_opened(file)) as db:
            row = db.execute("SELECT digest FROM pack WHERE format = ?", (_FORMAT,)).fetchone()
    # A damaged schema may not even be text.
    except (sqlite3.Error, OSError, UnicodeDecodeError):
        return None
    return row[0] if row else None


def _fill(db: sqlite3.Connection, pack: Pack) -> None:
    db.execute(
        "INSERT INTO pack VALUES (?, ?, ?, '')",
        (_FORMAT, pack.digest, pack.info.model_dump_json()),
    )
    for rank, entry in enumerate(by_importance(pack.entries, pack.quotes), 1):
        tier = pack.info.tier_of_entry(entry)
        body = entry.model_dump_json(exclude_defaults=True)
        row = (rank, entry.id, entry.kind, entry.name, tier, body)
        db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", row)
    for position, quote in enumerate(pack.quotes, 1):
        tier = pack.info.tier_of(quote.cites())
        body = quote.model_dump_json(exclude_defaults=True)
        db.execute("INSERT INTO quote VALUES (?, ?, ?, ?)", (position, quote.id, tier, body))


def by_importance(entries: Iterable[Entry], quotes: Iterable[Quote]) -> list[Entry]:
    """Sort entries, the most connected first: how often they are named and how much they name."""
    named: Counter[str] = Counter()
    for entry in entries:
        links = list(entry.links())
        named.update(links)
        named[entry.id] += len(links) + len(entry.text)
    for quote in quotes:
        named.update((*quote.speakers(), *quote.to))
    return sorted(entries, key=lambda entry: (-named[entry.id], entry.id))


def _entry_model(kind: str) -> type[Entry]:
    return Event if kind == Kind.EVENT else Entry
