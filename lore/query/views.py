"""Entries and quotes of the catalogue as one asker may see them: tiers obeyed, ids made names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, lru_cache
from math import inf

from lore.catalogue.database import Catalogue
from lore.ids import bare
from lore.pack.model import (
    Cite,
    Entry,
    Event,
    Kind,
    Statement,
    Tier,
    Tiers,
)
from lore.query.answers import (
    CitedText,
    CreditedPerson,
    DifferenceView,
    EntryView,
    EventDetails,
    EventPlace,
    EventStep,
    EventYear,
    LabelledFact,
    Link,
    Participation,
    Position,
    QuoteView,
    Ref,
    SpokenLine,
)
from lore.query.outline import (
    Carried,
    EntryOutline,
    EventOutline,
    Outline,
    QuoteOutline,
    Tie,
    store_outline,
)
from lore.search.stored import Stored, Storing

# The relation by which a place lies in another.
_INSIDE = "located-in"


class Views:
    """Views of one catalogue; the same question gets the very same view again.

    `hidden` are the ids of entries that are told of nowhere, `hidden_quotes` those of quotes.
    """

    hidden: frozenset[str] = frozenset()
    hidden_quotes: frozenset[str] = frozenset()
    _whole: Views | None = None

    def __init__(self, catalogue: Catalogue, outline: Outline | None = None) -> None:
        """Prepare the views; the outline is made where none was stored."""
        outline = outline or _outlined(catalogue)
        self._catalogue = catalogue
        self.number = catalogue.number
        self.info = catalogue.info
        self._named: dict[str, list[str]] = defaultdict(list)
        for entry in outline.entries:
            self._named[entry.name].append(entry.id)
        self._refs = {entry.id: self._ref(entry) for entry in outline.entries}
        self._former = {entry.id: entry.former for entry in outline.entries if entry.former}
        self._current = {former: id for id, ids in self._former.items() for former in ids}
        self._ids_by_group: dict[tuple[Tier, Kind], list[str]] = defaultdict(list)
        for id in (*self._refs, *self._current):
            ref = self._refs[self._current.get(id, id)]
            self._ids_by_group[ref.tier, ref.kind].append(id)
        events = sorted(outline.events, key=lambda event: event.order or inf)
        self._by_id = {event.id: event for event in events}
        dated = [event for event in events if event.order is not None]
        # Those whose time is told come first.
        self._events = _by_participant(dated), _by_participant(events[len(dated) :])
        self._parts = _by_whole(events)
        self._ties = outline.ties
        self._also = outline.also
        self._differ = {entry.id for entry in outline.entries if entry.differs}
        self._quotes = _by_speaker_and_event(outline.quotes)
        self._quote_tiers = {quote.id: quote.tier for quote in outline.quotes}
        self._keep(4096)

    def _keep(self, views: int) -> None:
        """Keep the latest views, so many of each sort."""
        self.entry: Callable[[str, Tiers], EntryView] = lru_cache(views)(self._entry_as_whole)
        self.quote: Callable[[str, Tiers], QuoteView | None] = lru_cache(views)(self._quote)
        self._all_quotes: Callable[[Tiers], Sequence[str]] = lru_cache(32)(self._quotes_told)
        self.steps: Callable[[Tiers], Sequence[EventStep]] = lru_cache(32)(self._steps)
        self._shown: Callable[[bool, Tiers], Sequence[EventOutline]] = lru_cache(64)(
            self._events_of
        )
        self._at: Callable[[bool, Tiers], Mapping[str | None, Sequence[int]]]
        self._at = lru_cache(64)(self._by_place)
        self._beside: Callable[[Tiers], Mapping[str, tuple[Ref | None, Ref | None]]]
        self._beside = lru_cache(32)(self._neighbours)
        self.ids_shown: Callable[[Tiers, Kind | None], frozenset[str]]
        self.ids_shown = lru_cache(256)(self._ids_shown)

    def without(self, entries: Collection[str], quotes: Collection[str]) -> Views:
        """Return the views in which these entries and quotes are told of nowhere.

        With an entry go the quotes in which it speaks. Ids that the pack lacks are ignored.
        """
        gone = {ref.id for id in entries if (ref := self.find(id))}
        of_them = ((id, quote) for id in gone for quote in self._quotes.get(id, ()))
        silent = {quote.id for id, quote in of_them if id in quote.speakers}
        silent.update(id for id in quotes if id in self._quote_tiers)
        if not gone and not silent:
            return self
        views = copy(self)
        views.hidden, views.hidden_quotes = frozenset(gone), frozenset(silent)
        views._whole = self
        views._keep(256)
        return views

    def named(self, name: str) -> str | None:
        """Return the id of the only entry of the pack with that very name."""
        ids = [id for id in self._named.get(name, ()) if id not in self.hidden]
        return ids[0] if len(ids) == 1 else None

    def find(self, id: str) -> Ref | None:
        """Return the entry with that id, or that had it before, if the pack has one."""
        ref = self._refs.get(self._current.get(id, id))
        return None if ref and ref.id in self.hidden else ref

    def _shows(self, id: str, tiers: Tiers) -> bool:
        """Tell whether an entry of the pack may be named where these tiers are shown."""
        return self._refs[id].tier in tiers and id not in self.hidden

    def current(self, id: str) -> str:
        """Return the id by which an entry goes now; one that is no former id as it is."""
        return self._current.get(id, id)

    def ids_of(self, id: str) -> tuple[str, ...]:
        """Return the id of an entry of the pack, and those that it had before."""
        return id, *self._former.get(id, ())

    @property
    def every_id(self) -> Sequence[str]:
        """Return the ids of all entries of the pack, hidden or not, the most important first."""
        return [*self._refs]

    @property
    def every_quote_id(self) -> Sequence[str]:
        """Return the ids of all quotes of the pack, hidden or not, in their order."""
        return [*self._quote_tiers]

    def ids(self) -> Iterable[str]:
        """Return the ids of all entries of the pack."""
        return (id for id in self._refs if id not in self.hidden)

    def _ids_shown(self, tiers: Tiers, kind: Kind | None) -> frozenset[str]:
        """Return the ids, former ones among them, of the entries of these tiers and that kind."""
        shown = set[str]()
        for (tier, of_kind), ids in self._ids_by_group.items():
            if tier in tiers and kind in (None, of_kind):
                shown.update(ids)
        return frozenset(shown.difference(*map(self.ids_of, self.hidden)))

    def everything(self) -> Iterator[tuple[str, EntryView | QuoteView]]:
        """Return all entries, the most important first, and all quotes, of every tier, by id.

        A difference stands only at the entry that carries it.
        """
        yield from ((id, self.apart(id)) for id in self._refs)
        yield from self.every_quote()

    def apart(self, id: str) -> EntryView:
        """Return an entry, of every tier, without the differences that others carry."""
        view = self.entry(id, self.info.every_tier)
        own = tuple(one for one in view.disagreements if one.at == view.ref)
        return view if own == view.disagreements else replace(view, disagreements=own)

    def every_quote(self) -> Iterator[tuple[str, QuoteView]]:
        """Return all quotes, of every tier, by id."""
        tiers = self.info.every_tier
        for id in self._quote_tiers:
            if quote := self.quote(id, tiers):
                yield id, quote

    def tier_of_quote(self, id: str) -> Tier | None:
        """Return how the quote with that id is known, if the pack has one."""
        return self._quote_tiers.get(id)

    def quotes_of(self, speaker: str | None, tiers: Tiers) -> Sequence[str]:
        """Return ids of the quotes in which someone speaks, or that belong to an event, or all."""
        if not speaker:
            return self._all_quotes(tiers)
        of = self.current(speaker)
        if of in self.hidden:
            return []
        return [one.id for one in self._quotes.get(of, ()) if self._tells_quote(one.id, tiers)]

    def _quotes_told(self, tiers: Tiers) -> Sequence[str]:
        return [id for id in self._quote_tiers if self._tells_quote(id, tiers)]

    def speakers(self, tiers: Tiers) -> Iterator[str]:
        """Yield the ids of the entries that speak in a quote, and of events with a quote."""
        for id, quotes in self._quotes.items():
            told = (self._tells_quote(quote.id, tiers) for quote in quotes)
            if id and id not in self.hidden and any(told):
                yield id

    def _tells_quote(self, id: str, tiers: Tiers) -> bool:
        return self._quote_tiers[id] in tiers and id not in self.hidden_quotes

    def events(
        self, tiers: Tiers, who: str | None = None, place: str | None = None
    ) -> Sequence[EventOutline]:
        """Return events in the order of the story: all, a character's, or those within a place."""
        return self._among(tiers, who, place, dated=True)

    def step(self, event: EventOutline) -> EventStep:
        """Return a dated event as it stands in a timeline."""
        whole = self.find(event.part_of) if event.part_of else None
        return EventStep(self._refs[event.id], Position(event.order or 0), whole)

    def _steps(self, tiers: Tiers) -> Sequence[EventStep]:
        """Return all dated events as they stand in the timeline."""
        return list(map(self.step, self.events(tiers)))

    def end_of(self, id: str) -> tuple[int, int] | None:
        """Return the order of the last part of an event, and the event's own.

        None if the pack has no such event, or does not tell its time.
        """
        event = self._by_id.get(self.current(id))
        own = event and event.order
        if event is None or own is None:
            return None
        ends = (self.end_of(part.id) for part in self._parts.get(event.id, ()))
        return max([own, *(end for end, _ in filter(None, ends))]), own

    def undated(self, tiers: Tiers, who: str | None, place: str | None) -> tuple[Ref, ...]:
        """Return likewise the events whose time no source tells."""
        found = self._among(tiers, who, place, dated=False)
        return tuple(self._refs[event.id] for event in found)

    @cached_property
    def relation_ends(self) -> Mapping[str, tuple[frozenset[Kind], frozenset[Kind]]]:
        """Return the kinds that each type of relations in the pack leads from and to."""
        begins, ends = defaultdict[str, set[Kind]](set), defaultdict[str, set[Kind]](set)
        for begin, type, end in self._ties.every():
            begins[type].add(self._refs[begin].kind)
            ends[type].add(self._refs[end].kind)
        return {type: (frozenset(begins[type]), frozenset(ends[type])) for type in begins}

    def _neighbours(self, tiers: Tiers) -> Mapping[str, tuple[Ref | None, Ref | None]]:
        """Return for each dated event the one before it in the story and the one after it."""
        refs = [self._refs[event.id] for event in self.events(tiers)]
        beside = zip([None, *refs], refs, [*refs[1:], None], strict=False)
        return {ref.id: (previous, next) for previous, ref, next in beside}

    def _among(
        self, tiers: Tiers, who: str | None, place: str | None, *, dated: bool
    ) -> Sequence[EventOutline]:
        if not who and not place:
            return self._shown(dated, tiers)
        places = self.places_in(self.current(place)) if place else set()
        if not who:
            events, at = self._shown(dated, tiers), self._at(dated, tiers)
            return [events[n] for n in sorted(n for here in places for n in at.get(here, ()))]
        who = self.current(who)
        return [
            event
            for event in self._events[not dated].get(who, ())
            if self._shows(event.id, tiers)
            and self._takes_part(who, event, tiers)
            and (place is None or self._place_of(event, tiers) in places)
        ]

    def _events_of(self, dated: bool, tiers: Tiers) -> Sequence[EventOutline]:
        events = self._events[not dated].get(None, ())
        return [event for event in events if self._shows(event.id, tiers)]

    def _by_place(self, dated: bool, tiers: Tiers) -> Mapping[str | None, Sequence[int]]:
        """Return the numbers of the shown events by the places where they happened."""
        found: dict[str | None, list[int]] = defaultdict(list)
        for number, event in enumerate(self._shown(dated, tiers)):
            found[self._place_of(event, tiers)].append(number)
        return found

    def _ref(self, entry: EntryOutline) -> Ref:
        mark = "" if self.named(entry.name) else bare(entry.id)
        return Ref(entry.id, entry.name, entry.kind, entry.tier, mark)

    def _takes_part(self, who: str, event: EventOutline, tiers: Tiers) -> bool:
        return any(who == one.id and one.tier in tiers for one in event.participants)

    def _place_of(self, event: EventOutline, tiers: Tiers) -> str | None:
        """Return where an event took place; what has no place of its own counts with its whole."""
        if event.where and event.where.tier in tiers:
            return event.where.id
        whole = self._by_id.get(event.part_of) if event.part_of else None
        return self._place_of(whole, tiers) if whole else None

    def places_in(self, place: str) -> set[str]:
        """Return the ids of a place and of whatever lies in it, however deep."""
        found: set[str] = set()
        coming = [place]
        while coming:
            here = coming.pop()
            if here not in found:
                found.add(here)
                coming += self._ties.of_type(here, _INSIDE)
        return found

    def _entry_as_whole(self, id: str, tiers: Tiers) -> EntryView:
        """Return the view of an entry; the very one of the whole pack where nothing is hidden."""
        view = self._entry(id, tiers)
        whole = self._whole.entry(id, tiers) if self._whole else view
        return whole if whole == view else view

    def _entry(self, id: str, tiers: Tiers) -> EntryView:
        entry = self._catalogue.entries[id]
        ref = self._refs[id]
        events = self._own_events(ref, tiers)
        return EntryView(
            ref=ref,
            text=self._told(entry.text, tiers),
            lead=self._one(entry.lead, tiers),
            kind_inferred=entry.kind_inferred or "",
            facts=tuple(
                LabelledFact(fact.label, self._tell(fact.value, fact.cites))
                for fact in entry.facts
                if self._seen(fact.cites, tiers)
            ),
            aliases=tuple(
                self._tell(alias.name, alias.cites)
                for alias in entry.aliases
                if self._seen(alias.cites, tiers)
            ),
            found_by=tuple(
                other.name for other in entry.found_by if other.tier is None or other.tier in tiers
            ),
            status=self._one(entry.status, tiers),
            credits=tuple(
                CreditedPerson(credit.role, self._tell(credit.name, credit.cites))
                for credit in entry.credits
                if self._seen(credit.cites, tiers)
            ),
            links=tuple(self._links(entry, tiers)),
            disagreements=tuple(self.disagreements(id, tiers)),
            first_event=self._refs[events[0].id] if events else None,
            last_event=self._refs[events[-1].id] if events else None,
            happening=self._happening(entry, tiers) if isinstance(entry, Event) else None,
            quotes=tuple(
                quote.id for quote in self._quotes.get(id, ()) if self._tells_quote(quote.id, tiers)
            ),
            picture=entry.picture,
        )

    def _own_events(self, ref: Ref, tiers: Tiers) -> list[EventOutline]:
        """Return the events that an entry had a part in."""
        if ref.kind is Kind.EVENT:
            return []
        events = self.events(self.counted(ref.id, tiers), who=ref.id)
        # What is made of other events it took part in began before it came or went on after it.
        wholes = {event.part_of for event in events}
        return [event for event in events if event.id not in wholes]

    def counted(self, id: str, tiers: Tiers) -> Tiers:
        """Return the tiers that count for an entry: those that stand apart only for their own."""
        return tiers - (self.info.apart - {self._refs[id].tier})

    def _seen(self, cites: tuple[Cite, ...], tiers: Tiers) -> bool:
        return self.info.tier_of(cites) in tiers

    def _tell(self, says: str, cites: tuple[Cite, ...]) -> CitedText:
        return CitedText(says, cites, self.info.tier_of(cites))

    def _told(self, statements: Iterable[Statement], tiers: Tiers) -> tuple[CitedText, ...]:
        told = (
            CitedText(
                one.says,
                one.cites,
                self.info.tier_of(one.cites),
                one.verbatim,
                one.section or "",
                one.new_paragraph,
                one.asked,
            )
            for one in statements
        )
        return tuple(one for one in told if one.tier in tiers)

    def _one(self, statement: Statement | None, tiers: Tiers) -> CitedText | None:
        return next(iter(self._told([statement] if statement else [], tiers)), None)

    def _links(self, entry: Entry, tiers: Tiers) -> Iterable[Link]:
        """Yield relations from either end, the most important first.

        An entry shows nothing that only a tier apart says.
        """
        tiers = self.counted(entry.id, tiers)
        ends = [
            (Tie(one.type, one.to, one.cites, one.inferred or ""), False) for one in entry.relations
        ]
        ends += [(tie, True) for tie in self._ties.to(entry.id)]
        types = self.info.relation_type
        ends.sort(key=lambda end: -types(end[0].type).importance)
        for tie, inverse in ends:
            type, tier = types(tie.type), self.info.tier_of(tie.cites)
            if tier in tiers and self._shows(tie.of, tiers):
                label = type.inverse if inverse else type.label
                ref = self._refs[tie.of]
                yield Link(label, ref, tie.cites, tier, tie.inferred, type.id, inverse)

    def disagreements(self, of: str, tiers: Tiers) -> Iterator[DifferenceView]:
        """Yield what is told differently of an entry; that needs two accounts which may be seen."""
        also = self._also.get(of, ())
        for one in dict.fromkeys((*self._carried(of), *also, *self._of_parts(of, tiers))):
            it = self._catalogue.entries[one.by].differences[one.number]
            accounts = self._told(it.accounts, tiers)
            if len(accounts) > 1 and one.by not in self.hidden:
                at = self._refs[one.by]
                yield DifferenceView(at, it.about, it.differs, accounts, it.kind)

    def _carried(self, by: str) -> Iterator[Carried]:
        """Yield the differences of an entry, which is read only if it has any."""
        if by in self._differ:
            for number in range(len(self._catalogue.entries[by].differences)):
                yield Carried(by, number)

    def _of_parts(self, of: str, tiers: Tiers) -> Iterator[Carried]:
        """Yield the differences of the parts of an event, and of theirs."""
        for part in self._parts.get(of, ()):
            if self._shows(part.id, tiers):
                yield from self._carried(part.id)
                yield from self._of_parts(part.id, tiers)

    def _happening(self, event: Event, tiers: Tiers) -> EventDetails:
        counted = self.counted(event.id, tiers)
        previous, next = self._beside(counted).get(event.id, (None, None))
        return EventDetails(
            position=None if event.order is None else Position(event.order),
            when=self._when(event, tiers),
            where=self._where(event, tiers),
            part_of=self.find(event.part_of) if event.part_of else None,
            parts=tuple(
                self._refs[one.id]
                for one in self._parts.get(event.id, ())
                if self._shows(one.id, tiers)
            ),
            previous=previous,
            next=next,
            deeds=tuple(
                Participation(self._refs[one.who], self._tell(one.did, one.cites))
                for one in event.participants
                if self._seen(one.cites, tiers) and one.who not in self.hidden
            ),
            outcome=self._one(event.outcome, tiers),
        )

    def _when(self, event: Event, tiers: Tiers) -> EventYear | None:
        when = event.when
        if when is None or not self._seen(when.cites, tiers):
            return None
        return EventYear(when.year, when.by, when.cites, self.info.tier_of(when.cites))

    def _where(self, event: Event, tiers: Tiers) -> EventPlace | None:
        where = event.where
        if where is None or where.place in self.hidden or not self._seen(where.cites, tiers):
            return None
        return EventPlace(self._refs[where.place], where.cites, self.info.tier_of(where.cites))

    def _quote(self, id: str, tiers: Tiers) -> QuoteView | None:
        quote = self._catalogue.quotes.get(id)
        if quote is None or id in self.hidden_quotes:
            return None
        lines = tuple(
            SpokenLine(
                line.words,
                self._refs[line.speaker].name if line.speaker else line.speaker_name,
                self._refs[line.speaker] if line.speaker else None,
                line.attribution,
                line.reason,
            )
            for line in quote.lines
        )
        event = self.find(quote.event) if quote.event else None
        occasion = quote.occasion
        return QuoteView(
            id=quote.id,
            tier=self._quote_tiers[id],
            lines=lines,
            to=tuple(ref.name for listener in quote.to if (ref := self.find(listener))),
            occasion=self._tell(occasion.says, occasion.cites) if occasion else None,
            event=event if event and event.tier in tiers else None,
            cites=tuple(quote.cites()),
        )


def _outlined(catalogue: Catalogue) -> Outline:
    """Return the outline of a catalogue for which none is stored."""
    storing = Storing()
    store_outline(storing, catalogue)
    return Outline.opened(Stored(storing.sections), catalogue.number)


def _by_speaker_and_event(
    quotes: Iterable[QuoteOutline],
) -> Mapping[str | None, Sequence[QuoteOutline]]:
    """Return the quotes of each speaker and of each event, by id; of no event by None."""
    found: dict[str | None, list[QuoteOutline]] = defaultdict(list)
    for quote in quotes:
        for about in dict.fromkeys((*quote.speakers, quote.event)):
            found[about].append(quote)
    return found


def _by_participant(
    events: Iterable[EventOutline],
) -> Mapping[str | None, Sequence[EventOutline]]:
    """Return the events in the same order by the ids of those who took part, and all by None."""
    found: dict[str | None, list[EventOutline]] = defaultdict(list)
    for event in events:
        for who in (None, *dict.fromkeys(one.id for one in event.participants)):
            found[who].append(event)
    return found


def _by_whole(events: Iterable[EventOutline]) -> Mapping[str, Sequence[EventOutline]]:
    """Return the parts of each event that has some, by its id."""
    parts: dict[str, list[EventOutline]] = defaultdict(list)
    for event in events:
        if event.part_of:
            parts[event.part_of].append(event)
    return parts
