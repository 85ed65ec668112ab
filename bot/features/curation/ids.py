"""The custom_ids of curation; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, Self

from bot.core.ids import ComponentId, FormId, MenuId, Slug
from lore.pack.model import Kind

# What its author does with a draft.
Act = Literal["publish", "edit", "discard", "look"]


class DraftAction(StrEnum):
    """What happens to a draft when its author confirms it."""

    ADD = "add"
    NOTE = "note"
    EDIT = "edit"
    APPROVE = "approve"
    SUGGEST = "suggest"

    @property
    def for_curators(self) -> bool:
        """Return whether only curators may do it."""
        return self is not DraftAction.SUGGEST


# Several lines with their speakers: a quote with a form of its own.
DIALOGUE: Final = "dialogue"

_NEW_KIND = "|".join([*Kind, "quote", DIALOGUE])
_SUBJECTS: dict[DraftAction, re.Pattern[str]] = {
    DraftAction.ADD: re.compile(_NEW_KIND),
    DraftAction.SUGGEST: re.compile(_NEW_KIND),
    DraftAction.NOTE: re.compile(r"[\w.-]+"),
    DraftAction.EDIT: re.compile(r"s(\d+|\.[a-z0-9-]+)"),
    DraftAction.APPROVE: re.compile(r"\d{1,18}"),
}


@dataclass(frozen=True, slots=True)
class DraftTarget(FormId):
    """What a draft is for: the custom_id of its form.

    `subject` is the kind of a new or suggested entry, the pack's entry of a note, the id of an
    edited entry (at `revision`), or the number of an approved suggestion. In a private message it
    names the `server`, which an interaction there lacks. `report` is the number of the report that
    an entry is edited for, `saved` the number of what was saved from messages, `changes` the number
    of the suggestion that its author changes, `within` the own entry that tells what a note tells.
    """

    family = "form"
    action: DraftAction
    subject: str
    revision: int = 0
    server: int | None = None
    report: int | None = None
    saved: int | None = None
    changes: int | None = None
    within: str | None = None

    @classmethod
    def parse(cls, custom_id: str) -> Self:
        """Parse a form's custom_id; ValueError if the bot opens no such form."""
        # `super()` without arguments does not work in a dataclass with slots.
        target = super(DraftTarget, cls).parse(custom_id)
        if not _SUBJECTS[target.action].fullmatch(target.subject) or target.revision >= 10**9:
            raise ValueError(custom_id)
        return target


def server_of(form: str) -> int | None:
    """Return the server named by a form's custom_id, as those in private messages do."""
    try:
        return DraftTarget.parse(form).server
    except ValueError:
        return None


@dataclass(frozen=True)
class RejectSuggestion(FormId):
    """Reject a suggestion: the custom_id of the form that asks for the reason."""

    family = "reject"
    number: int
    revision: int = 1


@dataclass(frozen=True)
class DecideDraft(ComponentId):
    """What its author does with a draft."""

    family = "draft"
    label = "drafted"
    act: Act
    token: int
    page: int
    server: int | None = None


@dataclass(frozen=True)
class RetryForm(ComponentId):
    """Submit a refused form again."""

    family = "retry"
    token: int
    server: int | None = None


@dataclass(frozen=True)
class AddToSaved(ComponentId):
    """Add a message that was saved to the one before it, or to the quote that became of it."""

    family = "join"
    to: int
    token: int


@dataclass(frozen=True)
class SaveAlone(ComponentId):
    """Make a quote of one saved message alone."""

    family = "alone"
    token: int


@dataclass(frozen=True)
class ResendSuggestion(ComponentId):
    """Reopen the form of a rejected or withdrawn suggestion for its author."""

    family = "resend"
    server: int
    number: int


@dataclass(frozen=True)
class ListSuggestions(ComponentId):
    """Show a page of what a member has suggested in a server."""

    family = "suggestions"
    page: int
    server: int


@dataclass(frozen=True)
class ChangeSuggestion(ComponentId):
    """Open the form of a suggestion for its author, while it waits."""

    family = "change"
    number: int
    server: int


@dataclass(frozen=True)
class WithdrawSuggestion(ComponentId):
    """Withdraw a suggestion of one's own, while it waits."""

    family = "withdraw"
    number: int
    page: int
    server: int


@dataclass(frozen=True)
class ShowSuggestion(ComponentId):
    """Turn to another suggestion or report of the queue."""

    family = "queue"
    number: int


@dataclass(frozen=True)
class ApproveSuggestion(ComponentId):
    """Publish a suggestion as it is."""

    family = "approve"
    number: int
    revision: int = 1


@dataclass(frozen=True)
class EditSuggestion(ComponentId):
    """Open a suggestion to be edited before it is published."""

    family = "amend"
    number: int


@dataclass(frozen=True)
class AskWhyRejected(ComponentId):
    """Ask for the reason why a suggestion is rejected."""

    family = "refuse"
    number: int
    revision: int = 1


@dataclass(frozen=True)
class AskForAnswer(ComponentId):
    """Ask what to answer to a report."""

    family = "answer"
    number: int


@dataclass(frozen=True)
class AnswerReport(FormId):
    """Answer a report: the custom_id of the form that asks for the answer."""

    family = "reply"
    number: int


@dataclass(frozen=True)
class AmendReported(ComponentId):
    """Open the server's own entry that a report is about."""

    family = "mend"
    number: int


@dataclass(frozen=True)
class DecideReport(ComponentId):
    """Dismiss a report, or pass it on to the author of the pack."""

    family = "settle"
    act: Literal["dismiss", "pass"]
    number: int


@dataclass(frozen=True)
class TakeOut(MenuId):
    """Take the chosen details out of an entry, unless it has changed since."""

    family = "takeout"
    entry_id: Slug
    revision: int
    number: int


@dataclass(frozen=True)
class ShowHistory(ComponentId):
    """Show the history of a server's entry."""

    family = "history"
    entry_id: Slug
    page: int = 0


@dataclass(frozen=True)
class RollBack(ComponentId):
    """Roll a server's entry back to a revision, unless it has changed since."""

    family = "back"
    entry_id: Slug
    to: int
    now: int


@dataclass(frozen=True)
class UndoRemoval(ComponentId):
    """Restore what was just removed."""

    family = "undo"
    entry_id: Slug


@dataclass(frozen=True)
class ListOwn(ComponentId):
    """Turn to another page of the server's own entries."""

    family = "own"
    page: int


@dataclass(frozen=True)
class AnnotateEntry(ComponentId):
    """Open the form for a note under the chosen entry."""

    family = "annotate"
    entry_id: Slug


@dataclass(frozen=True)
class HideEntry(ComponentId):
    """Hide the chosen entry of the pack."""

    family = "hide"
    entry_id: Slug


@dataclass(frozen=True)
class NameEntry(ComponentId):
    """Give the chosen entry of the pack an alias."""

    family = "alias"
    entry_id: Slug
    alias: str


@dataclass(frozen=True)
class RemoveOwn(ComponentId):
    """Take something of the server's own away again."""

    family = "takeaway"
    entry_id: Slug


@dataclass(frozen=True)
class ListHidden(ComponentId):
    """Turn to another page of all that the server hides."""

    family = "hidden"
    page: int


@dataclass(frozen=True)
class ShowChosenAgain(MenuId):
    """Show again what is chosen on a page of all that the server hides."""

    family = "reveal"
    page: int


@dataclass(frozen=True)
class WriteUnanswered(MenuId):
    """Open the form for the chosen unanswered question."""

    family = "vain"
    label = "invain"


@dataclass(frozen=True)
class DismissUnanswered(MenuId):
    """Dismiss the chosen unanswered questions."""

    family = "dismiss"


@dataclass(frozen=True)
class BringBackUnanswered(ComponentId):
    """List the questions again that were dismissed at that time, in seconds since 1970."""

    family = "undismiss"
    at: int


@dataclass(frozen=True)
class ApplyImport(ComponentId):
    """Carry out an import after its dry run."""

    family = "import"
    token: int


@dataclass(frozen=True)
class ChooseConflicts(MenuId):
    """Choose which entries of a page replace the server's entries with the same ids."""

    family = "conflicts"
    label = "chooseconflicts"
    token: int
    page: int


@dataclass(frozen=True)
class ResolveConflicts(ComponentId):
    """Replace all of the server's conflicting entries, keep all, or turn their page."""

    family = "resolve"
    label = "resolveconflicts"
    how: Literal["all", "none", "page"]
    token: int
    page: int


@dataclass(frozen=True)
class ListImport(ComponentId):
    """List a part of an import plan page by page, or show the plan again."""

    family = "rows"
    label = "listimport"
    part: Literal["plan", "added", "skipped", "refused"]
    token: int
    page: int


@dataclass(frozen=True)
class UndoImport(ComponentId):
    """Restore the entries of an import to their state before it."""

    family = "unimport"
    label = "undoimport"
    import_id: int
