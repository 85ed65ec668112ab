"""Ranks the sentences that come nearest to a question which typed facts do not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lore.pack.model import Kind
from lore.query.answers import CitedText, ClosestPassage
from lore.query.questions.facts import Says
from lore.query.questions.parsing import Asks, ParsedQuestion
from lore.query.questions.sentences import Sentence, Sentences
from lore.query.questions.words import stem
from lore.query.visible_lore import VisibleLore
from lore.search.common_words import is_common

PASSAGES = 3

# What a word counts that only stands for the one that was asked, and from which likeness on a word
# of how many letters is taken for a misspelt one.
_STANDS_FOR = 0.45
_CORRECTED = 0.6
_SHORTEST_CORRECTED = 5

# Without a name, so much of what is asked has to be known.
_ENOUGH = 0.5
# Two sentences that share so many of their words tell the same.
_SAME = 0.6
# What is told by tiers apart comes after the story, and what names nobody whom the question names;
# nor does a bare relation say how or why.
_APART = 0.8
_OTHERS = 0.5
_BARE = 0.6
# A sentence that has hardly a word beside those of the question tells nothing new.
_NOTHING_NEW = 0.7
_NEW_WORDS = 4

_REASON = re.compile(
    r"\b(?:because|since|so that|in order|as he|as she|as they|for fear|hold|holds|blam\w+|"
    r"reveng\w*|vengeful|unwilling|believ\w+|fear\w*|want\w*|to (?:save|stop|protect|learn|get)|"
    r"hatred|resent\w*|in honor|discover\w*|found out|responsible|did not want|thought|seeing|"
    r"seen as|set on|in the belief|out of|meant to|wish\w*|danger\w*|suspect\w*)\b"
)
_TIME = re.compile(r"\b(?:\d{4}|after|before|while|when|during|later|shortly|months?|then|once)\b")
_MEANS = re.compile(r"\b(?:by|with|using|through|into|himself|herself)\b")


def closest(
    question: ParsedQuestion, visible: VisibleLore, sentences: Sentences
) -> tuple[ClosestPassage, ...]:
    """Return the sentences that come nearest to a question; none if no word of it is known."""
    terms = _terms(question, sentences)
    if not terms:
        return ()
    tiers, apart = visible.scope.tiers, sentences.facts.info.apart
    ranked: list[tuple[float, int]] = []
    named = set().union(*(sentences.having(term) for term in terms if term.startswith("@")))
    for number, score in sentences.scores(terms).items():
        one = sentences.every[number]
        if one.told.tier in tiers and all(ref.tier in tiers for ref in one.refs):
            lessened = _APART if one.told.tier in apart else 1.0
            lessened *= _NOTHING_NEW if not _tells_more(sentences.words[number], terms) else 1.0
            lessened *= _OTHERS if named and number not in named else 1.0
            ranked.append((-score * lessened * _shape(question, one), number))
    chosen: list[int] = []
    for _, number in sorted(ranked):
        if not any(_same(sentences, number, other) for other in chosen):
            chosen.append(number)
        if len(chosen) == PASSAGES:
            break
    return tuple(_passage(sentences.every[number]) for number in chosen)


def _passage(one: Sentence) -> ClosestPassage:
    """Return a sentence as it is shown: behind the one that says whom it is about."""
    if not one.before:
        return ClosestPassage(one.at, one.told)
    cites = tuple(dict.fromkeys((*one.before.cites, *one.told.cites)))
    told = CitedText(f"{one.before.says} {one.told.says}", cites, one.told.tier)
    return ClosestPassage(one.at, told)


def _terms(question: ParsedQuestion, sentences: Sentences) -> dict[str, float]:
    """Return the stems and entries to look for, and what each of them counts."""
    terms: dict[str, float] = {}
    known = every = 0.0
    for token in question.tokens:
        if token.ids:
            for id in token.ids:
                terms[f"@{id}"] = 1.0 / len(token.ids) ** 0.5
    rarest = sentences.weight("")
    for token in question.telling:
        meant = dict(_meant(token.text, token.stem, sentences))
        every += rarest
        if meant:
            known += rarest
        for one, worth in meant.items():
            terms[one] = max(worth, terms.get(one, 0.0))
    named = any(token.ids for token in question.tokens)
    return terms if named or (every and known / every >= _ENOUGH) else {}


def _meant(word: str, stemmed: str, sentences: Sentences) -> Iterator[tuple[str, float]]:
    """Yield the stems that a word stands for: its own, its kin, or that of what was misspelt."""
    if sentences.knows(stemmed):
        yield stemmed, 1.0
    elif len(word) >= _SHORTEST_CORRECTED and not is_common(word):
        variants = sentences.vocabulary.variants(word)
        best = max(variants, key=lambda one: one.worth, default=None)
        if best and best.worth >= _CORRECTED:
            stemmed = stem(sentences.vocabulary.words[best.number])
            yield stemmed, best.worth
    for one in sentences.kin.get(stemmed, frozenset()) - {stemmed}:
        if sentences.knows(one):
            yield one, _STANDS_FOR


def _shape(question: ParsedQuestion, one: Sentence) -> float:
    """Return how well a sentence has the shape of an answer."""
    says = one.told.says
    match question.asks:
        case Asks.WHO:
            return 1.15 if one.says in (Says.DEED, Says.RELATION, Says.CREDIT) else 1.0
        case Asks.WHERE:
            has_place = any(ref.kind is Kind.PLACE for ref in one.refs)
            return 1.3 if has_place or one.says is Says.PLACE else 1.0
        case Asks.WHEN:
            return 1.3 if one.says is Says.YEAR or _TIME.search(says) else 1.0
        case Asks.WHY | Asks.HOW if one.says is Says.RELATION:
            return _BARE
        case Asks.WHY:
            is_reason = one.heading.startswith("Why") or _REASON.search(says)
            return 1.6 if is_reason else 0.9
        case Asks.HOW:
            return 1.15 if _MEANS.search(says) else 1.0
    return 1.0


def _tells_more(words: frozenset[str], terms: Mapping[str, float]) -> bool:
    return len(words - terms.keys()) >= _NEW_WORDS


def _same(sentences: Sentences, one: int, other: int) -> bool:
    words, others = sentences.words[one], sentences.words[other]
    return len(words & others) > _SAME * min(len(words), len(others))
