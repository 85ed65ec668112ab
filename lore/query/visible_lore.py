"""The pack and one server's overlay as one, seen by one asker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from itertools import chain, islice
from threading import Lock
from typing import Any, Final, Literal

from lore.catalogue.database import READ, WHOLE, Catalogue, FormerIndex
from lore.curation.drafts import EntryDraft
from lore.ids import qualified, quote_key
from lore.ledger.records import ServerEntry
from lore.pack.model import SERVER, DifferenceKind, Kind, PackInfo, Tier, Tiers
from lore.pack.reader import Progress
from lore.query.answers import (
    CitedText,
    DifferenceView,
    EntryView,
    EventDetails,
    EventStep,
    Link,
    Note,
    Position,
    QuoteView,
    Ref,
    Scope,
)
from lore.query.arrangement import position, statements
from lore.query.outline import EventOutline, Outline, store_outline
from lore.query.own_events import Placed, placed
from lore.query.pack_names import names
from lore.query.pack_passages import PackPassages
from lore.query.passage_rows import store_passages
from lore.query.passages import PassageRef, Passages
from lore.query.questions.fact_rows import FactRows
from lore.query.questions.facts import Facts, MadeFacts
from lore.query.questions.sentence_rows import store_sentences
from lore.query.questions.sentences import Sentences
from lore.query.questions.stored_facts import StoredFacts
from lore.query.server_layer import EMPTY, VOICE, ServerLayer, id_of
from lore.query.views import Views
from lore.search.candidates import Name
from lore.search.names import NameIndex, asked
from lore.search.passages import LIGHT, Hit
from lore.search.stored import Stored, Storing

# What a search can be narrowed to beside a kind of entries.
QUOTE: Final = "quote"

# So many relations of its own a server may have to one entry of the pack.
LINKS = 5_000

# So many views of entries with what a server added are kept.
VIEWS = 4096

# So many others that go by its name an entry tells of.
NAMESAKES = 100

Sought = Kind | Literal["quote"] | None


def sought(kind: str) -> Sought:
    """Return what a search is narrowed to by its name, which may be empty."""
    return QUOTE if kind == QUOTE else Kind(kind) if kind else None


@dataclass(frozen=True)
class PackIndex:
    """What is found in the pack, and by what; the same for every library of that pack."""

    views: Views
    names: NameIndex
    passages: PackPassages
    info: PackInfo
    questions: Stored
    _making: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def build(cls, catalogue: Catalogue) -> PackIndex:
        """Index a catalogue, which takes longer than anything else at the start."""
        storing = Storing()
        store_index(storing, catalogue)
        return cls.opened(catalogue, Stored(storing.sections))

    @classmethod
    def opened(cls, catalogue: Catalogue, stored: Stored) -> PackIndex:
        """Return the index of a catalogue that was stored."""
        views = Views(catalogue, Outline.opened(stored.part("outline"), catalogue.number))
        ids = views.every_id
        named = (Name(text, ids[at], own) for text, at, own in stored.json("names"))
        passages = PackPassages(stored.part("passages"), views)
        names = NameIndex.build(list(named))
        return cls(views, names, passages, catalogue.info, stored.part("questions"))

    @property
    def sentences(self) -> Sentences:
        """Return all that questions are answered from, which is opened for the first of them."""
        with self._making:
            return self._sentences

    @property
    def has_sentences(self) -> bool:
        """Tell whether a question can be answered without delay."""
        return "_sentences" in self.__dict__

    @cached_property
    def _sentences(self) -> Sentences:
        facts = StoredFacts(self.questions.part("facts"), self.views)
        vocabulary = self.passages.all.entries.vocabulary
        return Sentences(self.questions.part("sentences"), facts, vocabulary)


def store_index(
    storing: Storing,
    catalogue: Catalogue,
    former: FormerIndex | None = None,
    progress: Progress | None = None,
) -> None:
    """Store what is found in a catalogue, and by what: most of the work of compiling a pack."""

    def tell(done: int) -> None:
        if progress:
            progress(done, WHOLE)

    tell(READ)
    store_outline(outline := storing.part("outline"), catalogue)
    opened = Outline.opened(Stored(outline.sections).part("outline"), catalogue.number)
    views = Views(catalogue, opened)
    numbers = {id: number for number, id in enumerate(views.every_id)}
    named = [(name.text, numbers[name.key], name.canonical) for name in names(catalogue)]
    storing.json("names", named)
    tell(25)
    store_passages(storing.part("passages"), views, catalogue.entries, former)
    tell(45)
    questions = storing.part("questions")
    facts = FactRows(views, catalogue.entries, former)
    facts.store(of_facts := questions.part("facts"))
    tell(60)
    store_sentences(questions.part("sentences"), of_facts, facts)
    tell(WHOLE)


class VisibleLore:
    """All that one asker may see: tiers obeyed, only their own server's additions.

    One serves all who may see the same until that changes: what they may not see is masked in the
    indexes once, when it is first asked for.
    """

    def __init__(
        self,
        pack: PackIndex,
        scope: Scope,
        layer: ServerLayer = EMPTY,
        pack_alone: VisibleLore | None = None,
    ) -> None:
        self._pack = pack
        # All that is asked of the pack is asked of these: nobody has to look what is hidden.
        self.views = pack.views.without(layer.hidden, layer.hidden_quotes)
        self.scope = scope
        self.layer = layer
        self._below = pack_alone
        self.names: Callable[[Kind | None], NameIndex] = cache(self._names)
        self.passages: Callable[[Sought], Passages] = cache(self._passages)
        self._own: Callable[[str], EntryView] = lru_cache(VIEWS)(
            lambda id: self.detailed(self.layer.lore[id], self.layer.entries[id])
        )
        self._added_to: Callable[[str], EntryView] = lru_cache(VIEWS)(self._with_own)
        self._sequence: Callable[[Tiers], tuple[Sequence[str], Mapping[str, int]]]
        self._sequence = cache(self._sequence_of)

    def with_own(self, guild_id: int, layer: ServerLayer) -> VisibleLore:
        """Return what a server's members may see who see this of the pack; they share its masks."""
        return VisibleLore(self._pack, replace(self.scope, guild_id=guild_id), layer, self)

    @property
    def sentences(self) -> Sentences:
        """Return all sentences of the pack, of every tier."""
        return self._pack.sentences

    @property
    def facts(self) -> Facts:
        """Return all typed facts of the pack, of every tier."""
        return self._pack.sentences.facts

    @cached_property
    def own_facts(self) -> Facts | None:
        """Return typed facts of what the server adds beside texts; None if there are none."""
        own = [view for id in self._own_ids(None) if (view := self._own(id)).links or view.facts]
        tied = {link.other.id for view in own for link in view.links} - self.layer.entries.keys()
        ends = [
            EntryView(
                *(end.ref, ()),
                aliases=end.aliases,
                links=tuple(link for link in end.links if link.tier == SERVER),
            )
            for end in filter(None, map(self.entry, sorted(tied)))
        ]
        return MadeFacts(self._pack.info, [*own, *ends]) if own else None

    @property
    def is_pack(self) -> bool:
        """Tell whether the server has added nothing to the pack."""
        return self._below is None

    @property
    def hides(self) -> bool:
        """Tell whether the server hides something of the pack."""
        return self.views is not self._pack.views

    def hidden(self, id: str) -> Ref | None:
        """Return the entry of the pack with that id if the server hides it."""
        ref = self._pack.views.find(id) if self.views.hidden else None
        return ref if ref and ref.id in self.views.hidden else None

    def hides_name(self, typed: str) -> bool:
        """Tell whether all entries that have exactly this name are hidden by the server."""
        if not self.views.hidden or self.names(None).called(typed):
            return False
        return any(self.hidden(id_of(one.key)) for one in self._pack.names.called(typed))

    def hides_quote(self, id: str) -> bool:
        """Tell whether the server hides the quote of the pack with that id."""
        return id in self.views.hidden_quotes

    def hider_of(self, id: str) -> ServerEntry | None:
        """Return by what the server hides an entry of the pack."""
        ref = self.hidden(id)
        known_as = self._pack.views.ids_of(ref.id) if ref else ()
        return self.layer.hider("entry", known_as)

    def hider_of_quote(self, quote: QuoteView) -> ServerEntry | None:
        """Return by what the server hides a quote of the pack: itself, or one of its speakers."""
        speakers = (line.ref.id for line in quote.lines if line.ref)
        of_speakers = filter(None, map(self.hider_of, speakers))
        return self.layer.hider("quote", [quote.id]) or next(of_speakers, None)

    def shows(self, ref: Ref) -> bool:
        """Tell whether an entry may be named to the asker."""
        return ref.tier in self.scope.tiers and ref.id not in self.views.hidden

    def ref(self, id: str) -> Ref | None:
        """Return the entry with that id, if there is one; it may be of a tier that is not shown."""
        if id in self.layer.entries:
            return self.layer.entries[id].ref
        return self.views.find(id)

    def full_id(self, text: str) -> str:
        """Return the full id for a pack's entry id as people see it; other texts as they are."""
        id = qualified(self.views.number, text)
        return id if self.views.find(id) else text

    def entry(self, id: str) -> EntryView | None:
        """Return the entry with that id, if the asker may see it."""
        ref = self._shown(id)
        if ref is None:
            return None
        if id in self.layer.entries:
            return self._own(id)
        if self.is_pack or SERVER not in self.scope.tiers:
            return self.views.entry(ref.id, self.scope.tiers)
        return self._added_to(ref.id)

    def _with_own(self, id: str) -> EntryView:
        """Return an entry of the pack with what the server added to it."""
        view, layer = self.views.entry(id, self.scope.tiers), self.layer
        known_as = self.views.ids_of(id)
        # What is empty is not asked, as each list costs a question the same.
        named = [layer.names] if layer.entries else []
        if layer.aliases.of:
            named.append(self._aliases(None))
        notes = [note for one in known_as for note in layer.notes.get(one, ())]
        differing = {note.id: told for note in notes if (told := self._difference(view, note))}
        added: dict[str, Any] = {
            # What it differs from may be of a tier that is not shown.
            "notes": tuple(replace(one, unlike="") for one in notes if one.id not in differing),
            "namesakes": self._namesakes(view.ref, named),
            "called_here": tuple(layer.aliases.of.get(id, ())),
        }
        if links := tuple(self._links_to(known_as)):
            added["links"] = self._ranked((*view.links, *links))
        if differing:
            added["disagreements"] = (*differing.values(), *view.disagreements)
        if spoken := layer.spoken.get(id):
            added["quotes"] = (*view.quotes, *spoken)
        if self._placed and view.happening and view.happening.position:
            previous, following = self._beside(id, self.views.counted(id, self.scope.tiers))
            added["happening"] = replace(view.happening, previous=previous, next=following)
        # The very same view is known again by who laid it out before.
        return replace(view, **added) if any(added.values()) else view

    def detailed(self, one: ServerEntry, view: EntryView) -> EntryView:
        """Return an entry of the server's own with its relations, quotes and place in time."""
        links = self._links_to((one.id,))
        draft = one.draft
        if isinstance(draft, EntryDraft):
            links = chain(self._links_of(draft), links)
        return replace(
            view,
            links=self._ranked(links),
            namesakes=self._namesakes(view.ref, (self.names(None),)),
            quotes=tuple(self.layer.spoken.get(one.id, ())),
            happening=self._happening(one.id) if view.ref.kind is Kind.EVENT else None,
            disagreements=tuple(self._differences_within(one.id)),
        )

    def _differences_within(self, id: str) -> Iterator[DifferenceView]:
        """Yield what an entry of the server's own tells otherwise than entries of the pack."""
        for note in self.layer.within.get(id, ()):
            if ref := self._shown(note.about):
                view = self.views.entry(ref.id, self.scope.tiers)
                if told := self._difference(view, note):
                    yield replace(told, at=ref, about=f"Otherwise than {ref.name} ({note.id})")

    def _difference(self, view: EntryView, note: Note) -> DifferenceView | None:
        """Return what a note tells otherwise than its entry; None if it does not tell that."""
        told = (one for one in statements(view) if note.unlike == " ".join(one.says.split()))
        if not note.unlike or (first := next(told, None)) is None:
            return None
        accounts = (
            CitedText(first.says, first.cites, first.tier),
            CitedText(note.text, (), SERVER),
        )
        within = self._shown(note.within)
        about = f"As told {f'of {within.name}' if within else 'in this server'} ({note.id})"
        return DifferenceView(within or view.ref, about, "", accounts, DifferenceKind.CONTRADICTS)

    def _namesakes(self, ref: Ref, among: Iterable[NameIndex]) -> tuple[Ref, ...]:
        """Return the other entries that go by the name of an entry, too, each once."""
        called = (id_of(match.key) for names in among for match in names.called(ref.name))
        others = (self._shown(id) for id in dict.fromkeys(called) if id != ref.id)
        return tuple(islice(filter(None, others), NAMESAKES))

    def _links_of(self, draft: EntryDraft) -> Iterator[Link]:
        for relation in draft.relations:
            yield from self._link(relation.type, relation.to, inverse=relation.inverse)

    def _links_to(self, ids: Iterable[str]) -> Iterator[Link]:
        related = (one for id in ids for one in self.layer.related.get(id, ()))
        for own, relation in islice(related, LINKS):
            yield from self._link(relation.type, own, inverse=not relation.inverse)

    def _link(self, type_id: str, to: str, *, inverse: bool) -> Iterator[Link]:
        """Yield a relation unless its type or other end is gone or not shown."""
        type, other = self._pack.info.find_relation_type(type_id), self._shown(to)
        if type and other:
            label = type.inverse if inverse else type.label
            yield Link(label, other, (), SERVER, type=type.id, inverse=inverse)

    def _ranked(self, links: Iterable[Link]) -> tuple[Link, ...]:
        """Return relations, each once, the most important first."""
        unique: dict[tuple[str, str], Link] = {}
        for link in links:
            unique.setdefault((link.label, link.other.id), link)
        types = self._pack.info.relation_type
        return tuple(sorted(unique.values(), key=lambda link: -types(link.type).importance))

    @cached_property
    def _placed(self) -> Mapping[str, Placed]:
        """Return the places of the server's own events that are told and may be seen."""
        if SERVER not in self.scope.tiers:
            return {}
        return placed(self.layer.lore.values(), self.views.end_of)

    def _happening(self, id: str) -> EventDetails:
        at = self._placed.get(id)
        if at is None:
            return EventDetails(None, None, None, None, (), None, None, (), None)
        tiers = self.views.counted(self.views.current(at.root), self.scope.tiers)
        previous, following = self._beside(id, tiers)
        return EventDetails(at.position, None, None, None, (), previous, following, (), None)

    def _beside(self, id: str, tiers: Tiers) -> tuple[Ref | None, Ref | None]:
        """Return what comes before and after an event among those that count for these tiers."""
        events, at = self._sequence(tiers)
        here = at.get(id)
        if here is None:
            return None, None
        before, after = events[:here][-1:], events[here + 1 :][:1]
        return (self.ref(before[0]) if before else None), (self.ref(after[0]) if after else None)

    def _sequence_of(self, tiers: Tiers) -> tuple[Sequence[str], Mapping[str, int]]:
        """Return the ids of events in the order of the story, and where each stands among them."""
        apart = self._pack.info.apart - tiers
        own = (
            (one.position, id)
            for id, one in self._placed.items()
            # What comes after an event of a tier apart keeps to it.
            if (root := self._pack.views.find(one.root)) and root.tier not in apart
        )
        ids = _in_order(self.views.events(tiers), own)
        return ids, {id: at for at, id in enumerate(ids)}

    def events(self, who: str | None, place: str | None) -> Sequence[EventStep]:
        """Return events in the order of the story: all, or those of a character or at a place."""
        tiers = self.scope.tiers
        of_pack = self.views.steps(tiers)
        if who or place:
            of_pack = list(map(self.views.step, self.views.events(tiers, who, place)))
        own = [
            EventStep(self.layer.entries[id].ref, one.position, None)
            for id, one in self._placed.items()
            if self._is_tied(id, who, place)
        ]
        return sorted((*of_pack, *own), key=_place_in_story) if own else of_pack

    def event(self, step: EventStep) -> EntryView:
        """Return what is told of an event that is shown."""
        view = self.entry(step.ref.id)
        assert view
        return view

    def undated(self, who: str | None, place: str | None) -> tuple[Ref, ...]:
        """Return likewise the events whose time is not told."""
        events = [id for id in self._own_ids(Kind.EVENT) if id not in self._placed]
        own = (self.layer.entries[id].ref for id in sorted(events) if self._is_tied(id, who, place))
        return (*self.views.undated(self.scope.tiers, who, place), *own)

    def _is_tied(self, id: str, who: str | None, place: str | None) -> bool:
        """Tell whether an own event has relations to a character and to a place, where named."""
        wanted = [{self.views.current(who)}] if who else []
        wanted += [self.views.places_in(self.views.current(place))] if place else []
        others = {link.other.id for link in self._own(id).links} if wanted else set()
        return not any(others.isdisjoint(ids) for ids in wanted)

    def is_settled_by_pack(self, name: str, kind: Kind | None) -> bool:
        """Return whether the server's own lore changes nothing about what a name or id means."""
        own = self.layer
        if self._below is None:
            return True
        if name in own.entries or name in own.removed:
            return False
        if self._is_of(self.full_id(name), kind):
            return True
        # What a question is like is worked out once for all that are asked.
        question = asked(name)
        if own.names.has(question) or (own.aliases.of and own.aliases.names.has(question)):
            return False
        of_pack = self._below.names(kind)
        if not self.hides:
            return of_pack.has(question)
        called = [self._pack.views.find(one.key) for one in of_pack.called(question)]
        return bool(called) and all(ref and self.shows(ref) for ref in called)

    def quote(self, id: str) -> QuoteView | None:
        """Return the quote with that id, if the asker may see it."""
        quote = self.layer.quotes.get(id) or self.views.quote(id, self.scope.tiers)
        if quote is None or quote.tier not in self.scope.tiers:
            return None
        hidden = self.views.hidden
        if not any(line.ref and line.ref.id in hidden for line in quote.lines):
            return quote
        # What the server wrote itself stays, without a way to whom it hides.
        lines = (replace(line, ref=line.ref and self.ref(line.ref.id)) for line in quote.lines)
        return replace(quote, lines=tuple(lines))

    def quotes(self, speaker: str | None = None) -> list[str]:
        """Return ids of the quotes in which someone speaks, or of all that the asker may see."""
        own: Iterable[str] = ()
        if SERVER in self.scope.tiers and not (speaker and self.hidden(speaker)):
            layer = self.layer
            own = layer.quotes if speaker is None else layer.spoken.get(speaker, ())
        return [*self.views.quotes_of(speaker, self.scope.tiers), *own]

    def quotes_holding(self, words: str) -> Iterator[QuoteView]:
        """Yield the quotes that the asker may see with these words, in small letters, in a line."""
        folded = self._pack.passages.folded_quotes
        for id in self.quotes():
            # Most are not read: several lines of one are one text there.
            quote = self.quote(id) if words in folded.get(id, words) else None
            if quote and any(words in line.words.casefold() for line in quote.lines):
                yield quote

    def entries(self) -> list[Ref]:
        """Return the entries that the asker may see."""
        own = self.layer.entries if SERVER in self.scope.tiers else ()
        ids = (*self.views.ids_shown(self.scope.tiers, None), *own)
        return [ref for id in ids if (ref := self._shown(id))]

    def tier_of_quote(self, id: str) -> Tier:
        """Return how a quote that the asker may see is known."""
        return self.views.tier_of_quote(id) or SERVER

    def named(self, key: str) -> Ref | None:
        """Return what a key of the names stands for; a speaker without an entry is only a name."""
        if not key.startswith(VOICE):
            return self.ref(id_of(key))
        called = key.removeprefix(VOICE)
        return Ref(called, called, Kind.CHARACTER, SERVER)

    @cached_property
    def speaker_keys(self) -> frozenset[str]:
        """Return the keys of all speakers the asker may see, with an entry or without one."""
        own = self.layer if SERVER in self.scope.tiers else EMPTY
        of_pack: Iterable[str]
        if self._below and not self.hides:
            of_pack = self._below.speaker_keys
        else:
            tiers = self.scope.tiers
            of_pack = self.views.speakers(tiers)
        ids = {*of_pack, *own.spoken}
        refs = (ref for id in ids if (ref := self._shown(id)) and ref.kind is not Kind.EVENT)
        return frozenset([*(own.key(ref.id) for ref in refs), *own.voice_keys()])

    @cached_property
    def speakers(self) -> NameIndex:
        """Return the index of all speakers' names that the asker may see."""
        names = self._pack.names.joined(self.layer.names).joined(self._aliases(None))
        return names.only(self.speaker_keys)

    def said_by(self, key: str) -> list[str]:
        """Return ids of the quotes of whom a key of the names stands for."""
        if key.startswith(VOICE):
            return [quote.id for quote in self.layer.said_by(key)]
        return self.quotes(id_of(key))

    def quotes_like(self, words: str, limit: int, of: Collection[str] | None) -> list[Hit]:
        """Return the quotes, of these ids if given, that the words may be of, best first."""
        quotes = self.passages(QUOTE).quotes
        if of is not None:
            quotes = quotes.only({quote_key(self.layer.key(id)) for id in of})
        return quotes.find(words, limit=limit)

    def search(self, words: str, kind: Sought, limit: int) -> list[Hit]:
        """Return the passages of entries and quotes that hold the words, best first."""
        passages = self.passages(kind)
        index = passages.entries
        if kind in (None, QUOTE):
            index = index.joined(passages.quotes)
        return index.find(words, limit=limit, light=LIGHT)

    def search_own(self, words: str, limit: int) -> list[Hit]:
        """Return the passages of entries and notes of the server itself that hold the words."""
        if self.is_pack or not self.layer.passages.refs:
            return []
        return self._own_passages(None).entries.find(words, limit=limit, light=LIGHT)

    def locate(self, key: str) -> PassageRef:
        """Return where the passage with that key stands."""
        layer = self.layer
        own = layer.passages.refs.get(key) or layer.aliases.passages.refs.get(key)
        return own or self._pack.passages.all.refs[key]

    def _names(self, kind: Kind | None) -> NameIndex:
        """Return the names of the entries that the asker may see, of that kind."""
        if self._below is None:
            return self._pack.names.only(self.views.ids_shown(self.scope.tiers, kind))
        own = set(map(self.layer.key, self._own_ids(kind)))
        of_pack = self._below.names(kind)
        if self.hides:
            of_pack = of_pack.only(self.views.ids_shown(self.scope.tiers, kind))
        # What is empty is not asked, as each list costs a question the same, however short it is.
        if own:
            of_pack = of_pack.joined(self.layer.names.only(own))
        return of_pack.joined(self._aliases(kind)) if self.layer.aliases.of else of_pack

    def is_alias(self, text: str) -> bool:
        """Tell whether a text is an alias that the server gave to an entry of the pack."""
        aliases = self.layer.aliases
        return bool(aliases.of) and bool(aliases.names.called(text))

    def _aliases(self, kind: Kind | None) -> NameIndex:
        """Return the server's aliases for entries of the pack that the asker may see."""
        tiers = self.scope.tiers
        shown = self.views.ids_shown(tiers, kind) if SERVER in tiers else frozenset[str]()
        return self.layer.aliases.names.only(shown)

    def _passages(self, kind: Sought) -> Passages:
        """Return the passages that the asker may see, of that kind."""
        tiers, with_quotes = self.scope.tiers, kind in (None, QUOTE)
        of_pack = frozenset[str]() if kind == QUOTE else self.views.ids_shown(tiers, kind)
        if self._below is None:
            return self._pack.passages.shown(tiers, of_pack, with_quotes=with_quotes)
        passages = self._own_passages(kind)
        of_the_pack = self._below.passages(kind)
        if self.hides:
            hidden = self.views.hidden, self.views.hidden_quotes
            of_the_pack = self._pack.passages.without(of_the_pack, *hidden)
        aliases = self.layer.aliases.passages
        if SERVER in tiers and aliases.refs:
            keys = {key for key, ref in aliases.refs.items() if ref.at in of_pack}
            passages = passages.joined(aliases.only(keys))
        return of_the_pack.joined(passages)

    def _own_passages(self, kind: Sought) -> Passages:
        """Return what the server tells itself, also of the pack's entries, that may be seen."""
        every, tiers, with_quotes = self.layer.passages, self.scope.tiers, kind in (None, QUOTE)
        of_pack = frozenset[str]() if kind == QUOTE else self.views.ids_shown(tiers, kind)
        own = self._own_ids(kind)
        return every.only(
            {
                key
                for key, ref in every.refs.items()
                if ref.tier in tiers
                and (with_quotes if (at := ref.at) is None else at in of_pack or at in own)
            }
        )

    def _own_ids(self, kind: Sought) -> set[str]:
        """Return the ids of the server's own entries that the asker may see, of that kind."""
        return {id for id in self.layer.entries if self._is_of(id, kind)}

    def _is_of(self, id: str, kind: Sought) -> bool:
        ref = self._shown(id)
        return ref is not None and kind in (None, ref.kind)

    def _shown(self, id: str) -> Ref | None:
        """Return the entry with that id, if its tier is shown."""
        ref = self.ref(id)
        return ref if ref and self.shows(ref) else None


def _in_order(events: Iterable[EventOutline], own: Iterable[tuple[Position, str]]) -> list[str]:
    """Return the ids of dated events of the pack and of a server, in the order of the story."""
    of_pack = ((Position(event.order or 0), event.id) for event in events)
    return [id for _, id in sorted((*of_pack, *own))]


def _place_in_story(step: EventStep) -> tuple[Position, str]:
    return position(step), step.ref.id
