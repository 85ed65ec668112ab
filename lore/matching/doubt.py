"""How far the best match of a question is to be trusted."""

from collections.abc import Sequence

from lore.matching.layer import Candidate
from lore.matching.normalise import is_small
from lore.matching.ordinary import is_ordinary
from lore.matching.question import Question, said_alike, vowels
from lore.matching.scoring import How, corrections

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


def doubted(ranked: list[Candidate], question: Question) -> list[Candidate]:
    """The same matches, best first, worth no more than the first of them can be trusted."""
    if not ranked or ranked[0].how <= How.VARIANT:
        return ranked
    first = ranked[0]
    ceiling = min(first.score, _trust(first, question))
    if rival := next((hit for hit in ranked[1:] if not _holds(hit.plain, first.plain)), None):
        margin = first.score - rival.score + _WHOLE * max(0.0, first.whole - rival.whole)
        doubt = 1.5 * min(_CLOSE, max(0.0, _CLOSE - margin))
        # Two that are both surely alike are asked about.
        least = _PLAUSIBLE if first.score >= _SURE else 0.0
        ceiling = max(min(ceiling, least), ceiling - doubt, 0.0)
    return [hit._replace(score=min(hit.score, ceiling)) for hit in ranked]


def _trust(hit: Candidate, question: Question) -> float:
    """What a match is worth at most, however like the question it is."""
    if len(question.squashed) == 1:
        # One letter begins many names and is surely none of them, unless one is just that letter.
        return _BY_ONE_LETTER
    name = hit.plain.replace(" ", "")
    by_sound = hit.how is How.SOUND and len(question.squashed) < _SHORT
    # In a short word one syllable more makes another word: Snape is not Snap.
    if by_sound and len(vowels(question.squashed)) > len(vowels(name)):
        return _TO_ASK
    words = [word for word in question.words if not is_small(word)]
    if not all(map(is_ordinary, words)):
        return 1.0
    # Who types "thanks" is thankful, and does not mean Thanos.
    share = len(question.squashed) / len(name)
    if hit.how.literal:
        return 1.0 if share >= (_MOST if hit.how is How.PREFIX else _SOME) else _TO_ASK
    if len(words) > 1 and _has_start(hit.plain.split(), words):
        return 1.0
    taken_for = corrections(question, hit.plain)
    if taken_for and all(said_alike(asked, word) for asked, word in taken_for):
        return 1.0
    return _TO_ASK if share >= _MOST else _TO_LIST


def _has_start(names: Sequence[str], words: Sequence[str]) -> bool:
    """Whether one of the words is a word of the name, or the start of one."""
    return any(len(word) > 2 and name.startswith(word) for word in words for name in names)


def _holds(name: str, words: str) -> bool:
    """Whether a name holds another one whole, and so is no rival to it but names more."""
    return name != words and f" {words} " in f" {name} "
