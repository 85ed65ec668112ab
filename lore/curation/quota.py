"""Limits on what one server and one person may store."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lore.errors import LoreError
from lore.text.wording import counted

# What is counted by itself, by the forms of drafts; all others count as entries.
_NAMES = {
    "entry": ("entry of its own", "entries of its own"),
    "quote": ("quote of its own", "quotes of its own"),
    "hide": ("hidden entry or quote", "hidden entries and quotes"),
    "alias": ("alias for the story's entries", "aliases for the story's entries"),
}


def group_of(form: str) -> str:
    """Return the form with whose drafts one of this form is counted."""
    return form if form in _NAMES else "entry"


class Held(NamedTuple):
    """How many things of one group a server has, in words, and how many it may have."""

    words: str
    number: int
    limit: int


class QuotaError(LoreError):
    """A server or a person has reached a limit of the operator's."""


@dataclass(frozen=True, slots=True)
class Quota:
    """The operator's limits: counts of live entries, quotes and suggestions; text lengths."""

    entries: int = 5_000  # notes count as entries
    quotes: int = 5_000
    hidden: int = 1_000  # entries and quotes of the pack
    names: int = 1_000  # aliases for entries of the pack
    queue: int = 100
    suggestions_per_day: int = 5
    unanswered: int = 500
    drafts: int = 200  # of a server: forms that were typed and not published
    drafts_of_person: int = 20
    name: int = 100
    aliases: int = 20
    relations: int = 50  # of one entry
    facts: int = 25  # of one entry; all are in one menu of Discord's
    line: int = 300
    text: int = 4_000
    words: int = 1_000

    def held(self, live: Mapping[str, int]) -> Iterator[tuple[str, Held]]:
        """Yield what a server has of each group, by the number of live drafts of each form."""
        limits = {
            "entry": self.entries,
            "quote": self.quotes,
            "hide": self.hidden,
            "alias": self.names,
        }
        counts = Counter[str]()
        for form, number in live.items():
            counts[group_of(form)] += number
        for group, limit in limits.items():
            yield group, Held(counted(counts[group], *_NAMES[group]), counts[group], limit)
