"""What one server adds to the pack, ready to be asked; kept in memory for the latest servers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lore.answers import EntryView, Note, Origin, QuoteView, Ref, Spoken, Told
from lore.ledger.drafts import EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.port import Entries
from lore.ledger.records import ServerEntry, ServerLore
from lore.matching.layer import Name
from lore.matching.names import NameIndex
from lore.model import Attribution, Tier
from lore.texts import Texts

Resolve = Callable[[str], Ref | None]
Drawn = EntryView | QuoteView | Note

# Servers beyond this many, the longest not asked first, are read from the ledger again.
SERVERS = 500

# After so many changes the indexes are built anew, as what lies over them slows the questions.
CHANGES = 200

NO_NAMES = NameIndex.build([])
NO_TEXTS = Texts([])


@dataclass(frozen=True, slots=True)
class Overlay:
    """A server's entries, quotes and notes, with indexes of both.

    `spoken` has the quotes of each entry that speaks, `voices` those of speakers without an entry
    by their names in small letters, `notes` the notes under each entry of the pack.
    The indexes of `base` lie under the changes made since; what changed is in them no longer live.
    """

    version: int = 0
    lore: Mapping[str, ServerEntry] = field(default_factory=dict)
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    entries: Mapping[str, EntryView] = field(default_factory=dict)
    quotes: Mapping[str, QuoteView] = field(default_factory=dict)
    spoken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    voices: Mapping[str, tuple[QuoteView, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    names: NameIndex = NO_NAMES
    texts: Texts = NO_TEXTS
    base: Overlay | None = None

    def is_live(self, key: str) -> bool:
        """Whether what a key of an index stands for is still so."""
        id, of_server, revision = key.partition("@")
        one = self.lore.get(id)
        return not of_server or (one is not None and one.revision == int(revision))


EMPTY = Overlay()


def key_of(one: ServerEntry) -> str:
    """The key that stands for an entry at its revision in the indexes."""
    return f"{one.id}@{one.revision}"


def id_of(key: str) -> str:
    """The id of the entry or quote that a key of an index stands for."""
    return key.partition("@")[0]


class Overlays:
    """Each server's overlay, as it is now; at most one is kept for a server."""

    def __init__(self, ledger: Entries, resolve: Resolve, servers: int = SERVERS) -> None:
        self._ledger = ledger
        self._resolve = resolve
        self._servers = servers
        self._kept: OrderedDict[int, Overlay] = OrderedDict()
        self._stale: set[int] = set()
        self._reading = asyncio.Lock()

    async def of(self, guild_id: int) -> Overlay:
        """The overlay of a server, read from the ledger only after `changed`."""
        if overlay := self._fresh(guild_id):
            return overlay
        # One at a time: two readings of one server would build its indexes twice.
        async with self._reading:
            return self._fresh(guild_id) or await self._read(guild_id)

    def changed(self, guild_id: int) -> None:
        """Read what changed in this server's part at the next question."""
        self._stale.add(guild_id)

    def forget(self, guild_id: int) -> None:
        """All of this server's part was deleted; what comes next is counted from 0 again."""
        self._kept.pop(guild_id, None)

    def _fresh(self, guild_id: int) -> Overlay | None:
        overlay = None if guild_id in self._stale else self._kept.get(guild_id)
        if overlay:
            self._kept.move_to_end(guild_id)
        return overlay

    async def _read(self, guild_id: int) -> Overlay:
        former = self._kept.get(guild_id, EMPTY)
        # Before the ledger is asked, so that a change meanwhile makes it stale again.
        self._stale.discard(guild_id)
        lore = await self._ledger.server_lore(guild_id, former.version)
        # A server may have thousands of entries; others are answered while they are indexed.
        overlay = await asyncio.to_thread(overlaid, former, lore, self._resolve)
        self._kept[guild_id] = overlay
        self._kept.move_to_end(guild_id)
        if len(self._kept) > self._servers:
            self._kept.popitem(last=False)
        return overlay


def overlaid(former: Overlay, lore: ServerLore, resolve: Resolve) -> Overlay:
    """The overlay after the changes in `lore`; `resolve` finds the entry of who speaks a quote."""
    before = former if lore.since else EMPTY
    changed = {one.id: one for one in lore.entries}
    kept = {id: one for id, one in before.lore.items() if id not in lore.removed} | changed
    drawn = {id: view for id, view in before.drawn.items() if id in kept}
    drawn |= {id: view_of(one, resolve) for id, one in changed.items()}
    base = before.base
    over = [one for id, one in kept.items() if base is None or base.lore.get(id) is not one]
    if len(over) > CHANGES:
        base, over = None, list(kept.values())
    names = NameIndex.build([name for one in over for name in _names(one)])
    texts = Texts((key_of(one), drawn[one.id]) for one in over)
    entries = {id: view for id, view in drawn.items() if isinstance(view, EntryView)}
    quotes = _linked(drawn, entries)
    overlay = Overlay(
        version=lore.version,
        lore=kept,
        drawn=drawn,
        entries=entries,
        quotes=quotes,
        spoken=_spoken(quotes.values()),
        voices=_voices(quotes.values()),
        notes=_notes(kept.values(), drawn),
        removed=before.removed - kept.keys() | lore.removed,
        names=base.names.joined(names) if base else names,
        texts=base.texts.joined(texts) if base else texts,
        base=base,
    )
    return overlay if base else replace(overlay, base=overlay)


def view_of(one: ServerEntry, resolve: Resolve) -> Drawn:
    """What a server wrote, as it will be shown."""
    origin = Origin(one.draft.source, one.revision, one.edited_at)
    match one.draft:
        case EntryDraft() as draft:
            ref = Ref(one.id, draft.name, draft.kind, Tier.SERVER)
            text = (Told(draft.text, (), Tier.SERVER),)
            aliases = tuple(Told(alias, (), Tier.SERVER) for alias in draft.aliases)
            return EntryView(ref=ref, text=text, aliases=aliases, origin=origin)
        case QuoteDraft() as draft:
            return _quote(one.id, draft, origin, resolve)
        case NoteDraft() as draft:
            return Note(one.id, draft.text, origin)


def _quote(id: str, draft: QuoteDraft, origin: Origin, resolve: Resolve) -> QuoteView:
    known = Attribution.STATED if draft.speaker else Attribution.UNKNOWN
    speaker = resolve(draft.speaker) if draft.speaker else None
    spoken = Spoken(draft.words, draft.speaker or None, speaker, known, None)
    return QuoteView(
        id=id,
        tier=Tier.SERVER,
        lines=(spoken,),
        to=(draft.listener,) if draft.listener else (),
        occasion=Told(draft.occasion, (), Tier.SERVER) if draft.occasion else None,
        event=None,
        cites=(),
        origin=origin,
    )


def _linked(drawn: Mapping[str, Drawn], entries: Mapping[str, EntryView]) -> dict[str, QuoteView]:
    """The quotes, those whose speaker is an entry of the server's own linked to it."""
    names = {
        name.casefold(): view.ref
        for view in entries.values()
        for name in (*(alias.says for alias in view.aliases), view.ref.name)
    }
    quotes: dict[str, QuoteView] = {}
    for id, view in drawn.items():
        if isinstance(view, QuoteView):
            [line] = view.lines
            ref = line.ref or names.get((line.speaker or "").casefold())
            quotes[id] = replace(view, lines=(replace(line, ref=ref),))
    return quotes


def _spoken(quotes: Iterable[QuoteView]) -> dict[str, tuple[str, ...]]:
    spoken: dict[str, tuple[str, ...]] = {}
    for quote in quotes:
        if speaker := quote.lines[0].ref:
            spoken[speaker.id] = (*spoken.get(speaker.id, ()), quote.id)
    return spoken


def _voices(quotes: Iterable[QuoteView]) -> dict[str, tuple[QuoteView, ...]]:
    voices: dict[str, tuple[QuoteView, ...]] = {}
    for quote in quotes:
        [line] = quote.lines
        if line.speaker and not line.ref:
            name = line.speaker.casefold()
            voices[name] = (*voices.get(name, ()), quote)
    return voices


def _notes(kept: Iterable[ServerEntry], drawn: Mapping[str, Drawn]) -> dict[str, tuple[Note, ...]]:
    notes: dict[str, tuple[Note, ...]] = {}
    for one in kept:
        note = drawn[one.id]
        if isinstance(one.draft, NoteDraft) and isinstance(note, Note):
            notes[one.draft.about] = (*notes.get(one.draft.about, ()), note)
    return notes


def _names(one: ServerEntry) -> Iterator[Name]:
    if isinstance(one.draft, EntryDraft):
        yield Name(one.draft.name, key_of(one))
        yield from (Name(alias, key_of(one), canonical=False) for alias in one.draft.aliases)
