"""Defines what the ledger can do; each method is one transaction, kept whole or not at all.

What changes many servers is one transaction for each of them, in the order of their ids. A refusal
is a LoreError whose text is for the person. Every method names the server whose data it touches, so
no server sees or changes another's.
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
    Report,
    Reported,
    ReportState,
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
from lore.qotd.delivery import Afterwards, Blocked, Delivery, FailureReason, PostStep
from lore.qotd.picking import Pool, Preview, Queued, QueuedPick, QuotePick, Skipped
from lore.qotd.timetable import (
    FIRST,
    MOST_POSTS,
    Outlook,
    PostName,
    QotdConfig,
    Schedule,
)


class NoSuchEntryError(LoreError):
    """The server never had an entry, revision or suggestion with that id."""


class StateError(LoreError):
    """The entry or suggestion is already in that state, or no longer in the one required."""


class SuggestionChangedError(StateError):
    """Its author has changed a suggestion since the curator who decides about it saw it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Suggestion {number} was changed by its author meanwhile. Read it anew.")


class NotUndoneError(LoreError):
    """A change cannot be undone, or no longer."""


class PostGoneError(LoreError):
    """A daily post was turned off before it could be changed."""

    def __init__(self) -> None:
        super().__init__(
            "This daily post has been turned off meanwhile, so nothing was changed. /qotd list "
            "shows those that there are."
        )


class TooManyPostsError(LoreError):
    """The server has as many daily posts as it may have."""

    def __init__(self) -> None:
        super().__init__(
            f"A server has {MOST_POSTS} daily posts at most, and they are all there. /qotd set "
            "changes one of them, /qotd off makes room for another."
        )


class QueueChangedError(LoreError):
    """What was to be moved or taken out of the queue is not there any more."""

    def __init__(self) -> None:
        super().__init__(
            "The queue has been changed meanwhile, or the day has come, so nothing was changed. "
            "/qotd queued shows it."
        )


class NoPostOnDateError(LoreError):
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
        self,
        guild_id: int,
        entry_id: str,
        draft: Draft,
        expected_revision: int,
        by: Actor,
        report: int | None = None,
    ) -> ServerEntry | Conflict:
        """Replace the revision that the editor saw with a draft.

        The report of that number was its reason: if it still waits, it is decided as amended.
        """

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

    async def of_person(self, guild_id: int, person_id: int) -> tuple[Suggestion, ...]:
        """Return a person's suggestions, newest first."""

    async def own_pending(self, guild_id: int, number: int, by: Actor) -> Suggestion:
        """Return that person's suggestion, while it waits; else StateError."""

    async def change(self, guild_id: int, number: int, draft: Draft, by: Actor) -> Suggestion:
        """Change the text of that person's suggestion, while it waits."""

    async def withdraw(self, guild_id: int, number: int, by: Actor) -> Suggestion:
        """Take that person's suggestion back, while it waits."""

    async def approve(
        self,
        guild_id: int,
        number: int,
        by: Actor,
        *,
        edited: Draft | None = None,
        seen: int | None = None,
    ) -> Approval:
        """Publish a suggestion as suggested, or as the curator edited it.

        SuggestionChangedError if its revision is not the one that the curator has `seen`.
        """

    async def reject(
        self, guild_id: int, number: int, reason: str, by: Actor, *, seen: int | None = None
    ) -> Suggestion:
        """Reject a suggestion, likewise; the reason may be empty."""

    async def not_taken(self, guild_id: int, number: int, by: Actor) -> Suggestion:
        """Return that person's suggestion, rejected or withdrawn within a day; else StateError."""

    async def check_room(self, guild_id: int, by: Actor) -> None:
        """Raise StateError or QuotaError if that person may neither suggest nor report now."""


class Reports(Protocol):
    """What members say is wrong; reports and suggestions share their numbers and limits."""

    async def tell(self, guild_id: int, about: Reported, wrong: str, by: Actor) -> Report:
        """Add a report to the queue; StateError if the same person's same report waits there."""

    async def waiting(self, guild_id: int) -> tuple[Report, ...]:
        """Return the reports to be decided, oldest first."""

    async def report(self, guild_id: int, number: int) -> Report:
        """Return a report, decided or not."""

    async def decide(
        self, guild_id: int, number: int, state: ReportState, by: Actor, answer: str = ""
    ) -> Report:
        """Decide a report; StateError if it is decided. Only reports on a pack are passed on."""

    async def passed_on(self, since: datetime | None = None) -> tuple[Report, ...]:
        """Return what curators passed on since then, of all servers, oldest first."""


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

    async def last_saved(
        self, guild_id: int, person_id: int, channel: int, since: datetime
    ) -> TypedForm | None:
        """Return what a person saved last from messages of a channel, if it was after that time."""


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
        name: str = "",
    ) -> Plan:
        """Return what importing the file would do; ImportFileError if it cannot be read at all.

        The file may be of another bot; its `name` tells of what kind it is.
        `notable` tells whether there is an entry with an id that a note can be on; a LoreError says
        why there is none. Conflicting entries stay as they are here, except those whose ids are in
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
        name: str = "",
    ) -> Imported | Plan:
        """Carry out an import plan; return a new plan if the lore has changed since.

        Who made the revisions in a file is not taken over: a file may claim anything, and may name
        people who asked to be forgotten.
        """

    async def undo_import(self, guild_id: int, import_id: int, by: Actor) -> Undone:
        """Restore the entries of an import to their state before it, as one change with history.

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

        Their drafts are deleted. Their suggestions and reports of the last day still count
        towards their limit.
        """

    async def person_data(self, person_id: int) -> tuple[Mapping[str, object], ...]:
        """Return every row with the person's id, also within a text, with its table."""


class Packs(Protocol):
    """The numbers of packs, which stand before the ids of their entries."""

    async def number(self, pack_id: str) -> int:
        """Return the number of a pack, given once and kept; that of the first pack is 1."""


class Continuity(Protocol):
    """Notices when the ledger may not know everything that the bot has done."""

    async def mark_older(self) -> None:
        """Mark the ledger as older than its last use, as after a restore."""

    async def sign(self, now: datetime, lived: timedelta) -> Gap | None:
        """Record a sign of life; this process has `lived` for that part of the time since the last.

        Return the gap before it if the ledger is marked as older than its last use, or was silent
        for long. A post that was due in the gap is looked for before it is sent.
        """


class QotdSchedules(Protocol):
    """When each server wants its quote of the day; times are in UTC, dates the server's own.

    A server may have up to four schedules, each with a `number` from 1 to 99. An interaction `by`
    that is delivered twice changes nothing the second time.
    """

    async def posts(self, guild_id: int) -> tuple[PostName, ...]:
        """Return what tells a server's schedules apart, by their numbers."""

    async def find(self, guild_id: int, *, number: int = FIRST) -> Schedule | None:
        """Return a server's schedule; None if it has none."""

    async def config(
        self, guild_id: int, zone: ZoneInfo | None, *, number: int = FIRST
    ) -> QotdConfig | None:
        """Return what a server has set, in another zone if one is given.

        None if it has set nothing readable; LostZoneError if no zone is given and its own no longer
        exists.
        """

    async def set(
        self,
        guild_id: int,
        config: QotdConfig,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
        before: QotdConfig | None = None,
    ) -> Schedule | None:
        """Start a schedule or change it; this ends a pause.

        With `before`, only what differs from it is changed; PostGoneError if there is no such
        schedule any more.
        """

    async def add(
        self, guild_id: int, config: QotdConfig, now: datetime, by: Actor | None = None
    ) -> Schedule | None:
        """Start one more schedule, under a number of its own.

        TooManyPostsError if there is no room for it. None if it came before, and was turned off
        since.
        """

    async def pause(
        self,
        guild_id: int,
        until: date | None,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Schedule | None:
        """Post nothing before that date, or until `resume`; None if there is no schedule."""

    async def resume(
        self, guild_id: int, now: datetime, by: Actor | None = None, *, number: int = FIRST
    ) -> Schedule | None:
        """End a pause; None if there is no schedule."""

    async def off(self, guild_id: int, by: Actor | None = None, *, number: int = FIRST) -> bool:
        """Delete a schedule; its past posts stay stored, so that quotes do not repeat too soon."""

    async def undo(
        self, guild_id: int, change_id: int, now: datetime, by: Actor | None = None
    ) -> Schedule | None:
        """Undo an interaction's change; return the schedule afterwards, None if there is none.

        NotUndoneError if it was changed again since; TooManyPostsError if there is no room for it
        any more.
        """

    async def realign(self, now: datetime) -> None:
        """Recalculate when servers are next due: zones change their rules, and clocks jump.

        A schedule whose zone no longer exists is left alone until it is due.
        """


class QotdPlans(Protocol):
    """Which quote each server posts on which day, in the future and in the past."""

    async def due(self, now: datetime, limit: int) -> list[Schedule]:
        """Return the schedules whose next day is to be planned, the longest due first."""

    async def without_zone(self, now: datetime, limit: int) -> list[Delivery]:
        """Block the due days of schedules whose zone no longer exists, and return these days.

        Such a schedule is not due again until another zone is set.
        """

    async def plan(self, schedule: Schedule, pool: Pool, now: datetime) -> Delivery | None:
        """Choose the quote of the schedule's next day for good, and move on to the following day.

        None if another call did so meanwhile, or if the last post was so late that this day has to
        wait.
        """

    async def plan_now(
        self, guild_id: int, pool: Pool, now: datetime, *, number: int = FIRST
    ) -> Delivery | None:
        """Plan today's delivery for now, unless it was sent or is being sent; return it.

        One that was missed, blocked or never verified is planned again, as a person asks for it.
        None if there is no schedule.
        """

    async def another(self, delivery: Delivery, pool: Pool) -> QuotePick | None:
        """Return a quote to replace the refused one; None if a replacement was refused already."""

    async def outlook(
        self, guild_id: int, now: datetime, days: int = 1, *, number: int = FIRST
    ) -> Outlook:
        """Return when the next quotes are posted, and why a day has none at its usual time."""

    async def preview(
        self, guild_id: int, pool: Pool, now: datetime, days: int = 7, *, number: int = FIRST
    ) -> tuple[Preview, ...]:
        """Return the coming days with the quotes that they get if nothing changes."""

    async def skip(
        self,
        guild_id: int,
        pool: Pool,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Skipped | None:
        """Give the next day another quote; None if there is no next day."""

    async def queue(
        self,
        guild_id: int,
        day: date,
        quote: str,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Queued:
        """Queue a quote for a date, in place of what was queued for it.

        NoPostOnDateError if no quote is posted on that date.
        """

    async def queued(
        self, guild_id: int, today: date, *, number: int = FIRST
    ) -> tuple[QueuedPick, ...]:
        """Return what is queued from today on, by date."""

    async def move(
        self,
        guild_id: int,
        mark: int,
        later: bool,
        today: date,
        by: Actor,
        *,
        number: int = FIRST,
    ) -> None:
        """Let what has that mark change dates with what is queued after it, or before it.

        QueueChangedError if one of them is not there.
        """

    async def unqueue(
        self, guild_id: int, mark: int | None, today: date, by: Actor, *, number: int = FIRST
    ) -> None:
        """Take what has that mark out of the queue, or all; QueueChangedError if it is gone."""

    async def on(self, guild_id: int, day: date, *, number: int = FIRST) -> Delivery | None:
        """Return a date's delivery; None if it was never planned."""

    async def history(
        self, guild_id: int, limit: int = 30, skip: int = 0, *, number: int = FIRST
    ) -> tuple[Delivery, ...]:
        """Return the last deliveries, the newest first, without the first `skip` of them."""

    async def days(self, guild_id: int, *, number: int = FIRST) -> int:
        """Return how many days have a stored delivery."""

    async def last_of_former(self, guild_id: int) -> tuple[Delivery, ...]:
        """Return the last delivery of each schedule that was turned off, the newest first."""


class QotdDeliveries(Protocol):
    """The deliveries that are planned or being sent, so that even a crash leads to one message.

    A delivery is claimed with a lease and a fence: every later call names the fence, and does
    nothing if somebody else has claimed the delivery since.
    """

    def holding(self, delivery: Delivery) -> AbstractContextManager[None]:
        """Keep a delivery from being claimed again here, even if a clock jumps past its lease."""

    async def claim(
        self, now: datetime, limit: int, guild_id: int | None = None, *, number: int = FIRST
    ) -> list[Delivery]:
        """Take deliveries, or one schedule's, that are due and unclaimed, the longest due first.

        None while the ledger is marked as older than its last use.
        """

    async def shorten_leases(self, now: datetime) -> None:
        """Let every lease end as if it was given now: the clock may have been ahead back then."""

    async def due(self, now: datetime) -> int:
        """Return how many deliveries are due and unfinished."""

    async def intend(self, delivery: Delivery, now: datetime) -> Delivery | None:
        """Store durably that a delivery is about to be sent; None if it is claimed elsewhere."""

    async def sent(
        self, delivery: Delivery, message_id: int | None, now: datetime, *, publish: bool = False
    ) -> bool:
        """Mark a delivery as posted; `message_id` is None if the message was deleted meanwhile.

        What is still to be done with the post is stored with it: to `publish` it, and to start its
        thread if its schedule asks for one.
        """

    async def wait(self, delivery: Delivery, until: datetime) -> bool:
        """Leave a delivery alone until that time, as its outcome is still unknown."""

    async def not_there(self, delivery: Delivery, until: datetime) -> bool:
        """Note that no attempt was posted for certain; the delivery may be sent from `until` on."""

    async def replace(self, delivery: Delivery, choice: QuotePick, now: datetime) -> bool:
        """Replace the quote of a delivery that Discord refused."""

    async def skip(self, delivery: Delivery, failure: FailureReason) -> bool:
        """End a delivery that will not be posted, without a fault that anybody has to fix."""

    async def give_up(self, delivery: Delivery) -> bool:
        """End a delivery whose outcome nobody can know; it is never sent again."""

    async def block(
        self, delivery: Delivery, failure: FailureReason, now: datetime
    ) -> Blocked | None:
        """End a delivery that cannot be posted; None if somebody else has claimed it."""


class QotdSteps(Protocol):
    """What is still to be done with posts after they were sent; all of it can be repeated."""

    async def due(
        self, now: datetime, limit: int, besides: Collection[tuple[int, Afterwards]] = ()
    ) -> list[PostStep]:
        """Return what is due, the longest due first, `besides` such steps in these channels."""

    async def wait(self, step: PostStep, until: datetime) -> None:
        """Leave a step alone until then."""

    async def done(self, step: PostStep) -> None:
        """End a step that was done, or that nobody can do any more."""


@dataclass(frozen=True, slots=True)
class Qotd:
    """The quote of the day of all servers."""

    schedules: QotdSchedules
    plans: QotdPlans
    deliveries: QotdDeliveries
    steps: QotdSteps


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that servers store."""

    entries: Entries
    suggestions: Suggestions
    reports: Reports
    drafts: Drafts
    exchange: Exchange
    settings: ServerSettings
    problems: Problems
    questions: Questions
    upkeep: Upkeep
    packs: Packs
    continuity: Continuity
    qotd: Qotd
