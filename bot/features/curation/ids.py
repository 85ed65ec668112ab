"""The custom_ids of curation; messages of years ago carry them, so none may change its meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from bot.core.ids import ComponentId, FormId, MenuId, Slug
from lore.pack.model import Kind

# What its writer does with a draft.
Act = Literal["publish", "edit", "discard", "look"]


class DraftAction(StrEnum):
    """What becomes of a draft when its writer is content with it."""

    ADD = "add"
    NOTE = "note"
    EDIT = "edit"
    APPROVE = "approve"
    SUGGEST = "suggest"

    @property
    def for_curators(self) -> bool:
        """Whether only curators may do it."""
        return self is not DraftAction.SUGGEST


_NEW_KIND = "|".join([*Kind, "quote"])
_SUBJECTS: dict[DraftAction, re.Pattern[str]] = {
    DraftAction.ADD: re.compile(_NEW_KIND),
    DraftAction.SUGGEST: re.compile(_NEW_KIND),
    DraftAction.NOTE: re.compile(r"[\w.-]+"),
    DraftAction.EDIT: re.compile(r"s\d+"),
    DraftAction.APPROVE: re.compile(r"\d{1,18}"),
}


@dataclass(frozen=True, slots=True)
class DraftTarget(FormId):
    """What a draft is for: the custom_id of its form.

    `subject` is the kind that is added or suggested, the pack's entry that is noted on, the id
    that is edited (at `revision`), or the number of the suggestion that is approved. In a private
    message it names the `server`, which an interaction there does not tell.
    """

    family = "form"
    action: DraftAction
    subject: str
    revision: int = 0
    server: int | None = None

    @classmethod
    def parse(cls, custom_id: str) -> Self:
        """Read the custom_id of a form; ValueError if it is none that the bot opens."""
        # `super()` without arguments does not know a class with slots.
        target = super(DraftTarget, cls).parse(custom_id)
        if not _SUBJECTS[target.action].fullmatch(target.subject) or target.revision >= 10**9:
            raise ValueError(custom_id)
        return target


def server_of(form: str) -> int | None:
    """Return the server that the custom_id of a form names, as those in private messages do."""
    try:
        return DraftTarget.parse(form).server
    except ValueError:
        return None


@dataclass(frozen=True)
class RejectSuggestion(FormId):
    """Decide against a suggestion: the custom_id of the form that asks why."""

    family = "reject"
    number: int


@dataclass(frozen=True)
class DecideDraft(ComponentId):
    """What its writer does with a draft."""

    family = "draft"
    label = "drafted"
    act: Act
    token: int
    page: int
    server: int | None = None


@dataclass(frozen=True)
class RetryForm(ComponentId):
    """Send a form that was refused once more."""

    family = "retry"
    token: int
    server: int | None = None


@dataclass(frozen=True)
class ResendSuggestion(ComponentId):
    """Open the form of a rejected suggestion once more, for whoever made it."""

    family = "resend"
    server: int
    number: int


@dataclass(frozen=True)
class ShowSuggestion(ComponentId):
    """Turn to another suggestion."""

    family = "queue"
    number: int


@dataclass(frozen=True)
class ApproveSuggestion(ComponentId):
    """Publish a suggestion as it is."""

    family = "approve"
    number: int


@dataclass(frozen=True)
class EditSuggestion(ComponentId):
    """Open a suggestion to be edited before it is published."""

    family = "amend"
    number: int


@dataclass(frozen=True)
class AskWhyRejected(ComponentId):
    """Ask why a suggestion is not taken."""

    family = "refuse"
    number: int


@dataclass(frozen=True)
class ShowHistory(ComponentId):
    """Show what has become of a server's entry."""

    family = "history"
    entry_id: Slug
    page: int = 0


@dataclass(frozen=True)
class RollBack(ComponentId):
    """Roll a server's entry back to a revision, unless it is at another now."""

    family = "back"
    entry_id: Slug
    to: int
    now: int


@dataclass(frozen=True)
class UndoRemoval(ComponentId):
    """Bring back what was just removed."""

    family = "undo"
    entry_id: Slug


@dataclass(frozen=True)
class ListOwn(ComponentId):
    """Turn to another page of what the server has added."""

    family = "own"
    page: int


@dataclass(frozen=True)
class AnnotateEntry(ComponentId):
    """Open the form of a note under the entry that was meant."""

    family = "annotate"
    entry_id: Slug


@dataclass(frozen=True)
class WriteUnanswered(MenuId):
    """Open the form of what was asked in vain, as chosen."""

    family = "vain"
    label = "invain"


@dataclass(frozen=True)
class DismissUnanswered(MenuId):
    """Take the questions that are chosen off the list of what was asked in vain."""

    family = "dismiss"


@dataclass(frozen=True)
class BringBackUnanswered(ComponentId):
    """Put back on that list what was taken off it at a time, in seconds since 1970."""

    family = "undismiss"
    at: int


@dataclass(frozen=True)
class ApplyImport(ComponentId):
    """Do what the dry run of a file said."""

    family = "import"
    token: int


@dataclass(frozen=True)
class ChooseConflicts(MenuId):
    """Choose which entries of a page replace what has their id here."""

    family = "conflicts"
    label = "chooseconflicts"
    token: int
    page: int


@dataclass(frozen=True)
class ResolveConflicts(ComponentId):
    """Replace all of the server's own entries that differ, keep all, or turn their page."""

    family = "resolve"
    label = "resolveconflicts"
    how: Literal["all", "none", "page"]
    token: int
    page: int


@dataclass(frozen=True)
class UndoImport(ComponentId):
    """Leave the entries of an import as they were before it."""

    family = "unimport"
    label = "undoimport"
    import_id: int
