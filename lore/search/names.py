"""Finds entries by their names and aliases, in any spelling."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice

from lore.search.candidates import Candidate, Name, NameLayer
from lore.search.confidence import PLAUSIBLE, SURE, limited_by_trust
from lore.search.normalise import (
    MAX_QUERY,
    norm,
    norm_name,
    plural,
    says_nothing,
    singular,
    without_filler,
    without_titles,
)
from lore.search.question import Question
from lore.search.scoring import MatchType, corrections

_GOOD_ENOUGH = 0.80
_OFFERED = 0.3
_SAID_WORDS = 12
_SAID_LENGTH = 4


@dataclass(frozen=True)
class Match:
    """An entry a question may mean: the name it was found by, a score from 0 to 100, and how.

    `corrections` pairs typed words with the words of the name they were taken for.
    """

    key: str
    name: Name
    score: float
    match_type: MatchType
    corrections: tuple[tuple[str, str], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether the question is the whole of the name, in another order at most."""
        return self.match_type <= MatchType.VARIANT


class Verdict(Enum):
    """What to do with matches: answer with the first, ask which was meant, or say not found."""

    SURE = auto()
    PLAUSIBLE = auto()
    NONE = auto()


def verdict(matches: Sequence[Match]) -> Verdict:
    """Judge the matches of a question, best first; takes two of them to see a tie."""
    if not matches or matches[0].score < PLAUSIBLE:
        return Verdict.NONE
    shared = len(matches) > 1 and _as_good(matches[0], matches[1])
    return Verdict.PLAUSIBLE if shared or matches[0].score < SURE else Verdict.SURE


def _as_good(first: Match, second: Match) -> bool:
    """Tell whether two matches differ only in importance: they share the name, or its words."""
    if first.match_type != second.match_type or not first.match_type.literal:
        return False
    return first.match_type <= MatchType.VARIANT or first.score == second.score


class NameIndex:
    """An unchanging index of names, in one or more layers that can be shared between indexes."""

    def __init__(self, layers: Sequence[NameLayer]) -> None:
        self._layers = tuple(layers)

    @classmethod
    def build(cls, names: Sequence[Name]) -> "NameIndex":
        """Index names, the most important first."""
        return cls([NameLayer(names)])

    def joined(self, other: "NameIndex") -> "NameIndex":
        """Return both indexes as one, at no cost; on a tie this one's names come first."""
        return NameIndex(self._layers + other._layers)

    def only(self, keys: Collection[str]) -> "NameIndex":
        """Return an index that finds only the names of these keys; it shares the tables."""
        return NameIndex([layer.only(keys) for layer in self._layers])

    def find(self, query: str | Question, *, limit: int = 5, is_name: bool = False) -> list[Match]:
        """Return the entries a question may mean, best first, each once.

        A question that `is_name` is trusted although it may be an everyday word as well. One that
        several indexes are asked is made once, as `asked`.
        """
        question = asked(query) if isinstance(query, str) else query
        hits = self._hits(question)
        ranked = _each_once(hits)[: max(limit, 2)]
        trusted = limited_by_trust(ranked, question, is_name=is_name)[:limit]
        return [_to_match(hit, question) for hit in trusted]

    def called(self, query: str | Question) -> list[Match]:
        """Return the entries with exactly this name, in any spelling, each once."""
        question = asked(query) if isinstance(query, str) else query
        return [_to_match(hit, question) for hit in _each_once(self._exact(question))]

    def has(self, question: Question) -> bool:
        """Tell whether a name is exactly this one, in any spelling."""
        return any(layer.exact(question.squashed) for layer in self._layers)

    def complete(self, typed: str, *, limit: int = 25) -> list[Match]:
        """Return the entries that the typed text may be the start of, likeliest first, each once.

        An empty text gives the most important entries; one or two letters only names that start so.
        """
        question = asked(typed)
        hits: list[Candidate] = []
        for layer in self._layers:
            if question.squashed:
                found = layer.completing(question, 2 * limit)
                hits += [hit for hit in found if hit.score > _OFFERED]
            elif not typed.strip():
                hits += layer.first(limit)
        return [_to_match(hit, question) for hit in _each_once(hits)[:limit]]

    def said_in(self, query: str, *, limit: int = 5) -> list[Match]:
        """Return the entries that a question names among other words, longer names first."""
        question = Question(norm(query))
        words = question.words[:_SAID_WORDS]
        parts = [
            "".join(words[start : start + length])
            for length in range(min(_SAID_LENGTH, len(words)), 0, -1)
            for start in range(len(words) - length + 1)
        ]
        named: dict[str, Candidate] = {}
        for part in parts:
            for layer in self._layers if len(part) > 2 else ():
                for hit in layer.exact(part):
                    named.setdefault(hit.name.key, hit)
        return [_to_match(hit, question) for hit in islice(named.values(), limit)]

    def may_have(self, squashed: str, edits: int) -> bool:
        """Tell whether a name may be this one with so many edits; surely not if it says no."""
        return any(layer.may_have(squashed, edits) for layer in self._layers)

    def _hits(self, question: Question) -> list[Candidate]:
        if not question.squashed:
            return []
        hits = self._exact(question)
        if hits or says_nothing(question.text):
            return hits
        spoken = without_filler(question.text)
        if spoken != question.text and not self._has_start(question):
            # A name may begin with words that introduce other questions: "Search of the File
            # Boxes".
            words = question.words
            rests = (
                " ".join(words[at:])
                for at in range(1, len(words))
                if says_nothing(" ".join(words[:at]))
            )
            spoken = next((rest for rest in rests if self._is_name(rest)), spoken)
            hits = self._lessened(spoken, 0.94, MatchType.VARIANT)
        if _best(hits) < _GOOD_ENOUGH:
            bare = question.essence
            for layer in self._layers:
                for form in {bare, singular(bare), plural(bare)}:
                    hits += layer.variants(form.replace(" ", ""))
                hits += layer.alike(question)
                hits += layer.covered_by_several(question, [hit.name.key for hit in hits])
        untitled = without_titles(question.text)
        if untitled != question.text and len(untitled) > 2 and _best(hits) < _GOOD_ENOUGH:
            hits += self._lessened(untitled, 0.72, MatchType.SPELLING)
        if _best(hits) < _GOOD_ENOUGH and question.respelt != question.text:
            hits += self._lessened(question.respelt, 0.94, MatchType.SPELLING)
        return hits

    def _exact(self, question: Question) -> list[Candidate]:
        layers = self._layers
        return [hit for one in layers for hit in one.exact(question.squashed, question.typed)]

    def _is_name(self, text: str) -> bool:
        return any(layer.exact(text.replace(" ", "")) for layer in self._layers)

    def _has_start(self, question: Question) -> bool:
        return any(layer.has_start(question.squashed) for layer in self._layers)

    def _lessened(self, text: str, worth: float, match_type: MatchType) -> list[Candidate]:
        """Return the matches of a shortened question: scored lower, and at best of that type."""
        return [
            hit._replace(score=hit.score * worth, match_type=max(hit.match_type, match_type))
            for hit in self._hits(Question(text))
        ]


def asked(query: str) -> Question:
    """Return a question as names are compared with."""
    return Question(norm_name(query), query[:MAX_QUERY].strip())


def _best(hits: Sequence[Candidate]) -> float:
    return max((hit.score for hit in hits), default=0.0)


def _each_once(hits: Sequence[Candidate]) -> list[Candidate]:
    """Return the best hit of each key, best first."""
    best: dict[str, Candidate] = {}
    for hit in sorted(hits, key=lambda hit: (hit.match_type.rank, -hit.score, -hit.importance)):
        best.setdefault(hit.name.key, hit)
    return list(best.values())


def _to_match(hit: Candidate, question: Question) -> Match:
    fixed = () if hit.match_type.literal else tuple(_corrections(hit, question))
    return Match(hit.name.key, hit.name, round(hit.score * 100, 1), hit.match_type, fixed)


def _corrections(hit: Candidate, question: Question) -> Iterator[tuple[str, str]]:
    as_written = dict(zip(hit.plain.split(), hit.name.text.split(), strict=False))
    if len(hit.name.text.split()) != len(hit.plain.split()):
        as_written = {}
    as_written[hit.plain] = hit.name.text
    for typed, word in corrections(question, hit.plain):
        yield typed, as_written.get(word, word)
