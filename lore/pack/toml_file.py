"""Reads a TOML file of a pack as far as it can be read, and says in plain words what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from lore.pack.lines import LineMap

# The same reader, compiled, where it is installed: it takes a third of the time.
try:
    import tomli as toml
except ImportError:
    import tomllib as toml  # type: ignore[no-redef]

# What people's keyboards and word processors write for " and '.
TYPOGRAPHIC = frozenset("“”„‟‘’‚‛«»")

_HEADER = re.compile(r"[ \t]*\[")
_TABLE = re.compile(
    r"\A([ \t]*)\[([ \t]*[\w-]+(?:[ \t]*\.[ \t]*[\w-]+)*[ \t]*)\](?=[ \t]*(?:#|\r?$))"
)
_KEY = re.compile(r"[ \t]*[\w\"'.-]+[ \t]*=")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_DOUBLE = '"“”„‟«»'
_SINGLE = "'‘’‚‛"
_VALUE = re.compile(f"[=\\[,{{][ \t]*(?=[{_DOUBLE}{_SINGLE}])")
_AFTER_TEXT = re.compile(r"[ \t]*(?:[,\]}#]|\r?$)")
_STRAIGHTENED = "typographic quote signs are plain ones now"
# So many faults of one table are told at once.
_MOST = 50
# These are told where something begins; all others are in the middle of it.
_BEGINNING = ("Invalid statement", "Expected '=' after a key", "Invalid initial character")
_PLAIN = (
    ("Unterminated string", 'a text does not end; write " at its end'),
    ("Illegal character '\\n'", 'a text does not end on its line; write " at its end'),
    ("Illegal character", "a sign that cannot be seen stands here; take it out"),
    ("Found invalid character", "a sign that cannot be seen stands here; take it out"),
    ('Expected "', "a text does not end; write ''' at its end"),
    ("Unclosed array", "a list does not end; write , between its items and ] at its end"),
    ("Unclosed inline table", "a table does not end; write , between its keys and } at its end"),
    ("Cannot overwrite a value", "this stands here twice; tables that repeat are written [[…]]"),
    ("Cannot declare", "this table stands here twice; tables that repeat are written [[…]]"),
    ("Cannot mutate", "this table stands here twice; tables that repeat are written [[…]]"),
    ("Cannot redefine", "this table stands here twice; tables that repeat are written [[…]]"),
    ("Invalid date", "a day is written 2026-11-30, year first"),
    ("Duplicate inline table key", "this key stands here twice"),
    ("Unescaped '\\'", "a \\ in a text is written \\\\"),
    ("Invalid hex value", "a \\ in a text is written \\\\"),
    ("Escaped character", "a \\ in a text is written \\\\"),
    ("Expected ']' at the end of a table", "the name of a table stands between [ and ]"),
    ("Expected ']]' at the end", "the name of a table that may come again: between [[ and ]]"),
    ("Expected newline", 'more follows where this should end; a " within is written \\"'),
    ("Invalid initial character", "a key is missing; a table between { and } stands on one line"),
    ("Invalid statement", 'a line is written: key = "value"'),
    ("Invalid value", 'a text stands between " and ", a list between [ and ]'),
    ("Expected '=' after a key", 'a line is written: key = "value"'),
)


class _Fault(NamedTuple):
    """What is wrong at a row, counted from 0; `begins` is whether something begins there."""

    row: int
    what: str
    begins: bool
    is_typographic: bool = False


class RowMend(NamedTuple):
    """How a row becomes right, and what is said of it then."""

    mended: Callable[[str], str]
    done: str


class TomlFile:
    """What could be read of a file; what is no TOML is left out, and told in `faults`.

    `repeated` are the names of tables that are written [[name]], also where there is one alone.
    """

    def __init__(self, text: str, repeated: Collection[str] = ()) -> None:
        self._rows = text.replace("\r\n", "\n").split("\n")
        self._unread: list[range] = []
        self.faults: list[tuple[int, str]] = []
        # What can be mended in rows, counted from 0.
        self.mends: dict[int, RowMend] = {}
        self._repeat(repeated)
        self.data = self._read()

    def _repeat(self, repeated: Collection[str]) -> None:
        """Read [name] as [[name]] where that was meant; it is told once of each name."""
        told = set()
        for row, text in enumerate(self._rows):
            table = _TABLE.match(text)
            name = re.sub(r"\s", "", table[2]) if table else ""
            if name not in repeated:
                continue
            self._rows[row] = doubled(text)
            self.mends[row] = RowMend(doubled, f"[{name}] is [[{name}]] now")
            if name not in told:
                told.add(name)
                what = f"write [[{name}]] instead of [{name}], also for one alone"
                self.faults.append((row + 1, what))

    @cached_property
    def lines(self) -> LineMap:
        """Return the line on which what was read stands."""
        return LineMap("\n".join(self._rows))

    def may_be_unread(self, path: tuple[str | int, ...]) -> bool:
        """Tell whether what is missing there may stand in what could not be read."""
        if len(path) < 2:
            return bool(self._unread)
        row = self.lines.line(path) - 1
        return any(row in part for part in self._unread)

    def _read(self) -> dict[str, Any]:
        if isinstance(whole := _loaded(self._rows), dict):
            return whole
        parts = self._parts()
        for part in parts:
            self._leave_out_faults(part)
        # What can be read by itself may still be at odds with the rest.
        for _ in range(_MOST):
            if isinstance(whole := _loaded(self._rows), dict):
                return whole
            [part] = (part for part in parts if whole.row in part)
            self._leave_out(part, whole, part)
        self._rows = [""] * len(self._rows)
        return {}

    def _parts(self) -> list[range]:
        """Return the rows of each table, its header first; plain keys stand above them."""
        starts = [row for row, text in enumerate(self._rows) if _HEADER.match(text)]
        edges = [0, *(row for row in starts if row), len(self._rows)]
        return [range(start, end) for start, end in pairwise(edges)]

    def _leave_out_faults(self, part: range) -> None:
        for _ in range(_MOST):
            found = _loaded(self._rows[part.start : part.stop])
            if isinstance(found, dict):
                return
            fault = found._replace(row=part.start + found.row)
            self._leave_out(part, fault, self._statement(part, fault))
        self._leave_out(part, None, part)

    def _statement(self, part: range, fault: _Fault) -> range:
        """Return the rows from the key that a fault belongs to up to the next key."""
        start = end = fault.row
        while not fault.begins and start > part.start and not _KEY.match(self._rows[start]):
            start -= 1
        while end + 1 < part.stop and not _KEY.match(self._rows[end + 1]):
            end += 1
        return range(start, end + 1)

    def _leave_out(self, part: range, fault: _Fault | None, rows: range) -> None:
        if fault:
            self.faults.append((fault.row + 1, f"not valid TOML: {fault.what}"))
            text = self._rows[fault.row]
            if fault.is_typographic and straightened(text) != text:
                self.mends[fault.row] = RowMend(straightened, _STRAIGHTENED)
        self._unread.append(part)
        for row in rows:
            self._rows[row] = ""


def _loaded(rows: list[str]) -> dict[str, Any] | _Fault:
    try:
        return toml.loads("\n".join(rows))
    except RecursionError:
        return _Fault(0, "lists in lists without end cannot be read", begins=True)
    except toml.TOMLDecodeError as error:
        return _told(str(error), rows)


def _told(error: str, rows: list[str]) -> _Fault:
    at = _AT.search(error)
    what = error[: at.start()] if at else error
    if at and at[1]:
        row, column = min(int(at[1]), len(rows)) - 1, int(at[2]) - 1
    else:
        row, column = max((n for n, text in enumerate(rows) if text.strip()), default=0), 0
    begins = what.startswith(_BEGINNING)
    if not (at and at[1]):
        # What never ends is told where it begins.
        row = next((n for n in range(row, -1, -1) if _KEY.match(rows[n])), row)
    plain = next((plain for beginning, plain in _PLAIN if what.startswith(beginning)), what)
    if rows and TYPOGRAPHIC.intersection(rows[row][column:]) and "text" in plain:
        plain = 'these are typographic quote signs; write " before and after a text'
        return _Fault(row, plain, begins, is_typographic=True)
    return _Fault(row, plain, begins)


def doubled(row: str) -> str:
    """Return the header of a table as that of one that may come again."""
    return _TABLE.sub(r"\1[[\2]]", row, count=1)


def straightened(row: str) -> str:
    """Return a row with plain quote signs around its texts; as it is where that is not certain."""
    made, at = "", 0
    while begin := _VALUE.search(row, at):
        start = begin.end()
        end = _end_of_text(row, start)
        if end < 0:
            return row
        inner = row[start + 1 : end]
        if row[start] in TYPOGRAPHIC or row[end] in TYPOGRAPHIC:
            inner = inner if row[start] == '"' else inner.replace("\\", "\\\\").replace('"', '\\"')
            made += f'{row[at:start]}"{inner}"'
        else:
            made += row[at : end + 1]
        at = end + 1
    return made + row[at:]


def _end_of_text(row: str, start: int) -> int:
    """Return where the text ends that a quote sign begins, as what follows tells; -1 if nowhere."""
    closing = _SINGLE if row[start] in _SINGLE else _DOUBLE
    for at in range(start + 1, len(row)):
        if row[at] in closing and row[at - 1] != "\\" and _AFTER_TEXT.match(row, at + 1):
            return at
    return -1
