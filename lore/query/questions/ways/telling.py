"""How what is found is told: as sentences, or as accounts that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

from lore.query.answers import CitedText, Ref, SureAnswer
from lore.query.questions.facts import TypedFact
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.ways.accounts import contradictions
from lore.query.questions.words import stems
from lore.search.passages import LIGHT

# So many sentences are an answer; of names joined in one, there may be more.
MOST_SENTENCES = 3

# Of two sentences that share so many of their words one is told.
_SAME = 0.6


def tell(inquiry: Inquiry, at: Ref, facts: Sequence[TypedFact], says: str = "") -> Answered | None:
    """Answer with facts, or with the accounts that contradict each other on them."""
    if not facts:
        return None
    told = [fact.told for fact in facts][:MOST_SENTENCES]
    return tell_sentences(inquiry, at, [joined(facts, says)] if says else told, facts)


def tell_sentences(
    inquiry: Inquiry, at: Ref, told: Sequence[CitedText], facts: Sequence[TypedFact]
) -> Answered:
    """Answer with sentences, unless these facts are what accounts contradict each other on."""
    differing = tuple(contradictions(inquiry, facts))
    if differing and len(facts) == 1:
        told = ()
    # Of several facts, those that nobody contradicts are told as well.
    return Answered(at, SureAnswer(tuple(told[:MOST_SENTENCES]), differing))


def joined(facts: Sequence[TypedFact], says: str) -> CitedText:
    """Return one sentence for several facts, known as all of them are."""
    cites = tuple(dict.fromkeys(cite for fact in facts for cite in fact.told.cites))
    return CitedText(says, cites, facts[0].told.tier)


def without_repeats(facts: Sequence[TypedFact]) -> list[TypedFact]:
    """Leave out the shorter of two sentences that say nearly the same."""
    kept: list[TypedFact] = []
    for fact in sorted(facts, key=lambda fact: -len(fact.told.says)):
        words = {*stems(fact.told.says)} - LIGHT
        others = [word for one in kept if one.of == fact.of for word in stems(one.told.says)]
        if len(words.intersection(others)) <= _SAME * len(words):
            kept.append(fact)
    return [fact for fact in facts if fact in kept]
