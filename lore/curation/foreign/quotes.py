"""Quotes from files of other bots: which column says what, and which rows cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from lore.curation.drafts import KINDS, Draft, DraftError, QuoteDraft, WrittenDraft, fault_of_draft
from lore.curation.foreign.column_roles import LONGEST, ColumnRole, rank_of, role_of
from lore.curation.foreign.dates import date_in_sheet, date_of, is_day_first
from lore.curation.foreign.decoding import decoded
from lore.curation.foreign.json_rows import read_json_rows
from lore.curation.foreign.speakers import AFTER_QUOTATION, Line, attributed, signed
from lore.curation.foreign.table import ABOVE, TEXT, Row, Table
from lore.curation.foreign.text_rows import read_text_rows
from lore.curation.reading import MAX_BYTES, ImportFileError
from lore.ledger.records import FileEntry, FileShape, Refused
from lore.text.wording import counted

_JSON = re.compile(
    r"\s*(?:\{\s*(?:\"|\})|\[\s*(?:[\[\]{\"]|-?\d[\d.]*\s*[,\]]|null|true|false|NaN|-?Infinity))"
)
_FORMULA = re.compile(r"=\s*[A-Za-z]{1,30}[\w.]{0,30}\s*[(|]|=\s*[+@-]")
_ADDRESS = re.compile(r"https?://\S+")
_DRAFT: TypeAdapter[Draft] = TypeAdapter(WrittenDraft)

# What most values of a column have to be to make it a column of such.
_MOST = 0.8
# Names of speakers are no longer, on average.
_NAME = 30
# What Discord calls messages that somebody wrote.
_SAID = ("Default", "Reply")
_ID = re.compile(r"<@!?\d{5,20}>")


class _Columns(NamedTuple):
    """The columns of each role, the best first; `named` if they were known by their names."""

    of: Mapping[ColumnRole, Sequence[str]]
    named: bool


class _Read(NamedTuple):
    """The rows of a table as drafts, why others are none, and how lines give their speakers.

    `nameless` counts the drafts whose speaker is left out.
    """

    entries: tuple[FileEntry, ...]
    refused: tuple[Refused, ...]
    form: str
    nameless: int


class ForeignFile(NamedTuple):
    """What a file of another bot holds, and what it was taken for."""

    entries: tuple[FileEntry, ...]
    refused: tuple[Refused, ...]
    shape: FileShape


def read_foreign(content: bytes, name: str, kept: Callable[[Draft], Draft]) -> ForeignFile:
    """Read a file of any shape as quotes; ImportFileError if it holds none.

    `name` is that of the file; `kept` converts a draft to how the ledger stores it.
    """
    if len(content) > MAX_BYTES:
        raise ImportFileError("The file is larger than 1 MB; split it into several.")
    if name.casefold().endswith((".yml", ".yaml")):
        raise ImportFileError(
            "I do not read YAML. Convert it to JSON or CSV, or put the quotes on a line each."
        )
    text, encoding = decoded(content)
    is_json = name.casefold().endswith((".json", ".jsonl", ".ndjson")) or _JSON.match(text)
    table = read_json_rows(text) if is_json else read_text_rows(text, name)
    if not table.rows:
        raise ImportFileError("The file holds no rows, at most a line with names of columns.")
    columns = _understood(table)
    read = _rows(table, columns, kept)
    return ForeignFile(read.entries, read.refused, _shape(table, columns, read, encoding))


def _understood(table: Table) -> _Columns:
    """Return which columns of a table say what, by their names or else by what is in them."""
    names = table.columns()
    of: dict[ColumnRole, list[str]] = {role: [] for role in ColumnRole}
    if table.named:
        for name in sorted(names, key=rank_of):
            if role := role_of(name, of_table=table.unit == "row"):
                of[role].append(name)
        of[ColumnRole.WORDS] = [name for name in of[ColumnRole.WORDS] if not _is_bare(table, name)]
        if any(_is_of_commands(name) for name in names):
            of[ColumnRole.SPEAKER] = [
                name for name in of[ColumnRole.SPEAKER] if name.casefold() != "name"
            ]
    if TEXT in names:
        of[ColumnRole.WORDS] = [TEXT, *of[ColumnRole.WORDS]]
    if not of[ColumnRole.WORDS]:
        return _Columns(of | _inferred(table, names), named=False)
    if ABOVE in names:
        of[ColumnRole.SPEAKER] = [*of[ColumnRole.SPEAKER], ABOVE]
    return _Columns(of, named=True)


def _is_of_commands(name: str) -> bool:
    """Return whether a column is of a command or tag, whose name is nobody's."""
    plain = name.casefold().replace("_", "")
    return plain in ("response", "uses", "usecount", "ownerid", "trigger", "command", "cooldown")


def _is_bare(table: Table, name: str) -> bool:
    """Return whether a column holds no words: only numbers, dates or addresses."""
    return _share(table, name, lambda text: not any(map(str.isalpha, text)) or _is_other(text)) == 1


def _is_other(text: str) -> bool:
    return date_of(text, day_first=True) is not None or _ADDRESS.fullmatch(text) is not None


def _share(table: Table, name: str, test: Callable[[str], bool]) -> float:
    """Return the share of a column's values that pass a test; 0 if it has none."""
    values = list(table.column(name))
    return sum(map(test, values)) / len(values) if values else 0.0


def _inferred(table: Table, names: Sequence[str]) -> dict[ColumnRole, list[str]]:
    """Return what columns are by what is in them: the longest text, a short one, dates."""
    dates = [name for name in names if _share(table, name, _is_date) >= _MOST]
    texts: dict[str, float] = {}
    for name in names:
        values = list(table.column(name))
        if name not in dates and values and _share(table, name, _is_no_text) < _MOST:
            texts[name] = sum(map(len, values)) / len(values)
    if not texts:
        raise ImportFileError("The file holds no texts that could be quotes.")
    words = max(texts, key=lambda name: texts[name])
    speakers = [
        name
        for name, length in texts.items()
        if name != words and length <= _NAME and length < texts[words]
    ]
    return {
        ColumnRole.WORDS: [words],
        # Of two the one that is meant cannot be told.
        ColumnRole.SPEAKER: speakers if len(speakers) == 1 else [],
        ColumnRole.DATE: dates[:1],
    }


def _is_date(text: str) -> bool:
    return date_of(text, day_first=True) is not None


def _is_no_text(text: str) -> bool:
    return (
        not any(map(str.isalpha, text))
        or text.casefold() in ("true", "false")
        or (_ADDRESS.fullmatch(text) is not None)
    )


def _rows(table: Table, columns: _Columns, kept: Callable[[Draft], Draft]) -> _Read:
    """Return each row as a draft, or why it cannot be taken."""
    of = columns.of
    lines = [_first(row, of[ColumnRole.WORDS]) for row in table.rows]
    form = ""
    if not of[ColumnRole.SPEAKER]:
        given, form = attributed(lines)
    else:
        # Whoever posts it in a channel for quotes is not who said it.
        given = [signed(line) for line in lines]
        form = f"or {AFTER_QUOTATION}" if any(line.sure for line in given) else ""
    days = (text for name in of[ColumnRole.DATE] for text in table.column(name))
    day_first = is_day_first([*days, *(line.date for line in given)])
    notices, own = _has_notices(table), _is_own(table)
    entries: list[FileEntry] = []
    refused: list[Refused] = []
    nameless = 0
    for row, line in zip(table.rows, given, strict=True):
        try:
            fault = row.fault or ("" if own else _fault(row, line.words, notices=notices))
            if fault:
                raise DraftError(fault)
            draft = _own(row) if own else _quote(row, line, of, day_first)
            entries.append(FileEntry(row.number, None, True, kept(draft)))
            named = own or (isinstance(draft, QuoteDraft) and draft.speaker)
            nameless += not named and bool(_first(row, of[ColumnRole.SPEAKER]) or line.speaker)
        except DraftError as error:
            refused.append(Refused(row.number, " ".join(str(error).split("\n"))))
    return _Read(tuple(entries), tuple(refused), form, nameless)


def _first(row: Row, names: Sequence[str]) -> str:
    return next((text for name in names if (text := row.cells.get(name, "").strip())), "")


def _fault(row: Row, words: str, *, notices: bool) -> str:
    """Return why a row has no words that could be a quote."""
    if notices and row.cells.get("type", "") not in _SAID:
        return "it is a notice of Discord's, nothing that somebody said"
    if not words.strip():
        return "it has no words"
    if _FORMULA.match(words):
        return "it is a formula of a spreadsheet, not words"
    return "it is an address and no words" if _ADDRESS.fullmatch(words) else ""


def _has_notices(table: Table) -> bool:
    """Return whether the rows are messages of Discord, which has notices among them."""
    return any(text in _SAID for text in table.column("type"))


def _is_own(table: Table) -> bool:
    """Return whether rows have the keys of the bot's own format, without what is around them."""
    return any(
        cells.get("kind") in KINDS
        and (
            "words" in cells
            or {"name", "text"} <= cells.keys()
            or {"about", "text"} <= cells.keys()
        )
        for cells in (row.cells for row in table.rows)
    )


def _own(row: Row) -> Draft:
    """Return the draft that a row is by the keys of the bot's own format."""
    written = row.whole or _of_cells(row)
    try:
        return _DRAFT.validate_python(written)
    except ValidationError as error:
        raise DraftError(fault_of_draft(error)) from error


def _of_cells(row: Row) -> Mapping[str, Any]:
    """Return a draft as a table has it: without empty cells, with an alias a line."""
    cells = {name: text for name, text in row.cells.items() if text}
    aliases = tuple(cells.pop("aliases", "").split("\n"))
    return cells | ({"aliases": aliases} if any(aliases) else {})


def _quote(
    row: Row, line: Line, of: Mapping[ColumnRole, Sequence[str]], day_first: bool | None
) -> QuoteDraft:
    speakers = (row.cells.get(name, "").strip() for name in of[ColumnRole.SPEAKER])
    # An id is nobody's name.
    by_column = next((one for one in speakers if any(map(str.isalpha, one))), "")
    speaker = line.speaker if line.sure or not by_column else by_column
    in_column = _first(row, of[ColumnRole.DATE])
    at = in_column or line.date
    day = date_of(at, day_first=day_first) or date_in_sheet(in_column)
    occasion = _first(row, of[ColumnRole.OCCASION]) or line.occasion
    return QuoteDraft(
        words=line.words,
        speaker="" if _ID.fullmatch(speaker) else speaker,
        listener=_first(row, of[ColumnRole.LISTENER]),
        # What may be one of two days is told as it stands.
        occasion=", ".join(filter(None, (occasion, "" if day else at))),
        source=_first(row, of[ColumnRole.SOURCE]),
        date=day.isoformat() if day else "",
    )


def _shape(table: Table, columns: _Columns, read: _Read, encoding: str) -> FileShape:
    """Return what a file was taken for, as a sentence."""
    taken = {name for names in columns.of.values() for name in names}
    parts = [
        f"{' or '.join(map(_called, called))} as {role.value}"
        for role, names in columns.of.items()
        if (called := [name for name in names if name != TEXT])
    ]
    parts += [read.form] if read.form else []
    left = [_called(name) for name in table.columns() if name not in taken]
    if _is_own(table):
        parts, left = ["each with the keys of my own format"], []
    sentence = f"Read as {table.shape}, {counted(len(table.rows), table.unit, table.unit + 's')}"
    if encoding:
        sentence += f", in {encoding}"
    if parts:
        sentence += f": {', '.join(parts)}"
    sentence += f". Left out: {', '.join(left[:8])}" if left else ""
    sentence += f" and {len(left) - 8} more" if len(left) > 8 else ""
    if not columns.named:
        sentence += ". If that is wrong, name the columns in a first row: words, speaker, date"
    sentence += f". Left aside: {table.aside}" if table.aside else ""
    if read.nameless:
        those = counted(read.nameless, table.unit, table.unit + "s")
        sentence += f". Without a speaker, whom a number alone names: {those}"
    return FileShape(f"{sentence}.", table.unit)


def _called(name: str) -> str:
    if name == ABOVE:
        return "the name above each list"
    return f"column {name}" if name.isdecimal() else f"“{name[:LONGEST]}”"
