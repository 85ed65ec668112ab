"""Questions about an event: where, when, who took part, how it ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from lore.pack.model import Cite, Kind
from lore.query.answers import Ref
from lore.query.questions.facts import Says, TypedFact
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import DYING, TELLING_ALL, Asks
from lore.query.questions.relations import asked_stems
from lore.query.questions.ways.telling import tell
from lore.query.questions.words import POSSESSIVE, stem, stems
from lore.search.normalise import squash

# An event is that of a fight if so much of what two did there stands where the fight is told.
_ENOUGH_OF_IT = 0.3

_BECOMING = frozenset(stems("happen fate become end status"))
_TAKING_PLACE = frozenset(stems("happen take place occur located set year date"))
_TAKING_PART = frozenset(stems("fight take part attend there present involved"))
_BEING_THERE = frozenset(stems("attend there present"))


def place(inquiry: Inquiry) -> Answered | None:
    """Tell where something is, or took place."""
    if inquiry.question.asks is not Asks.WHERE or len(inquiry.named) != 1:
        return None
    if not inquiry.telling <= _TAKING_PLACE:
        return None
    tokens = inquiry.question.tokens
    if POSSESSIVE in {token.text for token in tokens} or not inquiry.ids:
        return None
    if any(inquiry.ref(id).kind is Kind.CHARACTER for id in inquiry.ids):
        # Where somebody was once seen or comes from is not where they are.
        return None
    facts = [
        fact
        for fact in inquiry.of(inquiry.ids, Says.RELATION, Says.PLACE)
        if fact.says is Says.PLACE
        or (fact.type and (fact.type.question or "").startswith("Where is {from}"))
    ]
    return tell(inquiry, facts[0].of, facts) if facts else None


def time(inquiry: Inquiry) -> Answered | None:
    """Tell in which year something happened; what happened in a year."""
    tokens = inquiry.question.tokens
    years = [facts for token in tokens if (facts := inquiry.facts.in_year(token.text))]
    if years and not inquiry.named and len(inquiry.telling) == len(years):
        facts = inquiry.seen(years[0])
        return tell(inquiry, facts[0].of, facts) if facts else None
    is_when = inquiry.question.asks is Asks.WHEN or stem("year") in inquiry.telling
    if not is_when or len(inquiry.named) != 1 or not inquiry.telling <= _TAKING_PLACE:
        return None
    facts = inquiry.of(inquiry.ids, Says.YEAR)
    return tell(inquiry, facts[0].of, facts) if facts else None


def outcome(inquiry: Inquiry) -> Answered | None:
    """Tell what became of somebody, or came of an event."""
    if len(inquiry.named) != 1 or not inquiry.telling <= _BECOMING:
        return None
    if stem("become") in inquiry.telling and not inquiry.is_behind_preposition():
        # What he turned into is not what became of him.
        return None
    is_event = any(inquiry.ref(id).kind is Kind.EVENT for id in inquiry.ids)
    how = inquiry.question.asks is Asks.HOW and is_event
    if not how and not (inquiry.telling and inquiry.question.asks in (Asks.WHAT, Asks.NOTHING)):
        return None
    if facts := inquiry.of(inquiry.ids, Says.STATUS, Says.OUTCOME):
        return tell(inquiry, facts[0].of, facts)
    # What a server tells of an event of its own has no outcome apart.
    is_one = is_event and len(inquiry.ids) == 1
    return Answered(inquiry.ref(inquiry.ids[0]), None) if is_one else None


def scene(inquiry: Inquiry) -> Answered | None:
    """Show the place of which it is asked what happened there."""
    if inquiry.question.asks is not Asks.WHAT or inquiry.telling != {stem("happen")}:
        return None
    is_there = len(inquiry.ids) == 1 and inquiry.question.is_there
    if not is_there or inquiry.ref(inquiry.ids[0]).kind is not Kind.PLACE:
        return None
    return Answered(inquiry.ref(inquiry.ids[0]), None)


def participants(inquiry: Inquiry) -> Answered | None:
    """Tell who took part in an event."""
    if inquiry.question.asks is not Asks.WHO or not inquiry.telling <= _TAKING_PART:
        return None
    if len(inquiry.named) != 1 or not inquiry.is_behind_preposition():
        return None
    called = [squash(form) for form in (inquiry.named[0].text, f"the {inquiry.named[0].text}")]
    if inquiry.telling <= _BEING_THERE and any(map(inquiry.facts.is_loose_name, called)):
        # Who was at the party is not who fought when it ended.
        return None
    events = [id for id in inquiry.ids if inquiry.ref(id).kind is Kind.EVENT]
    deeds = inquiry.seen(
        fact
        for id in events
        for fact in inquiry.facts.about(id)
        if fact.says is Says.DEED and fact.to and fact.to.id == id
    )
    people = [fact for fact in deeds if fact.of.kind is Kind.CHARACTER]
    if not people or not people[0].to:
        return None
    names = ", ".join(dict.fromkeys(fact.of.name for fact in people))
    event = inquiry.facts.spoken(people[0].to)
    return tell(inquiry, people[0].to, people, says=f"In {event} took part: {names}.")


def meeting(inquiry: Inquiry) -> Answered | None:
    """Show the event at which two that are named fought."""
    if len(inquiry.named) != 2 or not inquiry.only({"versus", "fight", "battl", "against"}):
        return None
    if inquiry.question.asks not in (Asks.NOTHING, Asks.WHAT, Asks.WHEN):
        return None
    one, other = (token.ids for token in inquiry.named)
    fought = [
        fact
        for fact in inquiry.seen(fact for id in one for fact in inquiry.facts.about(id))
        if fact.type
        and fact.to
        and not {"fight", *DYING}.isdisjoint(asked_stems(fact.type))
        and not {fact.of.id, fact.to.id}.isdisjoint(other)
    ]
    if not fought:
        return None
    events = [_events_of(inquiry, ids) for ids in (one, other)]
    both = {id for id in events[0] if id in events[1]}
    told = {cite for fact in fought for cite in fact.told.cites}
    deeds = [
        fact for fact in inquiry.of([*one, *other], Says.DEED) if fact.to and fact.to.id in both
    ]
    # Of all that both took part in, that which the documents tell where they tell of the fight.
    shares = {id: _share_of(told, [d for d in deeds if d.to and d.to.id == id]) for id in both}
    near = sorted(id for id in both if shares[id] >= _ENOUGH_OF_IT)
    at = min(near, key=lambda id: size(inquiry, inquiry.ref(id)), default=None)
    if at is None:
        return tell(inquiry, fought[0].of, fought)
    there = [fact for fact in deeds if fact.to and fact.to.id == at]
    return tell(inquiry, inquiry.ref(at), there)


def _events_of(inquiry: Inquiry, ids: Collection[str]) -> list[str]:
    return [fact.to.id for fact in inquiry.of(ids, Says.DEED) if fact.to]


def _share_of(cites: Iterable[Cite], facts: Sequence[TypedFact]) -> float:
    """Return the share of the paragraphs that these facts cite which is cited as well."""
    told = {(cite.source, cite.paragraph) for cite in cites}
    there = [(cite.source, cite.paragraph) for fact in facts for cite in fact.told.cites]
    return sum(place in told for place in there) / max(1, len(there))


def whole(inquiry: Inquiry) -> Answered | None:
    """Show the entry of the story as a whole."""
    work = inquiry.facts.work
    if not inquiry.only(TELLING_ALL) or work is None:
        return None
    if any(work.id not in token.ids for token in inquiry.named):
        return None
    return Answered(work, None)


def size(inquiry: Inquiry, event: Ref | None) -> int:
    """Return how much is told of an event: of those that are parts of others, less."""
    return len(inquiry.facts.about(event.id)) if event else 0
