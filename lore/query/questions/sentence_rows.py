"""How the sentences of a pack, and by what they are found, are written into its index.

Those of facts that are taken from a former index are taken from there as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import orjson
from numpy.typing import NDArray

from lore.ids import bare
from lore.pack.model import Kind
from lore.query.answers import CitedText
from lore.query.questions.fact_rows import CalledEntries, FactRows
from lore.query.questions.facts import Says, TypedFact, joined
from lore.query.questions.sentences import ASKED, HEADING, MOST, NAMED, OWN, Sentence, of_fact
from lore.query.questions.stored_facts import text_to_store
from lore.query.questions.words import Stems, asked_words, has_stem_of, stem
from lore.search.normalise import plain
from lore.search.passages import LIGHT
from lore.search.postings import Postings
from lore.search.stored import Lists, Mixed, Stored, Storing, by_first

Numbers = NDArray[np.int64]

# In a sentence a name has at most so many words.
_LONGEST_NAME = 4
# What a sentence is told of is named by so many words of it.
_BEGINNING = 3
_SHORTEST_NAME = 4
_LETTERS = range(1, 6)
_LIGHT_STEMS = sorted({stem(word) for word in LIGHT})


def store_sentences(storing: Storing, facts_part: Storing, facts: FactRows) -> None:
    """Store the sentences that facts are found by, and what facts say among the facts."""
    _SentenceRows(facts).store(storing, facts_part)


@dataclass(frozen=True, slots=True)
class _Terms:
    """Which sentences have which terms, and how often, by the numbers of `names`."""

    names: Sequence[str]
    terms: Numbers
    sentences: Numbers
    times: Numbers


class _SentenceRows:
    """All sentences in their order: facts, what joins several, accounts."""

    def __init__(self, facts: FactRows) -> None:
        self._facts = facts
        self._stored: Stored = facts.former.stored.part("sentences")
        others, self._accounts = [*self._joined()], [*self._told_differently()]
        made = [one for one in others if isinstance(one, Sentence)] + self._accounts
        numbers = [-1 if isinstance(one, Sentence) else one for one in others]
        # By their numbers among the others, and among all.
        self._others = Mixed([*numbers, *(-1 for _ in self._accounts)])
        before = len(facts.former.stored.part("facts").numbers("kinds", "u1"))
        shifted = np.where(self._others.former < 0, -1, self._others.former + before)
        self._order = Mixed(np.concatenate([facts.order.former, shifted]))
        self._made_others = made
        self._fresh = [*map(self._sentence, facts.fresh), *made]
        self._now = np.flatnonzero(self._order.former < 0)

    @property
    def _count(self) -> int:
        return len(self._order.former)

    def _sentence(self, fact: TypedFact) -> Sentence:
        return of_fact(fact, self._heading(fact))

    def _heading(self, fact: TypedFact) -> str:
        """Return the words under which a fact is found beside its own."""
        if fact.type:
            # "in charge of" says what "leads" does.
            several = (one.partition(" of {")[0] for one in fact.type.asked)
            return " / ".join(one for one in several if " " in one)
        if fact.says is Says.CREDIT:
            # Who plays somebody is asked for by what they are: "who played the doctor".
            return self._leads.get(fact.of.id, "")
        # What people call an event often says what happened there.
        for ref in fact.refs:
            if ref.kind is Kind.EVENT:
                entry = self._facts.entries[ref.id]
                return " / ".join((entry.name, *(one.name for one in entry.found_by)))
        return ""

    @cached_property
    def _leads(self) -> Mapping[str, str]:
        leads = (one for one in self._facts.fresh if one.says is Says.LEAD)
        return {one.of.id: one.told.says for one in leads}

    def _joined(self) -> Iterator[Sentence | int]:
        """Yield what several have in common as one sentence: the members of a team, the wearers.

        One that is told as before is given by its number among the former others.
        """
        facts, stored = self._facts, self._facts.former.stored.part("facts")
        columns = (stored.numbers(name, "i4") for name in ("types", "to", "tiers"))
        before = {tuple(one): number for number, one in enumerate(_several(*columns))}
        for numbers in _several(facts.types, facts.to, facts.tiers):
            known = before.get(tuple(facts.order.former[numbers].tolist()))
            yield self._together([*map(facts.relation, numbers)]) if known is None else known

    def _together(self, several: Sequence[TypedFact]) -> Sentence:
        first = several[0]
        assert first.to
        cites = tuple(dict.fromkeys(cite for fact in several for cite in fact.told.cites))
        refs = tuple(dict.fromkeys(ref for fact in several for ref in fact.refs))
        told = CitedText(joined(several, self._facts.spoken_of), cites, first.told.tier)
        return Sentence(first.to, told, Says.RELATION, refs, self._heading(first))

    def _told_differently(self) -> Iterator[Sentence]:
        seen, views = set[str](), self._facts.views
        for id in self._facts.ids:
            for one in views.disagreements(id, views.info.every_tier):
                for account in one.accounts:
                    if account.says not in seen:
                        seen.add(account.says)
                        # An account says "he" and "it" of what the difference is about.
                        about = CitedText(f"{one.about}:", (), account.tier)
                        told = one.at, account, Says.TEXT, (one.at,), one.about, one.about
                        yield Sentence(*told, before=about)

    def store(self, storing: Storing, facts_part: Storing) -> None:
        """Store all of it."""
        self._store_others(storing)
        headings, under = self._store_headings(storing)
        gathered = _Gathered(self._fresh, headings, under, self._facts.called)
        names = self._store_terms(storing, gathered)
        self._store_named(storing, gathered)
        words = self._store_words(storing, gathered, names)
        self._store_said(facts_part, gathered, names, words)
        alone = dict(self._named_alone(names.keys()))
        numbers = [self._facts.numbers[alone[word]] for word in storing.keys("name_words", alone)]
        storing.numbers("one_named", np.array(numbers, dtype=np.int32))

    def _store_others(self, storing: Storing) -> None:
        before, numbers = self._stored, self._facts.numbers
        mixed, made, now = self._others, self._made_others, self._facts.former.now
        kinds = mixed.numbers(before.numbers("kinds", "u1"), [one.says.value for one in made])
        storing.numbers("kinds", kinds.astype(np.uint8))
        storing.json("accounts", self._count - len(self._accounts))
        storing.encoded(
            "others", mixed.encoded(before.texts("others").encoded(), map(_stored, made))
        )
        refs = before.lists("other_refs")
        fresh = ([numbers[ref.id] for ref in (one.at, *one.refs)] for one in made)
        storing.lists(
            "other_refs", mixed.lists(Lists(refs.ends, now[refs.numbers]), Lists.of(fresh))
        )

    def _store_headings(self, storing: Storing) -> tuple[list[str], list[int]]:
        """Store under what each sentence stands; return all such words, and which fresh ones do."""
        before = self._stored
        known = {text: number for number, text in enumerate(before.texts("headings"))}
        fresh = [known.setdefault(one.heading, len(known)) for one in self._fresh]
        under = self._order.numbers(before.numbers("under", "i4"), fresh)
        used, places = by_first(under)
        texts = list(known)
        storing.texts("headings", (texts[number] for number in used))
        storing.numbers("under", places.astype(np.int32))
        return texts, fresh

    def _store_terms(self, storing: Storing, gathered: _Gathered) -> Mapping[str, int]:
        """Store which sentences have each term, and how often; return the terms in their order."""
        kept, fresh = self._kept_terms(), gathered.terms(self._now)
        names = storing.keys("terms", (*kept.names, *fresh.names))
        codes = np.concatenate([_codes(one.names, names)[one.terms] for one in (kept, fresh)])
        sentences = np.concatenate([kept.sentences, fresh.sentences])
        times = np.concatenate([kept.times, fresh.times])
        order = np.argsort(codes * max(1, self._count) + sentences)
        having = Postings.build(codes, sentences, len(names), self._count)
        having.store(storing.part("having"))
        storing.numbers("times", times[order].astype(np.uint8))
        return names

    def _kept_terms(self) -> _Terms:
        """Return the terms of sentences that are as before."""
        having = Postings.opened(self._stored.part("having"))
        sentences = self._order.now(len(self._stored.numbers("lengths", "i4")))[having.ids]
        is_kept = sentences >= 0
        used, terms = np.unique(having.codes[is_kept], return_inverse=True)
        known = self._stored.texts("terms")
        names = [known[number] for number in used.tolist()]
        times = self._stored.numbers("times", "u1")[is_kept]
        return _Terms(names, terms, sentences[is_kept], times)

    def _store_named(self, storing: Storing, gathered: _Gathered) -> None:
        """Store which entries sentences name, what they are told of, and what they answer."""
        numbers, now, mixed = self._facts.numbers, self._facts.former.now, self._order
        for name, ids in (("named", gathered.named), ("subjects", gathered.subjects)):
            before = self._stored.lists(name)
            fresh = Lists.of([numbers[id] for id in one] for one in ids)
            storing.lists(name, mixed.lists(Lists(before.ends, now[before.numbers]), fresh))
        asked = {int(self._now[at]): one for at, one in gathered.asked.items()}
        was = self._stored.numbers("asking", "i4")
        places = mixed.now(len(self._stored.numbers("lengths", "i4")))[was].tolist()
        for place, text in zip(places, self._stored.texts("asked"), strict=False):
            if place >= 0:
                asked[place] = orjson.loads(text)
        asking = sorted(asked)
        storing.numbers("asking", np.array(asking, dtype=np.int32))
        storing.texts("asked", (orjson.dumps(asked[number]).decode() for number in asking))

    def _store_words(
        self, storing: Storing, gathered: _Gathered, names: Mapping[str, int]
    ) -> Lists:
        """Store the words of each sentence, and how many these are; return them."""
        before = self._stored
        lengths = self._order.numbers(before.numbers("lengths", "i4"), gathered.lengths)
        storing.numbers("lengths", lengths.astype(np.int32))
        was = before.lists("words")
        # A term that is gone has the number -1: none of what is kept has it.
        known = np.array([names.get(term, -1) for term in before.texts("terms")], dtype=np.int64)
        words = self._order.lists(Lists(was.ends, known[was.numbers]), gathered.words(names))
        storing.lists("words", words)
        return words

    def _store_said(
        self, storing: Storing, gathered: _Gathered, names: Mapping[str, int], words: Lists
    ) -> None:
        """Store what facts say: the stems of all their words, also of those that are light."""
        facts = self._facts
        owners = np.repeat(np.arange(len(facts.told)), facts.told)
        fresh = np.flatnonzero(facts.kept.former < 0)
        of_fresh = np.searchsorted(fresh, owners[facts.order.former < 0])
        before = facts.former.stored.part("facts").lists("light")
        light = facts.kept.lists(before, gathered.light(of_fresh, len(fresh)))
        storing.lists("light", light)
        terms = np.unique(words.numbers[: words.ends[len(owners)]])
        known = list(names)
        said = {known[number] for number in terms.tolist()}
        said.update(_LIGHT_STEMS[number] for number in np.unique(light.numbers).tolist())
        storing.keys("said", said)

    def _named_alone(self, names: Set[str]) -> Iterator[tuple[str, str]]:
        """Yield the words that only the names of one entry have, and no sentence, and that entry.

        What was so before is so still unless a sentence has the word now, and the other way round.
        """
        ids = defaultdict[str, set[str]](set)
        for name, id in self._facts.called.names:
            for word in name.split():
                if len(word) >= _SHORTEST_NAME:
                    ids[word].add(id)
        before = {*self._stored.texts("terms")}
        were_alone = {*self._stored.texts("name_words")}
        come, gone = frozenset(names - before), frozenset(before - names)
        for word, (id, *others) in ids.items():
            if others or word in LIGHT:
                continue
            if not before:
                is_alone = stem(word) not in names
            elif word in were_alone:
                is_alone = not has_stem_of(word, come)
            else:
                is_alone = has_stem_of(word, gone)
            if is_alone:
                yield word, id


class _Gathered:
    """What fresh sentences are found by; their terms go by numbers of `names`."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        headings: Sequence[str],
        under: Sequence[int],
        called: CalledEntries,
    ) -> None:
        self._sentences = sentences
        self._under = under
        self._known: dict[str, int] = {}
        self._stems = Stems()
        self._names = _NamesSaid(called)
        texts = [text.split() for text in plain([one.told.says for one in sentences])]
        self._read(texts)
        # The entries that each sentence names, and what it is told of: by its first words.
        self.named, self.subjects = list[Collection[str]](), list[Collection[str]]()
        for words in texts:
            said_in = list(self._names.said_in(words))
            first = min((at for at, _ in said_in), default=0)
            self.named.append(dict.fromkeys(id for _, id in said_in))
            begun = (id for at, id in said_in if at == first < _BEGINNING)
            self.subjects.append(dict.fromkeys(begun))
        # The questions that a pack says sentences answer, by the number of each of these.
        self.asked = {
            at: [
                [sorted(any_of) for any_of in self._names.terms(asked_words(text))]
                for text in one.told.asked
            ]
            for at, one in enumerate(sentences)
            if one.told.asked
        }
        self._terms_under = self._said_over(headings)

    @property
    def names(self) -> Sequence[str]:
        """Return all terms that were gathered."""
        return list(self._known)

    def _term(self, term: str) -> int:
        return self._known.setdefault(term, len(self._known))

    def _read(self, texts: Sequence[Sequence[str]]) -> None:
        """Number the words of all sentences, and make terms of those that are not light."""
        words: dict[str, int] = {}
        numbers = [words.setdefault(word, len(words)) for text in texts for word in text]
        is_light = np.array([word in LIGHT for word in words], dtype=bool)
        terms = [
            _LIGHT_STEMS.index(self._stems[word])
            if word in LIGHT
            else self._term(self._stems[word])
            for word in words
        ]
        owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        at = np.array(numbers, dtype=np.int64)
        codes = np.array(terms, dtype=np.int64)[at]
        lights = is_light[at]
        self._own = owners[~lights], codes[~lights]
        self._light = owners[lights], codes[lights]
        self.lengths = np.bincount(self._own[0], minlength=len(texts))

    def _said_over(self, headings: Sequence[str]) -> tuple[Lists, Lists]:
        """Return the terms of the words of each heading, and those of entries that it names."""
        used = {*self._under}
        spelt = plain([text if at in used else "" for at, text in enumerate(headings)])
        words = [text.split() for text in spelt]
        return (
            Lists.of(
                [self._term(self._stems[word]) for word in one if word not in LIGHT]
                for one in words
            ),
            # "Hulk's Departure" names him where its sentences say "he".
            Lists.of(
                [self._term(f"@{bare(id)}") for _, id in self._names.said_in(one)] for one in words
            ),
        )

    def terms(self, now: Numbers) -> _Terms:
        """Return which sentences have which terms; `now` are the numbers of these among all."""
        own = np.stack(self._own[::-1])
        own, counts = np.unique(own, axis=1, return_counts=True)
        words, over = (Mixed(self._under).lists(one, Lists.of([])) for one in self._terms_under)
        named = Lists.of([self._term(f"@{bare(id)}") for id in one] for one in self.named)
        refs = Lists.of(
            [self._term(f"@{bare(ref.id)}") for ref in one.refs] for one in self._sentences
        )
        asked = Lists.of(
            [
                self._term(f"@{bare(term[1:])}" if term[0] == "@" else term)
                for terms in self.asked.get(at, ())
                for any_of in terms
                for term in any_of
            ]
            for at in range(len(self._sentences))
        )
        # The first of these tells how often a sentence has a term.
        found = [(own[0], own[1], np.minimum(counts, MOST))]
        for lists, often in (
            *((words, HEADING), (named, NAMED), (refs, OWN)),
            *((over, OWN), (asked, ASKED)),
        ):
            found.append((lists.numbers, lists.owners, np.full(len(lists.numbers), often)))
        terms, sentences, times = (np.concatenate(one) for one in zip(*found, strict=True))
        keys = terms * max(1, len(self._sentences)) + sentences
        _, firsts = np.unique(keys, return_index=True)
        return _Terms(self.names, terms[firsts], now[sentences[firsts]], times[firsts])

    def words(self, codes: Mapping[str, int]) -> Lists:
        """Return the words of each sentence, by the codes of their terms, each once."""
        sentences, terms = self._own
        those = _codes(self.names, codes)[terms]
        return _each_once(sentences, those, len(codes), len(self._sentences))

    def light(self, owners: Numbers, count: int) -> Lists:
        """Return which light words are said by what each of `count` owners tells.

        Of the sentences only the first have one.
        """
        sentences, words = self._light
        is_owned = sentences < len(owners)
        of = owners[sentences[is_owned]]
        return _each_once(of, words[is_owned], len(_LIGHT_STEMS), count)


def _each_once(owners: Numbers, numbers: Numbers, kinds: int, count: int) -> Lists:
    """Return the numbers of each owner, each once, lowest first."""
    keys = np.unique(owners * max(1, kinds) + numbers)
    ends = np.searchsorted(keys, np.arange(count + 1) * max(1, kinds))
    return Lists(ends, keys % max(1, kinds))


def _codes(terms: Iterable[str], names: Mapping[str, int]) -> Numbers:
    return np.array([names[term] for term in terms], dtype=np.int64)


def _several(types: Numbers, to: Numbers, tiers: Numbers) -> list[list[int]]:
    """Return which relations of one type and tier lead to one entry, where several do."""
    ends = defaultdict[tuple[int, ...], list[int]](list)
    numbers = np.flatnonzero(types >= 0)
    keys = zip(*(one[numbers].tolist() for one in (types, to, tiers)), strict=True)
    for number, key in zip(numbers.tolist(), keys, strict=True):
        ends[key].append(number)
    return [several for several in ends.values() if len(several) > 1]


def _stored(one: Sentence) -> str:
    before = text_to_store(one.before) if one.before else None
    return orjson.dumps([text_to_store(one.told), one.about, before]).decode()


class _NamesSaid:
    """Knows the entries that a sentence names by the names that sources have for them."""

    def __init__(self, called: CalledEntries) -> None:
        self._ids = called.by_letters
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
        behind = 0
        for at, word in enumerate(words):
            if at < behind or word[: _LETTERS[-1]] not in self._begun:
                continue
            for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                part = "".join(words[at : at + length])
                if ids := self._ids.get(part) or self._ids.get(part.removesuffix("s")):
                    behind = at + length
                    yield at, behind, ids
                    break
