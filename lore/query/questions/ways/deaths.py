"""Questions about who died, and how, when and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lore.query.answers import SureAnswer
from lore.query.questions.facts import DIED, Says, TypedFact
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import DYING, Asks
from lore.query.questions.relations import asked_stems
from lore.query.questions.ways.events import size
from lore.query.questions.ways.telling import tell, without_repeats
from lore.query.questions.words import clauses, stem, stems

_DONE_TO_OTHERS = frozenset(stems("kill destroy murder slay"))
_LASTING = frozenset(stems("survive alive"))


def death(inquiry: Inquiry) -> Answered | None:
    """Tell how, when or where somebody died, or who did."""
    if not inquiry.only(DYING, {stem("way"), "murder"}):
        return None
    if not inquiry.named:
        asks_for_dead = inquiry.question.asks in (Asks.WHO, Asks.NOTHING)
        return _dead(inquiry) if asks_for_dead and not inquiry.telling & _LASTING else None
    asks = inquiry.question.asks
    if len(inquiry.named) > 1 or asks in (Asks.WHY, Asks.WHO):
        return None
    is_passive = inquiry.has("be") or inquiry.has("get")
    if inquiry.has("do") and inquiry.telling <= _DONE_TO_OTHERS and not is_passive:
        # What he destroyed is not how he was destroyed.
        return None
    if any(len(token.ids) > 1 for token in inquiry.named):
        # Of one of several it may be told, and of another not.
        return None
    deeds = [fact for fact in inquiry.of(inquiry.ids, Says.DEED) if _died(fact.label)]
    deeds.sort(key=lambda fact: size(inquiry, fact.to))
    status = [fact for fact in inquiry.of(inquiry.ids, Says.STATUS) if DIED.search(fact.told.says)]
    killed = [
        fact
        for id in inquiry.ids
        for fact in inquiry.seen(inquiry.facts.about(id))
        if fact.type and fact.to and fact.to.id == id and "kill" in asked_stems(fact.type)
    ]
    if not deeds and not status and not killed:
        return None
    if asks in (Asks.WHERE, Asks.WHEN):
        return _of_event(inquiry, [*deeds, *_deeds_of(inquiry, killed)], asks)
    first, then = (deeds[:1], status) if asks is Asks.HOW else (status, deeds[:1])
    told = [*first, *then] if first or then else killed[:1]
    died_at = deeds[0].to if deeds and asks is Asks.HOW else None
    at = died_at or inquiry.ref(inquiry.ids[0])
    return tell(inquiry, at, without_repeats([*told, *killed[: 1 - bool(then)]][:2]))


def _dead(inquiry: Inquiry) -> Answered | None:
    """Tell of all who died."""
    work = inquiry.facts.work
    dead = inquiry.seen(inquiry.facts.dead(), inquiry.facts.of_kind(Says.STATUS))
    best = [fact for fact in dead if fact.told.tier == inquiry.facts.info.best_tier] or dead
    if not best or work is None:
        return None
    told = tuple(fact.told for fact in best)
    return Answered(work, SureAnswer(told[:8]))


def _deeds_of(inquiry: Inquiry, killed: Iterable[TypedFact]) -> list[TypedFact]:
    """Return the deeds that stand where it is told that somebody was killed."""
    deeds = [
        deed
        for fact in killed
        for deed in inquiry.of([fact.of.id], Says.DEED)
        if not {*deed.told.cites}.isdisjoint(fact.told.cites)
    ]
    return sorted(deeds, key=lambda fact: size(inquiry, fact.to))


def _of_event(inquiry: Inquiry, deeds: Sequence[TypedFact], asks: Asks) -> Answered | None:
    """Tell where or when it was that somebody did something."""
    for deed in deeds:
        assert deed.to
        says = Says.PLACE if asks is Asks.WHERE else Says.YEAR
        if found := inquiry.of([deed.to.id], says):
            return tell(inquiry, deed.to, [*found[:1], deed])
    return None


def _died(did: str) -> bool:
    """Tell whether one of the things that somebody did was to die."""
    return any(DIED.match(clause.strip()) for clause in clauses(did))
