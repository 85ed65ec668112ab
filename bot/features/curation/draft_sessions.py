"""Drafts on their way from a form to the ledger: what they are for, and whose they are."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.ledger import port
from lore.ledger.errors import StorageError
from lore.ledger.records import ServerEntry, TypedForm
from lore.pack.model import Kind
from lore.recent import Shared

log = logging.getLogger(__name__)

# So many drafts are kept in memory while the ledger cannot be written.
UNWRITTEN = 500

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
_SUBJECTS: dict[str, str] = {
    Verb.ADD: _NEW_KIND,
    Verb.SUGGEST: _NEW_KIND,
    Verb.NOTE: r"[\w.-]+",
    Verb.EDIT: r"s\d+",
    Verb.APPROVE: r"\d{1,18}",
}


_FORM = re.compile(r"form:(\w+):([\w.-]+):(\d{1,9})(?::(\d{1,19}))?")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a draft is for, short enough to stand in a custom_id.

    `subject` is the kind that is added or suggested, the pack's entry that is noted on, the id
    that is edited (at `revision`), or the number of the suggestion that is approved. In a private
    message it names the `server`, which an interaction there does not tell.
    """

    verb: Verb
    subject: str
    revision: int = 0
    server: int | None = None

    @property
    def form(self) -> str:
        """The custom_id of its form."""
        server = "" if self.server is None else f":{self.server}"
        return f"form:{self.verb}:{self.subject}:{self.revision}{server}"

    @classmethod
    def of(cls, form: str) -> Purpose | None:
        """What the form with that custom_id is for; None if it is none that the bot opens."""
        if not (found := _FORM.fullmatch(form)):
            return None
        verb, subject, revision, server = found.groups()
        if not re.fullmatch(_SUBJECTS.get(verb, ""), subject):
            return None
        return cls(Verb(verb), subject, int(revision), int(server) if server else None)


@dataclass(frozen=True, slots=True)
class Pending:
    """A draft that its writer sees before anybody else does."""

    typed: TypedForm
    purpose: Purpose
    draft: Draft


class Drafts:
    """Keeps what was typed into forms in the ledger, and in memory while that is not written."""

    def __init__(self, ledger: port.Drafts) -> None:
        self._ledger = ledger
        self._unwritten: Shared[tuple[int, int], TypedForm] = Shared(UNWRITTEN)
        self._deciding: set[tuple[int, int]] = set()

    async def keep(self, draft: TypedForm) -> None:
        """Keep it for a day."""
        try:
            await self._ledger.keep(draft)
        except StorageError as error:
            log.warning("a draft is kept in memory alone: %s", error)
            self._unwritten.keep((draft.guild_id, draft.token), draft)

    async def find(self, guild_id: int, token: int, now: datetime) -> TypedForm | None:
        """The draft that came with that interaction."""
        unwritten = self._unwritten.find((guild_id, token))
        return unwritten or await self._ledger.find(guild_id, token, now)

    @contextmanager
    def deciding(self, draft: TypedForm) -> Iterator[bool]:
        """Whether nobody else is publishing the draft; afterwards it is, if nothing is raised."""
        key = draft.guild_id, draft.token
        if key in self._deciding:
            yield False
            return
        self._deciding.add(key)
        try:
            yield True
            self._unwritten.drop(key)
        finally:
            self._deciding.discard(key)

    def forget_person(self, person_id: int) -> None:
        """Drop what is only in memory of a person's drafts."""
        self._unwritten.drop_of(person_id)


def blank(purpose: Purpose) -> Draft:
    """The empty draft of something new."""
    if purpose.verb is Verb.NOTE:
        return NoteDraft(purpose.subject, "")
    if purpose.subject == "quote":
        return QuoteDraft("")
    return EntryDraft(Kind(purpose.subject), "", "")


def filled(draft: Draft, values: Mapping[str, str]) -> Draft:
    """The draft with what was typed into its form; what the form left out is empty."""
    said = defaultdict(str, values)
    match draft:
        case EntryDraft():
            return EntryDraft(
                kind=Kind(said["kind"]) if said["kind"] in list(Kind) else draft.kind,
                name=said["name"],
                text=said["text"],
                aliases=tuple(said["aliases"].splitlines()),
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
