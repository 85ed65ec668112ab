"""Cites, and statements that carry them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from lore.pack.model.base import Line, Model, Sentence, Spoiler
from lore.search.scripts import is_unspaced
from lore.text.wording import counted, shown


# There are thousands, and a model takes several times the memory.
@dataclass(frozen=True, slots=True)
class Cite:
    """Where a statement stands: source, paragraph counted from 1, and words found there.

    The paragraph is UNNUMBERED where an author leaves it to the check to write the number in.
    """

    source: str
    paragraph: int
    words: str

    def __str__(self) -> str:
        return f"{self.source}:{self.paragraph or ''} {self.words}"


UNNUMBERED: Final = 0
# Editors cannot count the letters of scripts that have no blanks between words, and let more pass.
_CITE = r"^([\w.-]+):([1-9]\d*)? (\S+(?: \S+){1,7}|\S{4,40})$"
_PLACE = r"^[\w.-]+:(?:[1-9]\d*)? (.+)"
_LETTERS = 4
# Python reads no number of more than some thousand.
_DIGITS = 9


def _parse_cite(value: Any) -> Any:
    if isinstance(value, Cite):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is not a cite; {_how_to_cite('')}")
    parts = re.match(_CITE, value.strip())
    if parts is None or not _is_enough(parts[3]) or len(parts[2] or "") > _DIGITS:
        raise ValueError(f"{value!r} is not a cite; {_how_to_cite(value)}")
    paragraph = int(parts[2]) if parts[2] else UNNUMBERED
    return Cite(source=sys.intern(parts[1]), paragraph=paragraph, words=parts[3])


def _how_to_cite(value: str) -> str:
    """Return what is wrong with words that make no cite, or how one is written."""
    parts = re.match(_PLACE, value.strip())
    words = parts[1] if parts else value
    if any(map(is_unspaced, words)):
        return (
            "where words have no blanks between them, write source:paragraph and at least "
            f"{_LETTERS} letters, so with a name those beside it; lorebot cite finds them"
        )
    count = len(words.split())
    if parts and not 2 <= count <= 8:
        return f"it has {counted(count, 'word')} of the paragraph; write 2 to 8 that stand there"
    return (
        "write source:paragraph and 2 to 8 words that stand there, "
        'like "003:12 battled their way through"'
    )


def is_cite(source: str, words: str) -> bool:
    """Tell whether words of a source make a cite: as many of them as there have to be."""
    parts = re.match(_CITE, f"{source}:1 {words}")
    return parts is not None and parts[3] == words and _is_enough(words)


def _is_enough(words: str) -> bool:
    """Tell whether these are several words, or as many letters where no blanks part words."""
    return " " in words or sum(map(is_unspaced, words)) >= _LETTERS


CiteText = Annotated[
    Cite,
    BeforeValidator(_parse_cite),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": _CITE}),
]
Cites = Annotated[tuple[CiteText, ...], Field(min_length=1)]


class Statement(Spoiler):
    """One sentence in our own words, and where it stands."""

    says: Sentence
    cites: Cites
    verbatim: bool = Field(
        default=False, description="Whether it stands so in the source, whose licence allows that."
    )
    section: Line | None = Field(None, description="The part of a long article that it is in.")
    new_paragraph: bool = Field(default=False, description="Whether a paragraph begins with it.")
    asked: tuple[Line, ...] = Field(
        default=(), description="Questions that it answers, as people put them; shown to nobody."
    )


P = TypeVar("P")
# What a part of the model may have parts in; a cite is a part that has none.
_PARTS = (Model, tuple, Cite)
Part: TypeAlias = tuple[tuple[str | int, ...], P]


def parts_of(value: Any, kind: type[P]) -> list[Part[P]]:
    """Return every part of a kind that a part of the model is or has, with its path."""
    found: list[Part[P]] = []
    _gather(value, kind, (), found)
    return found


def _gather(value: Any, kind: type[P], path: tuple[str | int, ...], found: list[Part[P]]) -> None:
    if isinstance(value, kind):
        found.append((path, value))
    # Most of a model is texts, numbers and empty lists.
    if isinstance(value, Model):
        for name, item in value.__dict__.items():
            if item and isinstance(item, _PARTS):
                _gather(item, kind, (*path, name), found)
    elif type(value) is tuple:
        for number, item in enumerate(value):
            if isinstance(item, _PARTS):
                _gather(item, kind, (*path, number), found)


def cites_in(value: Any) -> list[Part[Cite]]:
    """Return every cite in a part of the model, with its path."""
    return parts_of(value, Cite)
