"""The forms for drafts."""

from __future__ import annotations

from typing import Any

import discord

from bot.core.ids import ComponentId
from bot.core.limits import FIELD_TEXT, FORM_TITLE
from bot.core.text import cut, flat, unmarked
from bot.features.curation.ids import DraftAction, DraftTarget, RejectSuggestion
from bot.features.curation.views.words import NameOf
from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.curation.quota import Quota
from lore.pack.model import Kind

# The fields whose text can have markup.
MARKS = "**bold**, *italics*, ||spoilers|| and “- ” lists are shown"

Label = discord.ui.Label[Any]

_TITLES = {
    DraftAction.ADD: "Add to this server's lore",
    DraftAction.SUGGEST: "Suggest it for this server's lore",
}


class Form(discord.ui.Modal):
    """A form without a callback: discord.py keeps no reference, so an abandoned one is freed."""

    def __init__(self, title: str, id: ComponentId, fields: list[Label]) -> None:
        super().__init__(title=cut(flat(title), FORM_TITLE), custom_id=str(id))
        for field in fields:
            self.add_item(field)
        self.stop()


def form(target: DraftTarget, draft: Draft, quota: Quota, name_of: NameOf) -> Form:
    """Return the form of a draft, filled with its current text."""
    return Form(_title(target, draft, name_of), target, _fields(draft, quota))


def rejection(number: int, quota: Quota) -> Form:
    """Return the form that asks why a suggestion is rejected."""
    hint = "Told to whoever suggested it; may stay empty"
    field = _text("reason", "Reason", "", quota.line, hint=hint, long=True)
    return Form(f"Reject suggestion {number}", RejectSuggestion(number), [field])


def _title(target: DraftTarget, draft: Draft, name_of: NameOf) -> str:
    match target.action, draft:
        case DraftAction.NOTE, NoteDraft(about):
            return f"Note on {name_of(about)}"
        case DraftAction.EDIT, NoteDraft(about):
            return f"Edit note on {name_of(about)}"
        case DraftAction.EDIT, QuoteDraft(words):
            return f"Edit {unmarked(words)}"
        case DraftAction.EDIT, EntryDraft():
            return f"Edit {draft.name}"
        case DraftAction.APPROVE, _:
            return f"Edit suggestion {target.subject}"
    return _TITLES[target.action]


def _fields(draft: Draft, quota: Quota) -> list[Label]:
    source = _text("source", "Source", draft.source, quota.line, hint="Where it stands, or a link")
    match draft:
        case EntryDraft():
            return [
                _kind(draft.kind),
                _text("name", "Name", draft.name, quota.name, needed=True),
                _text(
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
            return [
                _marked_up("words", "Words", draft.words, quota.words),
                _text("speaker", "Speaker", draft.speaker, quota.name, hint="Who says it"),
                _text("listener", "Listener", draft.listener, quota.name, hint="To whom"),
                _text("occasion", "Occasion", draft.occasion, quota.line, hint="When and where"),
                source,
            ]
        case NoteDraft():
            return [_marked_up("text", "Note", draft.text, quota.text), source]


def _marked_up(key: str, label: str, value: str, limit: int) -> Label:
    hint = f"Up to {limit:,} characters; {MARKS}"
    return _text(key, label, value, limit, needed=True, long=True, hint=hint)


def _text(
    key: str,
    label: str,
    value: str,
    limit: int,
    *,
    needed: bool = False,
    long: bool = False,
    hint: str | None = None,
) -> Label:
    if long:
        hint = hint or f"Up to {limit:,} characters"
    if len(value) > limit:
        hint = f"{len(value):,} characters now; up to {limit:,} can be kept"
    return discord.ui.Label(
        text=label,
        description=hint,
        component=discord.ui.TextInput(
            custom_id=key,
            style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
            default=value[:FIELD_TEXT],
            required=needed,
            # Words from a message may be longer than the limit: whoever saves them has to cut them.
            max_length=min(max(limit, len(value)), FIELD_TEXT),
        ),
    )


def _kind(kind: Kind) -> Label:
    options = [
        discord.SelectOption(label=one.value.capitalize(), value=one.value, default=one is kind)
        for one in Kind
    ]
    return discord.ui.Label(
        text="Kind", component=discord.ui.Select(custom_id="kind", options=options)
    )
