"""The layer of one server over the pack: its entries, quotes and notes, indexed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from lore.curation.dialogues import DraftLine
from lore.curation.drafts import (
    AliasDraft,
    EntryDraft,
    HideDraft,
    NoteDraft,
    OwnRelation,
    QuoteDraft,
    hidden_by,
)
from lore.curation.occasions import day_of
from lore.ledger.records import ServerEntry, ServerLore
from lore.pack.model import SERVER, Attribution
from lore.query.answers import (
    CitedText,
    EntryView,
    LabelledFact,
    Note,
    Origin,
    QuoteView,
    Ref,
    SpokenLine,
)
from lore.query.passages import Passages
from lore.search.candidates import Name
from lore.search.names import NameIndex
from lore.text.markup import without_spoilers

Resolve = Callable[[str], Ref | None]
Drawn = EntryView | QuoteView | Note | HideDraft | AliasDraft

# What a key of the names begins with that stands for a speaker without an entry.
VOICE = "~"


@dataclass(frozen=True, slots=True)
class Indexes:
    """Indexes of `lore`, what a server had added at some time."""

    lore: Mapping[str, ServerEntry]
    names: NameIndex
    passages: Passages


@dataclass(frozen=True, slots=True)
class Aliases:
    """The aliases that a server gave to entries of the pack, and what is found by them.

    `of` has them by the id by which an entry goes now.
    """

    drafts: Sequence[AliasDraft]
    of: Mapping[str, Sequence[str]]
    names: NameIndex
    passages: Passages

    @classmethod
    def build(cls, drafts: Sequence[AliasDraft], current: Callable[[str], str]) -> Aliases:
        """Index aliases; `current` gives the id by which an entry goes now."""
        of: defaultdict[str, list[str]] = defaultdict(list)
        for draft in dict.fromkeys(drafts):
            of[current(draft.about)].append(draft.name)
        named = [(id, without_spoilers(name)) for id, names in of.items() for name in names]
        names = NameIndex.build([Name(name, id, canonical=False) for id, name in named])
        return cls(drafts, dict(of), names, Passages.of_aliases(named))


NO_ALIASES = Aliases.build((), str)
NOTHING = Indexes({}, NameIndex.build([]), Passages.build([]))


@dataclass(frozen=True, slots=True)
class ServerLayer:
    """Holds a server's entries, quotes and notes, with indexes of all of them.

    `spoken` has the quotes of each entry that speaks, `voices` those of speakers without an entry
    by their names in small letters and then as spelt, `notes` the notes under each entry of the
    pack, `within` those of each own entry that tells the story otherwise, `related` the relations
    that lead to each entry, with the id of the entry that has them.
    `hidden` are ids of entries of the pack that the server hides, `hidden_quotes` of quotes.
    What was removed last is the last of `removed`. The indexes of `base` lie under those of the
    `changes` things that have changed since; `names` and `passages` are both, of which only what is
    still so is found.
    """

    version: int = 0
    lore: Mapping[str, ServerEntry] = field(default_factory=dict)
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    entries: Mapping[str, EntryView] = field(default_factory=dict)
    quotes: Mapping[str, QuoteView] = field(default_factory=dict)
    spoken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    voices: Mapping[str, Mapping[str, Sequence[QuoteView]]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[Note]] = field(default_factory=dict)
    within: Mapping[str, Sequence[Note]] = field(default_factory=dict)
    related: Mapping[str, Sequence[tuple[str, OwnRelation]]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    hidden_quotes: frozenset[str] = frozenset()
    aliases: Aliases = NO_ALIASES
    removed: Mapping[str, None] = field(default_factory=dict)
    base: Indexes = NOTHING
    changes: int = 0
    names: NameIndex = NOTHING.names
    passages: Passages = NOTHING.passages

    def key(self, id: str) -> str:
        """Return the key of an entry or quote in the indexes: its id if it is of the pack."""
        return key_of(self.lore[id]) if id in self.lore else id

    def voice_keys(self) -> Iterator[str]:
        """Yield the keys of all speakers without an entry."""
        return (VOICE + name for spelt in self.voices.values() for name in spelt)

    def voice(self, typed: str) -> str | None:
        """Return the key of a speaker without an entry: as typed, or the only one but for case."""
        spelt = self.voices.get(typed.casefold(), {})
        if typed in spelt:
            return VOICE + typed
        return VOICE + next(iter(spelt)) if len(spelt) == 1 else None

    def hider(self, of: Literal["entry", "quote"], ids: Collection[str]) -> ServerEntry | None:
        """Return by what the server hides an entry or a quote that the pack knows by these ids."""
        if not ids or not (self.hidden or self.hidden_quotes):
            return None
        wanted = {(id, of) for id in ids}
        return next((one for one in self.lore.values() if hidden_by(one.draft) in wanted), None)

    def said_by(self, key: str) -> Sequence[QuoteView]:
        """Return the quotes of a speaker without an entry, by their key."""
        name = key.removeprefix(VOICE)
        return self.voices.get(name.casefold(), {}).get(name, ())


EMPTY = ServerLayer()


def key_of(one: ServerEntry) -> str:
    """Return the key of an entry at its revision in the indexes."""
    return f"{one.id}@{one.revision}"


def id_of(key: str) -> str:
    """Return the id that a key of an index stands for; the key itself for a voice."""
    return key if key.startswith(VOICE) else key.partition("@")[0]


def updated_layer(
    former: ServerLayer, lore: ServerLore, resolve: Resolve, current: Callable[[str], str] = str
) -> ServerLayer:
    """Return the layer after the changes in `lore`.

    `resolve` finds the entry of a speaker, `current` the id by which an entry goes now.
    """
    before = former if lore.since else EMPTY
    changed = {one.id: one for one in lore.entries}
    removed = frozenset(lore.removed)
    kept = {id: one for id, one in before.lore.items() if id not in removed} | changed
    drawn = {id: view for id, view in before.drawn.items() if id in kept}
    drawn |= {id: view_of(one, resolve) for id, one in changed.items()}
    entries = {id: view for id, view in drawn.items() if isinstance(view, EntryView)}
    quotes = _linked(drawn, entries, before)
    hides = [view for view in drawn.values() if isinstance(view, HideDraft)]
    named = [view for view in drawn.values() if isinstance(view, AliasDraft)]
    aliases = before.aliases
    layer = ServerLayer(
        version=lore.version,
        lore=kept,
        drawn=drawn,
        entries=entries,
        quotes=quotes,
        spoken=_spoken(quotes.values()),
        voices=_voices(quotes.values()),
        notes=_notes(drawn, lambda note: note.about),
        within=_notes(drawn, lambda note: note.within),
        related=_related(kept.values()),
        aliases=aliases if named == aliases.drafts else Aliases.build(named, current),
        hidden=frozenset(one.about for one in hides if one.of == "entry"),
        hidden_quotes=frozenset(one.about for one in hides if one.of == "quote"),
        removed=dict.fromkeys((*_still_removed(before, lore), *lore.removed)),
    )
    return layer_over(layer, before.base)


def _still_removed(before: ServerLayer, lore: ServerLore) -> Iterator[str]:
    again = {*lore.removed, *(one.id for one in lore.entries)}
    return (id for id in before.removed if id not in again)


def indexes(lore: Mapping[str, ServerEntry], drawn: Mapping[str, Drawn]) -> Indexes:
    """Build indexes of these entries, quotes and notes."""
    names = dict.fromkeys(name for one in lore.values() for name in _names(one, drawn[one.id]))
    views = ((key_of(one), drawn[one.id]) for one in lore.values())
    told = ((key, view) for key, view in views if not isinstance(view, HideDraft | AliasDraft))
    passages = Passages.build(told)
    return Indexes(lore, NameIndex.build(list(names)), passages)


def layer_over(layer: ServerLayer, base: Indexes) -> ServerLayer:
    """Return the layer with its indexes over `base`: only what changed since is indexed."""
    now = layer.lore
    changed = {id: one for id, one in now.items() if base.lore.get(id) is not one}
    if 2 * len(changed) > len(now):
        base, changed = indexes(now, layer.drawn), {}
    names, passages = base.names, base.passages
    if changed:
        over = indexes(changed, layer.drawn)
        names, passages = names.joined(over.names), passages.joined(over.passages)
    live = {*map(key_of, now.values()), *layer.voice_keys()}
    return replace(
        layer,
        base=base,
        changes=len(changed),
        names=names.only(live),
        passages=passages.only({key for key, ref in passages.refs.items() if ref.key in live}),
    )


def view_of(one: ServerEntry, resolve: Resolve) -> Drawn:
    """Return the view of something that a server wrote."""
    if isinstance(one.draft, HideDraft | AliasDraft):
        return one.draft
    origin = Origin(one.draft.source, one.revision, one.edited_at)
    match one.draft:
        case EntryDraft() as draft:
            ref = Ref(one.id, without_spoilers(draft.name), draft.kind, SERVER, mark=one.id)
            text = (CitedText(draft.text, (), SERVER),)
            aliases = tuple(CitedText(alias, (), SERVER) for alias in draft.aliases)
            facts = tuple(
                LabelledFact(one.label, CitedText(one.value, (), SERVER)) for one in draft.facts
            )
            return EntryView(
                *(ref, text), aliases=aliases, facts=facts, origin=origin, written=draft.name
            )
        case QuoteDraft() as draft:
            return _quote(one.id, draft, origin, resolve)
        case NoteDraft() as draft:
            return Note(one.id, draft.about, draft.text, origin, draft.unlike, draft.within)


def _quote(id: str, draft: QuoteDraft, origin: Origin, resolve: Resolve) -> QuoteView:
    return QuoteView(
        id=id,
        tier=SERVER,
        lines=tuple(_line(line, resolve) for line in draft.lines),
        to=(without_spoilers(draft.listener),) if draft.listener else (),
        occasion=CitedText(draft.occasion, (), SERVER) if draft.occasion else None,
        event=None,
        cites=(),
        origin=origin,
        said_on=day_of(draft.date),
        image=draft.image,
    )


def _line(line: DraftLine, resolve: Resolve) -> SpokenLine:
    if not line.speaker:
        return SpokenLine(line.words, None, None, Attribution.UNKNOWN, None)
    speaker = without_spoilers(line.speaker)
    return SpokenLine(line.words, speaker, resolve(speaker), Attribution.STATED, None)


def _linked(
    drawn: Mapping[str, Drawn], entries: Mapping[str, EntryView], before: ServerLayer
) -> dict[str, QuoteView]:
    """Return the quotes, linked to their speakers where those are entries of the server."""
    as_spelt = {
        name: view.ref
        for view in entries.values()
        for name in (*(alias.says for alias in view.aliases), view.ref.name)
    }
    own = {name.casefold(): ref for name, ref in as_spelt.items()}
    quotes: dict[str, QuoteView] = {}

    def meant(line: SpokenLine) -> Ref | None:
        # Whoever names their own means them, though the pack has somebody of that name.
        speaker = line.speaker or ""
        return as_spelt.get(speaker) or own.get(speaker.casefold(), line.ref)

    for id, view in drawn.items():
        if isinstance(view, QuoteView):
            refs = [meant(line) for line in view.lines]
            former = before.quotes.get(id)
            if former and before.drawn[id] is view and [one.ref for one in former.lines] == refs:
                quotes[id] = former
            elif any(refs):
                lines = zip(view.lines, refs, strict=True)
                quotes[id] = replace(view, lines=tuple(replace(one, ref=ref) for one, ref in lines))
            else:
                quotes[id] = view
    return quotes


def _spoken(quotes: Iterable[QuoteView]) -> Mapping[str, Sequence[str]]:
    spoken: defaultdict[str, list[str]] = defaultdict(list)
    for quote in quotes:
        for speaker in dict.fromkeys(line.ref.id for line in quote.lines if line.ref):
            spoken[speaker].append(quote.id)
    return dict(spoken)


def _voices(
    quotes: Iterable[QuoteView],
) -> Mapping[str, Mapping[str, Sequence[QuoteView]]]:
    voices: dict[str, dict[str, list[QuoteView]]] = {}
    for quote in quotes:
        for speaker in _without_entry(quote):
            spelt = voices.setdefault(speaker.casefold(), {})
            spelt.setdefault(speaker, []).append(quote)
    return voices


def _without_entry(quote: QuoteView) -> Iterable[str]:
    """Return the names of the speakers who have no entry, each once."""
    return dict.fromkeys(line.speaker for line in quote.lines if line.speaker and not line.ref)


def _notes(
    drawn: Mapping[str, Drawn], under: Callable[[Note], str]
) -> Mapping[str, Sequence[Note]]:
    notes: defaultdict[str, list[Note]] = defaultdict(list)
    for note in drawn.values():
        if isinstance(note, Note) and (id := under(note)):
            notes[id].append(note)
    return dict(notes)


def _related(
    kept: Iterable[ServerEntry],
) -> Mapping[str, Sequence[tuple[str, OwnRelation]]]:
    related: defaultdict[str, list[tuple[str, OwnRelation]]] = defaultdict(list)
    for one in kept:
        if isinstance(one.draft, EntryDraft):
            for relation in one.draft.relations:
                related[relation.to].append((one.id, relation))
    return dict(related)


def _names(one: ServerEntry, view: Drawn) -> Iterator[Name]:
    match view:
        case EntryView():
            yield Name(view.ref.name, key_of(one))
            aliases = (without_spoilers(alias.says) for alias in view.aliases)
            yield from (Name(alias, key_of(one), canonical=False) for alias in aliases)
        case QuoteView():
            yield from (Name(speaker, VOICE + speaker) for speaker in _without_entry(view))
