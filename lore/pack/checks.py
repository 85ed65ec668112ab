"""What a pack must hold to beyond each file's shape: references, order, tiers, attributions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from lore.ids import is_of_server
from lore.pack.model import (
    SERVER,
    UNNUMBERED,
    Account,
    Attribution,
    Cite,
    Entry,
    Event,
    Kind,
    PackInfo,
    Part,
    Quote,
    Spoiler,
    Statement,
    cites_in,
    licence_of,
    parts_of,
)
from lore.pack.problems import FileLine, PackProblem, Written
from lore.pack.salvage import UNREAD
from lore.pack.words import find_whole
from lore.text.wording import counted, did_you_mean, listed


def problems(
    info: PackInfo,
    entries: Sequence[Written[Entry]],
    quotes: Sequence[Written[Quote]],
    kinds: Mapping[str, Kind],
    is_whole: bool = True,
    *,
    unchanged: Container[str] = (),
) -> Iterator[PackProblem]:
    """Yield everything wrong between the files; `kinds` has the entries of all files.

    `is_whole` is whether all that pack.toml lists could be read: else it may list more. Nothing is
    wrong in the files that are `unchanged`, and all that they name is there.
    """
    checks = _Checks(info, kinds, _renamed(entries, kinds), is_whole)
    yield from checks.id()
    yield from checks.tiers()
    yield from checks.sources()
    for entry in entries:
        if entry.where.file not in unchanged:
            yield from checks.entry(entry)
    yield from _former(entries, kinds)
    yield from _order(entries)
    for quote in quotes:
        if quote.where.file not in unchanged:
            yield from checks.quote(quote)


def unnumbered(
    parts: Iterable[Written[Entry] | Written[Quote]],
    unchanged: Container[str] = (),
    but: Container[str] = (),
) -> Iterator[PackProblem]:
    """Yield every cite without a number, but for those of some sources; the bot has no documents.

    In the files that are unchanged, none is without one.
    """
    for part in (part for part in parts if part.where.file not in unchanged):
        for path, cite in cites_in(part.it):
            if cite.paragraph == UNNUMBERED and cite.source not in but:
                what = (
                    f'cite "{cite}" has no paragraph number; lorebot check --fix --documents DIR '
                    "writes it in"
                )
                yield PackProblem(part.where.at(*path, near=str(cite)), what)


class _Checks:
    """Checks what is written against what the pack lists."""

    def __init__(
        self,
        info: PackInfo,
        kinds: Mapping[str, Kind],
        renamed: Mapping[str, str],
        is_whole: bool,
    ) -> None:
        self._info = info
        self._kinds = kinds
        self._renamed = renamed
        self._events = [id for id, kind in kinds.items() if kind is Kind.EVENT]
        self._sources = {source.id: source for source in info.sources}
        self._types = {one.id for one in info.relation_types}
        self._is_whole = is_whole
        self._hints: dict[str, str] = {}

    def id(self) -> Iterator[PackProblem]:
        """Yield a problem if ids of the pack would be taken for those of servers, such as s.inn."""
        if is_of_server(f"{self._info.id}.x"):
            what = f"{self._info.id} is how ids of what servers add begin; write another id"
            yield PackProblem(FileLine("pack.toml", ("id",)), what)

    def tiers(self) -> Iterator[PackProblem]:
        """Yield tiers with an id or a label of another, as a tier is chosen by either."""
        ids: set[str] = set()
        labels: set[str] = set()
        for number, tier in enumerate(self._info.tiers):
            where = FileLine("pack.toml", ("tiers", number))
            if tier.id == SERVER:
                what = f"{SERVER} is the tier of what servers add themselves; choose another id"
                yield PackProblem(where.at("id"), what)
            if tier.id in ids:
                yield PackProblem(where.at("id"), f"two tiers have the id {tier.id}")
            label = " ".join(tier.label.split()).casefold()
            if label in labels:
                yield PackProblem(where.at("label"), f"two tiers are called {tier.label}")
            ids.add(tier.id)
            labels.add(label)

    def sources(self) -> Iterator[PackProblem]:
        seen: set[str] = set()
        for number, source in enumerate(self._info.sources):
            where = FileLine("pack.toml", ("sources", number))
            if source.id in seen:
                yield PackProblem(where.at("id"), f"two sources have the id {source.id}")
            seen.add(source.id)
            for tier, own in source.tiers.items():
                if too_high := [p for p in own if not 1 <= p <= source.paragraphs]:
                    has = counted(source.paragraphs, "paragraph")
                    what = f"{source.id} has {has}, so not {too_high[0]}"
                    yield PackProblem(where.at("tiers", tier), what)
                yield from self._tier(where.at("tiers", tier), tier)
            yield from self._tier(where.at("tier"), source.tier)

    def _tier(self, where: FileLine, tier: str) -> Iterator[PackProblem]:
        ids = [one.id for one in self._info.tiers]
        if self._may_be_missing(tier, ids):
            hint = did_you_mean(tier, ids) or f"; it has {listed(ids)}"
            yield PackProblem(where, f"no tier {tier} in pack.toml{hint}")

    def entry(self, written: Written[Entry]) -> Iterator[PackProblem]:
        where, entry = written.where, written.it
        cites, told = cites_in(entry), parts_of(entry, Spoiler)
        for path, cite in cites:
            yield from self._cite(where.at(*path, near=str(cite)), cite)
        yield from _aliases(written)
        yield from self._spoiled(where, told)
        yield from self._verbatim(where, told)
        yield from self._accounts(where, told)
        for number, other in enumerate(entry.found_by):
            if other.tier is not None:
                yield from self._tier(where.at("found_by", number, "tier"), other.tier)
        for reference in entry.references():
            at = where.at(*reference.path, near=f'"{reference.id}"')
            yield from self._reference(at, reference.id, reference.kind)
            if reference.id == entry.id:
                yield PackProblem(at, "the entry refers to itself")
        for number, relation in enumerate(entry.relations):
            if self._may_be_missing(relation.type, self._types):
                at = where.at("relations", number, "type", near=f'"{relation.type}"')
                hint = did_you_mean(relation.type, self._types) or "; list it in relation_types"
                yield PackProblem(at, f"no relation type {relation.type} in pack.toml{hint}")
        yield from self._tiers_apart(where, cites)

    def _spoiled(self, where: FileLine, told: Sequence[Part[Spoiler]]) -> Iterator[PackProblem]:
        """Yield what gives too much away before an event names one."""
        for path, one in told:
            if one.after is not None:
                at = where.at(*path, "after", near=f'"{one.after}"')
                yield from self._reference(at, one.after, Kind.EVENT)

    def _verbatim(self, where: FileLine, told: Sequence[Part[Spoiler]]) -> Iterator[PackProblem]:
        """Yield what is taken over word for word from sources whose licences forbid it."""
        for path, statement in told:
            if not isinstance(statement, Statement) or not statement.verbatim:
                continue
            for id in dict.fromkeys(cite.source for cite in statement.cites):
                source = self._sources.get(id)
                if source and not (source.licence and licence_of(source.licence).allows_verbatim):
                    has = f"is under {source.licence}" if source.licence else "has no licence"
                    what = (
                        f"verbatim, but {id} {has} in pack.toml; tell it in your own words, or "
                        "name a licence that allows it: CC0, BY, BY-SA, PD, own"
                    )
                    yield PackProblem(where.at(*path, "verbatim"), what)

    def _accounts(self, where: FileLine, told: Sequence[Part[Spoiler]]) -> Iterator[PackProblem]:
        """Yield accounts that name their document and cite another one."""
        for path, account in told:
            if not isinstance(account, Account) or (id := account.document) is None:
                continue
            at = where.at(*path, "document")
            if self._may_be_missing(id, self._sources):
                yield PackProblem(at, self._no_source(id))
            elif others := [
                cite.source for cite in account.cites if cite.source not in (id, UNREAD)
            ]:
                yield PackProblem(at, f"the account is from {id}, but cites {others[0]} as well")

    def _cite(self, where: FileLine, cite: Cite) -> Iterator[PackProblem]:
        if cite.source not in self._sources:
            if self._may_be_missing(cite.source, self._sources):
                what = f'cite "{cite}": {self._no_source(cite.source)}'
                yield PackProblem(where, what)
        elif cite.paragraph > self._sources[cite.source].paragraphs:
            count = counted(self._sources[cite.source].paragraphs, "paragraph")
            yield PackProblem(where, f'cite "{cite}": {cite.source} has only {count}')

    def _no_source(self, id: str) -> str:
        hint = did_you_mean(id, self._sources) or "; lorebot source add FILE adds one"
        return f"no source {id} in pack.toml{hint}"

    def _may_be_missing(self, id: str, listed: Collection[str]) -> bool:
        """Tell whether an id is not listed, nor may be what could not be read of the list."""
        return self._is_whole and id != UNREAD and id not in listed and UNREAD not in listed

    def _reference(
        self, where: FileLine, id: str, kind: Kind | None, or_else: str = ""
    ) -> Iterator[PackProblem]:
        """Yield what is wrong with the name of an entry; `or_else` says what to do without one."""
        if new := self._renamed.get(id):
            yield _called_otherwise(where, id, new)
        elif id not in self._kinds:
            if id not in self._hints:
                self._hints[id] = did_you_mean(id, self._kinds)
            yield PackProblem(where, f"there is no entry {id}{or_else}{self._hints[id]}")
        elif kind and self._kinds[id] is not kind:
            key = next(key for key in reversed(where.path) if isinstance(key, str))
            key = str(where.path[0]) if where.path[0] in ("where", "part_of") else key
            what = f"{key} names {id}, which is not {kind} but {self._kinds[id]}"
            yield PackProblem(where, what)

    def _tiers_apart(self, where: FileLine, cites: Sequence[Part[Cite]]) -> Iterator[PackProblem]:
        """Yield cites of a tier apart beside others; only a difference may have both."""
        tiers = {
            self._info.tier_of([cite]): (path, cite)
            for path, cite in cites
            if cite.source in self._sources and path[0] != "differences"
        }
        if len(tiers) > 1 and (apart := self._info.ranked(self._info.apart & tiers.keys())):
            path, cite = tiers[apart[0]]
            what = f"{apart[0]} stands apart, but is cited beside others; give it its own entry"
            yield PackProblem(where.at(*path, near=str(cite)), what)

    def quote(self, written: Written[Quote]) -> Iterator[PackProblem]:
        where, quote = written.where, written.it
        for path, cite in cites_in(quote):
            yield from self._cite(where.at(*path, near=str(cite)), cite)
        if self._may_be_missing(quote.source, self._sources):
            what = f"the file is named for its source, but there is {self._no_source(quote.source)}"
            yield PackProblem(FileLine(where.file), what)
        else:
            for number, spoken in enumerate(quote.spoken()):
                at = where.at("lines", number, "paragraph", near=spoken.words)
                yield from self._cite(at, spoken)
        told = parts_of(quote, Spoiler)
        yield from self._spoiled(where, told)
        yield from self._verbatim(where, told)
        for number, line in enumerate(quote.lines):
            at = where.at("lines", number, "attribution", near=line.words)
            is_unknown = line.speaker is None and line.speaker_name is None
            if is_unknown != (line.attribution is Attribution.UNKNOWN):
                yield PackProblem(at, "a line has a speaker unless its attribution is unknown")
            if line.speaker is not None and line.speaker_name is not None:
                what = (
                    "speaker names an entry, so speaker_name is not needed; leave one of them out"
                )
                yield PackProblem(where.at("lines", number, "speaker_name"), what)
            if (line.reason is None) == (line.attribution is Attribution.INFERRED):
                yield PackProblem(at, "an inferred speaker, and only that, has a reason")
            if line.speaker is not None:
                at = where.at("lines", number, "speaker", near=f'"{line.speaker}"')
                or_else = "; who has none is named: speaker_name"
                yield from self._reference(at, line.speaker, None, or_else)
        for number, listener in enumerate(quote.to):
            yield from self._reference(where.at("to", number, near=f'"{listener}"'), listener, None)
        if quote.event is None or self._kinds.get(quote.event) is Kind.EVENT:
            return
        if new := self._renamed.get(quote.event):
            yield _called_otherwise(where.at("event"), quote.event, new)
        else:
            hint = did_you_mean(quote.event, self._events)
            yield PackProblem(where.at("event"), f"there is no event {quote.event}{hint}")


def _aliases(written: Written[Entry]) -> Iterator[PackProblem]:
    """Yield aliases that stand in no source, as they are shown as names that sources use."""
    for number, alias in enumerate(written.it.aliases):
        name = alias.name.casefold()
        if not any(find_whole(name, cite.words.casefold()) >= 0 for cite in alias.cites):
            where = written.where.at("aliases", number, "name", near=f'"{alias.name}"')
            what = f"alias {alias.name} stands in no cite of it; is it for found_by?"
            yield PackProblem(where, what)


def _renamed(entries: Sequence[Written[Entry]], kinds: Container[str]) -> dict[str, str]:
    """Return the ids that entries have now, by former ones that lead to one entry alone."""
    former = [(old, one.it.id) for one in entries for old in one.it.former if old not in kinds]
    count = Counter(old for old, _ in former)
    return {old: new for old, new in former if count[old] == 1 and new != UNREAD}


def _called_otherwise(where: FileLine, id: str, new: str) -> PackProblem:
    return PackProblem(where, f"the entry {id} is called {new} now", mend=new)


def _former(entries: Sequence[Written[Entry]], kinds: Mapping[str, Kind]) -> Iterator[PackProblem]:
    """Yield former ids that are those of entries now, or of several entries."""
    claimed: dict[str, str] = {}
    for written in entries:
        for number, id in enumerate(written.it.former):
            where = written.where.at("former", number, near=f'"{id}"')
            if id in kinds:
                yield PackProblem(where, f"former names {id}, which is an entry now; take it out")
            elif id in claimed:
                what = (
                    f"former names {id}, as that of {claimed[id]} does; take it out of one of them"
                )
                yield PackProblem(where, what)
            claimed.setdefault(id, written.it.id)


def _order(entries: Sequence[Written[Entry]]) -> Iterator[PackProblem]:
    """Yield events that come before what they follow or lie outside what they are part of."""
    events = [
        (one.where, one.it) for one in entries if isinstance(one.it, Event) and one.it.id != UNREAD
    ]
    by_id = {event.id: event for _, event in events}
    taken: dict[int, str] = {}
    for where, event in events:
        if _is_within(event, event, by_id):
            yield PackProblem(where.at("part_of"), "it is part of what is part of it")
        if event.order is None:
            continue
        if event.order in taken:
            what = f"{taken[event.order]} has the same order {event.order}"
            yield PackProblem(where.at("order"), what)
        taken[event.order] = event.id
        tied = [("follows", id) for id in event.after]
        tied += [("is part of", event.part_of)] if event.part_of else []
        for how, id in tied:
            earlier = by_id[id].order if id in by_id else None
            if earlier is not None and earlier >= event.order:
                what = f"it {how} {id}, whose order {earlier} is not lower"
                yield PackProblem(where.at("order"), what)


def _is_within(event: Event, whole: Event, by_id: Mapping[str, Event]) -> bool:
    """Tell whether an event is part of another one, however deep."""
    seen: set[str] = set()
    part: Event | None = event
    while part and part.part_of and part.part_of not in seen:
        seen.add(part.part_of)
        part = by_id.get(part.part_of)
    return whole.id in seen
