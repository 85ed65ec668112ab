"""How far the best match of a question can be trusted."""

from collections import Counter
from collections.abc import Sequence

from lore.search.candidates import Candidate
from lore.search.common_words import is_common, is_proper
from lore.search.normalise import is_small, numbers
from lore.search.question import (
    Question,
    ends_otherwise,
    nearness,
    said_alike,
    slipped,
    sounds_alike,
    vowels,
)
from lore.search.scoring import MatchType, corrections
from lore.search.scripts import is_marked, is_terse

SURE = 70.0
PLAUSIBLE = 58.0

_SURE = SURE / 100
_PLAUSIBLE = PLAUSIBLE / 100
_TO_ASK = _SURE - 0.01
_TO_LIST = _PLAUSIBLE - 0.01
_SHORT = 6
_CLOSE = 0.15
_BY_ONE_LETTER = 0.65
_WHOLE = 0.6
_MOST = 0.5
_SOME = 0.25
_SURNAME = 0.33
_NEARLY_ALL = 0.75
_TELLING = 3
_LINKING = frozenset(["a", "at", "by", "for", "from", "in", "is", "of", "on", "over", "to", "with"])
_LIKE = 0.6
_MUCH_ALIKE = 0.75
_LIKE_THOUGH_FIRST_DIFFERS = 0.8


def limited_by_trust(
    ranked: list[Candidate], question: Question, *, is_name: bool = False
) -> list[Candidate]:
    """Return the same matches, best first, scored no higher than the first can be trusted.

    A question that `is_name` is known to be a name, though it may be an everyday word as well.
    """
    if not ranked or (
        ranked[0].match_type <= MatchType.VARIANT and not _differs_by_signs(ranked[0], question)
    ):
        return ranked
    ranked = _shorter_first(ranked, len(question.words))
    first = ranked[0]
    ceiling = min(first.score, _trust(first, question, is_name))
    if any(hit.plain == first.plain for hit in ranked[1:]):
        # They differ only in letters that were mistyped.
        ceiling = min(ceiling, _TO_ASK)
    if rival := next((hit for hit in ranked[1:] if not _holds(hit.plain, first.plain)), None):
        margin = first.score - rival.score + _WHOLE * max(0.0, first.whole - rival.whole)
        penalty = 1.5 * min(_CLOSE, max(0.0, _CLOSE - margin))
        # If both are surely similar, the asker is asked which one.
        least = _PLAUSIBLE if first.score >= _SURE else 0.0
        ceiling = max(min(ceiling, least), ceiling - penalty, 0.0)
    return [hit._replace(score=min(hit.score, ceiling)) for hit in ranked]


def _differs_by_signs(hit: Candidate, question: Question) -> bool:
    """Tell whether only the signs beside one letter differ, as in C++ and C#."""
    return (
        len(question.squashed) == 1 and hit.match_type is MatchType.EXACT and question.typed != ""
    )


def _shorter_first(ranked: list[Candidate], words: int) -> list[Candidate]:
    """Put a name before longer ones that begin with it: Klaue before Klaue's men."""
    first = ranked[0]
    if first.match_type.literal or len(first.plain.split()) <= words:
        return ranked
    for hit in ranked[1:]:
        is_start = first.plain.startswith(hit.plain) and len(hit.plain.split()) == words
        if is_start and hit.whole > first.whole:
            rest = [other for other in ranked if other is not hit]
            return [hit._replace(score=first.score), *rest]
    return ranked


def _trust(hit: Candidate, question: Question, is_name: bool) -> float:
    """Return the highest score a match may have, however similar it is."""
    if len(question.squashed) == 1:
        # One letter begins many names and means none of them, unless a name is just that letter.
        return _BY_ONE_LETTER
    names = hit.plain.split()
    # A name may itself begin with "who is".
    asked = question if names[0] == question.words[0] else question.without_filler
    return min(
        _trust_in_numbers(asked.words, names),
        _trust_in_ending(hit, question),
        _trust_in_signs(hit, question),
        _trust_in_corrections(hit, asked),
        1.0 if is_name and hit.match_type.literal else _trust_in_words(hit, asked),
    )


def _trust_in_numbers(words: Sequence[str], names: Sequence[str]) -> float:
    """Trust less if numbers differ: the Mark 43 is not the Mark 44, however similar they look."""
    counted = numbers(names)
    for word, number in numbers(words).items():
        starts = word.isalpha() and any(
            name.startswith(word) for name in names if name not in counted
        )
        if number not in counted.values() and not starts:
            return _TO_ASK
    return 1.0


def _trust_in_ending(hit: Candidate, question: Question) -> float:
    """Trust less if the ending differs, as in Falcone, or a short word has one more syllable."""
    asked, name = question.squashed, hit.plain.replace(" ", "")
    by_sound = hit.match_type is MatchType.SOUND and len(asked) < _SHORT
    longer = len(vowels(asked)) > len(vowels(name))
    otherwise = len(question.words) == 1 and ends_otherwise(asked, name)
    return _TO_ASK if otherwise or (by_sound and longer) else 1.0


def _trust_in_signs(hit: Candidate, question: Question) -> float:
    """Trust less if one sign makes another word.

    That is a syllable or a part of one (バリ, パリ), or a mark that makes another letter (й, и).
    """
    asked, name = question.squashed, hit.plain.replace(" ", "")
    if asked.isascii() and name.isascii():
        return 1.0
    if hit.match_type.literal:
        # A longer text is another word, too: ไก and ไก่, はな and はなび.
        return _TO_ASK if hit.match_type is MatchType.PREFIX and is_terse(asked) else 1.0
    if is_terse(asked) or is_terse(name):
        return _TO_ASK
    whole = len(question.words) == len(hit.plain.split())
    for one, other in [(asked, name)] if whole else corrections(question, hit.plain):
        letters, others = Counter(one), Counter(other)
        if any(map(is_marked, (letters - others) + (others - letters))):
            return _TO_ASK
    return 1.0


def _trust_in_corrections(hit: Candidate, question: Question) -> float:
    """Trust less if an everyday word was corrected: its asker means revenue, not revenge."""
    if hit.match_type.literal or len(question.words) == 1:
        return 1.0
    names = hit.plain.split()
    taken_for = dict(corrections(question, hit.plain))
    meant = [
        asked
        for asked in question.words
        if not any(name.startswith(asked) for name in names)
        and not _is_slip(asked, taken_for.get(asked, ""))
    ]
    if taken_for.keys().isdisjoint(meant):
        return 1.0
    unlike = min(nearness(asked, taken_for.get(asked, "")) for asked in meant) < _LIKE
    many = len("".join(meant)) > len(question.squashed) / 3
    return _TO_LIST if unlike and many else _TO_ASK


def _is_slip(asked: str, word: str) -> bool:
    """Tell whether a word may well be a misspelling of another one."""
    if asked in _LINKING:
        return word in _LINKING
    if not is_common(asked) or slipped(asked, word) or said_alike(asked, word):
        return True
    # An everyday word may still be meant for another that sounds similar: fairy and fury.
    alike = not is_common(word) or nearness(asked, word) >= _MUCH_ALIKE
    return alike and sounds_alike(asked, word)


def _trust_in_words(hit: Candidate, question: Question) -> float:
    """Trust less if only everyday words led to a name: who types "thanks" does not mean Thanos."""
    if question.title and not hit.plain.startswith(question.title):
        question = question.untitled
    words = [word for word in question.words if not is_small(word)]
    counted = numbers(words)
    if not all(word in counted or is_common(word) for word in words):
        return 1.0
    named = [name for name in hit.plain.split() if not is_small(name)]
    if words == named:
        return 1.0
    if hit.match_type.literal:
        return _TO_ASK if len(counted) == len(words) else _trust_in_part(hit, words, named)
    if len(words) > 1 and _has_start(hit.plain.split(), words):
        return 1.0
    taken_for = corrections(question, hit.plain)
    if taken_for and all(said_alike(asked, word) for asked, word in taken_for):
        return 1.0
    asked, name = "".join(words), "".join(named)
    least = _LIKE if asked[:1] == name[:1] else _LIKE_THOUGH_FIRST_DIFFERS
    return _TO_ASK if nearness(asked, name) >= least else _TO_LIST


def _trust_in_part(hit: Candidate, words: Sequence[str], names: Sequence[str]) -> float:
    """Trust less if an everyday word is only a part of the name and does not stand for it."""
    share = len("".join(words)) / max(1, len("".join(names)))
    if len(words) > 1:
        return 1.0 if share >= _MOST else _TO_ASK
    word = "".join(words)
    if is_proper(word) and share >= _SURNAME:
        return 1.0
    if share < _SOME and (hit.match_type is not MatchType.PREFIX or len(word) < _TELLING):
        return _TO_LIST
    return 1.0 if share >= _NEARLY_ALL and {word, f"{word}s"} & {*names} else _TO_ASK


def _has_start(names: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether one of the words is a word of the name, or the start of one."""
    return any(len(word) > 2 and name.startswith(word) for word in words for name in names)


def _holds(name: str, words: str) -> bool:
    """Tell whether a name contains another whole one, and so is no rival of it."""
    return name != words and f" {words} " in f" {name} "
