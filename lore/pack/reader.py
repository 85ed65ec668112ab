"""Reads a pack's folder into a `Pack`, or raises `PackError` with every fault of every file."""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from lore import ids
from lore.errors import LoreError, PackError, PackFault
from lore.files import plain_file
from lore.pack import former_tiers, pictures
from lore.pack.checks import problems, unnumbered
from lore.pack.model import LONGEST_ID, Entry, Event, Kind, Model, Pack, PackInfo, Quote
from lore.pack.problems import FileLine, PackProblem, Written
from lore.pack.salvage import UNREAD, salvaged
from lore.pack.sentences import is_no_id, repeated_tables, sentence
from lore.pack.text_files import NotTextError, text_of
from lore.pack.toml_file import TomlFile

PACK_FILE = "pack.toml"
FOLDERS = {f"{kind}s": kind for kind in Kind}

M = TypeVar("M", bound=Model)
# Is told how many of all files have been read.
Progress = Callable[[int, int], None]


class NoPackError(PackError):
    """The folder is none of a pack."""

    def __init__(self, folder: Path) -> None:
        self.faults = ()
        LoreError.__init__(self, f"{folder} holds no pack.toml, so it is no pack.")


class QuoteFile(Model):
    """One file of `quotes/`: all quotes from one source."""

    quotes: tuple[Quote, ...]


# Tables that are written [[name]]; but [tiers] is what former packs have.
REPEATED = frozenset(
    name for model in (Entry, Event, QuoteFile, PackInfo) for name in repeated_tables(model)
) - {"tiers"}


@dataclass
class Reading:
    """What could be read of a pack, however broken, and all that is wrong with its form.

    `kinds` has every entry that has a file, so that a broken one is no fault of those that name it.
    `sums` has the sum of each file as it was when it was read.
    """

    folder: Path
    info: PackInfo | None = None
    entries: list[Written[Entry]] = field(default_factory=list)
    quotes: list[Written[Quote]] = field(default_factory=list)
    kinds: dict[str, Kind] = field(default_factory=dict)
    files: dict[str, TomlFile] = field(default_factory=dict)
    problems: list[PackProblem] = field(default_factory=list)
    remarks: list[PackProblem] = field(default_factory=list)
    sums: dict[str, bytes] = field(default_factory=dict)
    _unread: set[tuple[str, tuple[str | int, ...]]] = field(default_factory=set)

    def add(self, *found: PackProblem) -> None:
        """Note what is wrong, unless it only follows from what could not be read there."""
        for one in found:
            if not self.is_unread(one.where):
                self.problems.append(one)
            elif one.mend is not None:
                self._mend_unread(one)

    def forget(self, places: Collection[FileLine]) -> None:
        """Drop what is wrong at these places, of which more is known."""
        known = {(place.file, place.path) for place in places}
        self.problems[:] = [
            one for one in self.problems if (one.where.file, one.where.path) not in known
        ]

    def is_unread(self, where: FileLine) -> bool:
        """Tell whether what stands there, or around it, could not be read."""
        beginnings = (where.path[:length] for length in range(1, len(where.path) + 1))
        return any((where.file, path) in self._unread for path in beginnings)

    def _mend_unread(self, found: PackProblem) -> None:
        for number, one in enumerate(self.problems):
            if (one.where.file, one.where.path) == (found.where.file, found.where.path):
                self.problems[number] = replace(one, mend=found.mend)

    def leave_unread(self, where: FileLine) -> None:
        """Note that what stands there could not be read, so that nothing more is wrong with it."""
        self._unread.add((where.file, where.path))

    def fault(self, problem: PackProblem) -> PackFault:
        """Return the fault that a problem is, with its line."""
        where = problem.where
        file = self.files.get(where.file)
        line = file.lines.line(where.path, where.near) if file else 1
        return PackFault(where.file, line, problem.what, problem.mend is not None)

    def faults(self) -> tuple[PackFault, ...]:
        """Return all faults, each once, in order of files and lines."""
        broken = [
            PackFault(name, line, what, line - 1 in file.mends)
            for name, file in self.files.items()
            for line, what in file.faults
        ]
        return tuple(sorted({*broken, *map(self.fault, self.problems)}))

    def pack(self) -> Pack:
        """Return the pack; PackError if anything is wrong with it."""
        faults = self.faults()
        if faults or self.info is None:
            raise PackError(faults)
        return Pack(
            self.info,
            tuple(entry.it for entry in self.entries),
            tuple(quote.it for quote in self.quotes),
            digest_of(self.sums),
            tuple(map(self.fault, self.remarks)),
            self.sums,
        )


@dataclass(frozen=True, slots=True)
class FormerPack:
    """What a pack held when nothing was wrong with it, and the sums of its files then, by path."""

    files: Mapping[str, bytes]
    entries: Mapping[str, Entry]
    quotes: Sequence[Quote]


def sums(folder: Path) -> dict[str, bytes]:
    """Return the sum of every file of the pack by its path; NoPackError without one."""
    _found(folder)
    return {name: _sum(plain_file(folder / name).read_bytes()) for name in _files(folder)}


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return a hash over the names and sums of files."""
    whole = hashlib.sha256()
    for path in sorted(files, key=_parts):
        whole.update(path.encode() + b"\0" + files[path])
    return whole.hexdigest()


def digest(folder: Path) -> str:
    """Return a hash over the names and contents of all files of the pack; NoPackError if none."""
    return digest_of(sums(folder))


def _sum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def read(folder: Path, progress: Progress | None = None) -> Pack:
    """Read the pack in `folder`; NoPackError, or a PackError with everything that is wrong."""
    found = reading(folder, progress)
    found.add(*unnumbered([*found.entries, *found.quotes]))
    return found.pack()


def reread(folder: Path, former: FormerPack, now: Mapping[str, bytes]) -> Pack:
    """Read the pack, but take what has not changed from what it held before.

    `now` are the sums of its files.
    """
    if now.get(PACK_FILE) != former.files.get(PACK_FILE):
        return read(folder)
    unchanged = {path for path, sum in now.items() if former.files.get(path) == sum} - {PACK_FILE}
    found = Reading(folder)
    _Reader(found, unchanged, former).read(None)
    found.sums.update((path, now[path]) for path in unchanged)
    if found.info is not None:
        found.add(*pictures.problems(folder, found.entries))
        # What is named by an entry that has not changed may have gone, or be of another kind.
        gone = any(found.kinds.get(id) is not one.kind for id, one in former.entries.items())
        sound = frozenset[str]() if gone else unchanged
        parts = found.entries, found.quotes
        found.add(*problems(found.info, *parts, found.kinds, unchanged=sound))
        found.add(*unnumbered([*found.entries, *found.quotes], unchanged))
    # All that is wrong is told at once, and where; so nothing of it may be left out.
    return read(folder) if found.faults() else found.pack()


def reading(folder: Path, progress: Progress | None = None) -> Reading:
    """Read what the pack in `folder` holds, checked as far as that goes without documents."""
    _found(folder)
    found = Reading(folder)
    _Reader(found).read(progress)
    found.problems[:] = _with_right_ids(found)
    found.add(*pictures.problems(folder, found.entries))
    if found.info is not None:
        is_whole = not found.files[PACK_FILE].faults
        found.add(*problems(found.info, found.entries, found.quotes, found.kinds, is_whole))
    return found


def _with_right_ids(found: Reading) -> Iterator[PackProblem]:
    """Yield what is wrong, with the id where there is one that was certainly meant."""
    entries = [entry.it for entry in found.entries if entry.it.id != UNREAD]
    count = Counter(entry.name.casefold() for entry in entries)
    by_name = {name: e.id for e in entries if count[name := e.name.casefold()] == 1}
    info = found.info
    listed = {
        "type": {one.id for one in info.relation_types} if info else set(),
        "tier": {one.id for one in info.tiers} if info else set(),
    }
    for problem in found.problems:
        key = next((key for key in reversed(problem.where.path) if isinstance(key, str)), "")
        made = ids.slug(problem.no_id)[:LONGEST_ID].strip("-")
        if not made or ids.is_of_server(made):
            yield problem
        elif key == "id":
            is_free = made not in found.kinds and made not in (one.it.id for one in found.quotes)
            yield replace(problem, mend=made) if is_free else problem
        elif key not in listed and (named := by_name.get(problem.no_id.casefold())):
            yield replace(problem, mend=named)
        else:
            known = made in listed.get(key, found.kinds)
            yield replace(problem, mend=made) if known else problem


def _found(folder: Path) -> None:
    """Refuse another folder before it is walked: it may be the whole disk."""
    if not os.path.isfile(folder / PACK_FILE):
        raise NoPackError(folder)


def _files(folder: Path) -> list[str]:
    """Yield the paths of all files of a pack in order, with / between folders everywhere."""
    names = list[str]()
    for at, _, files in os.walk(folder):
        inside = os.path.relpath(at, folder).replace(os.sep, "/")
        before = "" if inside == "." else f"{inside}/"
        names += (before + name for name in files if name.endswith(".toml"))
    return sorted(names, key=_parts)


def _parts(name: str) -> list[str]:
    return name.split("/")


class _Reader:
    """Reads a pack file by file."""

    def __init__(
        self,
        reading: Reading,
        unchanged: Collection[str] = (),
        former: FormerPack | None = None,
    ) -> None:
        """Read into `reading`; of what is unchanged, nothing but what was there formerly."""
        self._reading = reading
        self._unchanged = unchanged
        self._former = former
        self._entry_files: dict[str, str] = {}
        self._quote_ids: set[str] = set()

    def read(self, progress: Progress | None) -> None:
        self._reading.info = self._info()
        quotes = defaultdict[str, list[Quote]](list)
        for quote in self._former.quotes if self._former else ():
            quotes[quote.source].append(quote)
        files = _files(self._reading.folder)
        for done, name in enumerate(files):
            if progress:
                progress(done, len(files))
            folder, _, file = name.rpartition("/")
            stem = os.path.splitext(file)[0]
            if self._former and name in self._unchanged:
                if folder == "quotes":
                    self._reading.quotes += self._written(FileLine(name), quotes[stem])
                else:
                    self._note(name, FOLDERS[folder], stem)
                    former = Written(FileLine(name), self._former.entries[stem])
                    self._reading.entries.append(former)
            elif folder == "quotes":
                self._reading.quotes += self._quotes(name, stem)
            elif folder in FOLDERS:
                self._reading.entries += self._entry(name, FOLDERS[folder], stem)
            elif name != PACK_FILE:
                folders = ", ".join(sorted((*FOLDERS, "quotes")))
                what = f"no place for a file here; the folders are {folders}"
                self._reading.add(PackProblem(FileLine(name), what))

    def _info(self) -> PackInfo | None:
        data = self._load(PACK_FILE)
        if data is None:
            return None
        where = FileLine(PACK_FILE)
        if isinstance(table := data.setdefault("tiers", []), dict):
            for name in former_tiers.others(table):
                what = f"[tiers] knows no {name}; list tiers of your own as [[tiers]]"
                self._reading.add(PackProblem(where.at("tiers", name), what))
            data["tiers"] = former_tiers.listed(table)
            if table:
                what = "[tiers] is how former packs have it; lorebot check --fix writes [[tiers]]"
                self._reading.remarks.append(PackProblem(where.at("tiers"), what))
        has_id = "id" in data
        info = self._parse(where, PackInfo, data)
        if info and not has_id and info.id != UNREAD:
            made = (
                f'id is missing, so it is made from the title; write id = "{info.id}" above the '
                "first [table], and it stays when the title changes"
            )
            self._reading.remarks.append(PackProblem(where.at("id"), made, mend=info.id))
        return info

    def _note(self, name: str, kind: Kind, stem: str) -> None:
        """Note which entry a file is of."""
        if stem in self._entry_files:
            what = f"{stem} is also the id of {self._entry_files[stem]}; rename one of the files"
            self._reading.add(PackProblem(FileLine(name), what))
        else:
            self._entry_files[stem] = name
            self._reading.kinds[stem] = kind

    def _entry(self, name: str, kind: Kind, stem: str) -> Iterator[Written[Entry]]:
        where = FileLine(name)
        self._note(name, kind, stem)
        data = self._load(name)
        if data is None:
            return
        for key in {"id", "kind"} & data.keys():
            what = f"{key} is not written; the file's name and folder say it"
            self._reading.add(PackProblem(where.at(key), what))
        model = Event if kind is Kind.EVENT else Entry
        if entry := self._parse(where, model, {**data, "id": stem, "kind": kind}):
            yield Written(where, entry)

    def _quotes(self, name: str, source: str) -> Iterator[Written[Quote]]:
        data = self._load(name)
        if data is None:
            return
        where = FileLine(name)
        quotes = data.get("quotes")
        for number, quote in enumerate(quotes if isinstance(quotes, list) else ()):
            if isinstance(quote, dict):
                if "source" in quote:
                    what = "source is not written; the file's name says it"
                    self._reading.add(PackProblem(where.at("quotes", number, "source"), what))
                quote["source"] = source
        file = self._parse(where, QuoteFile, data)
        yield from self._written(where, file.quotes if file else ())

    def _written(self, where: FileLine, quotes: Iterable[Quote]) -> Iterator[Written[Quote]]:
        for number, it in enumerate(quotes):
            at = where.at("quotes", number)
            if it.id in self._quote_ids:
                self._reading.add(PackProblem(at.at("id"), f"{it.id} is the id of another quote"))
            self._quote_ids.add(it.id)
            yield Written(at, it)

    def _load(self, name: str) -> dict[str, Any] | None:
        where = FileLine(name)
        try:
            content = plain_file(self._reading.folder / name).read_bytes()
            self._reading.sums[name] = _sum(content)
            text = text_of(content)
        except NotTextError as error:
            self._reading.add(PackProblem(where, f"the file {error}"))
        except OSError as error:
            self._reading.add(PackProblem(where, f"the file cannot be read: {error.strerror}"))
        else:
            file = self._reading.files[name] = TomlFile(text, REPEATED)
            return file.data
        return None

    def _parse(self, where: FileLine, model: type[M], data: dict[str, Any]) -> M | None:
        """Parse what can be parsed of a file, however much is wrong with it."""
        file = self._reading.files[where.file]
        made, wrong = salvaged(model, data)
        for one in wrong:
            path = one["loc"]
            at = where.at(*path)
            if one["type"] not in ("too_long", "too_short"):
                self._reading.leave_unread(at)
            if one["type"] not in ("missing", "too_short") or not file.may_be_unread(path):
                no_id = one["input"] if is_no_id(one) else ""
                problem = PackProblem(at, sentence(model, one), no_id=no_id)
                self._reading.problems.append(problem)
        return made
