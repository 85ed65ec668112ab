"""The files in which a server's lore travels: JSON with ids, revisions and a schema version."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from lore.ledger.drafts import DraftError, WrittenDraft, form, tidied
from lore.ledger.quota import Quota
from lore.ledger.reading import MAX_BYTES, ImportFileError, read_json
from lore.ledger.records import Change, FileEntry, Refused, Revision
from lore.model import Model
from lore.wording import wrong_value

SCHEMA_VERSION = 1
_HEADER_BYTES = 1_000
_NO_EXPORT = "This is not a file from /entry export."


# Outside of these a time zone could carry a time out of what a datetime can hold.
_Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2015, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC)),
]


class _Revision(Model):
    number: Annotated[int, Field(ge=1)]
    change: Change
    at: _Moment
    by: str | None = None
    back_to: int | None = None
    live: bool = True
    draft: WrittenDraft


class _Entry(Model):
    id: Annotated[str, Field(pattern=r"^s[1-9][0-9]{0,8}$")] | None = None
    live: bool = True
    draft: WrittenDraft
    revisions: tuple[_Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that was read, with what in it can and cannot be imported."""

    entries: tuple[FileEntry, ...]
    refused: tuple[Refused, ...]


def read_file(content: bytes, quota: Quota) -> ImportFile:
    """Read a file to import; ImportFileError if it is none."""
    try:
        document = read_json(content, items_of="entries")
    except ImportFileError as error:
        raise ImportFileError(f"{_NO_EXPORT} {error}") from error
    entries: list[FileEntry] = []
    refused: list[Refused] = []
    ids: set[str | None] = set()
    for line, raw in zip(document.lines, _raw_entries(document.value), strict=True):
        try:
            entry = _entry(line, _Entry.model_validate(raw), quota)
            if entry.id in ids:
                raise DraftError(f"The id {entry.id} stands twice in this file.")
        except ValidationError as error:
            refused.append(Refused(line, _in_words(error)))
        except DraftError as error:
            refused.append(Refused(line, str(error)))
        else:
            entries.append(entry)
            ids |= {entry.id} - {None}
    return ImportFile(tuple(entries), tuple(refused))


def _raw_entries(value: Any) -> list[Any]:
    if not isinstance(value, dict) or "schema_version" not in value:
        raise ImportFileError(f"{_NO_EXPORT} It names no schema_version.")
    if value["schema_version"] != SCHEMA_VERSION:
        raise ImportFileError(
            f"The file is of schema version {str(value['schema_version'])[:20]}; "
            f"only version {SCHEMA_VERSION} can be read."
        )
    if unknown := value.keys() - {"schema_version", "server", "exported_at", "entries"}:
        raise ImportFileError(f"The file has a key that means nothing here: {min(unknown)[:50]}.")
    if not isinstance(value.get("entries"), list):
        raise ImportFileError(f"{_NO_EXPORT} It has no list of entries.")
    return list(value["entries"])


def _entry(line: int, entry: _Entry, quota: Quota) -> FileEntry:
    numbers = [revision.number for revision in entry.revisions]
    if numbers != sorted(set(numbers)):
        raise DraftError("The revisions are not in the order of their numbers.")
    if {form(revision.draft) for revision in entry.revisions} - {form(entry.draft)}:
        raise DraftError("The revisions are of another form than the entry.")
    return FileEntry(
        line=line,
        id=entry.id,
        live=entry.live,
        draft=tidied(entry.draft, quota),
        revisions=tuple(
            Revision(
                number=revision.number,
                change=revision.change,
                live=revision.live,
                draft=tidied(revision.draft, quota),
                made_by=None,
                made_at=revision.at,
                back_to=revision.back_to,
            )
            for revision in entry.revisions
        ),
    )


def _in_words(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("entry", "quote", "note"))
    what = wrong_value(first) if where != "id" else "an id is s and a number, such as s12"
    return f"{where}: {what}" if where else what


def write_files(
    guild_id: int, now: datetime, histories: Iterable[tuple[str, tuple[Revision, ...]]]
) -> tuple[bytes, ...]:
    """The files that hold these entries, each small enough to be imported; at least one."""
    files: list[list[str]] = [[]]
    size = _HEADER_BYTES
    for entry in (_written(id, history) for id, history in histories):
        length = len(entry.encode()) + len(",\n")
        if size + length > MAX_BYTES:
            files.append([])
            size = _HEADER_BYTES
        files[-1].append(entry)
        size += length
    header = json.dumps(
        {"schema_version": SCHEMA_VERSION, "server": str(guild_id), "exported_at": now.isoformat()}
    )
    return tuple(
        (header[:-1] + ', "entries": [\n' + ",\n".join(entries) + "\n]}\n").encode()
        for entries in files
    )


def _written(id: str, history: tuple[Revision, ...]) -> str:
    now = history[-1]
    entry = {"id": id, "live": now.live, "draft": asdict(now.draft)}
    revisions = list(_revisions(history))
    while True:
        text = json.dumps(entry | {"revisions": revisions}, ensure_ascii=False)
        if len(text.encode()) < MAX_BYTES - _HEADER_BYTES:
            return text
        # Only an entry edited hundreds of times comes here; its oldest revisions stay behind.
        revisions = revisions[len(revisions) // 2 :]


def _revisions(history: tuple[Revision, ...]) -> Iterator[dict[str, Any]]:
    for revision in history:
        yield {
            "number": revision.number,
            "change": revision.change,
            "at": revision.made_at.isoformat(),
            "by": None if revision.made_by is None else str(revision.made_by),
            "back_to": revision.back_to,
            "live": revision.live,
            "draft": asdict(revision.draft),
        }
