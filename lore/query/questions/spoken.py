"""How sentences of a pack speak of its entries: with an article, as one or as several."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lore.pack.model import Kind
from lore.query.answers import EntryView, Ref

_ONE, _SEVERAL = frozenset(["is", "was", "has"]), frozenset(["are", "were", "have"])
_ARTICLES = frozenset(["the", "a", "an"])
_HAPPENING = re.compile(r"(?!The\b)[A-Z]\w* (?:of|on|at|to|in|from|for|against) ")
_WORD = re.compile(r"[\w.’'-]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The name of an entry as it stands in a sentence, and whether it is of several."""

    name: str
    article: str = ""
    several: bool = False

    @property
    def first(self) -> str:
        """Return the name at the beginning of a sentence."""
        says = str(self)
        return f"{says[:1].upper()}{says[1:]}"

    def __str__(self) -> str:
        return f"{self.article}{self.name}"


class Uses(NamedTuple):
    """How often sentences say a name: at all, with "the", in small letters, and before a verb."""

    all: int = 0
    with_article: int = 0
    in_small_letters: int = 0
    as_one: int = 0
    as_several: int = 0


class SaidNames:
    """The names of entries by their first word, the longest first."""

    def __init__(self, refs: Iterable[Ref]) -> None:
        self._by_word = defaultdict[str, list[tuple[list[str], Ref]]](list)
        for ref in refs:
            if words := _words(_bare(ref)):
                self._by_word[words[0].lower()].append((words, ref))
        for same in self._by_word.values():
            same.sort(key=lambda one: -len(one[0]))

    def namesakes(self) -> Iterator[list[str]]:
        """Yield the ids of those that one name may mean: all it finds is the first of them."""
        for same in self._by_word.values():
            ids = defaultdict[str, list[str]](list)
            for words, ref in same:
                ids[" ".join(words).lower()].append(ref.id)
            yield from (one for one in ids.values() if len(one) > 1)

    def begun_in(self, words: Sequence[str]) -> list[int]:
        """Return the places of the words that a name may begin with."""
        return [place for place, word in enumerate(words) if word.lower() in self._by_word]

    def at(self, words: list[str], place: int) -> tuple[int, Ref] | None:
        """Return which entry the words at a place name, and in how many words."""
        for name, ref in self._by_word.get(words[place].lower(), ()):
            said = words[place : place + len(name)]
            # "A vision" is not the Vision.
            is_same = said == name or (
                ref.kind is not Kind.CHARACTER
                and [one.lower() for one in said] == [one.lower() for one in name]
            )
            if is_same:
                return len(name), ref
        return None


def spoken_names(entries: Iterable[EntryView]) -> dict[str, Spoken]:
    """Return by their ids how the sentences of these entries speak of each."""
    views = list(entries)
    names, uses = SaidNames(view.ref for view in views), defaultdict[str, list[Uses]](list)
    for view in views:
        for id, used in uses_in(view, names).items():
            uses[id].append(used)
    return {view.ref.id: spoken_as(view.ref, summed(uses[view.ref.id])) for view in views}


def summed(uses: Sequence[Uses]) -> Uses:
    """Return how often sentences say a name that is said in several places."""
    return Uses(*map(sum, zip(*uses, strict=True)))


def uses_in(view: EntryView, names: SaidNames) -> dict[str, Uses]:
    """Return how often the sentences of an entry say each name, by the id of what it means."""
    found = defaultdict[str, list[Uses]](list)
    for words in map(_words, _sentences(view)):
        behind = 0
        for place in names.begun_in(words):
            if place >= behind and (named := names.at(words, place)):
                length, ref = named
                behind = place + length
                found[ref.id].append(_use(words, place, behind))
    return {id: summed(uses) for id, uses in found.items()}


def spoken(view: EntryView) -> Spoken:
    """Return how the sentences of an entry speak of it."""
    return spoken_names([view])[view.ref.id]


def _sentences(view: EntryView) -> Iterator[str]:
    yield from (one.says for one in (*view.text, *filter(None, [view.lead, view.status])))
    if event := view.happening:
        yield from (deed.told.says for deed in event.deeds)
        if event.outcome:
            yield event.outcome.says


def _words(says: str) -> list[str]:
    return [word if word.isalnum() else _without_marks(word) for word in _WORD.findall(says)]


def _without_marks(word: str) -> str:
    word = word.rstrip("’'.")
    return word[:-2] if word.endswith(("’s", "'s")) else word


def _use(words: Sequence[str], begin: int, end: int) -> Uses:
    before = words[begin - 1].lower() if begin else ""
    # "He and she were": the verb is not of the last of them alone.
    behind = words[end] if end < len(words) and before != "and" else ""
    is_small = words[begin][:1].islower()
    return Uses(1, before in _ARTICLES, is_small, behind in _ONE, behind in _SEVERAL)


def _bare(ref: Ref) -> str:
    return ref.name.removeprefix("The ") if ref.kind is not Kind.WORK else ref.name


def spoken_as(ref: Ref, uses: Uses) -> Spoken:
    """Return how sentences that use a name so speak of an entry."""
    name, kind = _bare(ref), ref.kind
    is_happening = kind in (Kind.EVENT, Kind.PLACE) and _HAPPENING.match(name) is not None
    has_article = name != ref.name or is_happening or uses.with_article * 2 > uses.all
    # "The Avengers" are several, even where no text says so.
    is_team = kind is Kind.FACTION and has_article and name.endswith("s")
    if kind is not Kind.CHARACTER and uses.in_small_letters * 2 > uses.all:
        # "Vibranium" is a heading; a sentence speaks of vibranium.
        name = f"{name[:1].lower()}{name[1:]}"
    article = "the " if has_article else ""
    return Spoken(name, article, uses.as_several > uses.as_one or is_team)
