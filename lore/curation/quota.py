"""Limits on what one server and one person may store."""

from dataclasses import dataclass

from lore.errors import LoreError


class QuotaError(LoreError):
    """A server or a person has reached a limit of the operator's."""


@dataclass(frozen=True, slots=True)
class Quota:
    """The operator's limits: counts of live entries, quotes and suggestions; text lengths."""

    entries: int = 5_000  # notes count as entries
    quotes: int = 5_000
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
