"""Drafts between form and ledger: what they are for, and their author."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.features.curation.ids import DIALOGUE, DraftAction, DraftTarget
from lore.curation.dialogues import read_dialogue
from lore.curation.drafts import (
    Draft,
    EntryDraft,
    NoteDraft,
    QuoteDraft,
    Written,
    from_json,
    of_lines,
    to_json,
    with_occasion,
)
from lore.ledger import port
from lore.ledger.errors import StorageError
from lore.ledger.records import Actor, ServerEntry, TypedForm
from lore.pack.model import Kind
from lore.recent import SharedCache

log = logging.getLogger(__name__)

# How many drafts are kept in memory while the ledger cannot be written.
UNWRITTEN = 500

# Stands for the id that a draft does not have yet; it is never shown.
NEW = ""

# The key under which something saved from messages is kept as a whole draft.
SAVED = "draft"


@dataclass(frozen=True, slots=True)
class DraftSession:
    """A draft that only its author sees so far."""

    typed: TypedForm
    target: DraftTarget
    draft: Written


class DraftSessions:
    """Stores typed forms in the ledger, and in memory while that cannot be written."""

    def __init__(self, ledger: port.Drafts) -> None:
        self._ledger = ledger
        self._unwritten: SharedCache[tuple[int, int], TypedForm] = SharedCache(UNWRITTEN)
        self._deciding: set[tuple[int, int]] = set()

    async def keep(self, draft: TypedForm) -> None:
        """Keep a draft for a day."""
        try:
            await self._ledger.keep(draft)
        except StorageError as error:
            log.warning("a draft is kept in memory alone: %s", error)
            self._unwritten.keep((draft.guild_id, draft.token), draft)

    async def find(self, guild_id: int, token: int, now: datetime) -> TypedForm | None:
        """Return the draft that an interaction brought; None if there is none."""
        unwritten = self._unwritten.find((guild_id, token))
        return unwritten or await self._ledger.find(guild_id, token, now)

    @contextmanager
    def deciding(self, draft: TypedForm) -> Iterator[bool]:
        """Yield whether the draft is free to publish; it is used up unless an error is raised."""
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

    async def note_saved(
        self,
        by: Actor,
        target: DraftTarget,
        guild_id: int,
        draft: Draft,
        channel: int | None,
        entry_id: str = "",
    ) -> None:
        """Keep how something saved from messages reads now, and the entry it became, if it did.

        Without a channel it was discarded, so that nothing is added to it.
        """
        saved = target.saved and await self.find(guild_id, target.saved, by.at)
        if not saved or saved.person_id != by.person_id or SAVED not in saved.typed:
            return
        form = DraftTarget.parse(saved.form)
        if entry_id:
            form = DraftTarget(DraftAction.EDIT, entry_id)
        kept = replace(
            saved,
            form=str(replace(form, saved=saved.token)),
            typed={SAVED: to_json(draft)},
            typed_at=by.at,
            channel=channel,
        )
        await self.keep(kept)

    def forget_person(self, person_id: int) -> None:
        """Drop a person's drafts from memory."""
        self._unwritten.drop_of(person_id)


def blank(target: DraftTarget) -> Written:
    """Return an empty draft for something new."""
    if target.action is DraftAction.NOTE:
        return NoteDraft(target.subject, "", within=target.within or "")
    if target.subject in ("quote", DIALOGUE):
        return QuoteDraft("")
    return EntryDraft(Kind(target.subject), "", "")


def saved_draft(saved: TypedForm) -> QuoteDraft:
    """Return what was saved from messages."""
    draft = from_json(saved.typed[SAVED])
    assert isinstance(draft, QuoteDraft)
    return draft


def fill_in(draft: Written, values: Mapping[str, str]) -> Written:
    """Return the draft with the values typed into its form; a missing field becomes empty."""
    typed = defaultdict(str, values)
    match draft:
        case EntryDraft():
            return replace(
                draft,
                kind=Kind(typed["kind"]) if typed["kind"] in list(Kind) else draft.kind,
                name=typed["name"],
                text=typed["text"],
                aliases=tuple(typed["aliases"].splitlines()),
                source=typed["source"],
            )
        case QuoteDraft():
            quote = QuoteDraft(
                words=typed["words"],
                speaker=typed["speaker"],
                listener=typed["listener"],
                source=typed["source"],
            )
            if dialogue := typed["dialogue"]:
                quote = of_lines(quote, read_dialogue(dialogue))
            return with_occasion(quote, typed["occasion"])
        case NoteDraft():
            return replace(
                draft, text=typed["text"], source=typed["source"], unlike=typed["unlike"]
            )


def preview_entry(guild_id: int, id: str, revision: int, draft: Draft, at: datetime) -> ServerEntry:
    """Return the entry that a draft would become, for its preview."""
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
