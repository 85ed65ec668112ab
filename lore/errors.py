"""Refusals: errors whose text is the sentence that the person reads.

LoreError
├── PackError          the pack cannot be used; lists every fault
├── CatalogueError     the compiled catalogue cannot be opened
├── StoryChangedError  an id is of a story that is not told now
├── HiddenHereError    the server hides what a button was to show
└── …                  the ledger adds its own beside its verbs
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lore.text.wording import counted

# This much of a typed text is enough to recognise it.
LONGEST = 100
# What would break a line, or steer the terminal that it is printed on.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class LoreError(Exception):
    """A refusal; `str(error)` is written for the person who reads it."""


def echoed(typed: str) -> str:
    """Quote a typed text in a refusal, cut if it is long."""
    return f"“{typed if len(typed) <= LONGEST else typed[: LONGEST - 1] + '…'}”"


@dataclass(frozen=True, slots=True, order=True)
class PackFault:
    """A fault in a pack, with its file and line.

    `mendable` says whether `lorebot check --fix` can fix it, with the documents at hand.
    """

    file: str
    line: int
    what: str
    mendable: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Write control characters that a file has as escapes, so that a fault is one line."""
        what = _CONTROL.sub(lambda sign: sign[0].encode("unicode_escape").decode(), self.what)
        object.__setattr__(self, "what", what)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class PackError(LoreError):
    """The pack has faults; `faults` holds all of them."""

    def __init__(self, faults: Sequence[PackFault]) -> None:
        self.faults = tuple(sorted(faults))
        count = counted(len(self.faults), "fault")
        message = f"The pack has {count}:\n" + "\n".join(map(str, self.faults))
        if mendable := sum(fault.mendable for fault in self.faults):
            message += f"\nlorebot check --fix mends {mendable:,} of them."
        super().__init__(message)


class StoryChangedError(LoreError):
    """A button, note or import belongs to another story than the current one."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"The story has changed: this was about another one, and I tell of {title} now."
        )


class CatalogueError(LoreError):
    """The catalogue file is missing, damaged or of another version."""


class HiddenHereError(LoreError):
    """A button leads to an entry or a quote that this server hides."""

    def __init__(self) -> None:
        super().__init__("This server hides it: its curators have taken that out here.")
