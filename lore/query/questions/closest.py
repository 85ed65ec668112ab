"""Ranks the sentences that come nearest to a question which typed facts do not answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from lore.pack.model import Kind
from lore.query.answers import CitedText, ClosestPassage
from lore.query.questions.facts import Says
from lore.query.questions.parsing import ASKING, EMPTY, Asks, ParsedQuestion, Token
from lore.query.questions.sentences import Sentence, Sentences
from lore.query.questions.words import stem, stems, word_set
from lore.query.visible_lore import VisibleLore
from lore.search.common_words import is_common
from lore.search.passages import LIGHT

PASSAGES = 3

# What a word counts that only stands for the one that was asked, and from which likeness on a word
# of how many letters is taken for a misspelt one.
_STANDS_FOR = 0.6
_STANDS_FOR_RARE = 0.8
_OFTEN = 3
_CORRECTED = 0.6
_DERIVED = 0.8
# What a word counts that is in one name alone: "the compound".
_PART_OF_NAME = 0.7
# Verbs that say little beside another word: "throw a party", "turn evil".
_LIGHT_VERB = 0.5
# What a word counts that says when it was, behind the question itself.
_WHEN_IT_WAS = 0.3
_LIGHT_VERBS = frozenset(stems("take make give go come put turn throw bring set run keep let look"))
_SHORTEST_CORRECTED = 5

# How much it counts that a sentence has all that is asked.
_COVERED = 0.6
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
_OF_ANOTHER = 0.9
# What it counts that a sentence says who or what something is, where nothing else that is asked
# is known; and that it says the names, where a name is asked.
_WHO_IT_IS = 1.5
_ITS_NAMES = 1.8
_TOGETHER = 1.15
_NAMING = frozenset(stems("name call alias nickname identity known"))
# What an account counts that tells when it was, where it is asked why.
_OTHER_MATTER = 0.6
_ASKED_FOR = 0.65
_BARE_WHO = 0.85
_NEW_WORDS = 4
# What a sentence counts by how many signs of a reason it has.
_REASONS = (0.9, 1.5, 1.6)
# What it counts that a sentence has the number of what is counted, and that it is just on what is
# asked. What all else comes to, together with the last of the reasons, is no more than this.
_COUNTED_SHAPE = 2.5
_ON_IT = 1.2
_MOST_OF_SHAPE = _ASKED_OF * 1.001
# So many sentences are ranked at once.
_AT_ONCE = 64

# What it adds that a pack says a sentence answers this very question.
_PUT_SO = 1.5
_ASKED_OTHERWISE = 0.5

_REASON = re.compile(
    r"\b(?:because|since|so that|in order|for fear|hold|holds|blam\w+|"
    r"reveng\w*|vengeful|unwilling|believ\w+|fear\w*|want\w*|horror|learned|"
    r"hatred|resent\w*|in honor|discover\w*|found out|responsible|did not want|thought|seeing|"
    r"seen as|set on|in the belief|out of|meant to|wish\w*|danger\w*|suspect\w*|"
    r"for (?:the|his|her|its|their) \w+ of|over the)\b"
)
# What is done to some end: "gave a party to celebrate", not "began to fight" or "came to Sokovia".
_PURPOSE = re.compile(
    r"\b(\w{1,20}),? to (?!th|life|light|power|mind|his|her|him|its|each|one|both|all)[a-z]{3,20}\b"
)
_NO_PURPOSE = re.compile(
    r"(?:begin|began|begun|start\w*|tr(?:y|ies|ied)|ha[sd]|have|able|unable|prepar\w*|manag\w+|"
    r"help\w*|used|refus\w+|seem\w*|about|ready|forced|got|going|continu\w+|close|next|back|"
    r"c[ao]me|was|were|is|are)"
)
_TIME = re.compile(
    r"\b(?:\d{4}|after|before|while|when|during|later|shortly|months?|then|once|scene)\b"
)
_NUMBERS = (
    r"\b(?:\d{1,9}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|"
    r"hundreds?|thousands?|millions?|billions?|several|many|both|all|twins?)\b"
)
_NUMBER = re.compile(_NUMBERS, re.IGNORECASE)
_ORDINAL = re.compile(r"\b(?:first|second|third|(?!with|both|earth)\w{1,12}th)\b", re.IGNORECASE)
_SPAN = re.compile(
    rf"{_NUMBERS} (?:\w+ )?(?:second|minute|hour|day|week|month|year)s?\b", re.IGNORECASE
)
_AGE = re.compile(rf"{_NUMBERS} years? old\b|\baged?\b", re.IGNORECASE)
_QUANTITY = re.compile(r"\b(?:\d{1,9}|hundreds?|thousands?|millions?|billions?|dollars?)\b")
_COUNTED = re.compile(
    _NUMBERS + r"((?: (?!(?:the|a|of|and|his|her|its|their|in)\b)\w+){1,3})", re.IGNORECASE
)
_OF_EVENTS = (Asks.WHERE, Asks.WHEN, Asks.NOTHING)
_FULL_YEAR = re.compile(r"\b\d{4}\b")
_AMOUNT = word_set("many much long old far often")
_TALKING = word_set("i me my mine you your yours we us our")
_HAPPENING = word_set("happen happens happened happening goes going went")
_SETTING = word_set("after before when while during until into once")
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
    chosen = _best(_Ranking(question, visible, sentences, asked))
    return tuple(_passage(sentences.sentence(number)) for number in chosen)


def _best(ranking: _Ranking) -> list[int]:
    """Return the numbers of the sentences that rank first, none of which tells the same."""
    ranked: list[tuple[float, int]] = []
    chosen: list[int] = []
    for numbers, most in ranking.batches():
        ranked += ranking.ranked(numbers)
        ranked.sort()
        chosen = []
        for rank, number in ranked:
            # What is still to come may rank before this one.
            if -rank <= most:
                break
            if not any(_same(ranking.sentences, number, other) for other in chosen):
                chosen.append(number)
            if len(chosen) == PASSAGES:
                return chosen
    return chosen


class _Ranking:
    """Ranks sentences by what they share with a question, and by how well they answer it.

    The first is known of all at once, the second found out sentence by sentence, those that may
    rank first before others.
    """

    def __init__(
        self,
        question: ParsedQuestion,
        visible: VisibleLore,
        sentences: Sentences,
        asked: Sequence[Mapping[str, float]],
    ) -> None:
        self.sentences = sentences
        self._question = question
        self._visible = visible
        self._asked = asked
        self._terms = {term for meant in asked for term in meant}
        self._scores = sentences.scores(asked)
        self._shares = sentences.shares(asked)
        self._others = np.ones(len(sentences))
        ids = [id for token in question.named for id in token.ids]
        if any(len(sentences.having(f"@{id}")) for id in ids):
            self._others[:] = _OTHERS
            for id in ids:
                self._others[sentences.having(f"@{id}")] = 1.0

    def batches(self) -> Iterator[tuple[list[int], float]]:
        """Yield the numbers of sentences, and the highest rank that those behind may have."""
        found = np.flatnonzero(self._scores)
        known = self._scores[found] * self._shares[found] ** _COVERED * self._others[found]
        most = known * _most_of_shapes(self._question, self.sentences)[found]
        order = np.argsort(-most, kind="stable")
        found, most = found[order], most[order]
        for at in range(0, len(found), _AT_ONCE):
            behind = most[at + _AT_ONCE] if at + _AT_ONCE < len(found) else -1.0
            yield found[at : at + _AT_ONCE].tolist(), float(behind)

    def ranked(self, numbers: Iterable[int]) -> Iterator[tuple[float, int]]:
        """Yield of sentences that the asker may see the rank, the best as the lowest number."""
        tiers, apart = self._visible.scope.tiers, self.sentences.facts.info.apart
        for number in numbers:
            one = self.sentences.sentence(number)
            if one.told.tier in tiers and all(map(self._visible.shows, one.refs)):
                lessened = _APART if one.told.tier in apart else 1.0
                is_more = _tells_more(self.sentences.words(number), self._terms)
                lessened *= 1.0 if is_more else _NOTHING_NEW
                lessened *= float(self._others[number])
                lessened *= float(self._shares[number]) ** _COVERED
                shape = _shape(self._question, self.sentences, number)
                shape *= 1 + _PUT_SO * self._likeness(number)
                yield -float(self._scores[number]) * lessened * shape, number

    def _likeness(self, number: int) -> float:
        """Return how like a question is to the one most like it that a sentence answers."""
        told = self.sentences.sentence(number).told
        if not told.asked or not self._question.telling:
            return 0.0
        asked, best = self._asked, 0.0
        meant = {term: worth for terms in asked for term, worth in terms.items()}
        for text, put in zip(told.asked, self.sentences.asked(number), strict=True):
            in_it = sum(any(term in terms for terms in put for term in meant) for meant in asked)
            of_it = sum(max(meant.get(term, 0.0) for term in terms) for terms in put)
            like = in_it / max(1, len(asked)) * of_it / max(1, len(put))
            asks = text.partition(" ")[0].lower() == self._question.word
            best = max(best, like * (1.0 if asks else _ASKED_OTHERWISE))
        return best


def _most_of_shapes(question: ParsedQuestion, sentences: Sentences) -> NDArray[np.float64]:
    """Return for each sentence what `_shape` may come to at most."""
    amount = question.asks is Asks.HOW and not _AMOUNT.isdisjoint(
        token.text for token in question.tokens
    )
    most = np.full(len(sentences), _MOST_OF_SHAPE * (_COUNTED_SHAPE if amount else _REASONS[-1]))
    most[sentences.accounts :] *= _ON_IT
    most[sentences.kinds == Says.NAME.value] *= _ITS_NAMES / _REASONS[-1]
    most[sentences.kinds == Says.LEAD.value] *= _WHO_IT_IS
    most[sentences.kinds == Says.RELATION.value] *= _TOGETHER
    most[sentences.asking] *= 1 + _PUT_SO
    return most


def _passage(one: Sentence) -> ClosestPassage:
    """Return a sentence as it is shown: behind the one that says whom it is about."""
    if not one.before:
        return ClosestPassage(one.at, one.told)
    cites = tuple(dict.fromkeys((*one.before.cites, *one.told.cites)))
    told = CitedText(f"{one.before.says} {one.told.says}", cites, one.told.tier)
    return ClosestPassage(one.at, told)


def _asked(question: ParsedQuestion, sentences: Sentences) -> Iterator[dict[str, float]]:
    """Yield for each name and telling word the entries or stems to look for, and their worth."""
    behind = _behind_setting(question)
    for token in question.named:
        if token.person:
            yield from ({one: 1.0} for one in stems(token.text) if sentences.knows(one))
        else:
            worth = _WHEN_IT_WAS if token in behind else 1.0
            yield {f"@{id}": worth / len(token.ids) ** 0.5 for id in token.ids}
            yield from _described(token, sentences)
    for token in _telling(question):
        is_light = token.stem in _LIGHT_VERBS and len(question.telling) > 1
        worth = _WHEN_IT_WAS if token in behind else _LIGHT_VERB if is_light else 1.0
        meant = _meant(token.text, token.stem, sentences)
        yield {term: worth * one for term, one in meant.items()}


def _behind_setting(question: ParsedQuestion) -> tuple[Token, ...]:
    """Return the words that say when it was: "who foresaw him before they even raided the base"."""
    tokens = question.tokens
    at = next((at for at, token in enumerate(tokens) if at and token.text in _SETTING), len(tokens))
    return tokens[at:]


def _described(token: Token, sentences: Sentences) -> Iterator[dict[str, float]]:
    """Yield the words of a name by which people tell what happened: "avengers fight each other"."""
    words = token.text.split()
    if len(words) > 1 and any(_kind(id, sentences) is Kind.EVENT for id in token.ids):
        for word in (word for word in words if word not in LIGHT and word not in EMPTY):
            if meant := _meant(word, stem(word), sentences):
                yield {term: _PART_OF_NAME * worth for term, worth in meant.items()}


def _telling(question: ParsedQuestion) -> tuple[Token, ...]:
    """Return the words to look for: not that it is asked how many there are, or what happens."""
    telling = question.telling
    asked = _HAPPENING | (_AMOUNT if question.asks is Asks.HOW else frozenset()) | _SETTING
    return tuple(token for token in telling if token.text not in asked) or telling


def _is_known(
    question: ParsedQuestion, asked: Sequence[Mapping[str, float]], sentences: Sentences
) -> bool:
    """Tell whether enough of a question is known: a name, a word of one, or two words together."""
    if question.named:
        return True
    if not _TALKING.isdisjoint(token.text for token in question.tokens):
        # Nobody asks a story about themselves.
        return False
    known = [meant for meant in asked if meant]
    if not known:
        return False
    telling = {token.text for token in _telling(question)}
    of_names = {word for word in telling if sentences.facts.is_in_name(word)}
    if not all(map(is_common, of_names)) or (
        len(known) == len(asked) and (len(asked) == 1 or of_names)
    ):
        return True
    return len(known) >= _ENOUGH * len(asked) and sentences.most_together(known) > 1


def _meant(word: str, stemmed: str, sentences: Sentences) -> Mapping[str, float]:
    """Return the terms that a word stands for, and what each is worth."""
    return dict(_meanings(word, stemmed, sentences))


def _meanings(word: str, stemmed: str, sentences: Sentences) -> Iterator[tuple[str, float]]:
    """Yield the stems that a word stands for: its own, its kin, or that of what was misspelt."""
    if sentences.knows(stemmed):
        # "Go" is said of much: where people went is told by verbs that say how.
        yield stemmed, _LIGHT_VERB if stemmed == "go" else 1.0
    elif derived := sentences.derived(stemmed):
        yield from ((one, _DERIVED) for one in derived)
    elif len(word) >= _SHORTEST_CORRECTED and not is_common(word):
        variants = sentences.vocabulary.variants(word)
        best = max(variants, key=lambda one: one.worth, default=None)
        if best and best.worth >= _CORRECTED:
            stemmed = stem(sentences.vocabulary.words[best.number])
            yield stemmed, best.worth
    if id := sentences.named_by(word):
        yield f"@{id}", _PART_OF_NAME
    is_rare = len(sentences.having(stemmed)) < _OFTEN
    for one in sentences.kin.get(stemmed, frozenset()) - {stemmed}:
        if sentences.knows(one):
            # What means the same does not tell more than what was asked.
            most = 1.0 if is_rare else min(1.0, sentences.weight(stemmed) / sentences.weight(one))
            yield one, most * (_STANDS_FOR_RARE if is_rare else _STANDS_FOR)


def _shape(question: ParsedQuestion, sentences: Sentences, number: int) -> float:
    """Return how well a sentence has the shape of an answer."""
    one = sentences.sentence(number)
    asked = {id for token in question.named for id in token.ids}
    subjects, says = sentences.subjects(number), one.told.says
    shape = 1.0
    if question.subject and subjects:
        shape = _OF_ANOTHER if subjects.isdisjoint(question.subject) else _ASKED_OF
    is_object = asked and not question.subject
    if question.asks is Asks.WHO and is_object and not subjects.isdisjoint(asked):
        shape *= 1.0 if _PASSIVE.search(says) else _ASKED_FOR
    if one.about:
        shape *= _on_it(question, one)
    if one.says is Says.LEAD and one.at.id in asked and not _knows_more(question, sentences):
        shape *= _WHO_IT_IS
    if one.says is Says.RELATION and len(one.refs) > 2:
        shape *= _TOGETHER
    others = {_kind(id, sentences) for id in sentences.named(number) - asked}
    return shape * _kind_of_shape(question, one, others)


def _knows_more(question: ParsedQuestion, sentences: Sentences) -> bool:
    """Tell whether a word of a question is known beside the names in it."""
    return any(_meant(token.text, token.stem, sentences) for token in question.telling)


def _on_it(question: ParsedQuestion, one: Sentence) -> float:
    """Return what an account counts: more if what sources differ in is what is asked."""
    telling = {token.stem for token in question.telling}
    if telling.isdisjoint(stems(one.about)):
        return 0.75
    begins = one.about.partition(" ")[0].lower()
    if question.word == begins:
        return _ON_IT
    return _OTHER_MATTER if begins in ASKING else 0.8


def _kind_of_shape(
    question: ParsedQuestion, one: Sentence, others: Collection[Kind | None]
) -> float:
    says = one.told.says
    texts = {token.text for token in question.tokens}
    if question.asks is Asks.HOW and not _AMOUNT.isdisjoint(texts):
        if _counts(question, says) or _lists(question, one):
            return _COUNTED_SHAPE
        return 1.5 if _NUMBER.search(says) else 0.7
    if one.says is Says.NAME:
        return _BARE if _NAMING.isdisjoint(question.stems) else _ITS_NAMES
    if "number" in texts and question.asks is Asks.WHAT:
        return 1.5 if _ORDINAL.search(says) or _NUMBER.search(says) else 1.0
    if not _YEAR.isdisjoint(texts):
        return 1.6 if _FULL_YEAR.search(says) else 0.8
    if one.says in (Says.PLACE, Says.YEAR, Says.PART) and question.asks not in _OF_EVENTS:
        return _BARE
    match question.asks:
        case Asks.WHO:
            told = one.says in (Says.DEED, Says.RELATION, Says.CREDIT)
            if one.says is Says.LEAD and question.telling:
                return _BARE_WHO
            return 1.15 * (1.0 if Kind.CHARACTER in others or told else 0.85)
        case Asks.WHERE:
            return 1.4 if Kind.PLACE in others or one.says is Says.PLACE else 1.0
        case Asks.WHEN:
            return 1.3 if one.says is Says.YEAR or _TIME.search(says) else 1.0
        case Asks.WHY | Asks.HOW if one.says is Says.RELATION:
            return _BARE
        case Asks.WHY:
            return _REASONS[min(2, _reasons(one))]
        case Asks.HOW:
            return 1.15 if _MEANS.search(says) else 1.0
    return 1.0


def _reasons(one: Sentence) -> int:
    """Return how many signs a sentence has that it tells of a reason."""
    says = one.told.says
    ends = (match[1] for match in _PURPOSE.finditer(says) if not _NO_PURPOSE.fullmatch(match[1]))
    return one.heading.startswith("Why") + len(_REASON.findall(says)) + sum(1 for _ in ends)


def _counts(question: ParsedQuestion, says: str) -> bool:
    """Tell whether a sentence has a number of what the question counts, or a span of time."""
    words = [token.text for token in question.tokens]
    if "long" in words:
        return _SPAN.search(says) is not None
    if "old" in words:
        return _AGE.search(says) is not None
    if "much" in words:
        return _QUANTITY.search(says) is not None
    at = words.index("many") + 1 if "many" in words else len(words)
    if at >= len(words):
        return False
    counted = stem(words[at].split()[-1])
    return any(counted in stems(behind) for behind in _COUNTED.findall(says))


def _lists(question: ParsedQuestion, one: Sentence) -> bool:
    """Tell whether a sentence names all of those that are to be counted: the members of a team."""
    words = [token.text for token in question.tokens]
    counted = question.tokens[words.index("many") + 1 :][:1] if "many" in words else ()
    is_of_several = one.says is Says.RELATION and len(one.refs) > 2
    return is_of_several and any(one.at.id in token.ids for token in counted)


def _kind(id: str, sentences: Sentences) -> Kind | None:
    ref = sentences.facts.find(id)
    return ref.kind if ref else None


def _tells_more(words: frozenset[str], terms: Set[str]) -> bool:
    return len(words - terms) >= _NEW_WORDS


def _same(sentences: Sentences, one: int, other: int) -> bool:
    words, others = sentences.words(one), sentences.words(other)
    return len(words & others) > _SAME * min(len(words), len(others))
