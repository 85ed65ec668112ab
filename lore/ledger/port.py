"""The verbs of the ledger; each is one transaction, kept whole or not at all.

A refusal is a LoreError whose text is for the person. What one server keeps is never seen or
changed through another: every verb takes the server first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Unpack

from lore.errors import LoreError
from lore.ledger.drafts import Draft, Form
from lore.ledger.records import (
    Approval,
    By,
    Conflict,
    Gap,
    GuildSettings,
    Imported,
    Plan,
    Problem,
    Revision,
    ServerEntry,
    ServerLore,
    SettingsChange,
    SettingsPatch,
    Suggestion,
    TypedForm,
    Unanswered,
    Undone,
)


class NoSuchEntryError(LoreError):
    """This server never had an entry, revision or suggestion of that id."""


class StateError(LoreError):
    """It is no longer, or already, as the change would have it."""


class Entries(Protocol):
    """A server's own entries, quotes and notes, and their history."""

    async def publish(self, guild_id: int, draft: Draft, by: By) -> ServerEntry:
        """Add it under a new id."""

    async def edit(
        self, guild_id: int, entry_id: str, draft: Draft, expected_revision: int, by: By
    ) -> ServerEntry | Conflict:
        """Put the draft in place of what the editor saw at `expected_revision`."""

    async def remove(self, guild_id: int, entry_id: str, by: By) -> ServerEntry:
        """Take it out of every answer; its history stays."""

    async def restore(self, guild_id: int, entry_id: str, by: By) -> ServerEntry:
        """Bring back what was removed."""

    async def roll_back(
        self, guild_id: int, entry_id: str, to: int, expected_revision: int, by: By
    ) -> ServerEntry | Conflict:
        """Bring back what revision `to` said; the entry is live afterwards."""

    async def entry(self, guild_id: int, entry_id: str) -> ServerEntry:
        """The entry as it is now, removed or not."""

    async def history(self, guild_id: int, entry_id: str) -> tuple[Revision, ...]:
        """Its revisions, the first one first."""

    async def server_lore(self, guild_id: int, since: int = 0) -> ServerLore:
        """All live entries and the ids of the removed ones, or those that changed since.

        After a purge versions begin anew; a later `since` then gives everything again.
        """

    async def version(self, guild_id: int) -> int:
        """Grows whenever the server's lore changes."""

    async def check_room(self, guild_id: int, form: Form) -> None:
        """Raise QuotaError if the server may not have one more of these."""


class Suggestions(Protocol):
    """What members wish to see added."""

    async def suggest(self, guild_id: int, draft: Draft, by: By) -> Suggestion:
        """Put it in the queue."""

    async def queue(self, guild_id: int) -> tuple[Suggestion, ...]:
        """Those that wait for a curator, the oldest first."""

    async def suggestion(self, guild_id: int, number: int) -> Suggestion:
        """One of them, decided or not."""

    async def approve(
        self, guild_id: int, number: int, by: By, *, edited: Draft | None = None
    ) -> Approval:
        """Publish it, as it was suggested or as the curator edited it."""

    async def reject(self, guild_id: int, number: int, reason: str, by: By) -> Suggestion:
        """Decide against it; the reason may be empty."""

    async def rejected(self, guild_id: int, number: int, by: By) -> Suggestion:
        """What that very person suggested and was rejected within a day; StateError otherwise."""

    async def check_room(self, guild_id: int, by: By) -> None:
        """Raise StateError or QuotaError if that person may suggest nothing at the moment."""


class Drafts(Protocol):
    """What people typed into forms and have not published, each for whoever typed it, for a day.

    What is published by the number of a draft takes the draft out in the same transaction.
    """

    async def keep(self, draft: TypedForm) -> None:
        """Keep it, in place of what has its token.

        Where a person or a server has too many, the oldest of whoever has the most gives way.
        """

    async def find(self, guild_id: int, token: int, now: datetime) -> TypedForm | None:
        """What that interaction brought; None if it is published or older than a day."""


class Exchange(Protocol):
    """A server's lore as files."""

    async def export(self, guild_id: int, now: datetime) -> tuple[bytes, ...]:
        """All entries with their history; several files where one would be too large to import."""

    async def plan_import(
        self,
        guild_id: int,
        content: bytes,
        notable: Callable[[str], bool],
        replacing: Collection[str] = (),
    ) -> Plan:
        """What importing the file would do; ImportFileError if it cannot be read at all.

        `notable` tells whether there is an entry of an id that a note can be on. Conflicting
        entries stay as they are here, but for those whose ids are in `replacing`.
        """

    async def apply_import(
        self,
        guild_id: int,
        content: bytes,
        expected_version: int,
        by: By,
        notable: Callable[[str], bool],
        replacing: Collection[str] = (),
    ) -> Imported | Plan:
        """Add and change what the plan says; a new plan, if the lore is at another version now.

        Who made the revisions in a file is not taken over: a file may claim anything, and may
        name people who asked to be forgotten.
        """

    async def undo_import(self, guild_id: int, import_id: int, by: By) -> Undone:
        """Leave the entries of that import as they were before it, as one change with history.

        Entries that were changed since are left alone.
        """


class Settings(Protocol):
    """How the bot behaves in a server."""

    async def of(self, guild_id: int) -> GuildSettings:
        """The server's settings, or how a new server begins."""

    async def change(
        self, guild_id: int, by: By, **changes: Unpack[SettingsPatch]
    ) -> SettingsChange:
        """Change those settings and leave the others."""


class Problems(Protocol):
    """What a server's curators have to mend."""

    async def report(self, guild_id: int, code: str, subject_id: int | None, now: datetime) -> None:
        """Remember a problem until it is solved; `subject_id` is the channel or role."""

    async def solve(self, guild_id: int, code: str) -> None:
        """Forget a problem."""

    async def of(self, guild_id: int) -> tuple[Problem, ...]:
        """What there is to mend, the oldest first."""


class Questions(Protocol):
    """What people asked in vain, without who asked."""

    async def count(self, guild_id: int, question: str, now: datetime, kind: str = "") -> None:
        """Count a question that found nothing; when there are too many, the rarest give way.

        `kind` is what was asked for; empty for anything.
        """

    async def unanswered(self, guild_id: int, limit: int = 25) -> tuple[Unanswered, ...]:
        """The questions that were not dismissed, the most asked first."""

    async def find(self, guild_id: int, question: str) -> Unanswered | None:
        """The question however it is written; None if it is not kept."""

    async def dismiss(self, guild_id: int, questions: Collection[str], now: datetime) -> None:
        """List these questions no more, however often they are asked."""

    async def bring_back(self, guild_id: int, dismissed_at: datetime) -> None:
        """List again what was dismissed at that time."""


class Upkeep(Protocol):
    """Servers that come and go, and people who ask for their data."""

    async def guilds_joined(self, guild_ids: Iterable[int]) -> None:
        """The bot is (again) in these servers, so nothing of them will be purged."""

    async def guilds_left(self, guild_ids: Iterable[int], now: datetime) -> None:
        """The bot was taken out of these servers; an outage is no leaving."""

    async def guilds(self) -> frozenset[int]:
        """The servers that we keep something of and have not left."""

    async def purge(self, now: datetime) -> tuple[int, ...]:
        """Delete all of the servers left 30 days ago, and drafts of yesterday; which servers."""

    async def forget_person(self, person_id: int) -> int:
        """Take the person's id out of everything; in how many rows it stood.

        Their drafts are deleted. What they suggested within a day still counts towards what they
        may.
        """

    async def person_data(self, person_id: int) -> tuple[Mapping[str, object], ...]:
        """Every row with the person's id, be it in a text, with its table, for them to read."""


class Continuity(Protocol):
    """Whether the ledger knows all that was done with it."""

    async def mark_older(self) -> None:
        """The ledger is older than what it did, as after a restore."""

    async def sign(self, now: datetime, lived: timedelta) -> Gap | None:
        """Give a sign of life; so much of the time since the last one this process has `lived`.

        The gap before it, if the ledger is marked as older than what it did or was silent for
        long: what is due in it is looked for before it is posted.
        """


@dataclass(frozen=True, slots=True)
class Ledger:
    """What servers asked us to remember."""

    entries: Entries
    suggestions: Suggestions
    drafts: Drafts
    exchange: Exchange
    settings: Settings
    problems: Problems
    questions: Questions
    upkeep: Upkeep
    continuity: Continuity
