"""Holds a pack against the ids that it ever had: buttons and notes of servers point to them."""

from __future__ import annotations

from collections.abc import Iterator

from lore.errors import PackFault
from lore.pack.problems import FileLine, PackProblem
from lore.pack.reader import Reading
from lore.pack.salvage import UNREAD
from lore.pack.text_files import NotTextError, text_of
from lore.text.wording import counted

FILE = "ids.txt"
HEAD = """\
# Every id that this pack ever had, one a line: buttons and notes of servers point to them.
# lorebot check says which of them have gone, lorebot check --fix adds new ones.
"""
ENTRY, QUOTE = "entry", "quote"


def faults(reading: Reading) -> Iterator[PackFault]:
    """Tell each id of the pack's list that leads nowhere now; the list need not be there."""
    try:
        listed = _listed(reading)
    except NotTextError as error:
        yield PackFault(FILE, 1, f"the file {error}")
        return
    except OSError as error:
        yield PackFault(FILE, 1, f"the file cannot be read: {error.strerror}")
        return
    known = {*_ids(reading), *((ENTRY, old) for one in reading.entries for old in one.it.former)}
    for line, (kind, id) in listed.items():
        if kind not in (ENTRY, QUOTE) or not id:
            yield PackFault(FILE, line, f"a line is written: {ENTRY} its-id, or {QUOTE} its-id")
        elif (kind, id) not in known and not _may_be_unread(reading, kind):
            yield PackFault(FILE, line, _gone(kind, id))


def remarks(reading: Reading) -> Iterator[PackProblem]:
    """Count the ids that the list of a pack does not have yet."""
    if new := unlisted(reading):
        what = (
            f"{counted(len(new), 'id')} not listed yet; lorebot check --fix adds what is published"
        )
        yield PackProblem(FileLine(FILE), what)


def unlisted(reading: Reading) -> list[str]:
    """Return the lines that are to be added to a pack's list, if it has one."""
    try:
        listed = set(_listed(reading).values())
    except (NotTextError, OSError):
        return []
    if not (reading.folder / FILE).exists():
        return []
    return [f"{kind} {id}" for kind, id in sorted(_ids(reading) - listed)]


def _listed(reading: Reading) -> dict[int, tuple[str, str]]:
    """Return the kind and id of each line that has some, by its number."""
    path = reading.folder / FILE
    rows = text_of(path.read_bytes()).splitlines() if path.exists() else []
    parts = {line: row.partition("#")[0].split() for line, row in enumerate(rows, 1)}
    return {line: (row[0], " ".join(row[1:])) for line, row in parts.items() if row}


def _ids(reading: Reading) -> set[tuple[str, str]]:
    quotes = {(QUOTE, quote.it.id) for quote in reading.quotes if quote.it.id != UNREAD}
    return {*((ENTRY, id) for id in reading.kinds if id != UNREAD), *quotes}


def _may_be_unread(reading: Reading, kind: str) -> bool:
    """Tell whether an id may stand in what could not be read."""
    return any(file.faults for file in reading.files.values()) or (
        kind == QUOTE and any(quote.it.id == UNREAD for quote in reading.quotes)
    )


def _gone(kind: str, id: str) -> str:
    if kind == QUOTE:
        return f"the quote {id} has gone, and what points to it leads nowhere; write it again"
    return (
        f"the entry {id} has gone, and what points to it leads nowhere; write "
        f'former = ["{id}"] into the entry that it has become, or the entry again'
    )
