"""How what is told is arranged wherever it is shown: paragraphs, facts, deeds, differences, cites.

Values in, values and plain words out; who shows them escapes and marks them up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lore.curation.occasions import WITH_IMAGE
from lore.pack.model import Attribution, Cite, DifferenceKind, Kind, PackInfo, Source, Tier
from lore.query.answers import (
    CitedText,
    DifferenceView,
    EntryView,
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
from lore.text.wording import clause, dated, ended, listed, ranges

START = Position(0)

# Characters after which a paragraph ends, unless a single sentence is longer.
PARAGRAPH = 600

_PEOPLE = (Kind.CHARACTER, Kind.FACTION)
_AUXILIARIES = ("was ", "were ", "is ", "are ")


@dataclass(frozen=True, slots=True)
class SourcedSentence:
    """A sentence of an entry with its cites; `inferred` says from what it is, if it is."""

    says: str
    cites: tuple[Cite, ...]
    tier: Tier
    inferred: str = ""


def identity(view: EntryView) -> CitedText | None:
    """Return what says best who or what an entry is; of an event, what came of it."""
    return (view.happening and view.happening.outcome) or view.lead


def paragraphs(view: EntryView) -> Iterator[list[CitedText]]:
    """Yield the sentences of an entry's article, a paragraph at a time."""
    statements = view.text
    if view.happening and view.happening.outcome and view.lead:
        statements = (view.lead, *statements)
    paragraph = list[CitedText]()
    for one in statements:
        length = sum(len(other.says) for other in paragraph)
        begins = one.new_paragraph or (paragraph and one.section != paragraph[0].section)
        if paragraph and (begins or length + len(one.says) > PARAGRAPH):
            yield paragraph
            paragraph = []
        paragraph.append(one)
    if paragraph:
        yield paragraph


def facts(view: EntryView) -> Iterator[LabelledFact]:
    """Yield what is told under a label: the year of an event, credits, then the entry's facts."""
    if view.happening and (when := view.happening.when):
        yield LabelledFact("When", CitedText(year(when), when.cites, when.tier))
    yield from (LabelledFact(credit.role, credit.told) for credit in view.credits)
    yield from view.facts


def fate(status: CitedText) -> str:
    """Return what became of an entry, to stand after a label: no subject, no auxiliary verb."""
    words = clause(status.says)
    return next((words.removeprefix(one) for one in _AUXILIARIES if words.startswith(one)), words)


def year(when: EventYear) -> str:
    """Return the year of an event as its source gives it."""
    return f"by {when.year}" if when.by else str(when.year)


def who_did_what(view: EntryView) -> list[list[Participation]]:
    """Return who took part in an event; those who did the same, one after another, together."""
    deeds = view.happening.deeds if view.happening else ()
    people = [one for one in deeds if one.who.kind in _PEOPLE]
    return [list(same) for _, same in groupby(people, lambda one: (one.told.says, one.told.tier))]


def things_at(view: EntryView) -> list[Ref]:
    """Return what was there when something happened and is neither a person nor a group."""
    deeds = view.happening.deeds if view.happening else ()
    return [one.who for one in deeds if one.who.kind not in _PEOPLE]


def appearances(view: EntryView) -> Iterator[tuple[str, Ref]]:
    """Yield the first and the last event that an entry had a part in, each with its label."""
    first, last = view.first_event, view.last_event
    if first and last and first == last:
        yield "Appears in", first
    elif first and last:
        yield "First appears in", first
        yield "Last appears in", last


def by_kind(view: EntryView) -> tuple[list[DifferenceView], list[DifferenceView]]:
    """Return the differences that contradict each other, and those that are details."""
    contradicting, details = list[DifferenceView](), list[DifferenceView]()
    for one in view.disagreements:
        (details if one.kind is DifferenceKind.DETAIL else contradicting).append(one)
    return contradicting, details


def whole_of(event: EntryView) -> Ref | None:
    """Return the event that an event is a part of."""
    return event.happening.part_of if event.happening else None


def by_whole(events: Iterable[EntryView]) -> Iterator[tuple[Ref | None, bool, list[EntryView]]]:
    """Yield events that follow each other as parts of one, and whether others of it came before."""
    seen = set[Ref]()
    for whole, parts in groupby(events, whole_of):
        yield whole, whole in seen, [*parts]
        seen |= {whole} if whole else set()


def position(event: EventStep) -> Position:
    """Return where an event stands in the order of the story; the beginning if that is not told."""
    return event.position or START


def steps(events: Sequence[EventStep]) -> list[EventStep]:
    """Return the events without those whose parts are among them, which are headings instead."""
    wholes = {event.part_of.id for event in events if event.part_of}
    return [event for event in events if event.ref.id not in wholes]


def next_step(events: Sequence[EventStep], at: Position) -> int:
    """Return the number of the first event at a position or later, or else of the last."""
    return min(bisect_left(events, at, key=position), len(events) - 1)


def characters_at(event: EntryView) -> list[Ref]:
    """Return the characters who take part in an event, each once."""
    deeds = event.happening.deeds if event.happening else ()
    return [*dict.fromkeys(one.who for one in deeds if one.who.kind is Kind.CHARACTER)]


def busiest(events: Iterable[EntryView], most: int) -> list[Ref]:
    """Return the characters who take part in most of the events, in order of their first one."""
    count = Counter(ref for event in events for ref in characters_at(event))
    lanes = {ref for ref, _ in count.most_common(most)}
    return [ref for ref in count if ref in lanes]


def came_of(event: EntryView) -> CitedText:
    """Return what came of an event, or else the first that is said of it."""
    return identity(event) or event.text[0]


def statements(view: EntryView) -> Iterator[SourcedSentence]:
    """Yield all that an entry of the pack says, sentence by sentence."""

    def sentence(words: str, by: CitedText | EventYear | EventPlace) -> SourcedSentence:
        return SourcedSentence(words, by.cites, by.tier)

    name, event = view.ref.name, view.happening
    if event and event.outcome:
        yield sentence(event.outcome.says, event.outcome)
    if view.lead:
        yield sentence(view.lead.says, view.lead)
    for alias in view.aliases:
        yield sentence(f"Also called {alias.says}", alias)
    for credit in view.credits:
        yield sentence(f"{credit.role} {credit.told.says}", credit.told)
    for fact in view.facts:
        yield sentence(f"{fact.label}: {fact.told.says}", fact.told)
    for one in view.text:
        yield sentence(one.says, one)
    if view.status:
        yield sentence(ended(f"{name} {clause(view.status.says)}"), view.status)
    if event and event.when:
        yield sentence(f"When: {year(event.when)}", event.when)
    if event and event.where:
        yield sentence(f"Where: {event.where.place.name}", event.where)
    for deed in event.deeds if event else ():
        yield sentence(ended(f"{deed.who.name} {clause(deed.told.says)}"), deed.told)
    yield from map(_related, view.links)


def _related(link: Link) -> SourcedSentence:
    return SourcedSentence(f"{link.label} {link.other.name}", link.cites, link.tier, link.inferred)


def places(cites: Iterable[Cite], info: PackInfo) -> Iterator[tuple[Source, str]]:
    """Yield where cites stand, source by source, with the paragraphs: `2, 6–8`.

    Of a source that has but one paragraph none is named.
    """
    by_source: dict[str, set[int]] = {}
    for cite in cites:
        by_source.setdefault(cite.source, set()).add(cite.paragraph)
    for id in sorted(by_source):
        source = info.source(id)
        yield source, "" if source.paragraphs == 1 else ranges(sorted(by_source[id]))


def turns(quote: QuoteView) -> Iterator[tuple[str | None, str]]:
    """Yield who speaks, and all that they say before another does."""
    # Each line of a server's quote may be a message of its own.
    between = "\n" if quote.origin else " "
    for speaker, lines in groupby(quote.lines, key=lambda line: line.speaker):
        yield speaker, between.join(line.words for line in lines)


def speakers(lines: Iterable[SpokenLine]) -> list[str]:
    """Return the names of those who speak some lines, each once, in their order."""
    return [*dict.fromkeys(line.speaker for line in lines if line.speaker)]


def said_when(quote: QuoteView) -> str:
    """Return when a server's quote was said, and whether an image came with it, as far as known."""
    day = dated(quote.said_on) if quote.said_on else ""
    return " · ".join(filter(None, (day, WITH_IMAGE if quote.image else "")))


def how_known(quote: QuoteView) -> str:
    """Return which speakers are inferred; empty if none is."""
    inferred = speakers(one for one in quote.lines if one.attribution is Attribution.INFERRED)
    if not inferred:
        return ""
    if inferred == (known := speakers(quote.lines)):
        return f"{'speaker' if len(known) == 1 else 'speakers'} inferred"
    return f"{listed(inferred)} inferred"


def how_inferred(quote: QuoteView) -> Iterator[str]:
    """Yield from what each speaker is inferred whom the source does not name."""
    yield from dict.fromkeys(
        f"{line.speaker} is inferred as the speaker: {line.reason}"
        for line in quote.lines
        if line.attribution is Attribution.INFERRED
    )
