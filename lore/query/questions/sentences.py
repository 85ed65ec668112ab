"""All sentences of a pack, by the stems of their words and by the entries that they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from lore.pack.model import Kind
from lore.query.answers import CitedText, Ref
from lore.query.questions.facts import Facts, Says, TypedFact
from lore.query.questions.words import ALIKE, asked_words, stem, stems
from lore.search.normalise import plain
from lore.search.passages import LIGHT
from lore.search.vocabulary import Vocabulary

# BM25: how soon a word that is said again adds nothing, and how much long sentences are lowered.
_AGAIN = 1.2
_LENGTH = 0.4

# What a name counts beside a word, in the sentence or as that of the entry, and the words under
# which it stands.
_NAMED = 1.0
_OWN = 0.8
_HEADING = 0.3
# What a word counts in a question that a pack says a sentence answers.
_ASKED = 0.8
_LONGEST_NAME = 4
# What a sentence is told of is named by so many words of it.
_BEGINNING = 3
# A word is made of another by an ending of so many letters; it has at least so many.
_ENDING = 2
_BEGINS = 5
_SHORTEST_NAME = 4
_SHORTEST_DERIVED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence that may be found, with the entry that it tells of and what it was made of.

    `heading` are words that it stands under: the names of an event, how a relation is asked for.
    `about` is what accounts are about. `before` is the sentence before it, where this one does not
    say whom it is about.
    """

    at: Ref
    told: CitedText
    says: Says
    refs: tuple[Ref, ...]
    heading: str = ""
    about: str = ""
    before: CitedText | None = None


class Sentences:
    """All sentences of a pack, of every tier, by the stems of their words and by whom they name."""

    def __init__(self, facts: Facts, vocabulary: Vocabulary) -> None:
        self.facts = facts
        self.vocabulary = vocabulary
        self.every = list(_sentences(facts))
        self._postings: Mapping[str, dict[int, float]] = defaultdict(dict)
        self.words: list[frozenset[str]] = []
        # The entries that each sentence names, and what it is told of: by its first words.
        self.named: list[frozenset[str]] = []
        self.subjects: list[frozenset[str]] = []
        lengths = []
        names = _Named(facts)
        texts = plain([one.told.says for one in self.every])
        over = sorted({one.heading for one in self.every})
        headings = dict(zip(over, map(str.split, plain(over)), strict=True))
        for number, (one, text) in enumerate(zip(self.every, texts, strict=True)):
            words = text.split()
            said = [stem(word) for word in words if word not in LIGHT]
            for word in said:
                postings = self._postings[word]
                postings[number] = postings.get(number, 0.0) + 1
            beside = headings[one.heading]
            for word in (stem(word) for word in beside if word not in LIGHT):
                self._postings[word].setdefault(number, _HEADING)
            said_in = list(names.said_in(words))
            self.named.append(frozenset(id for _, id in said_in))
            first = min((at for at, _ in said_in), default=0)
            self.subjects.append(frozenset(id for at, id in said_in if at == first < _BEGINNING))
            for _, id in said_in:
                self._postings[f"@{id}"][number] = _NAMED
            for ref in one.refs:
                self._postings[f"@{ref.id}"].setdefault(number, _OWN)
            # "Hulk's Departure" names him where its sentences say "he".
            for _, id in names.said_in(beside):
                self._postings[f"@{id}"].setdefault(number, _OWN)
            self.words.append(frozenset(said))
            lengths.append(len(said))
        self.kinds = {ref.id: ref.kind for one in self.every for ref in one.refs}
        self._index_asked(names)
        average = sum(lengths) / max(1, len(lengths))
        self._norms = [1 - _LENGTH + _LENGTH * length / average for length in lengths]

    def _index_asked(self, names: _Named) -> None:
        """Index the questions that a pack says sentences answer, each as the terms of its words."""
        self.asked = [
            [tuple(names.terms(asked_words(text))) for text in one.told.asked] for one in self.every
        ]
        for number, questions in enumerate(self.asked):
            for term in {term for terms in questions for any_of in terms for term in any_of}:
                self._postings[term].setdefault(number, _ASKED)

    def knows(self, term: str) -> bool:
        """Tell whether a stem or an entry is said by a sentence."""
        return term in self._postings

    def having(self, term: str) -> Collection[int]:
        """Return the numbers of the sentences that say a stem or an entry."""
        return self._postings.get(term, {})

    def derived(self, stemmed: str) -> Collection[str]:
        """Return the stems that a word was made of, or that were made of it: Korea, Korean."""
        if len(stemmed) < _SHORTEST_DERIVED:
            return ()
        most = len(stemmed) + _ENDING
        near = (
            one
            for one in self._by_beginning.get(stemmed[:_BEGINS], ())
            if one.startswith(stemmed) or stemmed.startswith(one)
        )
        return [one for one in near if most - 2 * _ENDING <= len(one) <= most]

    def weight(self, term: str) -> float:
        """Return what a term tells: the more the fewer sentences have it."""
        having, every = len(self._postings.get(term, ())), len(self.every)
        return log(1 + (every - having + 0.5) / (having + 0.5))

    def scores(self, asked: Iterable[Mapping[str, float]]) -> dict[int, float]:
        """Score the sentences that have any of what is asked, by BM25.

        Each of `asked` are terms that stand for one word, and their worth: the best one counts.
        """
        scores: dict[int, float] = defaultdict(float)
        for meant in asked:
            best: dict[int, float] = {}
            for term, worth in meant.items():
                weight = worth * self.weight(term)
                for number, times in self._postings.get(term, {}).items():
                    norm = 1.0 if term.startswith("@") else self._norms[number]
                    score = weight * times * (_AGAIN + 1) / (times + _AGAIN * norm)
                    best[number] = max(score, best.get(number, 0.0))
            for number, score in best.items():
                scores[number] += score
        return scores

    @cached_property
    def _by_beginning(self) -> Mapping[str, list[str]]:
        """The stems that sentences have, by their first letters."""
        found = defaultdict[str, list[str]](list)
        for one in self._postings:
            found[one[:_BEGINS]].append(one)
        return found

    @cached_property
    def named_by(self) -> Mapping[str, str]:
        """For a word that only the names of one entry have, and no sentence, that entry."""
        ids = defaultdict[str, set[str]](set)
        for name, id in self.facts.names:
            for word in name.split():
                if len(word) >= _SHORTEST_NAME:
                    ids[word].add(id)
        return {
            word: id
            for word, (id, *others) in ids.items()
            if not others and word not in LIGHT and not self.having(stem(word))
        }

    @cached_property
    def kin(self) -> Mapping[str, frozenset[str]]:
        """For a stem those that mean the same: in English, in the pack, and of a relation."""
        alike = (*ALIKE, *self.facts.info.alike)
        groups = [frozenset(stems(words)) for words in alike]
        for type in self.facts.info.relation_types:
            verbs = (one for one in type.asked if " " not in one)
            groups.append(frozenset(one for verb in verbs for one in stems(verb)))
        kin: dict[str, frozenset[str]] = {}
        for group in groups:
            for one in group:
                kin[one] = kin.get(one, frozenset()) | group
        return kin


def _sentences(facts: Facts) -> Iterator[Sentence]:
    for fact in facts.every:
        at = fact.to if fact.says is Says.DEED and fact.to else fact.of
        yield Sentence(at, fact.told, fact.says, fact.refs, _heading(fact, facts), "", fact.before)
    yield from _joined(facts)
    seen = set[str]()
    for one in (one for each in facts.differences.values() for one in each):
        for account in one.accounts:
            if account.says not in seen:
                seen.add(account.says)
                # An account says "he" and "it" of what the difference is about.
                about = CitedText(f"{one.about}:", (), account.tier)
                yield Sentence(
                    one.at, account, Says.TEXT, (one.at,), one.about, one.about, before=about
                )


def _heading(fact: TypedFact, facts: Facts) -> str:
    """Return the words under which a fact is found beside its own."""
    if fact.type:
        # "in charge of" says what "leads" does.
        several = (one.partition(" of {")[0] for one in fact.type.asked)
        return " / ".join(one for one in several if " " in one)
    if fact.says is Says.CREDIT:
        # Who plays somebody is asked for by what they are: "who played the doctor".
        return next((one.told.says for one in facts.about[fact.of.id] if one.says is Says.LEAD), "")
    events = (facts.headings[ref.id] for ref in fact.refs if ref.kind is Kind.EVENT)
    return next(events, "")


def _joined(facts: Facts) -> Iterator[Sentence]:
    """Yield what several have in common as one sentence: the members of a team, the wearers."""
    ends = defaultdict[tuple[str, str, str], list[TypedFact]](list)
    for fact in facts.every:
        if fact.type and fact.to:
            ends[fact.type.id, fact.to.id, fact.told.tier].append(fact)
    for several in (several for several in ends.values() if len(several) > 1):
        first = several[0]
        assert first.to
        told = facts.joined(several)
        cites = tuple(dict.fromkeys(cite for fact in several for cite in fact.told.cites))
        refs = tuple(dict.fromkeys(ref for fact in several for ref in fact.refs))
        yield Sentence(
            first.to,
            CitedText(told, cites, first.told.tier),
            Says.RELATION,
            refs,
            _heading(first, facts),
        )


class _Named:
    """Knows the entries that a sentence names by the names that sources have for them."""

    def __init__(self, facts: Facts) -> None:
        self._ids: dict[str, list[str]] = defaultdict(list)
        for name, id in facts.names:
            self._ids["".join(name.split())].append(id)

    def said_in(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield where entries are named, and the ids of these, the longest names first."""
        yield from ((at, id) for at, _, ids in self._spans(words) for id in ids)

    def terms(self, words: Sequence[str]) -> Iterator[frozenset[str]]:
        """Yield for each name the entries that it may mean, and for each telling word its stem."""
        last = 0
        for at, end, ids in (*self._spans(words), (len(words), 0, ())):
            yield from (frozenset([stem(word)]) for word in words[last:at] if word not in LIGHT)
            if ids:
                yield frozenset(f"@{id}" for id in ids)
            last = end

    def _spans(self, words: Sequence[str]) -> Iterator[tuple[int, int, Sequence[str]]]:
        """Yield where the name of an entry begins and ends, and its ids."""
        at = 0
        while at < len(words):
            for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                part = "".join(words[at : at + length])
                if ids := self._ids.get(part) or self._ids.get(part.removesuffix("s")):
                    yield at, at + length, ids
                    at += length
                    break
            else:
                at += 1
