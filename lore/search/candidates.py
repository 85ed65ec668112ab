"""An unchanging list of names with lookup tables, to find the few names worth scoring."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True)
class _Near:
    """What is like one question in a list of names, and how like it those are that were scored."""

    ids: Ids
    dice: NDArray[np.float64]
    within: NDArray[np.float64]
    sounds: Ids
    skeletons: Ids
    initials: Ids
    starting: list[Ids]
    slips: list[Ids]
    scores: dict[int, Scored] = field(default_factory=dict)


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
        near = self._near(question)
        sounds = self._found(near.sounds)
        ids = self._by_letters(near)
        for table in (sounds, self._found(near.skeletons), self._found(near.initials)):
            ids |= _lowest(table, _BY_KEY)
        ids |= self._begun(near.starting, _BY_KEY)
        ids |= self._begun(near.slips, _BY_SLIP)
        scores = near.scores
        if new := [i for i in sorted(ids) if i not in scores and self._squashed[i]]:
            words = {word for i in new for word in self._plain[i].split()}
            question.compare(words)
            if question.without_article is not question:
                question.without_article.compare(words)
            same_sound = set(near.sounds.tolist())
            for i in new:
                scores[i] = self._score(i, question, i in same_sound)
        return [self._hit(i, scores[i]) for i in sorted(ids) if self._squashed[i]]

    def _near(self, question: Question) -> "_Near":
        """Return what is like the question in the whole list, gathered for it once."""
        kept: _Near | None = question.in_lists.get(self._triples)
        if kept is None:
            kept = question.in_lists[self._triples] = self._gathered(question)
        return kept

    def _gathered(self, question: Question) -> "_Near":
        tables = (self._starts, self._inner)
        ids, shared, asked = self._triples.count(question.text, _BUDGET)
        # On a tie the lower number wins, which is the more important name.
        order = ids * -1e-9
        return _Near(
            ids,
            2 * shared / (asked + self._triples.sizes[ids]) + order,
            shared / max(asked, 1) + order,
            self._sounds.ids(question.sound),
            self._skeletons.ids(question.skeleton),
            self._initials.ids(question.initials),
            [table.ids(question.squashed) for table in tables],
            [
                ids
                for word in dict.fromkeys(question.words[:_SLIPPED])
                for table in tables
                for ids in table.slipped(word)
            ],
        )

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
        said = " ".join(self._plain[i] for key in keys for i in self._several.get(key, ()))
        if not all(word in said for word in asked):
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
        tables = (self._starts, self._inner)
        ids = self._begun([table.ids(*question.begun) for table in tables], limit)
        same_sound = {*self._found(self._sounds.ids(question.sound))[:limit].tolist()}
        ids |= same_sound
        slips = (ids for table in tables for ids in table.slipped(typed))
        ids |= self._begun(slips, _TYPED_BY_SLIP)
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

    def may_have(self, squashed: str, edits: int) -> bool:
        """Tell whether a name may be this one with so many edits; surely not if it says no."""
        return self._triples.may_have(squashed, edits, _BUDGET)

    def has_start(self, squashed: str) -> bool:
        """Tell whether a name starts with these letters."""
        return len(self._starts.ids(squashed)) > 0

    def _by_letters(self, near: "_Near") -> set[int]:
        return {
            *best_of(near.ids, near.dice, _BY_LETTERS, self._mask),
            *best_of(near.ids, near.within, _BY_LETTERS, self._mask),
        }

    def _begun(self, lists: Iterable[Ids], limit: int) -> set[int]:
        """Return of each list, which is in order of the alphabet, the first and the lowest."""
        found: set[int] = set()
        for ids in lists:
            if len(ids):
                found.update(self._found(ids[:1]).tolist())
                found |= _lowest(self._found(ids), limit)
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
