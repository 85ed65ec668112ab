"""How well one name matches a question, and by which likeness."""

from collections.abc import Sequence
from enum import IntEnum, auto
from math import exp
from typing import NamedTuple

from lore.search.normalise import as_typed, caseless
from lore.search.question import Question, initials_of, near_start, nearness, skeleton_of, sound_of
from lore.search.scripts import is_unspaced

_STEEP = 1.56
_ALIKE = 0.45
_ODD = 0.6
_UNLIKE = 0.8
_SAME_SKELETON = 0.75
_SAME_SOUND = 0.62
_LONG_SOUND = 5
_PART = 0.66
_HEARD = 0.75


class MatchType(IntEnum):
    """The kind of likeness that found a name.

    A name is identical letter for letter, caseless but for capitals, and exact in plain spelling.
    """

    IDENTICAL = auto()
    CASELESS = auto()
    EXACT = auto()
    VARIANT = auto()
    WORDS = auto()
    PREFIX = auto()
    INITIALS = auto()
    SOUND = auto()
    SPELLING = auto()

    @property
    def literal(self) -> bool:
        """Return whether the name has every letter asked for."""
        return self <= MatchType.PREFIX

    @property
    def rank(self) -> int:
        """Return the rank: a name of a lower rank goes before one of a higher rank at any score."""
        return _RANKS[self - 1]


_RANKS = (1, 2, 3, 4, 5, 5, 6, 6, 6)


# A word asked for, the name's word it was taken for, and their likeness.
Pair = tuple[str, str, float]


class Scored(NamedTuple):
    """A likeness from 0 to 1 before importance counts, its kind, and the share of equal letters.

    That share compares the whole question with the whole name.
    """

    score: float
    match_type: MatchType
    whole: float = 1.0


def score(question: Question, name: str, squashed: str, same_sound: bool) -> Scored:
    """Return the likeness of a question and a name (in plain spelling and without spaces)."""
    asked = question.squashed
    words = name.split()
    if len(words) == len(question.words) and question.sorted_words == sorted(words):
        return Scored(0.97, MatchType.VARIANT)
    if question.title and name.startswith(question.title) and not squashed.startswith(asked):
        # That both are doctors says little: the rest has to be similar.
        rest = name[len(question.title) :]
        return score(question.untitled, rest, rest.replace(" ", ""), same_sound)
    whole = nearness(asked, squashed)
    pairs = _pair_up(question, words)
    by_words = _by_words(question, words, pairs)
    start = _by_start(asked, squashed, by_words)
    best = max(whole**_STEEP, by_words, start)
    same_letter = asked[0] == squashed[0] and (by_words < best or pairs[0][1][:1] == asked[0])
    if len(words) == len(pairs) or len(words) > len(pairs) > 1:
        best *= 1 - _UNLIKE * _oddness(pairs)
    match_type = MatchType.SPELLING
    if by_words >= start and all(one == word for one, word, _ in pairs):
        match_type = MatchType.WORDS
    elif squashed.startswith(asked) and not name.startswith(f"{question.text[:-1]} "):
        match_type = MatchType.PREFIX
    elif same_sound and whole < 0.85:
        match_type = MatchType.SOUND
    if _is_within(asked, squashed):
        best = max(best, _PART)
    if question.initials and best < 0.67 and question.initials == initials_of(name):
        best, match_type = 0.67, MatchType.INITIALS
    if question.skeleton and question.skeleton == skeleton_of(squashed):
        best = max(best, _SAME_SKELETON)
    if same_sound and len(question.sound) > _LONG_SOUND:
        best = max(best, _SAME_SOUND)
    bonus = 0.13 * same_sound
    best += (1 - best) * bonus * best**0.5
    return Scored(0.93 * best + 0.04 * same_letter + 0.03 * whole, match_type, whole)


def sameness(typed: str, name: str, *, canonical: bool) -> MatchType:
    """Return how exactly two names with one plain spelling agree."""
    # Who types no capitals hardly means an alias without capitals.
    if as_typed(typed) == as_typed(name) and (canonical or typed != typed.lower()):
        return MatchType.IDENTICAL
    return MatchType.CASELESS if caseless(typed) == caseless(name) else MatchType.EXACT


def completion(question: Question, name: str, squashed: str, same_sound: bool) -> Scored:
    """Return the likeness of the typed text to the start of a name and of its words."""
    typed = question.squashed
    if typed == squashed:
        return Scored(1.0, MatchType.EXACT)
    # Of two names with the same start, the one with less left to type is likelier meant.
    ending = 0.008 * min(1.0, len(typed) / len(squashed))
    begun, latest = question.begun
    if squashed.startswith(typed) or begun <= squashed[: len(typed)] <= latest != begun:
        return Scored(0.98 + ending, MatchType.PREFIX)
    words = name.split()
    by_words = _typed_words(question, words)
    if by_words == 1.0 or _is_within(typed, squashed):
        return Scored(0.95 + ending, MatchType.WORDS)
    starts = [near_start(typed, squashed)]
    starts += [near_start(typed, "".join(words[i:])) * 0.97 for i in range(1, len(words))]
    best = max(*starts, by_words * 0.97)
    sounds_right = same_sound and nearness(typed, squashed) >= _HEARD
    first = 0.05 * (sounds_right or typed[0] == squashed[0])
    return Scored(0.9 * best**2 + first + ending, MatchType.SPELLING)


def _is_within(asked: str, squashed: str) -> bool:
    """Tell whether a name without spaces between words contains these letters: 太郎, 山田太郎."""
    return asked in squashed and len(asked) > 1 and is_unspaced(asked[0])


def corrections(question: Question, name: str) -> list[tuple[str, str]]:
    """Return the words of a question that were taken for other words of the name."""
    words = name.split()
    pairs = _pair_up(question, words)
    if len(pairs) == 1 < len(words):
        # Stevenrogers stands for both words, not for one.
        [(asked, _, likeness)] = pairs
        squashed = "".join(words)
        if squashed == asked or nearness(asked, squashed) > likeness:
            return [(asked, name)]
    return [
        (asked, word)
        for asked, word, likeness in pairs
        if likeness >= _ALIKE and not word.startswith(asked)
    ]


def _by_words(question: Question, words: list[str], pairs: Sequence[Pair]) -> float:
    """Return the share of the question that distinct words of the name explain."""
    explained = covered = 0.0
    for asked, word, likeness in pairs:
        if likeness < _ALIKE:
            explained += len(asked) * likeness / 2
        else:
            explained += len(asked) * likeness
            covered += len(word)
    share = explained / len(question.squashed)
    cover = min(1.0, covered / sum(map(len, words)))
    return float(share**_STEEP * (0.9 + 0.1 * cover**0.3))


def _oddness(pairs: Sequence[Pair]) -> float:
    """Return how unlike the name one of the words is: that two are called Bruce says little."""
    asked, word, likeness = "", "", _ODD
    for pair in pairs:
        if pair[2] < likeness and len(pair[0]) > 2 < len(pair[1]):
            asked, word, likeness = pair
    if likeness >= _ODD or sound_of(asked) == sound_of(word) != "":
        return 0.0
    if asked[0] == word[0]:
        likeness = max(likeness, near_start(asked, word))
    return max(0.0, _ODD - likeness)


def _typed_words(question: Question, words: list[str]) -> float:
    """Return the share of the typed letters that start distinct words of the name."""
    left, share = list(words), 0.0
    for typed in question.words:
        if not left:
            break
        likeness, word = max((question.start_likeness(typed, word), word) for word in left)
        left.remove(word)
        share += likeness * len(typed)
    return share / len(question.squashed)


def _pair_up(question: Question, words: list[str]) -> list[Pair]:
    """Return each word asked for with the name's word that matches best, none used twice."""
    asked = question.words
    rows = question.likenesses(words)
    best = [max(row) for row in rows]
    places = [row.index(likeness) for row, likeness in zip(rows, best, strict=True)]
    if len(set(places)) == len(asked):
        return [(one, words[j], fit) for one, j, fit in zip(asked, places, best, strict=True)]
    return _share_out(asked, words, rows, best)


def _share_out(
    asked: list[str], words: list[str], rows: list[list[float]], best: list[float]
) -> list[Pair]:
    """Assign the words of a name to the words asked for, the most similar pairs first.

    `best` is the likeness of each word asked for to the word it is most similar to.
    """
    pairs = [(one, "", 0.0) for one in asked]
    places = [row.index(fit) for row, fit in zip(rows, best, strict=True)]
    waiting, free = list(range(len(asked))), list(range(len(words)))
    while waiting and free:
        i = max(waiting, key=lambda i: (best[i] * len(asked[i]), best[i]))
        place = places[i]
        pairs[i] = (asked[i], words[place], best[i])
        waiting.remove(i)
        free.remove(place)
        for other in waiting if free else ():
            if places[other] == place:
                row = rows[other]
                places[other] = max(free, key=row.__getitem__)
                best[other] = row[places[other]]
    return pairs


def _by_start(asked: str, squashed: str, least: float) -> float:
    """Return the likeness to the name's first letters, the lower the more are still to come.

    Where it cannot be more than `least`, nobody needs to know it.
    """
    length = len(asked)
    if len(squashed) < length:
        return 0.0
    known = 0.56 + 0.44 * (length / len(squashed)) ** 0.87
    short = 1 - 0.5 * exp(-0.3 * length)
    if known * short <= least:
        return 0.0
    return float(near_start(asked, squashed) ** _STEEP * known * short)
