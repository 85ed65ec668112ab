"""What changed between two revisions, field by field and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum

from lore.ledger.drafts import Draft


class Mark(StrEnum):
    """Whether words stand in both, only in the old or only in the new."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words with the space that follows them."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; `pieces` is both in one, in reading order."""

    field: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


def diff(before: Draft, after: Draft) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order in which they are written."""
    old, new = _texts(before), _texts(after)
    return tuple(
        FieldChange(field, was, now, tuple(_pieces(was, now)))
        for field in old | new
        if (was := old.get(field, "")) != (now := new.get(field, ""))
    )


def _texts(draft: Draft) -> dict[str, str]:
    values = {field.name: getattr(draft, field.name) for field in fields(draft)}
    return {
        name: "\n".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = (re.findall(r"\S+\s*", text) for text in (before, after))
    # Compared without the space after them, so that a word that is now the last one is kept.
    words = SequenceMatcher(None, [word.rstrip() for word in old], [word.rstrip() for word in new])
    for tag, old_start, old_end, new_start, new_end in words.get_opcodes():
        if tag == "equal":
            yield Piece(Mark.KEPT, "".join(new[new_start:new_end]))
            continue
        if old_start < old_end:
            yield Piece(Mark.GONE, "".join(old[old_start:old_end]))
        if new_start < new_end:
            yield Piece(Mark.NEW, "".join(new[new_start:new_end]))
