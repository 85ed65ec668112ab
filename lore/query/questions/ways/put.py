"""Questions that a pack itself says are answered by a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from lore.query.questions.facts import Facts, TypedFact
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import (
    ASKING,
    AUXILIARY,
    DETERMINERS,
    DYING,
    EMPTY,
    SETTINGS,
    Asks,
    ParsedQuestion,
    parsed,
)
from lore.query.questions.ways.telling import tell
from lore.query.questions.words import POSSESSIVE, stems
from lore.search.passages import LIGHT

# What happened to a place is not what happened there.
_HAPPENING = frozenset(stems("happen"))
_EMPTY = EMPTY | LIGHT | {word for setting in SETTINGS for word in setting}
_SAYING_NOTHING = ASKING | AUXILIARY | _EMPTY | {*stems(" ".join(_EMPTY)), POSSESSIVE}


def put(inquiry: Inquiry) -> Answered | None:
    """Tell the sentences of which a pack says that they answer what is asked, in these words."""
    if inquiry.question.asks is Asks.NOTHING:
        return None
    sentences = inquiry.visible.sentences
    fitting = [
        (number, other)
        for number, text in _near(inquiry)
        if _is_same(inquiry, other := parsed(text, inquiry.visible, inquiry.facts))
    ]
    # A drill may be what a machine goes by, and do something else.
    names = [name.text for name in inquiry.named]
    called_so = [one for one in fitting if [name.text for name in one[1].named] == names]
    told = dict.fromkeys(number for number, _ in called_so or fitting)
    every = map(sentences.sentence, told)
    found = inquiry.seen(TypedFact(one.says, one.at, one.told) for one in every)
    return tell(inquiry, found[0].of, found) if found else None


def _near(inquiry: Inquiry) -> Iterator[tuple[int, str]]:
    """Yield questions that have all telling words, or the names where there are none.

    Each comes with the number of the sentence that answers it.
    """
    sentences, telling = inquiry.visible.sentences, inquiry.telling - LIGHT
    asked = [_alike(inquiry.facts, one) for one in telling] or [
        frozenset(f"@{id}" for id in token.ids) for token in inquiry.named
    ]
    # A name may be told of by its words.
    silent = _SAYING_NOTHING.union(*(stems(token.text) for token in inquiry.named))
    for number in sentences.put_as(asked) if asked else ():
        put = zip(sentences.sentence(number).told.asked, sentences.asked(number), strict=True)
        for text, terms in put:
            if telling:
                fits = all(any(any_of & term for term in terms) for any_of in asked)
            else:
                # One that says more asks for something else.
                fits = all(term & silent or _is_name(term) for term in terms)
            if fits:
                yield number, text


def _is_name(term: Collection[str]) -> bool:
    return any(one.startswith("@") for one in term)


def _alike(facts: Facts, stemmed: str) -> frozenset[str]:
    """Return the stems of the verbs that ask for the same relation as one does."""
    types = {it.type.id for it in facts.wordings.get((stemmed,), ()) if not it.end}
    verbs = facts.verbs_of(types)
    # Whoever is beaten need not be killed.
    return frozenset([stemmed]) | (verbs & DYING if stemmed in DYING else verbs)


def _is_same(inquiry: Inquiry, other: ParsedQuestion) -> bool:
    """Tell whether a question asks for the same, of the same, in the same words as another."""
    one = inquiry.question
    if one.asks is not other.asks or one.involving != other.involving:
        return False
    if not _says_all(inquiry, other) or (
        not inquiry.telling and inquiry.has("do") is not ("do" in other.stems)
    ):
        # What somebody is, is not what they did.
        return False
    if inquiry.telling == _HAPPENING and one.is_there is not other.is_there:
        return False
    if len(one.named) != len(other.named) or bool(one.subject) is not bool(other.subject):
        return False
    if one.subject and one.subject.isdisjoint(other.subject):
        return False
    return all(
        any(not {*name.ids}.isdisjoint(it.ids) or name.text == it.text for it in other.named)
        for name in one.named
    )


def _says_all(inquiry: Inquiry, other: ParsedQuestion) -> bool:
    """Tell whether two questions have the same telling words, or verbs of the same relation."""
    told = {token.stem for token in other.telling}
    nouns = {
        token.stem
        for before, token in pairwise(other.tokens)
        if before.text in DETERMINERS and token.stem in told
    }
    # "At the end" is no verb that means as much as "destroy".
    mine = {one: _alike(inquiry.facts, one) - (nouns - {one}) for one in inquiry.telling}
    return (
        len(told) == len(mine)
        and told <= frozenset().union(*mine.values())
        and all(not told.isdisjoint(any_of) for any_of in mine.values())
    )
