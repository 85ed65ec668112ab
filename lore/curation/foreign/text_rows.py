"""Rows of tables with separators (CSV), and of plain texts with a quote a line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lore.curation.foreign.column_roles import ColumnRole, is_plain, role_of
from lore.curation.foreign.dates import date_of
from lore.curation.foreign.speakers import is_signature
from lore.curation.foreign.table import MAX_ROWS, TEXT, Row, Table

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# How much of all rows must have one number of columns to be a table, with other signs of one
# (its name, quotation marks) and without.
_MOST, _NEARLY_ALL = 0.7, 0.95
# Rows without a header are a table by their columns alone if there are so many.
_ENOUGH = 2
_UNCLOSED = (
    "a quotation mark opens in it that nothing closes, and holds all that follows to the end"
)
_HEADING_LINE = re.compile(r"#{1,3} ")
# The name of a column in a header is no longer.
_HEADING = 40
# A part of a text that somebody signs has no more lines.
_TALLEST = 12
# A header is among so many rows, below rows of which so many cells are filled.
_MOST_ABOVE, _TITLE = 8, 2


def read_text_rows(text: str, name: str) -> Table:
    """Return the rows of a text; `name` is that of its file, which tells of what kind it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _table(text, name.casefold()) or _lines(text)


def _lines(text: str) -> Table:
    """Return a row for each line, or for each part where lines with a % stand between."""
    lines = text.split("\n")
    if any(line.strip() == "%" for line in lines):
        parts = "\n".join("\0" if line.strip() == "%" else line for line in lines).split("\0")
        rows = [Row(number, {TEXT: part.strip()}) for number, part in enumerate(parts, 1)]
        return Table("parts between lines with %", "part", [row for row in rows if row.cells[TEXT]])
    rows = [
        Row(number, {TEXT: line}, "it is a heading" if _HEADING_LINE.match(line) else "")
        for number, line in _with_signatures(lines)
    ]
    return Table("a text with a quote a line", "line", rows)


def _with_signatures(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers; one that names a speaker with the words above it.

    Those are several lines only where that is sure: each part is signed, or they are quoted.
    """
    parts = [*_parts(lines)]
    all_signed = len(parts) > 1 and all(signed and len(part) <= _TALLEST for part, signed in parts)
    for part, signed in parts:
        whole = all_signed or all(line.startswith(">") for _, line in part[:-1])
        at = (0 if whole else len(part) - 2) if signed else len(part)
        yield from part[:at]
        if signed:
            yield part[at][0], "\n".join(line for _, line in part[at:])


def _parts(lines: Sequence[str]) -> Iterator[tuple[Sequence[tuple[int, str]], bool]]:
    """Yield lines with their numbers up to empty ones, and whether the last names a speaker."""
    above: list[tuple[int, str]] = []
    for number, line in enumerate([*lines, ""], 1):
        below = lines[number] if number < len(lines) else ""
        # Several such lines are a list of names.
        if above and is_signature(line) and not is_signature(below):
            yield [*above, (number, line)], True
            above = []
        elif is_signature(line) or _HEADING_LINE.match(line) or not line.strip():
            alone = [(number, line)] if line.strip() else []
            if above or alone:
                yield [*above, *alone], False
            above = []
        else:
            above.append((number, line))


class _Candidate(NamedTuple):
    """A text split into rows at one of the separators, and which of them names the columns."""

    header: int | None
    shared: float
    columns: int
    separator: str
    rows: list[list[str]]

    @property
    def likelihood(self) -> tuple[bool, float, int]:
        """Return how likely it is: the greater, the likelier."""
        return self.header is not None, self.shared, self.columns


def _table(text: str, name: str) -> Table | None:
    """Return a text as a table; None if it is none."""
    called_so = name.endswith((".csv", ".tsv", ".tab"))
    there = (separator for separator in _SEPARATORS if separator in text)
    found = [one for separator in there if (one := _candidate(text, separator, called_so))]
    if found:
        best = max(found, key=lambda one: one.likelihood)
        return _with_columns(best.rows, best.header, best.columns, _SEPARATORS[best.separator])
    rows = _split(text, ",")
    if _is_header_alone(rows):
        return _with_columns(rows, 0, 1, _SEPARATORS[","])
    return _one_column(rows) if called_so else None


def _candidate(text: str, separator: str, called_so: bool) -> _Candidate | None:
    """Return a text as a table with that separator; None if it is none."""
    rows = _split(text, separator)
    header = _header_at(rows)
    shared, columns = _columns(rows)
    if columns < 2 or not (header is not None or shared >= (_MOST if called_so else _NEARLY_ALL)):
        return None
    # Prose has commas, too; and something else follows its closing quotation marks.
    sure = separator != "," or _is_quoted(text, separator)
    sure = sure and len(rows) >= _ENOUGH and bool(_split(text, separator, strict=True))
    found = _Candidate(header, shared, columns, separator, rows)
    return found if header is not None or called_so or sure else None


def _one_column(rows: list[list[str]]) -> Table | None:
    """Return a table whose rows have a single column; None if they are none, or have several."""
    if not rows or any(len(row) > 1 for row in rows):
        return None
    found = [Row(at, {TEXT: row[0]}) for at, row in enumerate(rows, 1) if row]
    return Table("a table (CSV)", "row", _with_unclosed(found, rows))


def _split(text: str, separator: str, *, strict: bool = False) -> list[list[str]]:
    """Return the cells of each row; no rows if it cannot be a table with that separator."""
    rows: list[list[str]] = []
    filled = 0
    lines = [*text.split("\n"), ""]
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=separator, strict=strict)
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            filled += bool(row)
            if filled > MAX_ROWS + _MOST_ABOVE:
                break
    except csv.Error:
        # A cell of more than 128 KB, as an opened quotation mark makes one.
        return []
    return rows


def _columns(rows: Sequence[Sequence[str]]) -> tuple[float, int]:
    """Return how many columns most rows have, after the share of rows that have them."""
    counts = Counter(len(row) for row in rows if any(row))
    if not counts:
        return 0.0, 0
    columns, most = counts.most_common(1)[0]
    return most / counts.total(), columns


def _is_quoted(text: str, separator: str) -> bool:
    return f'"{separator}' in text or f'{separator}"' in text


def _header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """Return which row names the columns: the first, or one below titles, which fill less of it."""
    widest = 0
    for at, row in enumerate(rows[:_MOST_ABOVE]):
        filled = sum(map(bool, row))
        if filled > widest and _is_header(row):
            return at
        widest = max(widest, filled)
        if widest > _TITLE:
            break
    return None


def _is_header(first: Sequence[str]) -> bool:
    """Return whether a row names columns, of which one has the words."""
    if len(first) < 2 or any(not cell or len(cell) > _HEADING for cell in first[:-1]):
        return False
    roles = {role_of(cell, of_table=True) for cell in first} - {None}
    return any(map(_names_words, first)) or (len(roles) > 1 and not any(map(date_of, first)))


def _names_words(cell: str) -> bool:
    return is_plain(cell) and role_of(cell) is ColumnRole.WORDS


def _is_header_alone(rows: Sequence[Sequence[str]]) -> bool:
    return bool(rows) and len(rows[0]) == 1 and _names_words(rows[0][0])


def _with_columns(rows: Sequence[list[str]], header: int | None, columns: int, by: str) -> Table:
    """Return a table with the columns of its header, or numbered ones."""
    if header is None:
        names, below = [str(number) for number in range(1, columns + 1)], 0
    else:
        names, below = rows[header], header + 1
    found = [
        Row(number, dict(zip(names, row, strict=False)), _fault(row, len(names)))
        for number, row in enumerate(rows[below:], below + 1)
        if any(row)
    ]
    titled = header is not None and any(map(any, rows[:header]))
    return Table(
        f"a table with {by} between its columns",
        "row",
        _with_unclosed(found, rows),
        named=header is not None,
        aside=f"what stands above row {below}, which names the columns" if titled else "",
    )


def _with_unclosed(found: Sequence[Row], rows: Sequence[Sequence[str]]) -> Sequence[Row]:
    """Return rows with the fault of the last if a quotation mark in it is not closed."""
    # Every table ends with an empty line, unless quotation marks hold it.
    if not found or not rows[-1]:
        return found
    return [*found[:-1], replace(found[-1], fault=_UNCLOSED)]


def _fault(row: Sequence[str], columns: int) -> str:
    """Return why a row cannot be taken: it has more cells than the table columns."""
    if not any(row[columns:]):
        return ""
    return (
        f"it has {len(row)} columns, and the table {columns}: what holds the sign between columns "
        "has to stand in quotation marks"
    )
