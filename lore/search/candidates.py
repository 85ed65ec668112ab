"""An unchanging list of names with lookup tables, to find the few names worth scoring."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np

from lore.search.normalise import (
    caseless,
    essence,
    has_essence_of_its_own,
    plain_names,
    without_titles,
)
from lore.search.postings import Ids, KeyMasks, KeyTable, Mask, PrefixTable, TripleTable, best_of
from lore.search.question import ARTICLE, Question, initials_of, skeleton_of, sound_of
from lore.search.scoring import MatchType, Scored, completion, sameness, score
from lore.search.words import starts_within

_BUDGET = 20_000
_TYPED_BUDGET = 30_000
_TYPED_BY_SLIP = 12
_BY_LETTERS = 12
_BY_KEY = 6
_BY_SLIP = 2
_SLIPPED = 6
_EXACT_CAP = 50
_MANY = 200
_PRIOR = 0.03
_OTHER_LETTERS = 0.04
_BY_ARTICLE = Scored(0.5, MatchType.PREFIX)


@dataclass(frozen=True)
class Name:
    """A name or alias, the entry it stands for, and whether it is that entry's own name."""

    text: str
    key: str
    canonical: bool = True


class Candidate(NamedTuple):
    """A name with its score (0 to 1, importance counted) and how it was found."""

    name: Name
    plain: str
    score: float
    match_type: MatchType
    whole: float
    importance: float


class NameLayer:
    """The tables for one list of names, the most important first; masked names are not found."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._names = tuple(names)
        self._plain = plain_names([name.text for name in names])
        self._squashed = [text.replace(" ", "") for text in self._plain]
        count = len(self._names)
        self._mask: Mask = np.ones(count, dtype=bool)
        self._masks = KeyMasks([name.key for name in names])
        self._spread = log(count + 1)
        self._starts = PrefixTable(self._squashed, range(count))
        self._inner = PrefixTable(*_inner_starts(self._plain))
        self._triples = TripleTable(self._plain)
        self._sounds = KeyTable(map(sound_of, self._squashed))
        self._skeletons = KeyTable(map(skeleton_of, self._squashed))
        self._initials = KeyTable(map(initials_of, self._plain))
        self._exact = KeyTable(self._squashed)
        self._several: dict[str, list[int]] = {}
        firsts: dict[str, int] = {}
        for i, name in enumerate(self._names):
            if (first := firsts.setdefault(name.key, i)) != i:
                self._several.setdefault(name.key, [first]).append(i)
        self._essences: dict[str, list[int]] = {}
        for i, (name, text) in enumerate(zip(names, self._plain, strict=True)):
            if text and has_essence_of_its_own(name.text, text):
                full = essence(name.text)
                for form in {full, without_titles(full)}:
                    self._essences.setdefault(form.replace(" ", ""), []).append(i)

    def only(self, keys: Iterable[str]) -> "NameLayer":
        """Return the same names, restricted to those with these keys; the tables are shared."""
        layer = copy(self)
        layer._mask = self._mask & self._masks.of(keys)
        return layer

    def exact(self, squashed: str, typed: str = "") -> list[Candidate]:
        """Return the names equal to the question; those equal as `typed` are marked as such."""
        same = self._same(squashed)[:_EXACT_CAP]
        return [self._hit(i, Scored(1.0, self._sameness(i, typed))) for i in same]

    def variants(self, essence: str) -> list[Candidate]:
        """Return the names that differ from the question only by a title, article or the like."""
        if not essence:
            return []
        others = [i for i in self._essences.get(essence, ()) if self._mask[i]]
        kept = [*self._same(essence), *others][:_EXACT_CAP]
        return [self._hit(i, Scored(0.96, MatchType.VARIANT)) for i in kept]

    def alike(self, question: Question) -> list[Candidate]:
        """Return the names most like the question, scored."""
        sounds = self._found(self._sounds.ids(question.sound))
        same_sound = set(sounds.tolist())
        ids = self._by_letters(question)
        for table in (
            sounds,
            self._found(self._skeletons.ids(question.skeleton)),
            self._found(self._initials.ids(question.initials)),
        ):
            ids |= _lowest(table, _BY_KEY)
        ids |= self._starting(question.squashed, "", _BY_KEY)
        for slip in {slip for word in question.words[:_SLIPPED] for slip in _slips(word)}:
            ids |= self._starting(slip, "", _BY_SLIP)
        if not ids:
            return []
        words = list({word for i in ids for word in self._plain[i].split()})
        question.compare(words)
        if question.without_article is not question:
            question.without_article.compare(words)
        return [
            self._hit(i, self._score(i, question, i in same_sound))
            for i in sorted(ids)
            if self._squashed[i]
        ]

    def _score(self, i: int, question: Question, same_sound: bool) -> Scored:
        name, squashed, bare = self._plain[i], self._squashed[i], question.without_article
        if squashed.startswith(question.squashed):
            return score(question, name, squashed, same_sound)
        if bare is not question and name.startswith(ARTICLE):
            name, squashed = name[len(ARTICLE) :], squashed[len(ARTICLE) - 1 :]
        return score(bare, name, squashed, same_sound)

    def covered_by_several(self, question: Question, keys: Sequence[str]) -> list[Candidate]:
        """Return the entries of which several names together cover the question."""
        asked = set(question.words)
        if len(asked) < 2:
            return []
        hits = []
        for key in dict.fromkeys(keys):
            own = self._several.get(key, [])
            covering = [words for i in own if (words := set(self._plain[i].split())) <= asked]
            if set().union(*covering) == asked:
                hits.append(self._hit(own[0], Scored(0.9, MatchType.WORDS)))
        return hits

    def first(self, limit: int) -> list[Candidate]:
        """Return the most important entries, each by the first of its names."""
        first: dict[str, int] = {}
        for i in np.flatnonzero(self._mask).tolist():
            first.setdefault(self._names[i].key, i)
            if len(first) == limit:
                break
        return [self._hit(i, Scored(0.0, MatchType.PREFIX)) for i in first.values()]

    def completing(self, question: Question, limit: int) -> list[Candidate]:
        """Return the names, scored, that the typed text may be the start of."""
        typed = question.squashed
        ids = self._starting(*question.begun, limit)
        same_sound = {*self._found(self._sounds.ids(question.sound))[:limit].tolist()}
        ids |= same_sound
        for slip in _slips(typed):
            ids |= self._starting(slip, "", _TYPED_BY_SLIP)
        if len(typed) > 2:
            near, shared, asked = self._triples.count(question.text, _TYPED_BUDGET, unfinished=True)
            merit = shared / max(asked, 1) + near * -1e-9
            ids.update(best_of(near, merit, limit, self._mask))
        return [self._hit(i, self._typed_so(i, question, i in same_sound)) for i in sorted(ids)]

    def _typed_so(self, i: int, question: Question, same_sound: bool) -> Scored:
        """Score a name by the typed text; names with exactly these letters go first."""
        scored = self._completion(i, question, same_sound)
        if scored.match_type is MatchType.EXACT:
            return scored._replace(match_type=self._sameness(i, question.typed))
        if question.told_apart and question.told_apart not in caseless(self._names[i].text):
            return scored._replace(score=scored.score - _OTHER_LETTERS)
        return scored

    def _sameness(self, i: int, typed: str) -> MatchType:
        name = self._names[i]
        return sameness(typed, name.text, canonical=name.canonical) if typed else MatchType.EXACT

    def _completion(self, i: int, question: Question, same_sound: bool) -> Scored:
        name, bare = self._plain[i], question.without_article
        rest = name.removeprefix(ARTICLE)
        if not ARTICLE.startswith(bare.text):
            squashed = self._squashed[i] if rest == name else rest.replace(" ", "")
            return completion(bare, rest, squashed, same_sound)
        # An article says less than any other word while it is typed.
        rest = rest.replace(f" {ARTICLE}", " ")
        scored = completion(bare, rest, rest.replace(" ", ""), same_sound)
        return max(scored, _BY_ARTICLE) if name.startswith(ARTICLE) else scored

    def has_start(self, squashed: str) -> bool:
        """Tell whether a name starts with these letters."""
        return len(self._starts.ids(squashed)) > 0

    def _by_letters(self, question: Question) -> set[int]:
        ids, shared, asked = self._triples.count(question.text, _BUDGET)
        # On a tie the lower number wins, which is the more important name.
        order = ids * -1e-9
        dice = 2 * shared / (asked + self._triples.sizes[ids]) + order
        within = shared / max(asked, 1) + order
        return {
            *best_of(ids, dice, _BY_LETTERS, self._mask),
            *best_of(ids, within, _BY_LETTERS, self._mask),
        }

    def _starting(self, letters: str, last: str, limit: int) -> set[int]:
        """Return the most important names with that start, the shortest, and by inner words."""
        found: set[int] = set()
        for starts in (self._starts.ids(letters, last), self._inner.ids(letters, last)):
            if len(starts):
                found.update(self._found(starts[:1]).tolist())
                found |= _lowest(self._found(starts), limit)
        return found

    def _same(self, squashed: str) -> list[int]:
        ids = self._found(self._exact.ids(squashed)).tolist()
        return [i for i in ids if self._squashed[i] == squashed]

    def _found(self, ids: Ids) -> Ids:
        """Leave out masked names."""
        return ids[self._mask[ids]]

    def _hit(self, i: int, scored: Scored) -> Candidate:
        importance = 1 - log(i + 1) / self._spread
        points = scored.score
        if scored.match_type > MatchType.VARIANT:
            points = max(0.0, points - _PRIOR * (1 - importance))
        return Candidate(
            self._names[i], self._plain[i], points, scored.match_type, scored.whole, importance
        )


def _lowest(ids: Ids, limit: int) -> set[int]:
    if len(ids) > _MANY:
        return set(best_of(ids, -ids.astype(np.float64), limit))
    return set(sorted(ids.tolist())[:limit])


def _slips(typed: str) -> list[str]:
    """Return what may be meant if one letter is too many or two letters are swapped."""
    if len(typed) < 3:
        return []
    dropped = [typed[:i] + typed[i + 1 :] for i in range(len(typed))] if len(typed) > 3 else []
    swapped = [typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in range(len(typed) - 1)]
    return dropped + swapped


def _inner_starts(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    starts: list[str] = []
    ids: list[int] = []
    for i, text in enumerate(texts):
        words = text.split()
        own = ["".join(words[j:]) for j in range(1, len(words))]
        if not text.isascii():
            # Without spaces between words, a word may start at any letter.
            own = list({*own, *starts_within(text.replace(" ", ""))})
        starts += own
        ids += [i] * len(own)
    return starts, ids
