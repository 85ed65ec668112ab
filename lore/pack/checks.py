"""What a pack must hold to beyond each file's shape: references, order, tiers, attributions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lore.pack.model import SERVER, Attribution, Cite, Entry, Event, Kind, PackInfo, Quote
from lore.text.wording import counted, meant


@dataclass(frozen=True, slots=True)
class FileLine:
    """The entry or quote that a problem is in (None: the pack itself) and the path inside it.

    `near` are the words at fault, where they can be found on a line after that.
    """

    owner: str | None
    path: tuple[str | int, ...] = ()
    is_quote: bool = False
    near: str = ""


Problem = tuple[FileLine, str]


def problems(
    info: PackInfo,
    entries: Sequence[Entry],
    quotes: Sequence[Quote],
    kinds: Mapping[str, Kind],
) -> Iterator[Problem]:
    """Everything wrong between the well-formed files; `kinds` has the entries of all files."""
    yield from _tiers(info)
    yield from _sources(info)
    for entry in entries:
        yield from _cites(info, FileLine(entry.id), entry.cites())
        yield from _aliases(entry)
        yield from _links(entry, info, kinds)
        yield from _tiers_apart(entry, info)
    yield from _former(entries, kinds)
    yield from _order([entry for entry in entries if isinstance(entry, Event)])
    for quote in quotes:
        yield from _quote(quote, info, kinds)


def _tiers(info: PackInfo) -> Iterator[Problem]:
    """A tier is chosen by its id or its label, so each stands for one tier alone."""
    ids: set[str] = set()
    labels: set[str] = set()
    for number, tier in enumerate(info.tiers):
        if tier.id == SERVER:
            what = f"{SERVER} is the tier of what servers add themselves; choose another id"
            yield FileLine(None, ("tiers", number, "id")), what
        if tier.id in ids:
            yield FileLine(None, ("tiers", number, "id")), f"two tiers have the id {tier.id}"
        label = " ".join(tier.label.split()).casefold()
        if label in labels:
            yield FileLine(None, ("tiers", number, "label")), f"two tiers are called {tier.label}"
        ids.add(tier.id)
        labels.add(label)


def _sources(info: PackInfo) -> Iterator[Problem]:
    ids = [source.id for source in info.sources]
    for number, source in enumerate(info.sources):
        if ids.index(source.id) != number:
            yield FileLine(None, ("sources", number)), f"two sources have the id {source.id}"
        for tier, own in source.tiers.items():
            if too_high := [p for p in own if not 1 <= p <= source.paragraphs]:
                has = counted(source.paragraphs, "paragraph")
                what = f"{source.id} has {has}, so not {too_high[0]}"
                yield FileLine(None, ("sources", number, "tiers", tier)), what
            if info.tier(tier) is None:
                yield FileLine(None, ("sources", number, "tiers", tier)), _no_tier(tier, info)
        if info.tier(source.tier) is None:
            yield FileLine(None, ("sources", number, "tier")), _no_tier(source.tier, info)


def _no_tier(id: str, info: PackInfo) -> str:
    return f"no tier {id} in pack.toml{meant(id, (tier.id for tier in info.tiers))}"


def _cites(info: PackInfo, where: FileLine, cites: Iterable[Cite]) -> Iterator[Problem]:
    counts = {source.id: source.paragraphs for source in info.sources}
    for cite in cites:
        spot = replace(where, near=where.near or str(cite))
        if cite.source not in counts:
            yield (
                spot,
                f'cite "{cite}": no source {cite.source} in pack.toml' + meant(cite.source, counts),
            )
        elif cite.paragraph > counts[cite.source]:
            count = counted(counts[cite.source], "paragraph")
            yield spot, f'cite "{cite}": {cite.source} has only {count}'


def _aliases(entry: Entry) -> Iterator[Problem]:
    """An alias is shown as a name that sources use, so it must stand in one."""
    for number, alias in enumerate(entry.aliases):
        standing = re.compile(rf"(?<!\w){re.escape(alias.name)}(?!\w)", re.IGNORECASE)
        if not any(standing.search(cite.words) for cite in alias.cites):
            where = FileLine(entry.id, ("aliases", number), near=f'"{alias.name}"')
            yield where, f"alias {alias.name} stands in no cite of it; is it for found_by?"


def _links(entry: Entry, info: PackInfo, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    for link in dict.fromkeys(entry.links()):
        if link not in kinds:
            yield FileLine(entry.id, near=f'"{link}"'), _no_entry(link, kinds)
        elif link == entry.id:
            yield FileLine(entry.id, near=f'"{link}"'), "the entry refers to itself"
    types = {relation_type.id for relation_type in info.relation_types}
    for number, relation in enumerate(entry.relations):
        if relation.type not in types:
            where = FileLine(entry.id, ("relations", number), near=f'"{relation.type}"')
            hint = meant(relation.type, types)
            yield where, f"no relation type {relation.type} in pack.toml{hint}"
    if isinstance(entry, Event):
        yield from _event_links(entry, kinds)


def _event_links(event: Event, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    wanted = [(Kind.EVENT, "part_of", event.part_of)]
    wanted += [(Kind.EVENT, "after", id) for id in event.after]
    wanted += [(Kind.PLACE, "where", event.where.place if event.where else None)]
    for kind, key, id in wanted:
        if id and kinds.get(id, kind) is not kind:
            what = f"{key} names {id}, which is not {kind} but {kinds[id]}"
            yield FileLine(event.id, (key,)), what


def _former(entries: Sequence[Entry], kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """What points to a former id has to lead to one entry alone."""
    claimed: dict[str, str] = {}
    for entry in entries:
        for id in entry.former:
            where = FileLine(entry.id, ("former",), near=f'"{id}"')
            if id in kinds:
                yield where, f"former names {id}, which is the id of an entry"
            elif id in claimed:
                yield where, f"former names {id}, as {claimed[id]} does"
            claimed.setdefault(id, entry.id)


def _tiers_apart(entry: Entry, info: PackInfo) -> Iterator[Problem]:
    """A tier apart keeps to entries of its own; only a difference sets it beside the rest."""
    known = {source.id for source in info.sources}
    tiers = {info.tier_of([cite]): cite for cite in entry.own_cites() if cite.source in known}
    if len(tiers) > 1 and (apart := info.ranked(info.apart & tiers.keys())):
        where = FileLine(entry.id, near=str(tiers[apart[0]]))
        yield where, f"{apart[0]} stands apart, but is cited beside others; give it its own entry"


def _order(events: Sequence[Event]) -> Iterator[Problem]:
    by_id = {event.id: event for event in events}
    taken: dict[int, str] = {}
    for event in events:
        if event.order in taken:
            what = f"{taken[event.order]} has the same order {event.order}"
            yield FileLine(event.id, ("order",)), what
        taken[event.order] = event.id
        for earlier in event.after:
            if earlier in by_id and by_id[earlier].order >= event.order:
                what = f"it follows {earlier}, whose order {by_id[earlier].order} is not lower"
                yield FileLine(event.id, ("order",)), what
        whole = by_id.get(event.part_of or "")
        if whole and whole.order >= event.order:
            what = f"it is part of {whole.id}, whose order {whole.order} is not lower"
            yield FileLine(event.id, ("order",)), what


def _quote(quote: Quote, info: PackInfo, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    def where(*path: str | int, near: str = "") -> FileLine:
        return FileLine(quote.id, path, is_quote=True, near=near)

    yield from _cites(info, where("occasion"), quote.occasion.cites)
    for number, line in enumerate(quote.lines):
        here = where("lines", number, near=line.words)
        spoken = Cite(source=quote.source, paragraph=line.paragraph, words=line.words)
        yield from _cites(info, here, [spoken])
        if line.speaker is not None and line.speaker not in kinds:
            yield here, _no_entry(line.speaker, kinds)
        if (line.speaker is None) != (line.attribution is Attribution.UNKNOWN):
            yield here, "a line has a speaker unless its attribution is unknown"
        if (line.reason is None) == (line.attribution is Attribution.INFERRED):
            yield here, "an inferred speaker, and only that, has a reason"
    for listener in quote.to:
        if listener not in kinds:
            yield where("to", near=f'"{listener}"'), _no_entry(listener, kinds)
    if quote.event is not None and kinds.get(quote.event) is not Kind.EVENT:
        events = [id for id, kind in kinds.items() if kind is Kind.EVENT]
        hint = meant(quote.event, events)
        yield where("event"), f"there is no event {quote.event}{hint}"


def _no_entry(id: str, kinds: Mapping[str, Kind]) -> str:
    return f"there is no entry {id}{meant(id, kinds)}"
