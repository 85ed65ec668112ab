"""The verbs of the ledger; each is one transaction, kept whole or not at all.

A refusal is a LoreError whose text is for the person. What one server keeps is never seen or
changed through another: every verb takes the server first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, Unpack
from zoneinfo import ZoneInfo

from lore.curation.drafts import Draft, Form
from lore.errors import LoreError
from lore.ledger.records import (
    Actor,
    Approval,
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
from lore.qotd.delivery import Blocked, Delivery, FailureReason
from lore.qotd.picking import Pool, Preview, QuotePick, Skipped
from lore.qotd.timetable import FIRST, Outlook, QotdConfig, Schedule, Slot


class NoSuchEntryError(LoreError):
    """The server never had an entry, revision or suggestion with that id."""


class StateError(LoreError):
    """The entry or suggestion is already in that state, or no longer in the one required."""


class NotUndoneError(LoreError):
    """A change cannot be undone, or no longer."""


class NoTurnError(LoreError):
    """No quote is posted on that date, or it has been posted."""

    def __init__(self, day: date, following: date | None) -> None:
        super().__init__(
            f"No quote is to come on {day.isoformat()}. "
            + (
                f"The next date after it that has one is {following.isoformat()}."
                if following
                else "Posting is paused: /qotd resume goes on."
            )
        )


class Entries(Protocol):
    """A server's own entries, quotes and notes, and their history."""

    async def publish(self, guild_id: int, draft: Draft, by: Actor) -> ServerEntry:
        """Add an entry under a new id."""

    async def edit(
        self, guild_id: int, entry_id: str, draft: Draft, expected_revision: int, by: Actor
    ) -> ServerEntry | Conflict:
        """Replace the revision that the editor saw with a draft."""

    async def remove(self, guild_id: int, entry_id: str, by: Actor) -> ServerEntry:
        """Remove an entry from every answer; its history stays."""

    async def restore(self, guild_id: int, entry_id: str, by: Actor) -> ServerEntry:
        """Restore a removed entry."""

    async def roll_back(
        self, guild_id: int, entry_id: str, to: int, expected_revision: int, by: Actor
    ) -> ServerEntry | Conflict:
        """Restore the text of revision `to`; the entry is live afterwards."""

    async def entry(self, guild_id: int, entry_id: str) -> ServerEntry:
        """Return the entry as it is now, removed or not."""

    async def history(self, guild_id: int, entry_id: str) -> tuple[Revision, ...]:
        """Return an entry's revisions, oldest first."""

    async def server_lore(self, guild_id: int, since: int = 0) -> ServerLore:
        """Return all live entries and the ids of removed ones, or only what changed since a
        version.

        After a purge versions start again; a later `since` then gives everything.
        """

    async def version(self, guild_id: int) -> int:
        """Return a number that grows whenever the server's lore changes."""

    async def check_room(self, guild_id: int, form: Form) -> None:
        """Raise QuotaError if the server may not have one more entry of this form."""


class Suggestions(Protocol):
    """Members' suggestions."""

    async def suggest(self, guild_id: int, draft: Draft, by: Actor) -> Suggestion:
        """Add a suggestion to the queue."""

    async def queue(self, guild_id: int) -> tuple[Suggestion, ...]:
        """Return the waiting suggestions, oldest first."""

    async def suggestion(self, guild_id: int, number: int) -> Suggestion:
        """Return a suggestion, decided or not."""

    async def approve(
        self, guild_id: int, number: int, by: Actor, *, edited: Draft | None = None
    ) -> Approval:
        """Publish a suggestion as suggested, or as the curator edited it."""

    async def reject(self, guild_id: int, number: int, reason: str, by: Actor) -> Suggestion:
        """Reject a suggestion; the reason may be empty."""

    async def rejected(self, guild_id: int, number: int, by: Actor) -> Suggestion:
        """Return that person's suggestion that was rejected within a day; else StateError."""

    async def check_room(self, guild_id: int, by: Actor) -> None:
        """Raise StateError or QuotaError if that person may not suggest now."""


class Drafts(Protocol):
    """Typed and unpublished forms, kept for a day for the person who typed them.

    Publishing by the number of a draft deletes it in the same transaction.
    """

    async def keep(self, draft: TypedForm) -> None:
        """Store a draft, replacing one with the same token.

        Over the limit of a person or server, the oldest draft of the person with the most is
        dropped.
        """

    async def find(self, guild_id: int, token: int, now: datetime) -> TypedForm | None:
        """Return the draft that an interaction brought; None if it is published or a day old."""


class Exchange(Protocol):
    """Export and import of a server's lore."""

    async def export(self, guild_id: int, now: datetime) -> tuple[bytes, ...]:
        """Return all entries with their history, in several files if one would be too large."""

    async def plan_import(
        self,
        guild_id: int,
        content: bytes,
        notable: Callable[[str], bool],
        replacing: Collection[str] = (),
    ) -> Plan:
        """What importing the file would do; ImportFileError if it cannot be read at all.

        `notable` tells whether there is an entry of an id that a note can be on; a LoreError says
        why there is none. Conflicting entries stay as they are here, but for those whose ids are in
        `replacing`.
        """

    async def apply_import(
        self,
        guild_id: int,
        content: bytes,
        expected_version: int,
        by: Actor,
        notable: Callable[[str], bool],
        replacing: Collection[str] = (),
    ) -> Imported | Plan:
        """Add and change what the plan says; a new plan, if the lore is at another version now.

        Who made the revisions in a file is not taken over: a file may claim anything, and may
        name people who asked to be forgotten.
        """

    async def undo_import(self, guild_id: int, import_id: int, by: Actor) -> Undone:
        """Leave the entries of that import as they were before it, as one change with history.

        Entries that were changed since are left alone.
        """


class ServerSettings(Protocol):
    """Each server's settings."""

    async def of(self, guild_id: int) -> GuildSettings:
        """Return the server's settings, or the defaults."""

    async def change(
        self, guild_id: int, by: Actor, **changes: Unpack[SettingsPatch]
    ) -> SettingsChange:
        """Change these settings and leave the others."""


class Problems(Protocol):
    """Problems that a server's curators have to fix."""

    async def report(self, guild_id: int, code: str, subject_id: int | None, now: datetime) -> None:
        """Remember a problem until it is solved; `subject_id` is the channel or role."""

    async def solve(self, guild_id: int, code: str) -> None:
        """Forget a problem."""

    async def of(self, guild_id: int) -> tuple[Problem, ...]:
        """Return the problems of a server, oldest first."""


class Questions(Protocol):
    """Questions that found nothing, without who asked."""

    async def count(self, guild_id: int, question: str, now: datetime, kind: str = "") -> None:
        """Count a question that found nothing; over the limit, the rarest are dropped.

        `kind` is the kind that was asked for; empty for any.
        """

    async def unanswered(self, guild_id: int, limit: int = 25) -> tuple[Unanswered, ...]:
        """Return the questions that were not dismissed, most asked first."""

    async def find(self, guild_id: int, question: str) -> Unanswered | None:
        """Return the question in any spelling; None if it is not stored."""

    async def dismiss(self, guild_id: int, questions: Collection[str], now: datetime) -> None:
        """Hide these questions from the list, however often they are asked."""

    async def bring_back(self, guild_id: int, dismissed_at: datetime) -> None:
        """List the questions again that were dismissed at that time."""


class Upkeep(Protocol):
    """Servers that the bot joins and leaves, and people who ask for their data."""

    async def guilds_joined(self, guild_ids: Iterable[int]) -> None:
        """Note that the bot is in these servers, so that they are not purged."""

    async def guilds_left(self, guild_ids: Iterable[int], now: datetime) -> None:
        """Note that the bot was removed from these servers; an outage is not a removal."""

    async def guilds(self) -> frozenset[int]:
        """Return the servers with stored data that the bot has not left."""

    async def purge(self, now: datetime) -> tuple[int, ...]:
        """Delete servers left 30 days ago, and drafts older than a day; return these servers."""

    async def forget_person(self, person_id: int) -> int:
        """Delete the person's id everywhere; return the number of rows that had it.

        Their drafts are deleted. Their suggestions of the last day still count towards their
        limit.
        """

    async def person_data(self, person_id: int) -> tuple[Mapping[str, object], ...]:
        """Return every row with the person's id, also within a text, with its table."""


class Packs(Protocol):
    """Numbers of packs, as they stand before ids."""

    async def number(self, pack_id: str) -> int:
        """Return the number of a pack, given once and kept; that of the first pack is 1."""


class Continuity(Protocol):
    """Whether the ledger knows everything that was done with it."""

    async def mark_older(self) -> None:
        """Mark the ledger as older than its last use, as after a restore."""

    async def sign(self, now: datetime, lived: timedelta) -> Gap | None:
        """Give a sign of life; so much of the time since the last one this process has `lived`.

        The gap before it, if the ledger is marked as older than what it did or was silent for
        long: what is due in it is looked for before it is posted.
        """


class QotdSchedules(Protocol):
    """When each server wants its quote of the day; times are in UTC, dates the server's own.

    A server may have several schedules, each with a `number` from 1 to 99. An interaction `by`
    which something was asked for changes nothing when it comes again.
    """

    async def find(self, guild_id: int, *, number: int = FIRST) -> Schedule | None:
        """A server's schedule, None if it has none."""

    async def config(
        self, guild_id: int, zone: ZoneInfo | None, *, number: int = FIRST
    ) -> QotdConfig | None:
        """What a server has set, by another zone if one is given.

        None if it has set nothing that can be read; LostZoneError if no zone is given and its own
        is not known any more.
        """

    async def set(
        self,
        guild_id: int,
        config: QotdConfig,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Schedule | None:
        """Begin, or change what was set before; this ends a pause."""

    async def pause(
        self,
        guild_id: int,
        until: date | None,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Schedule | None:
        """Post nothing before that date, or until `resume`; None if nothing is set."""

    async def resume(
        self, guild_id: int, now: datetime, by: Actor | None = None, *, number: int = FIRST
    ) -> Schedule | None:
        """End a pause; None if nothing is set."""

    async def off(self, guild_id: int, by: Actor | None = None, *, number: int = FIRST) -> bool:
        """Post no more; what was posted stays known, so that quotes do not come again too soon."""

    async def undo(
        self, guild_id: int, change_id: int, now: datetime, by: Actor | None = None
    ) -> Schedule | None:
        """Take back what an interaction changed; how it stands then, None if nothing is set.

        NotUndoneError if it was changed again since.
        """

    async def realign(self, now: datetime) -> None:
        """Work out anew when servers are next due: zones change their rules, and clocks jump.

        Where the zone is not known any more nothing changes until it is due.
        """


class QotdPlans(Protocol):
    """The days to come of all servers and those that were: which quote comes when."""

    async def due(self, now: datetime, limit: int) -> list[Schedule]:
        """Schedules whose next day is to be planned, the longest due first."""

    async def without_zone(self, now: datetime, limit: int) -> list[Delivery]:
        """Of the schedules that are due, the days of those whose zone is not known any more.

        Nothing more is due for them until another zone is set.
        """

    async def plan(self, schedule: Schedule, pool: Pool, now: datetime) -> Delivery | None:
        """Choose the quote of the schedule's next day for good, and go on to the day after it.

        None if that was done meanwhile, or if the last post was so late that this day has to wait.
        """

    async def plan_now(
        self, guild_id: int, pool: Pool, now: datetime, *, number: int = FIRST
    ) -> Delivery | None:
        """Today's delivery, due at once unless it was sent or is on its way; None without schedule.

        One that was missed, blocked or never verified is planned again: a person asks for it.
        """

    async def another(self, delivery: Delivery, pool: Pool) -> QuotePick | None:
        """A quote that was never refused, for the day of one that was; None if one was tried."""

    async def outlook(
        self, guild_id: int, now: datetime, days: int = 1, *, number: int = FIRST
    ) -> Outlook:
        """When the next quotes come; days on which none comes at its hour are named with why."""

    async def preview(
        self, guild_id: int, pool: Pool, now: datetime, days: int = 7, *, number: int = FIRST
    ) -> tuple[Preview, ...]:
        """The days to come with the quotes that they will get if nothing changes."""

    async def skip(
        self,
        guild_id: int,
        pool: Pool,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Skipped | None:
        """Let the next day have another quote; None if no day is to come."""

    async def queue(
        self,
        guild_id: int,
        day: date,
        quote: str,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Slot | None:
        """Give that date that quote; its turn, or None if only `plan_now` can bring it today.

        NoTurnError if no quote comes on that date.
        """

    async def on(self, guild_id: int, day: date, *, number: int = FIRST) -> Delivery | None:
        """That date's delivery; None if it was never planned."""

    async def history(
        self, guild_id: int, limit: int = 30, skip: int = 0, *, number: int = FIRST
    ) -> tuple[Delivery, ...]:
        """What became of the last days, the newest first; `skip` leaves out so many of them."""

    async def days(self, guild_id: int, *, number: int = FIRST) -> int:
        """Of how many days it is known what became of them."""


class QotdDeliveries(Protocol):
    """The deliveries that are planned or on their way, so that a crash leaves one message.

    A delivery is claimed with a lease and a fence: every later verb names the fence, and does
    nothing when somebody else has claimed it since.
    """

    def holding(self, delivery: Delivery) -> AbstractContextManager[None]:
        """Keep a delivery from being claimed again here, even if a clock jumps past its lease."""

    async def claim(
        self, now: datetime, limit: int, guild_id: int | None = None, *, number: int = FIRST
    ) -> list[Delivery]:
        """Take deliveries that are due and nobody's, the longest due first; or one schedule's."""

    async def shorten_leases(self, now: datetime) -> None:
        """Let none last longer than from now on: a clock that was ahead may have given it."""

    async def due(self, now: datetime) -> int:
        """How many deliveries are due and not at their end."""

    async def intend(self, delivery: Delivery, now: datetime) -> Delivery | None:
        """Write down, durably, that it is about to be sent; None if it is no longer ours."""

    async def sent(self, delivery: Delivery, message_id: int | None, now: datetime) -> bool:
        """It is there; `message_id` is None if it has been deleted meanwhile."""

    async def wait(self, delivery: Delivery, until: datetime) -> bool:
        """Nothing has become clear: leave it alone until then."""

    async def not_there(self, delivery: Delivery, until: datetime) -> bool:
        """It is certain that no attempt was posted; it may be sent from then on."""

    async def replace(self, delivery: Delivery, choice: QuotePick, now: datetime) -> bool:
        """Discord will not have this quote: send that one instead."""

    async def skip(self, delivery: Delivery, failure: FailureReason) -> bool:
        """It will not be posted any more, and that is nobody's fault."""

    async def give_up(self, delivery: Delivery) -> bool:
        """Nobody can know whether it was posted: it is never sent again."""

    async def block(
        self, delivery: Delivery, failure: FailureReason, now: datetime
    ) -> Blocked | None:
        """It cannot be posted; None if it is no longer ours."""


@dataclass(frozen=True, slots=True)
class Qotd:
    """The quote of the day of all servers."""

    schedules: QotdSchedules
    plans: QotdPlans
    deliveries: QotdDeliveries


@dataclass(frozen=True, slots=True)
class Ledger:
    """What servers asked us to remember."""

    entries: Entries
    suggestions: Suggestions
    drafts: Drafts
    exchange: Exchange
    settings: ServerSettings
    problems: Problems
    questions: Questions
    upkeep: Upkeep
    packs: Packs
    continuity: Continuity
    qotd: Qotd
