"""The plan of an import into a server's lore."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from lore.curation.drafts import (
    AliasDraft,
    Draft,
    EntryDraft,
    HideDraft,
    NoteDraft,
    QuoteDraft,
    form_of,
    hidden_by,
)
from lore.curation.exchange import ImportFile
from lore.curation.file_ids import with_free_ids, with_ids_for_names
from lore.curation.quota import Quota, QuotaError
from lore.errors import LoreError
from lore.ids import bare, quote_key, type_key
from lore.ledger.records import OF_EXPORT, FileEntry, Plan, Refused, Revision, ServerEntry
from lore.pack.model import Kind

# Tells whether the pack has an entry with that id, a quote with that `quote_key`, or a type of
# relations with that `type_key`; a LoreError
# may say why not.
Notable = Callable[[str], bool]

_FATES = ("added", "changed", "unchanged", "conflicting", "repeated")


def plan_import(
    file: ImportFile,
    ours: Mapping[str, ServerEntry],
    version: int,
    quota: Quota,
    notable: Notable,
    replacing: Collection[str] = (),
    undone: Collection[str] = (),
) -> Plan:
    """Return the plan for a file, given all entries of the server, removed ones included.

    `replacing` holds the ids of conflicting entries that are to replace the server's, `undone` of
    those that an import added and that were removed next.
    """
    refused = list(file.refused)
    fates: dict[str, list[FileEntry]] = {fate: [] for fate in _FATES}
    foreign = file.shape is not OF_EXPORT
    here = _Known((entry.draft for entry in ours.values() if entry.live), by_words=foreign)
    in_file = _Known((), by_words=foreign)
    hidden = {target for one in ours.values() if one.live and (target := hidden_by(one.draft))}
    entries = with_ids_for_names(with_free_ids(file.entries, ours), ours, notable)
    leads = _Leads(notable, ours, {one.id for one in entries if one.id})
    for entry in entries:
        if entry.id is None:
            fate = _fate_of_new(entry.draft, here, in_file)
        else:
            fate = _fate(entry, ours.get(entry.id), entry.id in undone)
        before = hidden if fate == "added" else set()
        reason = _why_not_over_pack(entry, notable, before) or leads.fault_of(entry)
        if reason and fate != "unchanged":
            refused.append(Refused(entry.line, reason))
        elif fate == "conflicting":
            fates[fate].append(replace(entry, mine=ours[entry.id or ""]))
        else:
            fates[fate].append(entry)
    parts = {fate: tuple(entries) for fate, entries in fates.items()}
    plan = Plan(version, **parts, refused=_in_order(refused), shape=file.shape)
    _check_room(plan, ours, quota, replacing)
    return plan


def _in_order(refused: Iterable[Refused]) -> tuple[Refused, ...]:
    return tuple(sorted(refused, key=lambda one: one.line))


def _why_not_over_pack(entry: FileEntry, notable: Notable, hidden: set[tuple[str, str]]) -> str:
    """Return why a note or the like would change nothing in the pack; empty if it would.

    What the entry hides is added to what is `hidden`.
    """
    match entry.draft:
        case NoteDraft(about):
            key, what = about, "entry {} that a note could be on"
        case AliasDraft(about):
            key, what = about, "entry {} that an alias could be of"
        case HideDraft(about, of=of):
            key, what = (quote_key(about) if of == "quote" else about), f"{of} {{}} to hide"
        case _:
            return ""
    target = hidden_by(entry.draft)
    if target and entry.live:
        if target in hidden:
            return f"draft.about: {bare(about)} is hidden already"
        hidden.add(target)
    try:
        there = notable(key)
    except LoreError as refusal:
        return f"draft.about: {refusal}"
    return "" if there else f"draft.about: there is no {what.format(bare(about))}"


@dataclass(frozen=True, slots=True)
class _Leads:
    """Finds where what was written by hand leads nowhere; what is exported may outlive its pack."""

    notable: Notable
    ours: Mapping[str, ServerEntry]
    in_file: Collection[str]

    def fault_of(self, entry: FileEntry) -> str:
        """Return what is wrong with where an entry or a note leads to."""
        draft = entry.draft
        if entry.revisions:
            return ""
        if isinstance(draft, NoteDraft) and draft.within and not self._is_there(draft.within):
            return f"draft.within: there is no entry {bare(draft.within)}"
        if not isinstance(draft, EntryDraft):
            return ""
        for relation in draft.relations:
            if not self.notable(type_key(relation.type)):
                return f"draft.relations: this story has no type of relation {relation.type}"
            if not self._is_there(relation.to):
                return f"draft.relations: there is no entry {bare(relation.to)}"
        if not draft.after:
            return ""
        if draft.kind is not Kind.EVENT:
            return "draft.after: only events have a place in the timeline"
        if draft.after == entry.id:
            return "draft.after: an event does not come after itself"
        if not self._is_there(draft.after):
            return f"draft.after: there is no event {bare(draft.after)}"
        return ""

    def _is_there(self, id: str) -> bool:
        return id in self.ours or id in self.in_file or self.notable(id)


class _Known:
    """Drafts that are there; `by_words`, a quote is there if its words are, of the same speaker."""

    def __init__(self, drafts: Iterable[Draft], *, by_words: bool) -> None:
        self._by_words = by_words
        self._drafts: set[Draft] = set()
        self._speakers: dict[str, set[str]] = {}
        for draft in drafts:
            self.add(draft)

    def add(self, draft: Draft) -> None:
        self._drafts.add(draft)
        if isinstance(draft, QuoteDraft):
            speakers = self._speakers.setdefault(_compared(draft.words), set())
            speakers.add(_compared(draft.speaker))

    def __contains__(self, draft: Draft) -> bool:
        if not isinstance(draft, QuoteDraft) or not self._by_words:
            return draft in self._drafts
        speakers = self._speakers.get(_compared(draft.words), set())
        speaker = _compared(draft.speaker)
        return bool(speakers) and (not speaker or not speakers.isdisjoint({speaker, ""}))


def _compared(text: str) -> str:
    """Return a text's letters and digits in lower case, or all of it if it has none."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text


def _fate_of_new(draft: Draft, here: _Known, in_file: _Known) -> str:
    if draft in here:
        return "unchanged"
    if draft in in_file:
        return "repeated"
    in_file.add(draft)
    return "added"


def _fate(theirs: FileEntry, mine: ServerEntry | None, undone: bool) -> str:
    if mine is None:
        return "added"
    if _state(theirs) == _state(mine):
        return "unchanged"
    if undone and theirs.draft == mine.draft:
        return "changed"
    # A text that was edited in the file by hand is in none of its revisions.
    as_kept = bool(theirs.revisions) and _state(theirs) == _state(theirs.revisions[-1])
    # Only a continuation of the current text may replace it.
    goes_on_from_mine = any(
        revision.number == mine.revision and _state(revision) == _state(mine)
        for revision in theirs.revisions
    )
    return "changed" if as_kept and goes_on_from_mine else "conflicting"


def _state(one: FileEntry | ServerEntry | Revision) -> tuple[Draft, bool]:
    return one.draft, one.live


def entries_to_write(plan: Plan, replacing: Collection[str]) -> Iterator[FileEntry]:
    """Return what an import writes, new entries first."""
    chosen = (one for one in plan.conflicting if one.id in replacing)
    return chain(plan.added, plan.changed, chosen)


def _check_room(
    plan: Plan, ours: Mapping[str, ServerEntry], quota: Quota, replacing: Collection[str]
) -> None:
    live = {id: form_of(entry.draft) for id, entry in ours.items() if entry.live}
    for number, entry in enumerate(entries_to_write(plan, replacing)):
        id = entry.id or f"new {number}"
        if entry.live:
            live[id] = form_of(entry.draft)
        else:
            live.pop(id, None)
    for _, held in quota.held(Counter(live.values())):
        if held.number > held.limit:
            raise QuotaError(
                f"With this file the server would have {held.words}; "
                f"{held.limit:,} is as many as it may."
            )
