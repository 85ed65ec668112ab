"""Questions about what somebody did, and who did something."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from lore.pack.model import Kind
from lore.query.questions.facts import Says, TypedFact
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import Asks, Token, parsed_words
from lore.query.questions.ways.telling import MOST_SENTENCES, tell, without_repeats
from lore.query.questions.words import clauses, stems, word_set

# Verbs that mean something else with a particle behind them: to make, and to make off with.
_CHANGING = word_set("make take get give go come put set turn bring run break")
_PARTICLES = word_set("off out up away down over back on in into")

# Words between a verb and what it was not done to, and those that may stand before a name.
_BESIDE_IT = word_set("with for from of by beside before after at in on into over through")
_DETERMINERS = word_set("the a an his her its their this that")

_BEING = re.compile(r"(?:was|were|is|are|had|has|have|did|could|would|can|will)\b", re.IGNORECASE)


def doer(inquiry: Inquiry) -> Answered | None:
    """Tell who did something that is told as a deed, in these words."""
    verbs = [token.stem for token in inquiry.question.telling]
    if inquiry.question.asks is not Asks.WHO or not verbs or inquiry.has("do") or inquiry.has("be"):
        return None
    if inquiry.question.tokens[0].names or not (verbs[1:] or inquiry.named):
        return None
    deeds = inquiry.seen(inquiry.facts.done(verbs[0]), inquiry.facts.of_kind(Says.DEED))
    fitting = [
        fact for fact in deeds if _is_done(inquiry, fact, verbs[0], verbs[1:], inquiry.named)
    ]
    doers = {fact.of.id for fact in fitting}
    if not fitting or len(doers) > 2 or _did_others(inquiry, doers):
        return None
    return tell(inquiry, fitting[0].of, without_repeats(fitting[:2]))


def _did_others(inquiry: Inquiry, doers: Collection[str]) -> bool:
    """Tell whether a sentence about others has the words and names of the question as well.

    Where one of the doers is named as well, it tells of what they did to others.
    """
    sentences = inquiry.visible.sentences
    return any(
        (ref := inquiry.visible.ref(id)) and ref.kind is Kind.CHARACTER
        for number in sentences.having(inquiry.question.telling[0].stem).tolist()
        if inquiry.telling <= sentences.words(number)
        and sentences.named(number).isdisjoint(doers)
        and all(sentences.named(number).intersection(token.ids) for token in inquiry.named)
        for id in sentences.subjects(number).difference(inquiry.ids)
    )


def deed(inquiry: Inquiry) -> Answered | None:
    """Tell what somebody did, at an event or in these words."""
    if inquiry.question.asks is not Asks.WHAT or not inquiry.has("do") or not inquiry.ids:
        return None
    who, *others = inquiry.named
    if inquiry.asks_for_what(()):
        return None
    verbs = [token.stem for token in inquiry.question.telling]
    deeds = inquiry.of(who.ids, Says.DEED)
    if verbs:
        fitting = [fact for fact in deeds if _is_done(inquiry, fact, verbs[0], verbs[1:], others)]
    else:
        at = {id for token in others for id in token.ids}
        fitting = [fact for fact in deeds if fact.to and fact.to.id in at]
        if deeds and not others:
            # Of many deeds its entry tells.
            is_few = len(deeds) <= MOST_SENTENCES
            return tell(inquiry, deeds[0].of, deeds) if is_few else Answered(deeds[0].of, None)
    return tell(inquiry, fitting[0].of, fitting[:2]) if fitting else None


def _is_done(
    inquiry: Inquiry, fact: TypedFact, verb: str, rest: Collection[str], names: Sequence[Token]
) -> bool:
    """Tell whether a deed says in one clause that this was done, to those that are named."""
    for clause in clauses(fact.label):
        words = clause.split()
        if not words or _BEING.match(clause.strip()):
            continue
        said = stems(clause)
        if not said or said[0] != verb or not {*rest} <= {*said}:
            continue
        if verb in _CHANGING and not {*said[1:2]} & _PARTICLES <= {*inquiry.question.stems}:
            continue
        if not names or _are_named(inquiry, names, fact, clause):
            return True
    return False


def _are_named(inquiry: Inquiry, names: Sequence[Token], fact: TypedFact, clause: str) -> bool:
    """Tell whether a clause names the first of these, and the others took part in the event."""
    assert fact.to
    tokens = [*parsed_words(clause, inquiry.visible, inquiry.facts)]
    named = {id for token in tokens for id in token.ids}
    there = {deed.of.id for deed in inquiry.facts.about(fact.to.id) if deed.says is Says.DEED}
    first, *others = (frozenset(token.ids) for token in names)
    if first.isdisjoint({*named, fact.to.id}):
        return False
    if any(
        _is_beside(inquiry, tokens[:at]) for at, token in enumerate(tokens) if first & {*token.ids}
    ):
        return False
    return all(not other.isdisjoint({*named, *there, fact.to.id}) for other in others)


def _is_beside(inquiry: Inquiry, before: Sequence[Token]) -> bool:
    """Tell whether it was done with, for or from what is named behind these words, not to it.

    A question that has the same preposition asks for just that.
    """
    words = [token.text for token in before if token.text not in _DETERMINERS]
    return (
        bool(words)
        and words[-1] in _BESIDE_IT
        and all(words[-1] != token.text for token in inquiry.question.tokens)
    )
