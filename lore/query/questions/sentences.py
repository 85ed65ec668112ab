"""All sentences of a pack, by the stems of their words and by the entries that they name."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log

import numpy as np
import orjson
from numpy.typing import NDArray

from lore.ids import bare
from lore.pack.model import Kind
from lore.query.answers import CitedText, Ref
from lore.query.questions.facts import MadeFacts, Says, TypedFact
from lore.query.questions.stored_facts import KEPT, StoredFacts, read_text, text_to_store
from lore.query.questions.words import ALIKE, Stems, asked_words, stem, stems
from lore.search.normalise import plain
from lore.search.passages import LIGHT
from lore.search.postings import NO_IDS, Ids, Postings
from lore.search.stored import Stored, Storing
from lore.search.vocabulary import Vocabulary

# BM25: how soon a word that is said again adds nothing, and how much long sentences are lowered.
_AGAIN = 1.2
_LENGTH = 0.4

# How often a sentence has a term, up to so often; and what stands for the parts of once that the
# name of the entry counts beside its words, and the words under which it stands.
_NAMED, _OWN, _HEADING = 1, 254, 255
_MOST = 253
# A word of a question that the pack says a sentence answers counts as the entry's name does.
_ASKED = _OWN
_TIMES = np.arange(256, dtype=np.float64)
_TIMES[[_OWN, _HEADING]] = 0.8, 0.3

_LONGEST_NAME = 4
# What a sentence is told of is named by so many words of it.
_BEGINNING = 3
# A word is made of another by an ending of so many letters; it has at least so many.
_ENDING = 2
_BEGINS = 5
_SHORTEST_NAME = 4
_LETTERS = range(1, 6)
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
    """All sentences of a pack, of every tier, by the stems of their words and by whom they name.

    Each goes by its number: first come the facts, then what joins several, then accounts. An entry
    that is named is a term as a stem is: its id behind an @.
    """

    def __init__(self, stored: Stored, facts: StoredFacts, vocabulary: Vocabulary) -> None:
        self.facts = facts
        self.vocabulary = vocabulary
        self._terms = stored.keys("terms")
        self._having = Postings.opened(stored.part("having"))
        self._times = stored.numbers("times", "u1")
        self._words = stored.lists("words")
        self._named = stored.lists("named")
        self._subjects = stored.lists("subjects")
        self._norms = stored.numbers("norms", "f8")
        self._others = stored.texts("others")
        self._headings = stored.texts("headings")
        self._under = stored.numbers("under", "i4")
        self._name_words = stored.keys("name_words")
        self._one_named = stored.numbers("one_named", "i4")
        kinds = stored.numbers("kinds", "u1")
        self.kinds: NDArray[np.uint8] = np.concatenate([facts.kinds, kinds])
        # The sentences of which the pack says what they answer.
        self.asking: Ids = stored.numbers("asking", "i4")
        self._asked = stored.texts("asked")
        self.accounts: int = stored.json("accounts")
        self.sentence: Callable[[int], Sentence] = lru_cache(KEPT)(self._sentence)

    def __len__(self) -> int:
        return len(self._norms)

    def _sentence(self, number: int) -> Sentence:
        heading = self._headings[int(self._under[number])]
        if number < len(self.facts):
            return _of_fact(self.facts.fact(number), heading)
        at, told, refs, about, before = orjson.loads(self._others[number - len(self.facts)])
        return Sentence(
            self.facts.ref(at),
            read_text(told),
            Says(int(self.kinds[number])),
            tuple(map(self.facts.ref, refs)),
            heading,
            about,
            read_text(before) if before else None,
        )

    def words(self, number: int) -> frozenset[str]:
        """Return the stems of the words of a sentence."""
        return frozenset(map(self._terms.__getitem__, self._words[number]))

    def named(self, number: int) -> frozenset[str]:
        """Return the entries that a sentence names."""
        return frozenset(self.facts.ref(one).id for one in self._named[number])

    def subjects(self, number: int) -> frozenset[str]:
        """Return what a sentence is told of: what its first words name."""
        return frozenset(self.facts.ref(one).id for one in self._subjects[number])

    def asked(self, number: int) -> list[list[frozenset[str]]]:
        """Return the questions that a sentence answers, each as the terms of its words."""
        asked = orjson.loads(self._asked[int(np.searchsorted(self.asking, number))])
        return [[frozenset(map(self._asked_term, terms)) for terms in one] for one in asked]

    def _asked_term(self, term: int | str) -> str:
        return term if isinstance(term, str) else f"@{self.facts.ref(term).id}"

    def put_as(self, asked: Iterable[Iterable[str]]) -> list[int]:
        """Return which sentences with questions have one of the terms for each word."""
        numbers = self.asking
        for any_of in asked:
            having = np.concatenate([NO_IDS, *map(self.having, any_of)])
            numbers = np.intersect1d(numbers, having)
        put: list[int] = numbers.tolist()
        return put

    def knows(self, term: str) -> bool:
        """Tell whether a stem or an entry is said by a sentence."""
        return self._number(term) is not None

    def having(self, term: str) -> Ids:
        """Return the numbers of the sentences that say a stem or an entry, lowest first."""
        number = self._number(term)
        return NO_IDS if number is None else self._having.having(number)

    def _number(self, term: str) -> int | None:
        return self._terms.number(f"@{bare(term[1:])}" if term.startswith("@") else term)

    def derived(self, stemmed: str) -> Collection[str]:
        """Return the stems that a word was made of, or that were made of it: Korea, Korean."""
        if len(stemmed) < _SHORTEST_DERIVED:
            return ()
        most = len(stemmed) + _ENDING
        near = (
            one
            for one in self._terms.beginning(stemmed[:_BEGINS])
            if one.startswith(stemmed) or stemmed.startswith(one)
        )
        return [one for one in near if most - 2 * _ENDING <= len(one) <= most]

    def weight(self, term: str) -> float:
        """Return what a term tells: the more the fewer sentences have it."""
        having, every = len(self.having(term)), len(self)
        return log(1 + (every - having + 0.5) / (having + 0.5))

    def scores(self, asked: Iterable[Mapping[str, float]]) -> NDArray[np.float64]:
        """Score all sentences by BM25; 0 for one that has nothing of what is asked.

        Each of `asked` are terms that stand for one word, and their worth: the best one counts.
        """
        scores = np.zeros(len(self))
        for meant in asked:
            best = np.zeros(len(self))
            for term, worth in meant.items():
                if (at := self._number(term)) is not None:
                    numbers, times = self._having.having(at), _TIMES[self._times[self._held(at)]]
                    norms = 1.0 if term.startswith("@") else self._norms[numbers]
                    weight = worth * self.weight(term)
                    score = weight * times * (_AGAIN + 1) / (times + _AGAIN * norms)
                    best[numbers] = np.maximum(best[numbers], score)
            scores += best
        return scores

    def _held(self, at: int) -> slice:
        return self._having.bounds(at)

    def shares(self, asked: Iterable[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return for each sentence which share it has of what is asked."""
        known = [meant for meant in asked if meant]
        found = np.zeros(len(self))
        for meant in known:
            best = np.zeros(len(self))
            for term, worth in meant.items():
                numbers = self.having(term)
                best[numbers] = np.maximum(best[numbers], worth)
            found += best
        shares: NDArray[np.float64] = found / sum(max(meant.values()) for meant in known)
        return shares

    def most_together(self, asked: Iterable[Iterable[str]]) -> int:
        """Return how much of what is asked one sentence has."""
        counts = np.zeros(len(self), dtype=np.int32)
        for meant in asked:
            having = np.zeros(len(self), dtype=bool)
            for term in meant:
                having[self.having(term)] = True
            counts += having
        return int(counts.max(initial=0))

    def named_by(self, word: str) -> str | None:
        """Return the entry whose names alone have a word that no sentence has."""
        number = self._name_words.number(word)
        return None if number is None else self.facts.ref(int(self._one_named[number])).id

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


def store_sentences(storing: Storing, facts: MadeFacts, ids: Sequence[str]) -> None:
    """Store the sentences that facts of the entries with these ids are found by."""
    joined, accounts = list(_joined(facts)), list(_accounts(facts))
    others = [*joined, *accounts]
    every = [_of_fact(fact, _heading(fact, facts)) for fact in facts.every] + others
    entries = {id: number for number, id in enumerate(ids)}
    kinds = [one.says.value for one in others]
    storing.numbers("kinds", np.array(kinds, dtype=np.uint8))
    storing.json("accounts", len(every) - len(accounts))
    storing.texts("others", (_stored(one, entries) for one in others))
    headings = {heading: n for n, heading in enumerate({one.heading: 0 for one in every})}
    storing.texts("headings", headings)
    under = [headings[one.heading] for one in every]
    storing.numbers("under", np.array(under, dtype=np.int32))
    made = _Terms(facts, list(headings))
    for one, at, text in zip(every, under, plain([one.told.says for one in every]), strict=True):
        made.add(one, at, text.split())
    made.store(storing, entries)
    alone = dict(_named_alone(facts, made.terms))
    words = storing.keys("name_words", alone)
    named = [entries[alone[word]] for word in words]
    storing.numbers("one_named", np.array(named, dtype=np.int32))


class _Terms:
    """Gathers by what sentences are found."""

    def __init__(self, facts: MadeFacts, headings: Sequence[str]) -> None:
        self.terms: dict[str, int] = {}
        # The terms of all sentences, how many each has, and how often it has each.
        self._having, self._counts, self._times = array("i"), array("i"), bytearray()
        self._words: list[Sequence[int]] = []
        # The entries that each sentence names, and what it is told of: by its first words.
        self._named: list[Collection[str]] = []
        self._subjects: list[Collection[str]] = []
        self._lengths: list[int] = []
        # The questions that a pack says sentences answer, by the number of each of these.
        self._asked: dict[int, Sequence[Sequence[Collection[str]]]] = {}
        self._names = _Named(facts)
        self._stems = Stems(facts.stems)
        self._headings = [one.split() for one in plain(headings)]
        # "Hulk's Departure" names him where its sentences say "he".
        self._over = [[id for _, id in self._names.said_in(one)] for one in self._headings]

    def add(self, one: Sentence, heading: int, words: Sequence[str]) -> None:
        """Add the next sentence, by its words."""
        said = [self._stems[word] for word in words if word not in LIGHT]
        times = {term: min(count, _MOST) for term, count in Counter(said).items()}
        self._words.append([self._term(term) for term in times])
        self._lengths.append(len(said))
        for word in self._headings[heading]:
            if word not in LIGHT:
                times.setdefault(self._stems[word], _HEADING)
        said_in = list(self._names.said_in(words))
        first = min((at for at, _ in said_in), default=0)
        self._named.append(dict.fromkeys(id for _, id in said_in))
        begun = (id for at, id in said_in if at == first < _BEGINNING)
        self._subjects.append(dict.fromkeys(begun))
        times |= {f"@{bare(id)}": _NAMED for _, id in said_in}
        for id in (*(ref.id for ref in one.refs), *self._over[heading]):
            times.setdefault(f"@{bare(id)}", _OWN)
        if one.told.asked:
            asked = [list(self._names.terms(asked_words(text))) for text in one.told.asked]
            self._asked[len(self._words) - 1] = asked
            for term in {term for terms in asked for any_of in terms for term in any_of}:
                times.setdefault(f"@{bare(term[1:])}" if term[0] == "@" else term, _ASKED)
        self._having.extend(map(self._term, times))
        self._counts.append(len(times))
        self._times.extend(times.values())

    def _term(self, term: str) -> int:
        return self.terms.setdefault(term, len(self.terms))

    def store(self, storing: Storing, entries: Mapping[str, int]) -> None:
        """Store what was gathered."""
        ordered = storing.keys("terms", self.terms)
        numbers = np.array([ordered[term] for term in self.terms], dtype=np.int32)
        codes = numbers[np.array(self._having, dtype=np.int32)]
        ids = np.repeat(np.arange(len(self._counts), dtype=np.int32), self._counts)
        order = np.lexsort((ids, codes))
        Postings.build(codes, ids, len(ordered), len(self._words)).store(storing.part("having"))
        storing.numbers("times", np.frombuffer(self._times, dtype=np.uint8)[order])
        storing.lists("words", (numbers[words].tolist() for words in self._words))
        storing.lists("named", ([entries[id] for id in ids] for ids in self._named))
        storing.lists("subjects", ([entries[id] for id in ids] for ids in self._subjects))
        storing.numbers("asking", np.array([*self._asked], dtype=np.int32))
        storing.texts("asked", (_asked_to_store(one, entries) for one in self._asked.values()))
        average = sum(self._lengths) / max(1, len(self._lengths))
        norms = [1 - _LENGTH + _LENGTH * length / average for length in self._lengths]
        storing.numbers("norms", np.array(norms))


def _asked_to_store(asked: Sequence[Sequence[Collection[str]]], entries: Mapping[str, int]) -> str:
    """Return questions as they are stored: an entry by its number."""
    # In one order, as sets have another in each process.
    ordered = [[sorted(any_of) for any_of in terms] for terms in asked]
    return orjson.dumps(
        [
            [[entries[term[1:]] if term[0] == "@" else term for term in any_of] for any_of in terms]
            for terms in ordered
        ]
    ).decode()


def _named_alone(facts: MadeFacts, terms: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield the words that only the names of one entry have, and no sentence, and that entry."""
    ids = defaultdict[str, set[str]](set)
    for name, id in facts.names:
        for word in name.split():
            if len(word) >= _SHORTEST_NAME:
                ids[word].add(id)
    for word, (id, *others) in ids.items():
        if not others and word not in LIGHT and stem(word) not in terms:
            yield word, id


def _stored(one: Sentence, entries: Mapping[str, int]) -> str:
    refs = [entries[ref.id] for ref in one.refs]
    before = text_to_store(one.before) if one.before else None
    values = [entries[one.at.id], text_to_store(one.told), refs, one.about, before]
    return orjson.dumps(values).decode()


def _of_fact(fact: TypedFact, heading: str) -> Sentence:
    at = fact.to if fact.says is Says.DEED and fact.to else fact.of
    return Sentence(at, fact.told, fact.says, fact.refs, heading, "", fact.before)


def _accounts(facts: MadeFacts) -> Iterator[Sentence]:
    seen = set[str]()
    for one in (one for each in facts.every_difference for one in each):
        for account in one.accounts:
            if account.says not in seen:
                seen.add(account.says)
                # An account says "he" and "it" of what the difference is about.
                about = CitedText(f"{one.about}:", (), account.tier)
                yield Sentence(
                    one.at, account, Says.TEXT, (one.at,), one.about, one.about, before=about
                )


def _heading(fact: TypedFact, facts: MadeFacts) -> str:
    """Return the words under which a fact is found beside its own."""
    if fact.type:
        # "in charge of" says what "leads" does.
        several = (one.partition(" of {")[0] for one in fact.type.asked)
        return " / ".join(one for one in several if " " in one)
    if fact.says is Says.CREDIT:
        # Who plays somebody is asked for by what they are: "who played the doctor".
        return next((one.told.says for one in facts.about(fact.of.id) if one.says is Says.LEAD), "")
    events = (facts.headings[ref.id] for ref in fact.refs if ref.kind is Kind.EVENT)
    return next(events, "")


def _joined(facts: MadeFacts) -> Iterator[Sentence]:
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

    def __init__(self, facts: MadeFacts) -> None:
        self._ids: dict[str, list[str]] = defaultdict(list)
        for name, id in facts.names:
            self._ids["".join(name.split())].append(id)
        # Most words do not even begin as a name does, and are passed over at once.
        self._begun = {f"{name}s"[:length] for name in self._ids for length in _LETTERS}

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
            if words[at][: _LETTERS[-1]] not in self._begun:
                at += 1
                continue
            for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                part = "".join(words[at : at + length])
                if ids := self._ids.get(part) or self._ids.get(part.removesuffix("s")):
                    yield at, at + length, ids
                    at += length
                    break
            else:
                at += 1
