"""What the ledger keeps and gives back: entries with their history, suggestions, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from lore.curation.drafts import Draft, form
from lore.pack.model import Tier


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a change and when.

    An interaction makes one change; when it comes again, it gets the same result and changes
    nothing.
    """

    interaction_id: int
    person_id: int
    at: datetime


class Change(StrEnum):
    """How a revision came to be."""

    ADDED = "added"
    APPROVED = "approved"
    EDITED = "edited"
    REMOVED = "removed"
    RESTORED = "restored"
    ROLLED_BACK = "rolled back"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """An entry, quote or note of one server as it is at one revision.

    Its id (s1, s2 …) never changes and is never used again. A person who asked to be forgotten
    is None. Times are in UTC, in whole seconds.
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


@dataclass(frozen=True, slots=True)
class Revision:
    """One step in the history of an entry; `live` and `draft` are how it was left."""

    number: int
    change: Change
    live: bool
    draft: Draft
    made_by: int | None
    made_at: datetime
    back_to: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Someone saved meanwhile, so nothing was changed; `current` is what they left."""

    current: ServerEntry


@dataclass(frozen=True, slots=True)
class ServerLore:
    """What a server has added; if `since` is not 0, only what changed after that version."""

    guild_id: int
    since: int
    version: int
    entries: tuple[ServerEntry, ...]
    removed: frozenset[str]


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What a person typed into a form and has not published; `token` brought it.

    `form` is the custom_id of the form, `typed` holds the texts by the ids of their fields.
    """

    guild_id: int
    token: int
    person_id: int
    form: str
    typed: Mapping[str, str]
    typed_at: datetime


class SuggestionState(StrEnum):
    """Where a suggestion stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a member wishes to see added; `entry_id` is what it became."""

    guild_id: int
    number: int
    draft: Draft
    state: SuggestionState
    suggested_by: int | None
    suggested_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A suggestion that was approved, and the entry that it became."""

    suggestion: Suggestion
    entry: ServerEntry


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """How the bot behaves in one server; `spoilers` hides what other works of the story tell.

    `tiers` are shown, None for all; those of another pack stay among them.
    """

    curator_role_id: int | None = None
    log_channel_id: int | None = None
    suggestions: bool = True
    tiers: tuple[Tier, ...] | None = None
    spoilers: bool = False
    private: bool = False


class SettingsPatch(TypedDict, total=False):
    """Those settings that are to change."""

    curator_role_id: int | None
    log_channel_id: int | None
    suggestions: bool
    tiers: tuple[Tier, ...] | None
    spoilers: bool
    private: bool


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The settings before and after."""

    before: GuildSettings
    after: GuildSettings


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An entry of a file to import: how it is to be, and its history there.

    Its id is None where it is to get a new one. `mine` is what has its id here, where that is
    different and the file does not go on from it.
    """

    line: int
    id: str | None
    live: bool
    draft: Draft
    revisions: tuple[Revision, ...] = ()
    mine: ServerEntry | None = None

    @property
    def replaceable(self) -> bool:
        """Whether it may take the place of what has its id here: that keeps its form for life."""
        return self.mine is not None and form(self.mine.draft) == form(self.draft)


@dataclass(frozen=True, slots=True)
class Refused:
    """One entry of a file that cannot be imported, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a file would do to the lore as it is at `version`.

    Conflicting entries were changed here since the file was made, or in the file by hand. They stay
    as they are here unless they are chosen to be replaced.
    """

    version: int
    added: tuple[FileEntry, ...]
    changed: tuple[FileEntry, ...]
    unchanged: tuple[FileEntry, ...]
    conflicting: tuple[FileEntry, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries an import has added and changed; `made` is what undoing it needs.

    That is for each entry its number, its revision by the import, and the one before, 0 if none.
    """

    added: int
    changed: int
    made: tuple[tuple[int, int, int], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many entries are as before an import, and how many are left, as changed since."""

    removed: int
    rolled_back: int
    left: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What curators have to mend, such as a log channel that is gone; `code` says what."""

    code: str
    subject_id: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A span of time, and that the ledger does not know what was done in it.

    Until `older_until` it was older than what it did for certain; otherwise only silent for long.
    """

    since: datetime
    until: datetime
    older_until: datetime | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found nothing, as it was typed, and how often it was asked.

    `kind` is what was asked for, where a command says so.
    """

    question: str
    times: int
    last_asked_at: datetime
    kind: str = ""
