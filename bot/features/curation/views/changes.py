"""Changes as removed and added words: the history of an entry, and reports in the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.audit import person
from bot.core.cutting import shortened
from bot.core.page import Layout, Pager, button, rows
from bot.core.rendering import ADDED_COLOUR
from bot.core.text import ANYTHING, HIDING, prose, safe, safe_but_hiding
from bot.features.curation.ids import (
    ListOwn,
    RollBack,
    ShowHistory,
    ShowSuggestion,
    UndoRemoval,
)
from bot.features.curation.views import hiding
from bot.features.curation.views.words import (
    TITLE,
    NameOf,
    confirmation,
    described,
    history,
    kind_of,
    moment,
    named,
    titled,
)
from lore.curation.dialogues import written_dialogue
from lore.curation.diff import Describe, FieldChange, Mark, diff
from lore.curation.drafts import AliasDraft, Draft, EntryDraft, HideDraft, NoteDraft, QuoteDraft
from lore.ledger.records import Change, Revision, ServerEntry, Suggestion, SuggestionState
from lore.text.wording import counted

# Revisions on a page, and the characters that one of them or a report may fill.
PER_PAGE = 4
ROOM = 700

STALE = "⚠ Someone changed it meanwhile, so nothing was rolled back. Choose again."

# Lines on a page of all that a server has added.
LISTED = 15

# How many unchanged words are shown on either side of a change.
CONTEXT = 40


def changed_fields(changes: Sequence[FieldChange]) -> str:
    """Return each changed field with removed words struck out and added words in bold."""
    lines = (f"{one.field.capitalize()}: {''.join(_pieces(one))}" for one in changes)
    return shortened("\n".join(lines), ROOM)


def _pieces(change: FieldChange) -> Iterator[str]:
    for piece in change.pieces:
        text = change.before if piece.mark is Mark.GONE else change.after
        start, end = piece.start, piece.start + len(piece.text)
        if piece.mark is not Mark.KEPT:
            sign = "**" if piece.mark is Mark.NEW else "~~"
            # Markdown marks nothing that ends in a space.
            words = _part(text, start, min(end, start + ROOM // 4)).strip()
            yield f"{sign}{words}{'…' if end - start > ROOM // 4 else ''}{sign} "
        elif len(piece.text) <= 2 * CONTEXT:
            yield _part(text, start, end)
        else:
            first = _part(text, start, start + CONTEXT).rstrip()
            yield f"{first} … {_part(text, end - CONTEXT, end).lstrip()}"


def _part(text: str, start: int, end: int) -> str:
    """Return a part of a text with its markup, which may have changed, but hide its spoilers."""
    return prose(text, part=(start, end), styles=HIDING, then=ANYTHING)


def history_of(
    id: str,
    revisions: Sequence[Revision],
    name_of: NameOf,
    describe: Describe,
    page: int = 0,
    warning: str = "",
) -> Layout:
    """Return a page of an entry's revisions, newest first, with buttons to roll back to each."""
    pager = Pager(page, len(revisions), PER_PAGE)
    now = revisions[-1]
    at = pager.shown(range(len(revisions) - 1, -1, -1))
    steps = [_step(revisions[i], revisions[i - 1] if i else None, describe) for i in at]
    state = "" if now.live else f" · {_in_words(Change.REMOVED, now.draft)}"
    heading = f"## History of {id}\n{titled(now.draft, name_of)}{state}"
    small = f"-# {pager}, {counted(len(revisions), 'revision')}"
    backs = [
        button(f"Roll back to {one.number}", RollBack(id, one.number, now.number))
        for one in (revisions[i] for i in at)
        if one.live and (not now.live or one.draft != now.draft)
    ]
    page_buttons = pager.buttons(lambda there: ShowHistory(id, there), "Newer", "Older")
    buttons = [*rows(backs), *rows(page_buttons)]
    return Layout([warning, heading, *steps, small], buttons, ADDED_COLOUR)


def _step(revision: Revision, before: Revision | None, describe: Describe) -> str:
    what = _in_words(revision.change, revision.draft)
    if revision.back_to:
        back = ", back" if revision.change is Change.UNDONE else ""
        what += f"{back} to {revision.back_to}"
    heading = f"**Revision {revision.number}** · {what} · {person(revision.made_by)}"
    changed = (
        changed_fields(diff(before.draft, revision.draft, describe))
        if before
        else draft_summary(revision.draft)
    )
    return f"{heading} · {moment(revision.made_at)}" + (f"\n{changed}" if changed else "")


def _in_words(change: Change, draft: Draft) -> str:
    """Return what a change was; what hid something shows it again once it is removed itself."""
    of_hides = {Change.REMOVED: "shown again", Change.RESTORED: "hidden again"}
    return of_hides.get(change, str(change)) if isinstance(draft, HideDraft) else str(change)


def draft_summary(draft: Draft) -> str:
    """Return a new draft in short."""
    match draft:
        case EntryDraft():
            return f"{safe_but_hiding(draft.name)}: {_beginning(draft.text)}"
        case QuoteDraft():
            return _beginning(written_dialogue(draft.lines) if draft.more else draft.words)
        case NoteDraft():
            return _beginning(draft.text)
        case HideDraft() | AliasDraft():
            return ""


def _beginning(text: str) -> str:
    return prose(text, length=ROOM // 4)


def own_entries_page(
    entries: Sequence[ServerEntry], name_of: NameOf, page: int, hidden: int
) -> Layout:
    """Return a page of all that a server has added, newest first, and how much it hides."""
    hides = f"-# It hides {hidden} of the story: `/entry list hidden:True`." if hidden else ""
    if not entries:
        return Layout(["This server has added nothing yet. `/entry add` begins.", hides])
    pager = Pager(page, len(entries), LISTED)
    lines = (
        f"- {named(one.id, one.draft, name_of)} · {_kind_or_beginning(one.draft)}"
        for one in pager.shown(entries)
    )
    small = f"-# {pager}, {len(entries)} in all. `/entry history` tells more."
    page_buttons = pager.buttons(ListOwn, "Newer", "Older")
    heading = "## This server's own lore"
    return Layout([heading, "\n".join(lines), small, hides], rows(page_buttons), ADDED_COLOUR)


def _kind_or_beginning(draft: Draft) -> str:
    """Return the kind of a draft, or the beginning of a note, whose name already says the kind."""
    if isinstance(draft, NoteDraft):
        return prose(draft.text, length=TITLE).replace("\n", " ")
    return kind_of(draft)


def removed(entry: ServerEntry, name_of: NameOf) -> Layout:
    """Return the confirmation that an entry was removed and can be restored."""
    if isinstance(entry.draft, HideDraft):
        return hiding.shown_again(entry, name_of)
    sentence = f"Removed: {named(entry.id, entry.draft, name_of)}\nIt is found nowhere any more."
    return Layout([sentence], rows([button("Undo", UndoRemoval(entry.id)), history(entry.id)]))


def restored(entry: ServerEntry, name_of: NameOf, *, shown: bool) -> Layout:
    """Return the confirmation that an entry was restored."""
    if isinstance(entry.draft, HideDraft):
        return hiding.hidden(entry, name_of)
    sentence = f"Restored: {named(entry.id, entry.draft, name_of)}, revision {entry.revision}."
    return confirmation(sentence, entry, shown=shown)


def rolled_back(entry: ServerEntry, to: int, name_of: NameOf, *, shown: bool) -> Layout:
    """Return the confirmation that an entry was rolled back."""
    sentence = (
        f"Rolled back: {named(entry.id, entry.draft, name_of)} says again what it said at "
        f"revision {to}. "
        f"This is revision {entry.revision}."
    )
    return confirmation(sentence, entry, shown=shown)


def report(
    by: int,
    change: Change,
    entry: ServerEntry,
    name_of: NameOf,
    changes: Sequence[FieldChange] = (),
) -> Layout:
    """Return the entry of a change in the log channel."""
    what = described(named(entry.id, entry.draft, name_of), entry.draft)
    heading = f"{person(by)} · **{_done(change, entry.draft)}** · {what}"
    body = changed_fields(changes) if changes else ""
    if not body and entry.revision == 1:
        body = draft_summary(entry.draft)
    small = f"-# Revision {entry.revision} · {moment(entry.edited_at)}"
    return Layout([heading, body, small], rows([history(entry.id)]), ADDED_COLOUR)


def _done(change: Change, draft: Draft) -> str:
    """Return what a change did, in the words of the log."""
    if isinstance(draft, HideDraft):
        return "shown again" if change is Change.REMOVED else "hidden"
    return change


def rejected(by: int, suggestion: Suggestion, name_of: NameOf) -> Layout:
    """Return the entry of a rejection in the log channel."""
    reason = f"\nReason: {safe(suggestion.reason)}" if suggestion.reason else ""
    heading = (
        f"{person(by)} · **rejected** · suggestion {suggestion.number} of "
        f"{person(suggestion.suggested_by)}: {titled(suggestion.draft, name_of)}{reason}"
    )
    return Layout([heading])


def suggested(suggestion: Suggestion, name_of: NameOf) -> Layout:
    """Return the entry of a suggestion in the log channel: new, changed, or withdrawn."""
    waits = suggestion.state is SuggestionState.PENDING
    number = suggestion.number
    done = f"changed suggestion {number}" if suggestion.revision > 1 else "suggested"
    heading = (
        f"{person(suggestion.suggested_by)} · "
        f"**{done if waits else f'withdrew suggestion {number}'}** · "
        f"{described(titled(suggestion.draft, name_of), suggestion.draft)}"
    )
    if not waits:
        return Layout([heading])
    decide = button("Decide", ShowSuggestion(number))
    return Layout([heading, draft_summary(suggestion.draft)], rows([decide]))
