"""The grammar of questions: what is asked for, and the entries that a question names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from lore.query.questions.facts import Facts
from lore.query.questions.words import (
    POSSESSIVE,
    asked_words,
    has_stem_of,
    stem,
    stems,
    word_set,
)
from lore.query.resolve import names_whole
from lore.query.server_layer import id_of
from lore.query.visible_lore import VisibleLore
from lore.search.common_words import is_common
from lore.search.names import Match
from lore.search.normalise import squash
from lore.search.passages import LIGHT

# A name has at most so many words; a misspelt one at least so many letters.
_LONGEST_NAME = 5
_MISSPELT = 4
_MISSPELT_WORDS = 3
_LETTERS_A_MISTAKE = 5


class Asks(Enum):
    """What a question asks for, by the word that it begins with."""

    WHO = auto()
    WHAT = auto()
    WHERE = auto()
    WHEN = auto()
    HOW = auto()
    WHY = auto()
    WHETHER = auto()
    NOTHING = auto()


_BY_WORD = {
    "who": Asks.WHO,
    "what": Asks.WHAT,
    "which": Asks.WHAT,
    "where": Asks.WHERE,
    "when": Asks.WHEN,
    "how": Asks.HOW,
    "why": Asks.WHY,
}
ASKING = frozenset(_BY_WORD)
_INVOLVED = (
    word_set("not never no else without should must might may shall will would") | _BY_WORD.keys()
)
_TURNING = word_set("from by for with about off after before until")
_POLITE = word_set("please hey hi ok so and but tell me explain do you know can")
# What people put before a question: "does anyone know who".
_LEADING = _POLITE | word_set(
    "does anyone anybody someone could would remember idk wait yo lol forgot forget i wondering"
)
# Those whom a question asks for in many words: "who is the guy who".
_SOMEBODY = word_set("one guy dude person man woman girl lady kid character hero it thing people")
_BE, _THAT = word_set("is was are were"), word_set("who that which")
_BEGINNINGS = {
    tuple(long.split()): short.split()
    for long, short in {
        "how come": "why",
        "what is the reason": "why",
        "what was the reason": "why",
        "what is up with": "what happened to",
        "what is going on with": "what happened to",
        "what is the deal with": "what happened to",
    }.items()
}
AUXILIARY = word_set("be do have can could will would shall should may might must get")
_WHETHER = word_set("is are was were do does did can could has have had will would")
# Words that add nothing to a question.
EMPTY = word_set(
    "really actually exactly just ever even again once finally originally also all anyone "
    "anybody someone somebody please the a an this that it"
)
# What counts little in a search may be what is asked for: "what happened to him".
SMALL = LIGHT - frozenset(["happen", "happens", "happened", "go", "goes", "went"])
DYING = frozenset(stems("kill destroy murder slay die demise survive alive fate perish"))
PLAYING = frozenset(stems("play portray voice act actor actress star cast"))
MAKERS = {
    stem(noun): stem(verb)
    for noun, verb in {
        **{"director": "direct", "writer": "write", "producer": "produce", "author": "write"},
        **{"composer": "compose", "screenwriter": "write", "script": "write"},
    }.items()
}
MAKING = frozenset([*MAKERS, *MAKERS.values()])
_ASKING_SHORTLY = DYING | PLAYING | MAKING
TELLING_ALL = frozenset(stems("plot story synopsis summary premise storyline about"))
_VERBS = _ASKING_SHORTLY | TELLING_ALL
SETTINGS = tuple(
    tuple(one.split())
    for one in (
        "after",
        "afterwards",
        "later",
        "later on",
        "after that",
        "in the future",
        "eventually",
        "at the end",
        "in the end",
        "at the beginning",
        "in the beginning",
        "in the story",
        "in this story",
    )
)
# Behind "were" these show that "where" was meant.
_MISPLACED = word_set("did does do is are was were has")
POINTING = word_set("he she it they him her them his its their i me you we us not no never")
DETERMINERS = word_set("the a an this that his her their its final last first")
_ROLES = PLAYING | MAKING | TELLING_ALL
_NOT_NAMES = word_set("who what where when why how which is are was were do does did the")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a question, or a name in it with the entries that it may mean.

    `person` is whether it is the name of a person of the real world.
    """

    text: str
    stem: str
    ids: tuple[str, ...] = ()
    person: bool = False

    @property
    def names(self) -> bool:
        """Tell whether it is a name."""
        return bool(self.ids) or self.person


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question taken apart: what it asks for, and its words and names behind that.

    `is_timed` is whether it asks how it was at the end, or at another time of the story.
    """

    text: str
    asks: Asks
    tokens: tuple[Token, ...]
    is_timed: bool = False

    @property
    def word(self) -> str:
        """Return the word that it begins with, if it is one that asks."""
        return self.asks.name.lower() if self.asks.name.lower() in _BY_WORD else ""

    @property
    def stems(self) -> tuple[str, ...]:
        """Return the stems of all words; of a name, nothing that a word has."""
        return tuple("" if token.names else token.stem for token in self.tokens)

    @property
    def named(self) -> tuple[Token, ...]:
        """Return the names in it."""
        return tuple(token for token in self.tokens if token.names)

    @property
    def telling(self) -> tuple[Token, ...]:
        """Return its words that say something, without names, auxiliaries and conjunctions."""
        return tuple(
            token
            for token in self.tokens
            if not token.names
            and token.text != POSSESSIVE
            and token.text not in EMPTY
            and token.text not in SMALL
            and token.stem not in AUXILIARY
        )

    @property
    def subject(self) -> frozenset[str]:
        """Return the entries of which it asks what they do, are or have: "why did Hulk leave"."""
        before: Token | None = None
        for token in self.tokens:
            if token.names:
                asks_of = (
                    self.asks in (Asks.NOTHING, Asks.WHETHER)
                    if before is None
                    else (before.stem in ("do", "be", "have", "can", "could", "would"))
                )
                return frozenset(token.ids) if asks_of else frozenset()
            if token.text not in EMPTY and token.text != "not":
                # "Why didn't he": what it asks of stands behind the verb that is undone.
                before = token
        return frozenset()

    @property
    def is_there(self) -> bool:
        """Tell whether it may ask for what was in a place or at an event."""
        return any(token.text in ("in", "at") for token in self.tokens)

    @property
    def is_involved(self) -> bool:
        """Tell whether it asks for what was not so, what else there was, or several things."""
        return not self.involving.isdisjoint(_INVOLVED)

    @property
    def involving(self) -> frozenset[str]:
        """Return its small words without which it asks for something else."""
        return frozenset(token.text for token in self.tokens) & (_INVOLVED | _TURNING)


def parsed(text: str, visible: VisibleLore, facts: Facts) -> ParsedQuestion:
    """Take a question apart."""
    every = asked_words(text)
    within = _without_setting(every)
    is_timed = len(within) < len(every) and every[-1] != "story"
    words = _plainly(within)
    if len(words) > 2 and words[0] == "were" and words[1] in _MISPLACED:
        words[0] = "where"
    asks = Asks.NOTHING
    if words and words[0] in _BY_WORD:
        asks = _BY_WORD[words.pop(0)]
    elif len(words) > 2 and words[0] in _WHETHER:
        asks = Asks.WHETHER
    elif len(words) > 1 and words[-1] in _BY_WORD:
        # "quicksilver was killed by who"
        asks = _BY_WORD[words.pop()]
    tokens = tuple(_Names(visible, facts).tokens(words))
    return ParsedQuestion(text, asks, _without_work(tokens, facts), is_timed)


def _without_work(tokens: tuple[Token, ...], facts: Facts) -> tuple[Token, ...]:
    """Leave out that it is asked in what the pack tells, behind another name or a verb."""
    at = len(tokens) - 1
    if at < 1 or facts.work is None or tokens[at].ids != (facts.work.id,):
        return tokens
    while at and tokens[at - 1].text in DETERMINERS:
        at -= 1
    rest = tokens[: at - 1]
    is_setting = at > 0 and tokens[at - 1].text == "in"
    tells = any(token.names or token.stem not in AUXILIARY for token in rest)
    return rest if is_setting and tells else tokens


def _plainly(words: list[str]) -> list[str]:
    """Return a question without what is put before it, in few words for many at its beginning."""
    if not words:
        return words
    asking = next((at for at, word in enumerate(words) if word in _BY_WORD), 0)
    if all(word in _LEADING for word in words[:asking]):
        words = words[asking:]
    while len(words) > 1 and words[0] in _POLITE:
        words = words[1:]
    for long, short in _BEGINNINGS.items():
        if tuple(words[: len(long)]) == long:
            words = [*short, *words[len(long) :]]
    is_said_twice = len(words) > 4 and words[0] in ("who", "what") and words[1] in _BE
    at = 3 if is_said_twice and words[2] in ("the", "that") else 2
    if is_said_twice and words[at] in _SOMEBODY and words[at + 1] in _THAT and words[at + 2 :]:
        # "Who is the guy who plays him", "who was it that fell".
        return [words[0], *words[at + 2 :]]
    if words[0] == "which" and words[1:2] and words[1] in _SOMEBODY:
        return ["who", *words[2:]]
    return words


def _without_setting(words: list[str]) -> list[str]:
    """Leave out "in the story" or "at the end" behind a question of several words."""
    for setting in SETTINGS:
        if tuple(words[-len(setting) :]) == setting and len(words) > len(setting) + 1:
            rest = words[: -len(setting)]
            said = [word for word in rest if word not in LIGHT and word not in EMPTY]
            if len(said) > (len(setting) > 1 and words[0] in ("what", "which")):
                return rest
    return words


def is_question(text: str) -> bool:
    """Tell whether a text has the shape of a question, or sets one against another."""
    words = _plainly(asked_words(text))
    if len(words) < 2:
        return False
    is_asked = words[0] in _BY_WORD or words[0] in _WHETHER or text.rstrip().endswith("?")
    return is_asked or "versus" in words[1:-1]


def is_short_question(text: str) -> bool:
    """Tell whether a text asks with one word: "cast", "Ultron's death"."""
    return any(has_stem_of(word, _ASKING_SHORTLY) for word in asked_words(text))


def parsed_words(text: str, visible: VisibleLore, facts: Facts) -> Iterator[Token]:
    """Yield the words of a sentence, with the names in it."""
    return _Names(visible, facts).tokens(asked_words(text))


def _is_near(typed: str, name: str) -> bool:
    """Tell whether of several words hardly a letter is other than in a name."""
    one, other = squash(typed), squash(name)
    return OSA.distance(one, other) <= _mistakes(one)


def _mistakes(squashed: str) -> int:
    """Return how many letters of several words may be other than in the name they are."""
    return max(2, len(squashed) // _LETTERS_A_MISTAKE)


class _Names:
    """Finds the names in a question."""

    def __init__(self, visible: VisibleLore, facts: Facts) -> None:
        self._visible = visible
        self._index = visible.names(None)
        self._facts = facts

    def tokens(self, words: Sequence[str]) -> Iterator[Token]:
        """Yield the names and the other words, from left to right, the longest names first."""
        at = 0
        while at < len(words):
            is_noun = at > 0 and words[at - 1] in DETERMINERS and stem(words[at]) not in _ROLES
            for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                part = words[at : at + length]
                if found := self._named(part, is_noun=is_noun, is_last=at + length == len(words)):
                    yield from found
                    at += length
                    break
            else:
                yield Token(words[at], stem(self._spelt(words[at])))
                at += 1

    def _spelt(self, word: str) -> str:
        """Return the word of a question that a misspelt one is meant for; it may be itself."""
        if len(word) < _MISSPELT + 1 or is_common(word) or self._is_known(word):
            return word
        found = extractOne(word, self._facts.verbs, scorer=OSA.distance, score_cutoff=1)
        return found[0] if found else word

    def _named(self, words: Sequence[str], *, is_noun: bool, is_last: bool) -> tuple[Token, ...]:
        """Return the name that these words are, and the sign of a possessive behind it."""
        first, last = words[0], words[-1]
        if POSSESSIVE in words or first in _NOT_NAMES or last in LIGHT:
            return ()
        text = " ".join(words)
        if len(words) == 1 and len(text) < 3:
            return ()
        if self._facts.credited(squash(text)):
            return (Token(text, "", self._ids(self._index.called(text)), person=True),)
        is_own = self._facts.is_own_name(squash(text)) or is_noun or self._visible.is_alias(text)
        if any(self._is_verb(word) for word in words) and not is_own:
            # People find an event by "Natasha captured", too; here it is a part of a question.
            return ()
        if ids := self._ids(self._index.called(text)):
            return (Token(text, "", ids),)
        if is_noun and (ids := self._ids(self._index.called(f"the {text}"))):
            return (Token(text, "", ids),)
        # "Who made the visions" asks for several of what one is called by.
        is_of_one = text.endswith("s") and not (is_noun and is_last)
        if is_of_one and (ids := self._ids(self._index.called(text[:-1]))):
            return Token(text, "", ids), Token(POSSESSIVE, POSSESSIVE)
        return self._misspelt(words, text)

    def _misspelt(self, words: Sequence[str], text: str) -> tuple[Token, ...]:
        is_one = len(words) == 1
        if len(words) > _MISSPELT_WORDS or any(
            self._is_known(word, alone=is_one) for word in words
        ):
            return ()
        if all(self._is_known(word) for word in words):
            return ()
        for form in dict.fromkeys((text, text.removesuffix("s"))):
            bare = squash(form)
            if len(form) < _MISSPELT or not (is_one or self._index.may_have(bare, _mistakes(bare))):
                continue
            matches = self._index.find(form, limit=2)
            if not is_one and matches and not _is_near(form, matches[0].name.text):
                # "Ultron's big plan" is not about the birth of Ultron.
                continue
            if names_whole(form, matches) and (ids := self._ids(matches[:1])):
                sign = (Token(POSSESSIVE, POSSESSIVE),) if form != text else ()
                return (Token(text, "", ids), *sign)
        return ()

    def _is_known(self, word: str, *, alone: bool = True) -> bool:
        """Tell whether a word is no misspelt name; in one of several, some words are right."""
        joins = word in LIGHT or word in EMPTY or self._is_verb(word)
        return joins or (alone and self._facts.says(word))

    def _is_verb(self, word: str) -> bool:
        one = stem(word)
        return (one,) in self._facts.wordings or one in _VERBS

    def _ids(self, matches: Sequence[Match]) -> tuple[str, ...]:
        refs = (self._visible.ref(id_of(match.key)) for match in matches)
        return tuple(ref.id for ref in refs if ref and self._visible.shows(ref))
