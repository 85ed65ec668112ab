"""Differences between two revisions, by field and word."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from itertools import groupby

from rapidfuzz.distance import LCSseq

from lore.curation.dialogues import written_dialogue
from lore.curation.drafts import Draft, OwnFact, OwnRelation, QuoteDraft

# Puts a relation into words; of the id of an event, its name.
Describe = Callable[[OwnRelation | str], str]

_WORD = re.compile(r"(\S+)\s*")


class Mark(StrEnum):
    """Whether words are in both revisions, only in the old, or only in the new."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words with the space that follows them, and their position in their text."""

    mark: Mark
    text: str
    start: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after; `pieces` combines both in reading order."""

    field: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


def by_ids(part: OwnRelation | str) -> str:
    """Return a relation or an event as it is stored."""
    return f"{part.type} {part.to}" if isinstance(part, OwnRelation) else part


def diff(before: Draft, after: Draft, describe: Describe = by_ids) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of the form."""
    dialogue = any(isinstance(one, QuoteDraft) and bool(one.more) for one in (before, after))
    old, new = _texts(before, describe, dialogue), _texts(after, describe, dialogue)
    return tuple(
        FieldChange(name, was, now, tuple(_pieces(was, now)))
        for name in old | new
        if (was := old.get(name, "")) != (now := new.get(name, ""))
    )


def _texts(draft: Draft, describe: Describe, dialogue: bool) -> dict[str, str]:
    def text(field: str) -> str:
        value = getattr(draft, field)
        if isinstance(value, tuple):
            return "\n".join(_line(one, describe) for one in value)
        if isinstance(value, bool):
            return "yes" if value else ""
        return describe(value) if field in ("after", "within") and value else str(value)

    names = [one.name for one in fields(draft)]
    if not isinstance(draft, QuoteDraft):
        return {name: text(name) for name in names}
    said = ["words", "speaker", "more"] if dialogue else ["more"]
    whole = {"dialogue": written_dialogue(draft.lines)} if dialogue else {}
    return whole | {name: text(name) for name in names if name not in said}


def _line(part: str | OwnFact | OwnRelation, describe: Describe) -> str:
    match part:
        case OwnFact():
            return f"{part.label}: {part.value}"
        case OwnRelation():
            return describe(part)
    return part


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = (list(_WORD.finditer(text)) for text in (before, after))
    # Compared without the space after them, so that a word that is now the last one is kept.
    steps = LCSseq.opcodes([word[1] for word in old], [word[1] for word in new])
    for kept, run in groupby(steps, lambda step: step.tag == "equal"):
        stretch = list(run)
        gone = old[stretch[0].src_start : stretch[-1].src_end]
        added = new[stretch[0].dest_start : stretch[-1].dest_end]
        if kept:
            yield _piece(Mark.KEPT, added)
            continue
        if gone:
            yield _piece(Mark.GONE, gone)
        if added:
            yield _piece(Mark.NEW, added)


def _piece(mark: Mark, words: Sequence[re.Match[str]]) -> Piece:
    return Piece(mark, "".join(word[0] for word in words), words[0].start())
