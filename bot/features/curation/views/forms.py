"""The forms for drafts."""

from __future__ import annotations

import discord

from bot.core.forms import Field, Form, text_field
from bot.core.limits import FIELD_TEXT
from bot.core.text import unmarked
from bot.features.curation.ids import DIALOGUE, DraftAction, DraftTarget, RejectSuggestion
from bot.features.curation.views.words import NameOf
from lore.curation.dialogues import written_dialogue
from lore.curation.drafts import EntryDraft, NoteDraft, QuoteDraft, Written, occasion_field
from lore.curation.occasions import WITH_IMAGE
from lore.curation.quota import Quota
from lore.pack.model import Kind
from lore.text.markup import without_spoilers

# The fields whose text can have markup.
MARKS = "**bold**, *italics*, ||spoilers|| and “- ” lists are shown"

# The room for a date and an image in the field of an occasion.
DATED = len("2026-11-30\n") + len(WITH_IMAGE) + 1

_TITLES = {
    DraftAction.ADD: "Add to this server's lore",
    DraftAction.SUGGEST: "Suggest it for this server's lore",
}


def form(target: DraftTarget, draft: Written, quota: Quota, name_of: NameOf) -> Form:
    """Return the form of a draft, filled with its current text."""
    return Form(_title(target, draft, name_of), target, _fields(target, draft, quota))


def rejection(number: int, revision: int, quota: Quota) -> Form:
    """Return the form that asks why a suggestion is rejected."""
    hint = "Told to whoever suggested it; may stay empty"
    field = text_field("reason", "Reason", "", quota.line, hint=hint, long=True)
    return Form(f"Reject suggestion {number}", RejectSuggestion(number, revision), [field])


def _title(target: DraftTarget, draft: Written, name_of: NameOf) -> str:
    match target.action, draft:
        case DraftAction.NOTE, NoteDraft(about):
            return f"Note on {name_of(about)}"
        case DraftAction.EDIT, NoteDraft(about):
            return f"Edit note on {name_of(about)}"
        case DraftAction.EDIT, QuoteDraft(words):
            return f"Edit {unmarked(words)}"
        case DraftAction.EDIT, EntryDraft():
            return f"Edit {without_spoilers(draft.name)}"
        case DraftAction.APPROVE, _:
            return f"Edit suggestion {target.subject}"
    return _TITLES[target.action]


def _fields(target: DraftTarget, draft: Written, quota: Quota) -> list[Field]:
    hint = "Where it stands, or a link"
    source = text_field("source", "Source", draft.source, quota.line, hint=hint)
    match draft:
        case EntryDraft():
            return [
                _kind(draft.kind),
                text_field("name", "Name", draft.name, quota.name, needed=True),
                text_field(
                    "aliases",
                    "Aliases",
                    "\n".join(draft.aliases),
                    FIELD_TEXT,
                    long=True,
                    hint=f"Up to {quota.aliases} names, one a line; a comma is part of a name",
                ),
                _marked_up("text", "Text", draft.text, quota.text),
                source,
            ]
        case QuoteDraft():
            several = bool(draft.more) or target.subject == DIALOGUE
            return [
                *(_dialogue(draft, quota) if several else _said(draft, quota)),
                text_field("listener", "Listener", draft.listener, quota.name, hint="To whom"),
                text_field(
                    "occasion",
                    "Occasion",
                    occasion_field(draft),
                    quota.line + DATED,
                    long=True,
                    hint="When and where; a day such as 2026-11-30, or "
                    f"“{WITH_IMAGE}”, on a line of its own",
                ),
                source,
            ]
        case NoteDraft():
            note = _marked_up("text", "Note", draft.text, quota.text)
            return [note, _unlike(draft, quota), source]


def _unlike(draft: NoteDraft, quota: Quota) -> Field:
    hint = "The sentence of the story that it differs from; empty for a mere note"
    return text_field("unlike", "Otherwise than", draft.unlike, quota.words, long=True, hint=hint)


def _said(draft: QuoteDraft, quota: Quota) -> list[Field]:
    return [
        _marked_up("words", "Words", draft.words, quota.words),
        text_field("speaker", "Speaker", draft.speaker, quota.name, hint="Who says it"),
    ]


def _dialogue(draft: QuoteDraft, quota: Quota) -> list[Field]:
    """Return the one field for words and speakers."""
    written = written_dialogue(draft.lines) if draft.words else ""
    hint = "A line each, “Speaker: words”; what goes on with a line stands below, two spaces in"
    label = "Dialogue"
    return [text_field(DIALOGUE, label, written, quota.text, needed=True, long=True, hint=hint)]


def _marked_up(key: str, label: str, value: str, limit: int) -> Field:
    hint = f"Up to {limit:,} characters; {MARKS}"
    return text_field(key, label, value, limit, needed=True, long=True, hint=hint)


def _kind(kind: Kind) -> Field:
    options = [
        discord.SelectOption(label=one.value.capitalize(), value=one.value, default=one is kind)
        for one in Kind
    ]
    return discord.ui.Label(
        text="Kind", component=discord.ui.Select(custom_id="kind", options=options)
    )
