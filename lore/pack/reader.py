"""Reads a pack's folder into a `Pack`, or raises `PackError` with every fault of every file."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from lore.errors import LoreError, PackError, PackFault
from lore.files import plain_file
from lore.pack import former_tiers
from lore.pack.checks import FileLine, problems
from lore.pack.lines import LineMap
from lore.pack.model import Entry, Event, Kind, Model, Pack, PackInfo, Quote
from lore.pack.sentences import sentence

FOLDERS = {f"{kind}s": kind for kind in Kind}

M = TypeVar("M", bound=Model)


class NoPackError(PackError):
    """The folder is none of a pack."""

    def __init__(self, folder: Path) -> None:
        self.faults = ()
        LoreError.__init__(self, f"{folder} holds no pack.toml, so it is no pack.")


class QuoteFile(Model):
    """One file of `quotes/`: all quotes from one source."""

    quotes: tuple[Quote, ...]


def digest(folder: Path) -> str:
    """A hash over the names and contents of every file of the pack; NoPackError without one."""
    _found(folder)
    whole = hashlib.sha256()
    for path in _files(folder):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(plain_file(path).read_bytes()).digest())
    return whole.hexdigest()


def read(folder: Path) -> Pack:
    """The pack in `folder`; NoPackError, or a PackError with everything that is wrong with it."""
    _found(folder)
    reader = _Reader(folder)
    info = reader.info()
    entries = tuple(reader.entries())
    quotes = tuple(reader.quotes())
    if info is not None:
        for where, what in problems(info, entries, quotes, reader.kinds):
            reader.fault(*reader.place(where), what, where.near)
    if reader.faults or info is None:
        raise PackError(reader.faults)
    return Pack(info, entries, quotes, digest(folder), tuple(reader.remarks))


def _found(folder: Path) -> None:
    """Refuse another folder before it is walked: it may be the whole disk."""
    if not os.path.isfile(folder / "pack.toml"):
        raise NoPackError(folder)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.toml") if not path.is_dir())


class _Reader:
    """Reads one pack file by file, noting faults with the line they stand on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._maps: dict[str, LineMap] = {}
        self._quote_places: dict[str, tuple[str, int]] = {}
        self._entry_files: dict[str, str] = {}
        # Of every entry that has a file, so that one broken file is no fault of those that name it.
        self.kinds: dict[str, Kind] = {}
        self.faults: list[PackFault] = []
        self.remarks: list[PackFault] = []

    def info(self) -> PackInfo | None:
        data = self._load("pack.toml")
        if data is None:
            return None
        if isinstance(table := data.setdefault("tiers", []), dict):
            for name in former_tiers.others(table):
                what = f"[tiers] knows no {name}; list tiers of your own as [[tiers]]"
                self.fault("pack.toml", ("tiers", name), what)
            data["tiers"] = former_tiers.listed(table)
        info = self._parse("pack.toml", PackInfo, data)
        if info and "id" not in data:
            made = (
                f'id is missing, so it is made from the title; write id = "{info.id}" above the '
                "first [table], and it stays when the title changes"
            )
            self.remarks.append(PackFault("pack.toml", 1, made))
        return info

    def entries(self) -> Iterator[Entry]:
        for path in _files(self._folder):
            name = path.relative_to(self._folder).as_posix()
            folder = name.rpartition("/")[0]
            if name == "pack.toml" or folder == "quotes":
                continue
            if folder not in FOLDERS:
                folders = ", ".join(sorted((*FOLDERS, "quotes")))
                self.fault(name, (), f"no place for a file here; the folders are {folders}")
            elif entry := self._entry(name, FOLDERS[folder], path.stem):
                yield entry

    def _entry(self, name: str, kind: Kind, stem: str) -> Entry | None:
        self.kinds[stem] = kind
        data = self._load(name)
        if data is None:
            return None
        for key in {"id", "kind"} & data.keys():
            self.fault(name, (key,), f"{key} is not written; the file's name and folder say it")
        if stem in self._entry_files:
            self.fault(name, (), f"{stem} is also the id of {self._entry_files[stem]}")
        self._entry_files[stem] = name
        model = Event if kind is Kind.EVENT else Entry
        return self._parse(name, model, {**data, "id": stem, "kind": kind})

    def quotes(self) -> Iterator[Quote]:
        for path in sorted((self._folder / "quotes").glob("*.toml")):
            name = f"quotes/{path.name}"
            data = self._load(name)
            file = None if data is None else self._quote_file(name, path.stem, data)
            for number, quote in enumerate(file.quotes if file else ()):
                if quote.id in self._quote_places:
                    self.fault(name, ("quotes", number), f"{quote.id} is the id of another quote")
                self._quote_places[quote.id] = (name, number)
                yield quote

    def _quote_file(self, name: str, source: str, data: dict[str, Any]) -> QuoteFile | None:
        quotes = data.get("quotes")
        for number, quote in enumerate(quotes if isinstance(quotes, list) else ()):
            if isinstance(quote, dict):
                if "source" in quote:
                    what = "source is not written; the file's name says it"
                    self.fault(name, ("quotes", number, "source"), what)
                quote["source"] = source
        return self._parse(name, QuoteFile, data)

    def place(self, where: FileLine) -> tuple[str, tuple[str | int, ...]]:
        """File and path of a problem that the checks found."""
        if where.owner is None:
            return "pack.toml", where.path
        if where.is_quote:
            file, number = self._quote_places[where.owner]
            return file, ("quotes", number, *where.path)
        return self._entry_files[where.owner], where.path

    def fault(self, file: str, path: tuple[str | int, ...], what: str, near: str = "") -> None:
        lines = self._maps.get(file)
        self.faults.append(PackFault(file, lines.line(path, near) if lines else 1, what))

    def _load(self, file: str) -> dict[str, Any] | None:
        try:
            text = plain_file(self._folder / file).read_text(encoding="utf-8-sig")
            self._maps[file] = LineMap(text)
            return tomllib.loads(text)
        except UnicodeDecodeError:
            self.fault(file, (), "the file is not UTF-8 text; save it as UTF-8")
        except (RecursionError, OSError) as error:
            self.fault(file, (), f"the file cannot be read: {error}")
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"at line (\d+)", str(error))
            self.faults.append(PackFault(file, int(at[1]) if at else 1, f"not valid TOML: {error}"))
        return None

    def _parse(self, file: str, model: type[M], data: dict[str, Any]) -> M | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            for one in errors:
                path = one["loc"]
                # pydantic counts only whole items, so that a broken one also seems to be missing.
                broken = any(
                    path == other["loc"][: len(path)] for other in errors if other is not one
                )
                if one["type"] != "too_short" or not broken:
                    self.fault(file, path, sentence(model, one))
            return None
