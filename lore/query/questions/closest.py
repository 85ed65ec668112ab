"""Ranks the sentences that come nearest to a question which typed facts do not answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from lore.pack.model import Kind
from lore.query.answers import CitedText, ClosestPassage
from lore.query.questions.facts import Says
from lore.query.questions.parsing import ASKING, Asks, ParsedQuestion
from lore.query.questions.sentences import Sentence, Sentences
from lore.query.questions.words import stem, stems, word_set
from lore.query.visible_lore import VisibleLore
from lore.search.common_words import is_common

PASSAGES = 3

# What a word counts that only stands for the one that was asked, and from which likeness on a word
# of how many letters is taken for a misspelt one.
_STANDS_FOR = 0.6
_CORRECTED = 0.6
_SHORTEST_CORRECTED = 5

# How much it counts that a sentence has all that is asked.
_COVERED = 0.3
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
# What a sentence counts that is told of whom the question asks, or of those to whom somebody else
# did what is asked.
_ASKED_OF = 1.1
_ASKED_FOR = 0.8
_NEW_WORDS = 4

_REASON = re.compile(
    r"\b(?:because|since|so that|in order|as he|as she|as they|for fear|hold|holds|blam\w+|"
    r"reveng\w*|vengeful|unwilling|believ\w+|fear\w*|want\w*|to (?:save|stop|protect|learn|get)|"
    r"hatred|resent\w*|in honor|discover\w*|found out|responsible|did not want|thought|seeing|"
    r"seen as|set on|in the belief|out of|meant to|wish\w*|danger\w*|suspect\w*)\b"
)
_TIME = re.compile(r"\b(?:\d{4}|after|before|while|when|during|later|shortly|months?|then|once)\b")
_NUMBERS = (
    r"\b(?:\d{1,9}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|"
    r"hundreds?|thousands?|millions?|billions?|several|many|both|all|twins?)\b"
)
_NUMBER = re.compile(_NUMBERS, re.IGNORECASE)
_SPAN = re.compile(
    rf"{_NUMBERS} (?:\w+ )?(?:second|minute|hour|day|week|month|year)s?\b", re.IGNORECASE
)
_COUNTED = re.compile(_NUMBERS + r"((?: \w+){1,3})", re.IGNORECASE)
_OF_EVENTS = (Asks.WHERE, Asks.WHEN, Asks.NOTHING)
_FULL_YEAR = re.compile(r"\b\d{4}\b")
_AMOUNT = word_set("many much long old far often")
_TALKING = word_set("i me my mine you your yours we us our")
_YEAR = word_set("year years date")
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been) (?:\w{1,20} ){1,4}by\b")
_MEANS = re.compile(r"\b(?:by|with|using|through|into|himself|herself)\b")


def closest(
    question: ParsedQuestion, visible: VisibleLore, sentences: Sentences
) -> tuple[ClosestPassage, ...]:
    """Return the sentences that come nearest to a question; none if no word of it is known."""
    asked = list(_asked(question, sentences))
    if not _is_known(question, asked, sentences):
        return ()
    terms: dict[str, float] = {}
    for meant in asked:
        for term, worth in meant.items():
            terms[term] = max(worth, terms.get(term, 0.0))
    tiers, apart = visible.scope.tiers, sentences.facts.info.apart
    ranked: list[tuple[float, int]] = []
    named = set().union(*(sentences.having(term) for term in terms if term.startswith("@")))
    for number, score in sentences.scores(terms).items():
        one = sentences.every[number]
        if one.told.tier in tiers and all(map(visible.shows, one.refs)):
            lessened = _APART if one.told.tier in apart else 1.0
            lessened *= _NOTHING_NEW if not _tells_more(sentences.words[number], terms) else 1.0
            lessened *= _OTHERS if named and number not in named else 1.0
            lessened *= _share(asked, sentences, number) ** _COVERED
            shape = _shape(question, sentences, number)
            ranked.append((-score * lessened * shape, number))
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


def _asked(question: ParsedQuestion, sentences: Sentences) -> Iterator[dict[str, float]]:
    """Yield for each name and telling word the entries or stems to look for, and their worth."""
    for token in question.tokens:
        if token.ids:
            yield {f"@{id}": 1.0 / len(token.ids) ** 0.5 for id in token.ids}
    for token in question.telling:
        yield dict(_meant(token.text, token.stem, sentences))


def _is_known(
    question: ParsedQuestion, asked: Sequence[Mapping[str, float]], sentences: Sentences
) -> bool:
    """Tell whether enough of a question is known: a name, a word of one, or two words together."""
    if any(token.ids for token in question.tokens):
        return True
    known = [meant for meant in asked if meant]
    if not _TALKING.isdisjoint(token.text for token in question.tokens):
        # Nobody asks a story about themselves.
        return False
    if not known or len(known) < _ENOUGH * len(asked):
        return False
    named = any(token.text in sentences.facts.name_words for token in question.telling)
    if len(known) == len(asked) and (len(known) == 1 or named):
        return True
    having = Counter(number for meant in known for number in {*_having(meant, sentences)})
    return max(having.values()) > 1


def _having(meant: Iterable[str], sentences: Sentences) -> Iterator[int]:
    for term in meant:
        yield from sentences.having(term)


def _share(asked: Sequence[Mapping[str, float]], sentences: Sentences, number: int) -> float:
    """Return the share of what is asked that a sentence has."""
    known = [meant for meant in asked if meant]
    found = (
        max((worth for term, worth in meant.items() if number in sentences.having(term)), default=0)
        for meant in known
    )
    return sum(found) / len(known)


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


def _shape(question: ParsedQuestion, sentences: Sentences, number: int) -> float:
    """Return how well a sentence has the shape of an answer."""
    one = sentences.every[number]
    asked = {id for token in question.named for id in token.ids}
    subjects, says = sentences.subjects[number], one.told.says
    shape = _ASKED_OF if not subjects.isdisjoint(question.subject) else 1.0
    is_object = asked and not question.subject
    if question.asks is Asks.WHO and is_object and not subjects.isdisjoint(asked):
        shape *= 1.0 if _PASSIVE.search(says) else _ASKED_FOR
    begins = one.heading.partition(" ")[0].lower()
    if begins in ASKING:
        shape *= 1.2 if question.word == begins else 0.8
    others = {sentences.kinds.get(id) for id in sentences.named[number] - asked}
    return shape * _kind_of_shape(question, one, others)


def _kind_of_shape(
    question: ParsedQuestion, one: Sentence, others: Collection[Kind | None]
) -> float:
    says = one.told.says
    texts = {token.text for token in question.tokens}
    if question.asks is Asks.HOW and not _AMOUNT.isdisjoint(texts):
        if _counts(question, says):
            return 2.5
        return 1.5 if _NUMBER.search(says) else 0.7
    if not _YEAR.isdisjoint(texts):
        return 1.6 if _FULL_YEAR.search(says) else 0.8
    if one.says in (Says.PLACE, Says.YEAR, Says.PART) and question.asks not in _OF_EVENTS:
        return _BARE
    match question.asks:
        case Asks.WHO:
            told = one.says in (Says.DEED, Says.RELATION, Says.CREDIT)
            return 1.15 * (1.0 if Kind.CHARACTER in others or told else 0.85)
        case Asks.WHERE:
            return 1.4 if Kind.PLACE in others or one.says is Says.PLACE else 1.0
        case Asks.WHEN:
            return 1.3 if one.says is Says.YEAR or _TIME.search(says) else 1.0
        case Asks.WHY | Asks.HOW if one.says is Says.RELATION:
            return _BARE
        case Asks.WHY:
            is_reason = one.heading.startswith("Why") or _REASON.search(says)
            return 1.7 if is_reason else 0.9
        case Asks.HOW:
            return 1.15 if _MEANS.search(says) else 1.0
    return 1.0


def _counts(question: ParsedQuestion, says: str) -> bool:
    """Tell whether a sentence has a number of what the question counts, or a span of time."""
    words = [token.text for token in question.tokens]
    if "long" in words:
        return _SPAN.search(says) is not None
    at = words.index("many") + 1 if "many" in words else len(words)
    if at >= len(words):
        return False
    counted = stem(words[at].split()[-1])
    return any(counted in stems(behind) for behind in _COUNTED.findall(says))


def _tells_more(words: frozenset[str], terms: Mapping[str, float]) -> bool:
    return len(words - terms.keys()) >= _NEW_WORDS


def _same(sentences: Sentences, one: int, other: int) -> bool:
    words, others = sentences.words[one], sentences.words[other]
    return len(words & others) > _SAME * min(len(words), len(others))
