"""Drafts on their way from a form to the ledger: what they are for, and whose they are."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lore.errors import LoreError
from lore.ledger.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import ServerEntry
from lore.model import Kind

# What stands in the place of the id that a draft has not got yet: nothing that is shown.
NEW = ""


class Verb(StrEnum):
    """What becomes of a draft when its writer is content with it."""

    ADD = "add"
    NOTE = "note"
    EDIT = "edit"
    APPROVE = "approve"
    SUGGEST = "suggest"

    @property
    def for_curators(self) -> bool:
        """Whether only curators may do it."""
        return self is not Verb.SUGGEST


_NEW_KIND = "|".join([*Kind, "quote"])
_SUBJECTS = {
    Verb.ADD: _NEW_KIND,
    Verb.SUGGEST: _NEW_KIND,
    Verb.NOTE: r"[\w-]+",
    Verb.EDIT: r"s\d+",
    Verb.APPROVE: r"\d{1,18}",
}


class ForeignFormError(LoreError):
    """A form came back that the bot did not open."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a draft is for, short enough to stand in a custom_id.

    `subject` is the kind that is added or suggested, the pack's entry that is noted on, the id
    that is edited (at `revision`), or the number of the suggestion that is approved.
    """

    verb: Verb
    subject: str
    revision: int = 0

    def __str__(self) -> str:
        return f"{self.verb}:{self.subject}:{self.revision}"

    @classmethod
    def parsed(cls, verb: str, subject: str, revision: str) -> Purpose:
        """The purpose with these parts, which came from Discord and may be forged."""
        purpose = cls(Verb(verb), subject, int(revision))
        if not re.fullmatch(_SUBJECTS[purpose.verb], subject):
            raise ForeignFormError("I do not know this form. Open it once more.")
        return purpose


@dataclass(frozen=True, slots=True)
class Pending:
    """A draft that its writer sees before anybody else does."""

    guild_id: int
    person_id: int
    purpose: Purpose
    draft: Draft


def blank(purpose: Purpose) -> Draft:
    """The empty draft of something new."""
    if purpose.verb is Verb.NOTE:
        return NoteDraft(purpose.subject, "")
    if purpose.subject == "quote":
        return QuoteDraft("")
    return EntryDraft(Kind(purpose.subject), "", "")


def filled(draft: Draft, values: dict[str, str]) -> Draft:
    """The draft with what was typed into its form; what the form left out is empty."""
    said = defaultdict(str, values)
    match draft:
        case EntryDraft():
            return EntryDraft(
                kind=Kind(said["kind"] or draft.kind),
                name=said["name"],
                text=said["text"],
                aliases=tuple(map(str.strip, said["aliases"].replace("\n", ",").split(","))),
                source=said["source"],
            )
        case QuoteDraft():
            return QuoteDraft(
                words=said["words"],
                speaker=said["speaker"],
                listener=said["listener"],
                occasion=said["occasion"],
                source=said["source"],
            )
        case NoteDraft():
            return NoteDraft(draft.about, said["text"], said["source"])


def as_if_kept(guild_id: int, id: str, revision: int, draft: Draft, at: datetime) -> ServerEntry:
    """The entry that a draft would become, to be shown before it does."""
    return ServerEntry(
        guild_id=guild_id,
        id=id,
        revision=revision,
        draft=draft,
        live=True,
        written_by=None,
        written_at=at,
        edited_by=None,
        edited_at=at,
    )
