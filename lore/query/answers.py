"""What a question came to: frozen values, no prose. `bot/features` turns them into words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from lore.pack.model import Attribution, Cite, DifferenceKind, Kind, Picture, Tier, Tiers
from lore.search.names import Match, Verdict


@dataclass(frozen=True, slots=True)
class Scope:
    """What one asker may see: whose server they ask in (None: no server), and which tiers."""

    guild_id: int | None
    tiers: Tiers


@dataclass(frozen=True, slots=True)
class Ref:
    """An entry by id, with what is needed to name it; `mark` tells it from others of its name."""

    id: str
    name: str
    kind: Kind
    tier: Tier
    mark: str = ""

    @property
    def title(self) -> str:
        """Name the entry so that no other one can be meant."""
        return f"{self.name} ({self.mark})" if self.mark else self.name


@dataclass(frozen=True, slots=True)
class CitedText:
    """Something said in the lore, where it stands, and how it is known.

    `verbatim` words are the source's own; `section` is the part of a long article they are in.
    `asked` are questions that it answers.
    """

    says: str
    cites: tuple[Cite, ...]
    tier: Tier
    verbatim: bool = False
    section: str = ""
    new_paragraph: bool = False
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreditedPerson:
    """A person of the real world and what they did."""

    role: str
    told: CitedText


@dataclass(frozen=True, slots=True)
class LabelledFact:
    """What is told under a label and is no sentence."""

    label: str
    told: CitedText


@dataclass(frozen=True, slots=True)
class Link:
    """A relation as it reads from the entry that is shown; `inferred` says from what it is.

    `type` is the id of its type, `inverse` whether it is written at the other end.
    """

    label: str
    other: Ref
    cites: tuple[Cite, ...]
    tier: Tier
    inferred: str = ""
    type: str = ""
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Participation:
    """What someone did at an event."""

    who: Ref
    told: CitedText


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Accounts of the same thing that differ, side by side; `at` is the entry that has them.

    `kind` is None where nobody has said yet whether they contradict each other.
    """

    at: Ref
    about: str
    differs: str
    accounts: tuple[CitedText, ...]
    kind: DifferenceKind | None = None


@dataclass(frozen=True, slots=True)
class EventYear:
    """The year of an event; `by` is whether the source says by that year, not in it."""

    year: int
    by: bool
    cites: tuple[Cite, ...]
    tier: Tier


@dataclass(frozen=True, slots=True)
class EventPlace:
    """The place of an event."""

    place: Ref
    cites: tuple[Cite, ...]
    tier: Tier


class Position(NamedTuple):
    """A place in the order of the story: that of an event of the pack, or so many steps after it.

    The steps are the events of a server.
    """

    order: int
    step: int = 0

    def __str__(self) -> str:
        return f"{self.order}-{self.step}" if self.step else str(self.order)


@dataclass(frozen=True, slots=True)
class EventDetails:
    """What an event has beyond other entries; `position` is None where its time is not told."""

    position: Position | None
    when: EventYear | None
    where: EventPlace | None
    part_of: Ref | None
    parts: tuple[Ref, ...]
    previous: Ref | None
    next: Ref | None
    deeds: tuple[Participation, ...]
    outcome: CitedText | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something that a server added comes from."""

    source: str
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A server's own remark under an entry of the pack, whose id `about` is.

    `unlike` is a sentence of the entry that it tells otherwise, `within` the server's entry that
    tells it so.
    """

    id: str
    about: str
    text: str
    origin: Origin
    unlike: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as one asker may see it; `origin` is None for an entry of the pack.

    `found_by` are names that no source has. `links` begin with the most important. `disagreements`
    begin with the entry's own; the rest concern it too, or are those of the parts of an event.
    `namesakes` are others that go by its name, where one of them does so by what the server added;
    `called_here` are the aliases that it gave an entry of the pack. `written` is the name of one of
    its own entries with what is behind bars in it.
    """

    ref: Ref
    text: tuple[CitedText, ...]
    lead: CitedText | None = None
    aliases: tuple[CitedText, ...] = ()
    found_by: tuple[str, ...] = ()
    status: CitedText | None = None
    kind_inferred: str = ""
    facts: tuple[LabelledFact, ...] = ()
    credits: tuple[CreditedPerson, ...] = ()
    links: tuple[Link, ...] = ()
    disagreements: tuple[DifferenceView, ...] = ()
    first_event: Ref | None = None
    last_event: Ref | None = None
    happening: EventDetails | None = None
    quotes: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    namesakes: tuple[Ref, ...] = ()
    called_here: tuple[str, ...] = ()
    origin: Origin | None = None
    written: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line of a quote; `speaker` is a name, `ref` its entry where there is one."""

    words: str
    speaker: str | None
    ref: Ref | None
    attribution: Attribution
    reason: str | None


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote as one asker may see it; `origin` is None for a quote of the pack.

    `said_on` is the day on which a server's quote was said, `image` tells of one that came with it.
    """

    id: str
    tier: Tier
    lines: tuple[SpokenLine, ...]
    to: tuple[str, ...]
    occasion: CitedText | None
    event: Ref | None
    cites: tuple[Cite, ...]
    origin: Origin | None = None
    said_on: date | None = None
    image: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the asker may have meant; `match` says what in the question led to it."""

    ref: Ref
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class SureAnswer:
    """What is surely told of a question: sentences, or accounts that differ on it."""

    sentences: tuple[CitedText, ...] = ()
    differences: tuple[DifferenceView, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class ClosestPassage:
    """A sentence that comes near to what was asked; `at` is the entry that it tells of."""

    at: Ref
    told: CitedText


@dataclass(frozen=True, slots=True)
class Found:
    """The entry that was asked for; `match` says how it was found (None: by its id).

    `aside` is the kind that was asked for, where the entry is of another; `answer` is what was
    asked of it.
    """

    view: EntryView
    match: Match | None = None
    aside: Kind | None = None
    answer: SureAnswer | None = None


@dataclass(frozen=True, slots=True)
class DidYouMean:
    """Several entries could be meant, none of them surely; `more` of them are not among these."""

    query: str
    choices: tuple[Choice, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was found; `closest` are the least unlike, and may be none.

    `speaking` is whether it was looked for among those alone who speak in a quote, `passages` are
    the sentences that come nearest to a question.
    """

    query: str
    closest: tuple[Choice, ...] = ()
    speaking: bool = False
    passages: tuple[ClosestPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """There was such a quote or entry in this server; it has been removed."""

    id: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quote that was asked for, or one by chance."""

    view: QuoteView


@dataclass(frozen=True, slots=True)
class QuoteChoices:
    """Quotes that the half-remembered words may be of, none of them surely.

    `speaker` is whom they were asked of, as it was typed, `left_out` whether there are more.
    """

    query: str
    quotes: tuple[QuoteView, ...]
    speaker: str = ""
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class NoQuote:
    """There is no such quote; `speaker` is set when somebody was found who is never quoted."""

    query: str
    speaker: Ref | None = None


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage of an entry or quote that holds the words; `marks` are spans of `text`.

    `before` is the sentence before it, where this one does not say whom it is about. `implied` are
    names of its entry, or of who says the quote, that hold words which are not in the text,
    `found_by` is one that no source has; `speakers` are all who speak in the quote. `told_by` is
    the id of the entry, quote or note that says it.
    """

    ref: Ref | None
    quote_id: str | None
    text: str
    marks: tuple[tuple[int, int], ...]
    tier: Tier
    cites: tuple[Cite, ...] = ()
    before: str = ""
    found_by: str = ""
    implied: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first; may be nothing: then `named` are entries in the question.

    `nearest` is whether none of the passages has most of what was asked for, `left_out` whether
    there are more of them than these. Where nothing is found of the kind that was asked for,
    `elsewhere` is how many passages of other kinds there are. Of a question, `answer` is what is
    surely told, `closest` what comes nearest where that is nothing.
    """

    query: str
    passages: tuple[FoundPassage, ...]
    nearest: bool = False
    named: tuple[Choice, ...] = ()
    left_out: bool = False
    elsewhere: int = 0
    answer: Found | None = None
    closest: tuple[ClosestPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """What the matcher made of a question: its candidates, best first, and what follows."""

    query: str
    candidates: tuple[Choice, ...]
    verdict: Verdict


class EventStep(NamedTuple):
    """An event of a timeline: where it stands in the story, and of what event it is a part."""

    ref: Ref
    position: Position | None
    part_of: Ref | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in the order of the story, all or those of a character or at a place.

    `view` reads what is told of one of them. `undated` are those whose time no source tells.
    """

    events: Sequence[EventStep]
    view: Callable[[EventStep], EntryView] = field(compare=False)
    undated: tuple[Ref, ...] = ()
    character: Ref | None = None
    place: Ref | None = None

    @classmethod
    def of(cls, events: Iterable[EntryView]) -> Timeline:
        """Return the timeline of events that have been read already."""
        views = {event.ref: event for event in events}
        steps = [
            EventStep(ref, told.position, told.part_of) if told else EventStep(ref, None, None)
            for ref, told in ((event.ref, event.happening) for event in views.values())
        ]
        return cls(steps, lambda step: views[step.ref])


@dataclass(frozen=True, slots=True)
class PackStats:
    """How much the pack holds."""

    entries: int
    quotes: int


EntryAnswer = Found | DidYouMean | Unknown | Removed
QuoteAnswer = Quoted | QuoteChoices | NoQuote | DidYouMean | Unknown | Removed
