"""Ids for what a file brings: free ones, and those of what it names by names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from lore.curation.drafts import Draft, EntryDraft, form_of, with_ids
from lore.curation.own_ids import OwnSlugs
from lore.ids import of_server, slug
from lore.ledger.records import FileEntry, ServerEntry

_PREFIX = "s."


def with_free_ids(
    entries: Sequence[FileEntry], ours: Mapping[str, ServerEntry]
) -> tuple[FileEntry, ...]:
    """Return a file's entries, none with the id of something else that the server has.

    What leads to them in the file leads to their new ids.
    """
    twins, slugs = _twins(entries, ours), _free_slugs(entries, ours)
    new: dict[str, str | None] = {}
    for one in entries:
        mine = ours.get(one.id or "")
        if one.id and mine and not _are_same(one, mine):
            new[one.id] = _new_id(one, twins, slugs)
    return tuple(_with_new_ids(one, new) for one in entries) if new else tuple(entries)


def with_ids_for_names(
    entries: Sequence[FileEntry],
    ours: Mapping[str, ServerEntry],
    of_pack: Callable[[str], bool],
) -> tuple[FileEntry, ...]:
    """Return entries without a history with ids for what they name by names of others in the file.

    `of_pack` tells whether the pack has an entry with an id.
    """
    twins, slugs = _twins(entries, ours), _free_slugs(entries, ours)
    given = list(entries)
    named: dict[str, int] = {}
    for place, one in enumerate(entries):
        if isinstance(one.draft, EntryDraft):
            named.setdefault(slug(one.draft.name), place)

    def meant(id: str) -> str:
        place = named.get(id.removeprefix(_PREFIX).casefold())
        if place is None or id in ours or of_pack(id):
            return id
        if given[place].id is None:
            given[place] = replace(given[place], id=_new_id(given[place], twins, slugs))
        return given[place].id or id

    drafts = [
        with_ids(one.draft, meant)
        if isinstance(one.draft, EntryDraft) and not one.revisions
        else one.draft
        for one in entries
    ]
    return tuple(replace(one, draft=draft) for one, draft in zip(given, drafts, strict=True))


def _new_id(one: FileEntry, twins: dict[tuple[Draft, bool], str], slugs: OwnSlugs) -> str | None:
    """Return the id of what the server has just so, or a free one; None if a number will do."""
    alone = _alone(one.draft)
    # What was imported, and removed by undoing that, comes back.
    twin = twins.pop((alone, one.live), None) or (
        twins.pop((alone, False), None) if one.live else None
    )
    made = None if twin else slugs.of(one.draft)
    return twin or (of_server(0, made) if made else None)


def _twins(
    entries: Iterable[FileEntry], ours: Mapping[str, ServerEntry]
) -> dict[tuple[Draft, bool], str]:
    """Return by their text and state the ids of what the server has and the file does not name."""
    in_file = {one.id for one in entries}
    return {(_alone(one.draft), one.live): id for id, one in ours.items() if id not in in_file}


def _free_slugs(entries: Iterable[FileEntry], ours: Iterable[str]) -> OwnSlugs:
    ids = (*ours, *(one.id for one in entries if one.id))
    return OwnSlugs(id.removeprefix(_PREFIX) for id in ids if id.startswith(_PREFIX))


def _alone(draft: Draft) -> Draft:
    """Return a draft without what leads from it to others, whose ids may differ."""
    return replace(draft, relations=(), after="") if isinstance(draft, EntryDraft) else draft


def _are_same(theirs: FileEntry, mine: ServerEntry) -> bool:
    """Tell whether two with one id are the same thing, though one of them may be edited since."""
    if form_of(theirs.draft) != form_of(mine.draft):
        return False
    if not theirs.revisions or theirs.draft == mine.draft:
        return True
    drafts = [one.draft for one in (theirs, mine)]
    names = {one.name.casefold() for one in drafts if isinstance(one, EntryDraft)}
    # The first revision is the same wherever it was imported.
    return len(names) == 1 or theirs.revisions[0].made_at == mine.written_at


def _with_new_ids(one: FileEntry, new: Mapping[str, str | None]) -> FileEntry:
    def changed(id: str) -> str:
        return new.get(id) or id

    return replace(
        one,
        id=new.get(one.id, one.id) if one.id else None,
        draft=with_ids(one.draft, changed),
        revisions=tuple(
            replace(each, draft=with_ids(each.draft, changed)) for each in one.revisions
        ),
    )
