"""The JSON files of import and export, with ids, revisions and a schema version."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from lore import ids
from lore.curation.drafts import (
    Draft,
    DraftError,
    WrittenDraft,
    as_written,
    fault_of_draft,
    form_of,
    tidied,
    with_ids,
)
from lore.curation.foreign.quotes import read_foreign
from lore.curation.own_ids import OwnId
from lore.curation.quota import Quota
from lore.curation.reading import MAX_BYTES, ImportFileError, read_json, why_not_kept
from lore.ledger.records import OF_EXPORT, Change, FileEntry, FileShape, Refused, Revision
from lore.pack.model import Model

# Version 2 has the days and images of quotes, and what an entry has beside its text; a file of
# version 1 has nothing that it lacks.
SCHEMA_VERSION = 2
_READABLE = (1, SCHEMA_VERSION)
_HEADER_BYTES = 1_000
_NO_EXPORT = "This is not a file from /entry export."


# Beyond these a time zone could shift a time out of the range of datetime.
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
    id: OwnId | None = None
    live: bool = True
    draft: WrittenDraft
    revisions: tuple[_Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class PackNames:
    """The names of packs in files: their ids, as their numbers differ between ledgers.

    `numbers` has the number of each pack that the ledger knows.
    """

    numbers: Mapping[str, int]

    @property
    def first(self) -> str | None:
        """Return the id of the pack whose entries have bare ids."""
        return self._ids.get(ids.FIRST)

    @property
    def _ids(self) -> Mapping[int, str]:
        return {number: id for id, number in self.numbers.items()}

    def outward(self, draft: Draft) -> Draft:
        """Return the draft as written to a file."""
        return with_ids(draft, self._outward)

    def inward(self, draft: Draft, first: str | None) -> Draft:
        """Return the draft as stored in the ledger; DraftError if its pack is unknown.

        Bare ids in the file are of the pack `first`, or else of this ledger's first pack.
        """
        field = "relations" if form_of(draft) == "entry" else "about"
        return with_ids(draft, lambda id: self._inward(id, first, field))

    def _outward(self, id: str) -> str:
        if ids.is_of_server(id):
            return id
        pack = self._ids.get(ids.pack_number(id) or ids.FIRST)
        return id if pack is None or pack == self.first else f"{pack}.{ids.bare(id)}"

    def _inward(self, id: str, first: str | None, field: str) -> str:
        pack, _, bare = id.rpartition(".")
        pack = pack or first or ""
        if ids.is_of_server(id) or not pack:
            return id
        if pack not in self.numbers:
            raise DraftError(
                f"draft.{field}: {bare} is of the story {pack[:100]}, which is not told here"
            )
        return ids.qualified(self.numbers[pack], bare)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A parsed file, with what can and cannot be imported from it."""

    entries: tuple[FileEntry, ...]
    refused: tuple[Refused, ...]
    shape: FileShape = OF_EXPORT


def read_file(content: bytes, quota: Quota, packs: PackNames, name: str = "") -> ImportFile:
    """Parse a file to import, of ours or of another bot; ImportFileError if it is none.

    Its name tells of what kind a file of another bot is.
    """
    if b'"schema_version"' in content:
        return _read_export(content, quota, packs)
    foreign = read_foreign(content, name, lambda draft: tidied(packs.inward(draft, None), quota))
    return ImportFile(*foreign)


def _read_export(content: bytes, quota: Quota, packs: PackNames) -> ImportFile:
    try:
        document = read_json(content, items_of="entries")
    except ImportFileError as error:
        raise ImportFileError(f"{_NO_EXPORT} {error}") from error
    raw_entries, first = _raw_entries(document.value), document.value.get("pack")
    entries: list[FileEntry] = []
    refused: list[Refused] = []
    known: set[str | None] = set()
    for line, raw in zip(document.lines, raw_entries, strict=True):
        try:
            if fault := why_not_kept(raw):
                raise DraftError(f"{fault[:1].upper()}{fault[1:]}.")
            entry = _entry(
                line,
                _Entry.model_validate(raw),
                lambda draft: tidied(packs.inward(draft, first), quota),
            )
            if entry.id in known:
                raise DraftError(f"The id {entry.id} stands twice in this file.")
        except ValidationError as error:
            refused.append(Refused(line, _in_words(error)))
        except DraftError as error:
            refused.append(Refused(line, str(error)))
        else:
            entries.append(entry)
            known |= {entry.id} - {None}
    return ImportFile(tuple(entries), tuple(refused))


def _raw_entries(value: Any) -> list[Any]:
    if not isinstance(value, dict) or "schema_version" not in value:
        raise ImportFileError(f"{_NO_EXPORT} It names no schema_version.")
    if value["schema_version"] not in _READABLE:
        raise ImportFileError(
            f"The file is of schema version {str(value['schema_version'])[:20]}; "
            f"only versions 1 to {SCHEMA_VERSION} can be read."
        )
    if unknown := value.keys() - {"schema_version", "server", "exported_at", "pack", "entries"}:
        raise ImportFileError(f"The file has a key that means nothing here: {min(unknown)[:50]}.")
    if not isinstance(value.get("pack", ""), str):
        raise ImportFileError(f"{_NO_EXPORT} Its pack is not the id of one.")
    if not isinstance(value.get("entries"), list):
        raise ImportFileError(f"{_NO_EXPORT} It has no list of entries.")
    return list(value["entries"])


def _entry(line: int, entry: _Entry, kept: Callable[[Draft], Draft]) -> FileEntry:
    """Read an entry of a file; `kept` converts a draft to how the ledger stores it."""
    numbers = [revision.number for revision in entry.revisions]
    if numbers != sorted(set(numbers)):
        raise DraftError("The revisions are not in the order of their numbers.")
    if {form_of(revision.draft) for revision in entry.revisions} - {form_of(entry.draft)}:
        raise DraftError(
            "The revisions are of another form than the entry, which keeps its form for life. Take "
            "id and revisions out of the file to add it as new."
        )
    return FileEntry(
        line=line,
        id=entry.id,
        live=entry.live,
        draft=kept(entry.draft),
        revisions=tuple(
            Revision(
                number=revision.number,
                change=revision.change,
                live=revision.live,
                draft=kept(revision.draft),
                made_by=None,
                made_at=revision.at,
                back_to=revision.back_to,
            )
            for revision in entry.revisions
        ),
    )


def _in_words(error: ValidationError) -> str:
    if error.errors(include_url=False)[0]["loc"] == ("id",):
        return "id: an id is s and a number, such as s12, or s. and a name, such as s.inn"
    return fault_of_draft(error)


def write_files(
    guild_id: int,
    now: datetime,
    histories: Iterable[tuple[str, tuple[Revision, ...]]],
    packs: PackNames,
) -> tuple[bytes, ...]:
    """Return at least one file with these entries, each small enough to be imported."""
    files: list[list[str]] = [[]]
    size = _HEADER_BYTES
    for id, history in histories:
        outward = (replace(one, draft=packs.outward(one.draft)) for one in history)
        entry = _written(id, tuple(outward))
        length = len(entry.encode()) + len(",\n")
        if size + length > MAX_BYTES:
            files.append([])
            size = _HEADER_BYTES
        files[-1].append(entry)
        size += length
    header = json.dumps(
        {"schema_version": SCHEMA_VERSION, "server": str(guild_id), "exported_at": now.isoformat()}
        | ({"pack": packs.first} if packs.first else {})
    )
    return tuple(
        (header[:-1] + ', "entries": [\n' + ",\n".join(entries) + "\n]}\n").encode()
        for entries in files
    )


def _written(id: str, history: tuple[Revision, ...]) -> str:
    now = history[-1]
    entry = {"id": id, "live": now.live, "draft": as_written(now.draft)}
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
            "draft": as_written(revision.draft),
        }
