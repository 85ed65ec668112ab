"""The catalogue: a pack compiled into one read-only SQLite file, replaced whole, never migrated.

Beside it lies its index, in a file that is named for what it was made of. What is read of either
carries a sum, which is judged when it is first read, so that a start does not wait for all of it.
"""

from __future__ import annotations

import gc
import glob
import hashlib
import os
import sqlite3
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast
from zlib import crc32

from lore.catalogue import index_file
from lore.catalogue.index_file import IndexFile
from lore.errors import CatalogueError
from lore.files import database_uri
from lore.ids import FIRST, bare, qualified
from lore.pack import reader as read
from lore.pack.model import Entry, Event, Kind, Pack, PackInfo, Quote
from lore.pack.reader import PACK_FILE, FormerPack, Progress

_SCHEMA = Path(__file__).with_name("catalogue.sql")

# The file's format, and what is in it of the same pack, depend on these sources, so a change to any
# of them needs a new build.
_SHAPES = (_SCHEMA, *sorted(Path(read.__file__).parent.glob("**/*.py")))
_FORMAT = hashlib.sha256(b"".join(path.read_bytes() for path in _SHAPES)).hexdigest()

# How the file of an index ends.
INDEX = ".index"

# What stands for the kind of a quote.
QUOTE = "quote"

# So many entries, and so many quotes, are kept that were read last.
KEPT = 512

# So often a pack is read again that changes meanwhile.
TIMES = 3

# Of all the work of compiling, reading is so many parts of a hundred.
WHOLE, READ = 100, 20

Body = TypeVar("Body", Entry, Quote)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a pack holds, by the ids that lore.ids describes, each read when it is asked for.

    Entries are in order of importance.
    """

    info: PackInfo
    number: int
    digest: str
    entries: Mapping[str, Entry]
    quotes: Mapping[str, Quote]


@dataclass(frozen=True, slots=True)
class FormerIndex:
    """The index of a pack as it was; `entries` are those that it had then, in their order.

    Those of `kept` are told of in the same way now.
    """

    sections: Mapping[str, memoryview | bytes]
    entries: Mapping[str, Entry]
    kept: frozenset[str]


# Makes the sections of the index of a catalogue, from those of a former one where there is one.
Indexer = Callable[[Catalogue, FormerIndex | None, Progress | None], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Indexing:
    """How a catalogue is indexed; `format` names what else the index depends on: code, versions."""

    format: str
    make: Indexer


class OpenFile:
    """A catalogue's file that is open; it reads on where another takes its place.

    One that is found damaged is taken away, unless the file is only looked at.
    """

    def __init__(self, file: Path, *, looks: bool = False) -> None:
        self.file = file
        self._looks = looks
        self._db = sqlite3.connect(
            f"{database_uri(file, 'ro')}&immutable=1", uri=True, check_same_thread=False
        )
        # Python warns of a connection that is not closed when it is dropped.
        weakref.finalize(self, self._db.close)
        self._inode = file.stat().st_ino
        self._alone = Lock()

    def rows(self, sql: str, *given: object) -> list[Any]:
        """Return what a query finds."""
        with self._alone:
            return self._db.execute(sql, given).fetchall()

    def check_length(self) -> None:
        """Raise CatalogueError if the end of the file is missing."""
        [(pages,)], [(size,)] = self.rows("PRAGMA page_count"), self.rows("PRAGMA page_size")
        if pages * size > self.file.stat().st_size:
            raise CatalogueError(f"The catalogue {self.file} is cut short.")

    def found_damaged(self) -> CatalogueError:
        """Return the sentence for who asked for what is damaged."""
        if self._looks:
            return CatalogueError(f"The catalogue {self.file} is damaged.")
        return index_file.damaged(self.file, self._inode)


class Bodies(Mapping[str, Body]):
    """The entries or quotes of a catalogue by id, in their order.

    Each is read, and its sum judged, when it is asked for; CatalogueError if it is damaged.
    """

    def __init__(self, opened: OpenFile, table: str, ids: Sequence[str], number: int) -> None:
        self._opened = opened
        self._query = f"SELECT id, kind, body, sum FROM {table} WHERE place = ?"
        self._places = {qualified(number, id): place for place, id in enumerate(ids, 1)}
        self._context = {"pack": number}
        self._latest: Callable[[str], Body] = lru_cache(KEPT)(self._read)

    def __getitem__(self, id: str) -> Body:
        return self._latest(id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, id: object) -> bool:
        return id in self._places

    def _read(self, id: str) -> Body:
        place = self._places[id]
        try:
            [(stored, kind, body, sum)] = self._opened.rows(self._query, place)
            if sum == _sum_of(stored, kind, body) and stored == bare(id):
                return cast(Body, _made(kind, body, self._context))
        except (sqlite3.Error, ValueError):
            pass
        raise self._opened.found_damaged()


def _made(kind: str, body: str, context: Mapping[str, Any] | None = None) -> Entry | Quote:
    model = Quote if kind == QUOTE else Event if kind == Kind.EVENT else Entry
    return model.model_validate_json(body, context=context)


@dataclass(frozen=True, slots=True)
class CompiledPack:
    """A catalogue whose file is open; `info` describes the pack.

    `index` has the sections of its index, if it was compiled with one.
    """

    info: PackInfo
    digest: str
    opened: OpenFile
    entries: Sequence[str]
    quotes: Sequence[str]
    index: Mapping[str, memoryview | bytes] = field(default_factory=dict)

    def numbered(self, number: int) -> Catalogue:
        """Return everything in the pack, under the ids of the pack with that number."""
        return Catalogue(
            self.info,
            number,
            self.digest,
            Bodies[Entry](self.opened, "entry", self.entries, number),
            Bodies[Quote](self.opened, "quote", self.quotes, number),
        )


def compile_if_changed(
    pack: Path, file: Path, indexing: Indexing | None = None, progress: Progress | None = None
) -> CompiledPack:
    """Open the catalogue in `file`, compiled from the pack first unless it is up to date.

    With `indexing` it has an index beside it. `progress` is told only while there is work.
    """
    now = read.sums(pack)
    if _digest(file) == read.digest_of(now):
        # Former versions left the file readable to others; it may belong to another user.
        with suppress(OSError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
        with suppress(CatalogueError):
            return _indexed(_open(file), indexing)
    with _nothing_collected():
        former = former_pack(file)
        read_now = _settled(pack, former, now, progress)
        build(read_now, file, indexing, former, progress)
    return _indexed(_open(file), indexing)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Look for no garbage while a pack is compiled: all that is made stays, and it takes longer."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def former_pack(file: Path) -> FormerPack | None:
    """Return what a catalogue was made of, if this version of the code made it and it is whole."""
    if _digest(file) is None:
        return None
    try:
        opened = _open(file, looks=True).opened
        entries = {one.id: cast(Entry, one) for one in _all_of(opened, "entry")}
        quotes = [cast(Quote, one) for one in _all_of(opened, "quote")]
        return FormerPack(dict(opened.rows("SELECT path, sum FROM file")), entries, quotes)
    except (CatalogueError, sqlite3.Error, ValueError):
        return None


def _all_of(opened: OpenFile, table: str) -> Iterator[Entry | Quote]:
    """Yield all entries or quotes in their order; CatalogueError if one is damaged."""
    query = f"SELECT id, kind, body, sum FROM {table} ORDER BY place"
    for id, kind, body, sum in opened.rows(query):
        if sum != _sum_of(id, kind, body):
            raise opened.found_damaged()
        yield _made(kind, body)


def _settled(
    folder: Path, former: FormerPack | None, now: Mapping[str, bytes], progress: Progress | None
) -> Pack:
    """Read a pack as it is at one time; PackError if it changes whenever it is read.

    `now` are the sums of its files, of which those that changed since `former` are read.
    """

    def part(done: int, of: int) -> None:
        if progress:
            progress(READ * done // of, WHOLE)

    for _ in range(TIMES):
        pack = read.reread(folder, former, now) if former else read.read(folder, part)
        now = read.sums(folder)
        if pack.files == now:
            return pack
    raise CatalogueError(f"The pack {folder} changes while it is read. Try again when it is whole.")


def build(
    pack: Pack,
    file: Path,
    indexing: Indexing | None = None,
    former: FormerPack | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the catalogue of `pack` to `file` in one step: readers see the old or the new one.

    Its index is written before that, of what a former one tells as far as that is still so; and
    those of former ones go after it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    try:
        new.touch(mode=0o600)
        entries = by_importance(pack.entries, pack.quotes)
        _fill(new, pack, entries)
        if indexing:
            catalogue = Catalogue(
                *(pack.info, FIRST, pack.digest),
                {entry.id: entry for entry in entries},
                {quote.id: quote for quote in pack.quotes},
            )
            index = _index_of(file, pack.digest, indexing)
            kept = _kept(pack, file, indexing, former)
            index_file.write(index, indexing.make(catalogue, kept, progress))
        os.replace(new, file)
    except (sqlite3.OperationalError, OSError) as error:
        raise CatalogueError(
            f"The catalogue {file} cannot be built: {error}. See to it that this user may write "
            "there, and that the disk is not full."
        ) from error
    finally:
        new.unlink(missing_ok=True)
    if indexing:
        _remove_former(file, _index_of(file, pack.digest, indexing))


def _kept(
    pack: Pack, file: Path, indexing: Indexing, former: FormerPack | None
) -> FormerIndex | None:
    """Return the index of the former catalogue, if the same code made it of the same story."""
    if former is None or former.files.get(PACK_FILE) != pack.files.get(PACK_FILE):
        return None
    with suppress(CatalogueError):
        index = IndexFile(_index_of(file, read.digest_of(former.files), indexing))
        before = former.entries
        kept = frozenset(one.id for one in pack.entries if before.get(one.id) == one)
        # All of it is read, so that nothing of it is found damaged later.
        return FormerIndex({**index}, before, kept)
    return None


def _index_of(file: Path, digest: str, indexing: Indexing) -> Path:
    """Return the file of the index, which is named for all that it is made of."""
    made_of = hashlib.sha256(f"{digest} {_FORMAT} {indexing.format}".encode()).hexdigest()
    return file.with_name(f"{file.stem}-{made_of[:32]}{INDEX}")


def _remove_former(file: Path, index: Path) -> None:
    """Remove the indexes of former catalogues; who has mapped one reads on."""
    for one in file.parent.glob(f"{glob.escape(file.stem)}-*{INDEX}"):
        if one != index:
            with suppress(OSError):
                one.unlink()


def _indexed(compiled: CompiledPack, indexing: Indexing | None) -> CompiledPack:
    """Return a catalogue with its index, which is made where there is none that can be read."""
    if indexing is None:
        return compiled
    index = _index_of(compiled.opened.file, compiled.digest, indexing)
    try:
        return replace(compiled, index=IndexFile(index))
    except CatalogueError:
        sections = indexing.make(compiled.numbered(FIRST), None, None)
    # Where nothing may be written, the index is made at every start.
    with suppress(OSError):
        index_file.write(index, sections)
        _remove_former(compiled.opened.file, index)
    return replace(compiled, index=sections)


def load(file: Path, number: int = FIRST) -> Catalogue:
    """Open the catalogue of the pack with that number, to look at it: it is left as it is.

    CatalogueError if the file is damaged or of another version.
    """
    return _open(file, looks=True).numbered(number)


def _open(file: Path, *, looks: bool = False) -> CompiledPack:
    """Open a catalogue; CatalogueError if what it says of the whole pack is damaged."""
    with _faults_refused(file):
        opened = OpenFile(file, looks=looks)
        opened.check_length()
        [(info, digest, sum)] = opened.rows("SELECT info, digest, sum FROM pack")
        entries, quotes = (
            [id for _, id in sorted(opened.rows(f"SELECT place, id FROM {table}"))]
            for table in ("entry", "quote")
        )
        if sum != _sum_of(info, digest, *entries, *quotes):
            raise CatalogueError(f"The catalogue {file} is damaged.")
        return CompiledPack(PackInfo.model_validate_json(info), digest, opened, entries, quotes)


@contextmanager
def _faults_refused(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise CatalogueError(f"The catalogue {file} cannot be read: {error}.") from error


def _sum_of(*texts: str) -> int:
    """Return a sum that is another one where a letter of the texts is: SQLite notices none."""
    return crc32("\0".join(texts).encode())


def _digest(file: Path) -> str | None:
    """Return the digest of the pack that `file` was built from by this version of the code."""
    if not file.exists():
        return None
    try:
        rows = OpenFile(file).rows("SELECT digest FROM pack WHERE format = ?", _FORMAT)
    # A damaged schema may not even be text.
    except (sqlite3.Error, OSError, UnicodeDecodeError):
        return None
    return rows[0][0] if rows else None


def _fill(file: Path, pack: Pack, entries: Sequence[Entry]) -> None:
    info = pack.info.model_dump_json()
    ids = (entry.id for entry in entries), (quote.id for quote in pack.quotes)
    sum = _sum_of(info, pack.digest, *chain(*ids))
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.executescript(_SCHEMA.read_text(encoding="utf-8"))
        db.execute("BEGIN")
        db.execute("INSERT INTO pack VALUES (?, ?, ?, ?)", (_FORMAT, pack.digest, info, sum))
        db.executemany("INSERT INTO file VALUES (?, ?)", pack.files.items())
        db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", _rows(entries))
        db.executemany("INSERT INTO quote VALUES (?, ?, ?, ?, ?)", _rows(pack.quotes))
        db.execute("COMMIT")


def _rows(bodies: Iterable[Entry | Quote]) -> Iterator[tuple[object, ...]]:
    for place, one in enumerate(bodies, 1):
        kind = one.kind if isinstance(one, Entry) else QUOTE
        body = one.model_dump_json(exclude_defaults=True)
        yield place, one.id, kind, body, _sum_of(one.id, kind, body)


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
