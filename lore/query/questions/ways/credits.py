"""Questions about who made a work, and who played whom."""

from __future__ import annotations

from collections.abc import Sequence

from lore.pack.model import Kind
from lore.query.questions.facts import Facts, Says, TypedFact
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import MAKERS, MAKING, PLAYING
from lore.query.questions.ways.telling import MOST_SENTENCES, tell
from lore.query.questions.words import stem, stems
from lore.search.normalise import squash

_PARTS = frozenset(stems("role part character"))


def credits(inquiry: Inquiry) -> Answered | None:
    """Tell who played, directed or wrote it, or whom somebody played."""
    roles = inquiry.telling & (PLAYING | MAKING | _PARTS)
    roles |= {MAKERS.get(role, role) for role in roles}
    if not inquiry.only(PLAYING, MAKING, _PARTS, {stem("name")}) or not roles:
        return None
    if roles <= _PARTS and not any(token.person for token in inquiry.named):
        return None
    if not roles.isdisjoint(PLAYING):
        roles = {*PLAYING}
    people = [token for token in inquiry.named if token.person]
    works = {inquiry.facts.work.id} if inquiry.facts.work else set[str]()
    if len(inquiry.named) - sum(works == {*token.ids} for token in inquiry.named) > 1:
        return None
    if people and inquiry.telling <= _PARTS:
        roles = {*PLAYING}
    if people:
        of = [fact for one in people for fact in inquiry.facts.credited(squash(one.text))]
    else:
        ids = inquiry.ids or [work.id for work in [inquiry.facts.work] if work]
        of = inquiry.of(ids, Says.CREDIT)
    facts = [
        fact
        for fact in inquiry.seen(of)
        if not roles.isdisjoint(stems(fact.label.partition(":")[0]))
    ]
    parts = [fact for fact in facts if fact.of.kind is not Kind.WORK]
    # That somebody is in the cast does not tell whom they play.
    facts = parts if people and not roles.isdisjoint(PLAYING) else parts or facts
    if not facts:
        return None
    if len(facts) > MOST_SENTENCES:
        return tell(inquiry, facts[0].of, facts, says=_cast(inquiry.facts, facts))
    return tell(inquiry, facts[0].of, facts)


def _cast(facts: Facts, cast: Sequence[TypedFact]) -> str:
    names = ", ".join(dict.fromkeys(fact.label.partition(": ")[2] for fact in cast))
    role = cast[0].label.partition(":")[0]
    return f"{facts.spoken(cast[0].of).first} · {role}: {names}"
