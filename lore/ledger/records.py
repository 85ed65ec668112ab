"""The ledger's records: entries with their history, suggestions, reports, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypedDict

from lore.curation.drafts import Draft, Written
from lore.pack.model import Tier

# How long a draft is kept, and a suggestion that was not taken may be sent again.
DRAFTS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person and the interaction that ask for a change, and the time.

    An interaction makes one change; if it is repeated, it gets the same result and changes
    nothing.
    """

    interaction_id: int
    person_id: int
    at: datetime


class Change(StrEnum):
    """How a revision was made."""

    ADDED = "added"
    APPROVED = "approved"
    EDITED = "edited"
    REMOVED = "removed"
    RESTORED = "restored"
    ROLLED_BACK = "rolled back"
    IMPORTED = "imported"
    UNDONE = "import undone"


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """An entry, quote or note of one server at one revision.

    Its id (s.zorblax-bar, s12) never changes and is never reused. An erased person is None. Times
    are in UTC, in whole seconds. `number` tells in what order things were written; a preview has 0.
    """

    guild_id: int
    id: str
    revision: int
    draft: Draft
    live: bool
    written_by: int | None
    written_at: datetime
    edited_by: int | None
    edited_at: datetime
    number: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """A step in the history of an entry; `live` and `draft` are the state after it."""

    number: int
    change: Change
    live: bool
    draft: Draft
    made_by: int | None
    made_at: datetime
    back_to: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another curator saved first, so nothing was changed; `current` is their version."""

    current: ServerEntry


@dataclass(frozen=True, slots=True)
class ServerLore:
    """The lore of a server; if `since` is not 0, only the changes after that version.

    What was removed last is the last of `removed`.
    """

    guild_id: int
    since: int
    version: int
    entries: tuple[ServerEntry, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What a person typed into a form and has not published; `token` is of the interaction.

    `form` is the custom_id of the form, `typed` holds the texts by the ids of their fields. What is
    saved from `messages` of a `channel` is in `typed` as a whole draft, whose form is not sent yet.
    """

    guild_id: int
    token: int
    person_id: int
    form: str
    typed: Mapping[str, str]
    typed_at: datetime
    channel: int | None = None
    messages: tuple[int, ...] = ()


class SuggestionState(StrEnum):
    """The state of a suggestion."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A draft that a member suggests; `entry_id` is the entry that it became.

    `revision` counts the texts that it had: its author may change it while it waits.
    """

    guild_id: int
    number: int
    draft: Written
    state: SuggestionState
    suggested_by: int | None
    suggested_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    entry_id: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved suggestion, and the entry that it became."""

    suggestion: Suggestion
    entry: ServerEntry


class ReportState(StrEnum):
    """The state of a report."""

    PENDING = "pending"
    ANSWERED = "answered"
    AMENDED = "amended"
    DISMISSED = "dismissed"
    PASSED_ON = "passed on"


@dataclass(frozen=True, slots=True)
class ReportedCite:
    """A cite of a reported sentence, with the title that its source had."""

    source: str
    title: str
    paragraph: int
    words: str


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report is about, as it was then: an entry or a quote, and a sentence of it if named.

    `pack` is the id of its pack, empty for the server's own lore.
    """

    form: Literal["entry", "quote"]
    id: str
    name: str
    tier: Tier
    pack: str = ""
    sentence: str = ""
    sentence_tier: Tier | None = None
    cites: tuple[ReportedCite, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a member says is wrong, and what its curators made of it."""

    guild_id: int
    number: int
    about: Reported
    wrong: str
    state: ReportState
    told_by: int | None
    told_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of one server; `spoilers` hides what other works of the story tell.

    `tiers` are the shown ones, None for all; ids of tiers of another pack are kept among them.
    With `short`, entries are shown in short at first; with `alike`, quotes of tiers apart are drawn
    like those of the others.
    """

    curator_role_id: int | None = None
    log_channel_id: int | None = None
    suggestions: bool = True
    tiers: tuple[Tier, ...] | None = None
    spoilers: bool = False
    private: bool = False
    short: bool = False
    alike: bool = False


class SettingsPatch(TypedDict, total=False):
    """The settings to change."""

    curator_role_id: int | None
    log_channel_id: int | None
    suggestions: bool
    tiers: tuple[Tier, ...] | None
    spoilers: bool
    private: bool
    short: bool
    alike: bool


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The settings before and after a change."""

    before: GuildSettings
    after: GuildSettings


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An entry of a file to import: its new state and its history.

    Its id is None if it is to get a new one. `mine` is the server's entry with the same id, if the
    file's is not a continuation of it.
    """

    line: int
    id: str | None
    live: bool
    draft: Draft
    revisions: tuple[Revision, ...] = ()
    mine: ServerEntry | None = None


@dataclass(frozen=True, slots=True)
class FileShape:
    """What a file to import was taken for, as a sentence, and what its rows are called."""

    sentence: str = ""
    unit: str = "line"


# A file from /entry export says itself what it is.
OF_EXPORT = FileShape()


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry of a file that cannot be imported, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do to the lore as it is at `version`.

    Conflicting entries were changed in the server since the export, or by hand in the file. They
    are kept unless they are chosen to be replaced. `repeated` stand in the file more than once.
    """

    version: int
    added: tuple[FileEntry, ...]
    changed: tuple[FileEntry, ...]
    unchanged: tuple[FileEntry, ...]
    conflicting: tuple[FileEntry, ...]
    refused: tuple[Refused, ...]
    repeated: tuple[FileEntry, ...] = ()
    shape: FileShape = OF_EXPORT


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries an import added and changed; `made` is what undoing it needs:

    for each entry its number, its revision by the import, and the one before, 0 if none.
    """

    added: int
    changed: int
    made: tuple[tuple[int, int, int], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many entries were reverted by undoing an import, and how many kept as changed since.

    `already` are those that were reverted when it was undone before.
    """

    removed: int
    rolled_back: int
    left: int
    already: int = 0

    @property
    def reverted(self) -> int:
        """Return how many entries this undo changed."""
        return self.removed + self.rolled_back


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem for curators to fix, such as a deleted log channel; `code` says which."""

    code: str
    subject_id: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A span of time in which the ledger may not know everything that was done.

    Until `older_until` more was done for certain; after that the ledger was only silent.
    """

    since: datetime
    until: datetime
    older_until: datetime | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found nothing, as typed, and how often it was asked.

    `kind` is the kind that was asked for, if the command says so.
    """

    question: str
    times: int
    last_asked_at: datetime
    kind: str = ""
