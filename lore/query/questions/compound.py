"""Several questions in one: "who killed him and why", "when and where was it"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from lore.pack.model import Kind
from lore.query.questions.parsing import Asks, ParsedQuestion, parsed
from lore.query.questions.words import MAX_LETTERS
from lore.query.visible_lore import VisibleLore

_ASKING = r"(?:who|what|which|where|when|how|why)(?:['’]?(?:s|d|re))?\b"
_AND = r"\s(?:and|&)\s{1,9}"
# "When and where did it happen": one question that is asked twice.
_TWICE = re.compile(rf"\s*({_ASKING}){_AND}({_ASKING})(.*)", re.IGNORECASE | re.DOTALL)
_NEXT = re.compile(rf"(?:{_AND}|[?!.;]\s{{1,9}}(?:and\s)?)(?={_ASKING})", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:(?P<subject>he|she|they)|(?P<whose>his|its|their)|(?P<her>her)|it|him|them)\b",
    re.IGNORECASE,
)
# Before these "her" is to whom it is done; before others, whose it is.
_ENDS = re.compile(r"\s*(?:$|[?!.,]|(?:in|at|on|from|to|with|for|by|of|and|after)\b)")
# More questions are not read.
_MOST = 3


def parts(question: ParsedQuestion, visible: VisibleLore) -> Iterator[str]:
    """Yield the questions of which one consists, with names for pronouns; none if it is one.

    One whose pronoun may mean several is empty.
    """
    text = question.text[:MAX_LETTERS]
    if twice := _TWICE.match(text):
        one, other, rest = twice.groups()
        yield from (f"{one}{rest}", f"{other}{rest}")
        return
    first, *others = _NEXT.split(text, _MOST - 1)
    if not others:
        return
    yield first
    before = parsed(first, visible, visible.facts)
    kinds: dict[str, set[Kind]] = {}
    for token, word in zip(before.tokens, ("", *(one.text for one in before.tokens)), strict=False):
        if token.names:
            name = f"the {token.text}" if word == "the" else token.text
            kinds[name] = {ref.kind for id in token.ids if (ref := visible.ref(id))}
    # "Who saved him and how did he die" may ask for him who is asked for.
    asks_who = before.asks is Asks.WHO and bool(before.telling)
    for other in others:
        yield _with_names(other, kinds, asks_who=asks_who)


def _with_names(text: str, kinds: Mapping[str, Collection[Kind]], *, asks_who: bool) -> str:
    """Return a question with a name for each pronoun; empty if one may mean several."""
    said, at = "", 0
    for pronoun in _POINTING.finditer(text):
        fitting = [name for name in kinds if len(kinds) == 1 or _fits(pronoun, kinds[name])]
        if len(fitting) != 1 or (asks_who and pronoun["subject"]):
            return ""
        whose = pronoun["whose"] or (pronoun["her"] and not _ENDS.match(text, pronoun.end()))
        said += text[at : pronoun.start()] + (f"{fitting[0]}'s" if whose else fitting[0])
        at = pronoun.end()
    return said + text[at:]


def _fits(pronoun: re.Match[str], kinds: Collection[Kind]) -> bool:
    """Tell whether a pronoun can stand for what is of these kinds."""
    word = pronoun[0].lower()
    if word in ("it", "its"):
        return {Kind.CHARACTER, Kind.FACTION}.isdisjoint(kinds)
    return Kind.CHARACTER in kinds or (word.startswith("the") and Kind.FACTION in kinds)
