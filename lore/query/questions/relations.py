"""The grammar of relations: which end of one a question asks for, and who is named at the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lore.pack.model import RelationType
from lore.query.questions.facts import Facts, Wording
from lore.query.questions.parsing import Asks, ParsedQuestion, Token
from lore.query.questions.words import POSSESSIVE, names_doer, stems


class Wanted(NamedTuple):
    """The end of a relation that is asked for, `from` or `to`, and the entries at the other.

    Where both are named, `others` are those of the end that is asked for.
    """

    end: str
    ids: Sequence[str]
    others: Sequence[str] = ()


def wordings_in(
    question: ParsedQuestion, facts: Facts
) -> Iterator[tuple[int, Sequence[str], Sequence[Wording]]]:
    """Yield the words by which relations are asked for, the longest, and where they begin.

    Names and articles may stand between them: "what is the cradle made of".
    """
    tokens = question.tokens
    found = [
        (at, words, wordings)
        for words, wordings in facts.wordings.items()
        for at, token in enumerate(tokens)
        if not token.names and token.stem == words[0] and _goes_on(tokens[at + 1 :], words[1:])
    ]
    longest = max((len(words) for _, words, _ in found), default=0)
    yield from (one for one in sorted(found, key=lambda it: it[0]) if len(one[1]) == longest)


def wanted_by(
    question: ParsedQuestion, wording: Wording, at: int, words: Sequence[str]
) -> Wanted | None:
    """Return what is asked for by a wording whose words begin at a place of the question."""
    where = (wording.type.question or "").startswith("Where")
    asking = (Asks.WHO, Asks.WHAT, Asks.NOTHING, Asks.WHETHER, *[Asks.WHERE] * where)
    names = [(i, token) for i, token in enumerate(question.tokens) if token.names]
    if question.asks not in asking or any(token.person for _, token in names):
        return None
    if len(names) == 2 and not wording.end:
        return _both(question, wording, at, names)
    if len(names) != 1:
        return None
    [(place, name)] = names
    if wording.end:
        # "Whom did he murder" asks for no murderer, and "which Avenger has kids" for one of them.
        is_said = not wording.doer or names_doer(question.tokens[at].text)
        is_of_all = place == 0 and question.asks is Asks.WHAT and "have" in question.stems[:at]
        return Wanted(wording.end, name.ids) if is_said and not is_of_all else None
    end = _end(question, wording, at, words, place)
    return Wanted(end, name.ids) if end else None


def _both(
    question: ParsedQuestion, wording: Wording, at: int, names: Sequence[tuple[int, Token]]
) -> Wanted | None:
    """Ask whether one did it to the other: "did Ultron kill Strucker"."""
    (_, first), (behind, second) = names
    if question.asks not in (Asks.WHETHER, Asks.NOTHING) or behind < at:
        return None
    if _has_by(question, at) and not is_copular(wording.type):
        return Wanted("from", first.ids, second.ids)
    return Wanted("from", second.ids, first.ids)


def _end(
    question: ParsedQuestion, wording: Wording, at: int, words: Sequence[str], place: int
) -> str | None:
    """Return the end that is asked for, by the order of verb and name and what stands before."""
    before = [token.stem for token in question.tokens[:at]]
    last, by = at + len(words) - 1, _has_by(question, at)
    if question.asks is Asks.WHETHER:
        return None
    if place >= last:
        return "to" if by else "from"
    if words[0] == "be":
        return "to"
    if "do" in before:
        # Of whom it is told that they were seen somewhere, nothing is told of what they saw.
        return None if is_copular(wording.type) else "to"
    if "be" in before or by:
        return "to" if is_copular(wording.type) else "from"
    return "to" if question.asks in (Asks.WHO, Asks.WHAT) else None


def _has_by(question: ParsedQuestion, at: int) -> bool:
    return any(token.text == "by" for token in question.tokens[at:])


def asked_stems(type: RelationType) -> frozenset[str]:
    """Return the stems of the verbs by which a relation is asked for."""
    return frozenset(one for asked in type.asked if "{" not in asked for one in stems(asked))


def is_copular(type: RelationType) -> bool:
    """Tell whether a relation says what its `from` is or was: made from, named after."""
    _, _, after = (type.statement or "").partition("{from}")
    return after.split()[:1] in (["is"], ["was"], ["are"], ["were"])


def _goes_on(tokens: Sequence[Token], words: Sequence[str]) -> bool:
    rest = [t.stem for t in tokens if not t.names and t.text not in ("the", "a", POSSESSIVE)]
    return tuple(rest[: len(words)]) == tuple(words)
