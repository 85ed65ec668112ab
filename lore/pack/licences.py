"""LICENCE.txt of a pack: what it rests on and under which licences, in step with the pack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lore.errors import PackFault
from lore.files import plain_file
from lore.pack.model import Picture, Source, licence_of
from lore.pack.problems import FileLine, PackProblem
from lore.pack.reader import PACK_FILE, Reading
from lore.pack.salvage import UNREAD
from lore.pack.text_files import NotTextError, text_of

FILE = "LICENCE.txt"
_HEAD = """\
What this pack rests on, and under which licences. Whoever passes it on passes this on with it.
lorebot check --fix writes the lines that begin with -, as the pack has them, and leaves all others.

"""
_WORK = re.compile(r"- (\S.*?): “")


@dataclass(frozen=True, slots=True)
class _Work:
    """A source or picture as LICENCE.txt names it, and where the pack says its licence."""

    where: FileLine
    licence: str
    line: str


def faults(reading: Reading) -> Iterator[PackFault]:
    """Tell each work whose licence asks for a credit that is missing, and each line out of step."""
    try:
        rows = _rows(reading)
    except (NotTextError, OSError) as error:
        yield PackFault(FILE, 1, f"the file {error}")
        return
    works, named = _works(reading), _named(rows)
    for key, work in works.items():
        if key not in named and licence_of(work.licence).needs_credit:
            what = f"{key} is under {work.licence}, and {FILE} does not name it"
            yield replace(reading.fault(PackProblem(work.where, what)), mendable=True)
        elif key in named and rows[named[key]] != work.line:
            yield PackFault(FILE, named[key] + 1, f"{key} is this by now: {work.line[2:]}", True)
    for key, row in named.items():
        if key not in works and not _may_be_unread(reading):
            yield PackFault(FILE, row + 1, f"{key} is no source or picture of the pack", True)


def text_and_changes(reading: Reading) -> tuple[str, list[PackFault]]:
    """Return LICENCE.txt as it has to be, and what that changes; all else in it stays.

    NotTextError or OSError where the one that is there cannot be read.
    """
    works, kept, changes = _works(reading), list[str](), list[PackFault]()
    for text in _rows(reading) or _HEAD.splitlines():
        named = _WORK.match(text)
        if named and named[1] in works:
            line = works.pop(named[1]).line
            if line != text:
                what = f"{named[1]} is named as the pack has it now"
                changes.append(PackFault(FILE, len(kept) + 1, what))
            kept.append(line)
        elif named and not _may_be_unread(reading):
            changes.append(PackFault(FILE, len(kept) + 1, f"{named[1]} is not named any more"))
        else:
            kept.append(text)
    for key, work in works.items():
        kept.append(work.line)
        changes.append(PackFault(FILE, len(kept), f"{key} is named now"))
    return "".join(f"{row}\n" for row in kept), changes


def _rows(reading: Reading) -> list[str]:
    path = plain_file(reading.folder / FILE)
    return text_of(path.read_bytes()).splitlines() if path.exists() else []


def _named(rows: list[str]) -> dict[str, int]:
    """Return the row of each work that is named, counted from 0."""
    found = ((_WORK.match(text), row) for row, text in enumerate(rows))
    return {match[1]: row for match, row in found if match}


def _may_be_unread(reading: Reading) -> bool:
    """Tell whether a work may stand in what could not be read."""
    named = {problem.where.file for problem in reading.problems}
    no_text = {file for file in named - reading.files.keys() if file.endswith(".toml")}
    return bool(no_text) or any(file.faults for file in reading.files.values())


def _works(reading: Reading) -> dict[str, _Work]:
    """Yield every source and picture that has a licence, by what it is named with."""
    works = {}
    for number, source in enumerate(reading.info.sources if reading.info else ()):
        if source.licence:
            where = FileLine(PACK_FILE, ("sources", number, "licence"))
            works[source.id] = _Work(where, source.licence, _source_line(source))
    for written in reading.entries:
        if picture := written.it.picture:
            where = written.where.at("picture", "licence")
            works[picture.image] = _Work(where, picture.licence, _picture_line(picture))
    return {key: work for key, work in works.items() if UNREAD not in work.line}


def _source_line(source: Source) -> str:
    revision = source.revision and f"revision {source.revision}"
    retrieved = f"retrieved {source.retrieved}" if source.retrieved else None
    parts = (source.collection, _licence(source.licence or ""), revision, retrieved, source.url)
    return _line(source.id, source.title, *parts)


def _picture_line(picture: Picture) -> str:
    return _line(picture.image, picture.alt, picture.credit, _licence(picture.licence), picture.url)


def _licence(written: str) -> str:
    licence = licence_of(written)
    return f"{licence.name} ({licence.url})" if licence.url else licence.name


def _line(key: str, title: str, *parts: str | None) -> str:
    return " ".join(", ".join(filter(None, (f"- {key}: “{title}”", *parts))).split())
