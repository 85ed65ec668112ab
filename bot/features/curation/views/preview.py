"""The preview of a draft, and what its author reads until it is published."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.page import Block, Button, Layout, Pager, button, pages, rows
from bot.core.rendering import ADDED_COLOUR, RenderOptions, short_title
from bot.core.text import HIDING, cut, flat, prose, safe, unmarked
from bot.features.curation.draft_sessions import DraftSession
from bot.features.curation.ids import (
    Act,
    DecideDraft,
    DraftAction,
    RetryForm,
    server_of,
)
from bot.features.curation.views.own_suggestions import own_suggestions_button
from bot.features.curation.views.words import (
    CHOSEN,
    HIDDEN,
    NameOf,
    confirmation,
    field_text,
    fit_message,
    history,
    kind_of,
    named,
    titled,
)
from bot.features.lookup import entry_blocks, note_block
from bot.features.lookup.ids import ShowEntry
from bot.features.quotes import quote_blocks
from bot.features.quotes.ids import ShowQuote
from lore.curation.diff import Describe, diff
from lore.curation.drafts import Draft, EntryDraft, NoteDraft
from lore.curation.duplicates import Alike, SharedPart
from lore.ids import bare
from lore.ledger.records import ServerEntry, Suggestion, TypedForm
from lore.query.answers import EntryView, Found, Note, QuoteView
from lore.query.server_layer import Drawn

# How much of each side of a conflict is shown, in characters.
SIDE = 500

# How many similar things are listed and can be opened.
WARNINGS = 3

# The field of a form whose value is a key that means nothing to people.
SENTENCE = "sentence"

_DONE = {
    DraftAction.ADD: "Published",
    DraftAction.NOTE: "Published",
    DraftAction.EDIT: "Saved",
    DraftAction.APPROVE: "Approved and published",
}

GONE = (
    "I no longer have this draft: it was finished already, or is older than a day. "
    "If it still stands above, copy it and begin anew with the same command."
)


def preview(
    pending: DraftSession,
    view: Drawn,
    alike: Sequence[Alike],
    options: RenderOptions,
    name_of: NameOf,
    page: int = 0,
    remark: str = "",
    *,
    shown: bool,
) -> Layout:
    """Return the draft as it will look, with similar entries and buttons for what can be done."""
    blocks, pager = readers_page(view, options, page)
    draft = pending.draft
    suggested = pending.target.action is DraftAction.SUGGEST
    note = f" of a note on {safe(name_of(draft.about))}" if isinstance(draft, NoteDraft) else ""
    if suggested:
        then, hidden = "Once sent, it waits for a curator.", ""
    elif shown:
        then, hidden = "This is how everyone will see it.", ""
    else:
        then, hidden = "This is how it would look.", HIDDEN
    warnings = [*similarity_warning(alike), *map(_one_name, _with_commas(draft))]
    heading = f"-# Preview{note}, for your eyes only. {then}"
    ending = "\n".join(filter(None, (*warnings, remark, hidden)))
    buttons = [
        _press("Send" if suggested else "Publish", "publish", pending),
        _press("Edit", "edit", pending),
        _press("Discard", "discard", pending),
    ]
    if pager.count > 1:
        following = Pager((pager.page + 1) % pager.count, pager.count)
        buttons.append(_press(str(following), "look", pending, following.page))
    opened = similar_buttons(alike)
    return Layout(fit_message([heading, *blocks, ending]), rows([*buttons, *opened]), ADDED_COLOUR)


def readers_page(view: Drawn, options: RenderOptions, page: int = 0) -> tuple[list[Block], Pager]:
    """Return the blocks of a page as readers see it, and its number."""
    match view:
        case EntryView():
            return entry_blocks(Found(view), options, page)
        case QuoteView():
            shared = pages(quote_blocks(view, options))
        case Note():
            shared = pages([note_block(view)])
    pager = Pager(page, len(shared))
    return shared[pager.page], pager


def refused(pending: DraftSession, reason: str) -> Layout:
    """Return a page that says why a draft cannot be published; it is kept."""
    buttons = [_press("Edit", "edit", pending), _press("Discard", "discard", pending)]
    return Layout([f"## Not yet\n{safe(reason)}"], rows(buttons))


def returned(reason: str, typed: TypedForm) -> Layout:
    """Return a refused form with its text and a button to submit it again."""
    again = button("Try again", RetryForm(typed.token, server_of(typed.form)))
    texts = (
        f"**{field.capitalize()}** {prose(text, length=SIDE, styles=HIDING)}"
        for field, text in typed.typed.items()
        if text and field != SENTENCE
    )
    return Layout(
        fit_message([safe(reason), "-# What you wrote is kept for a day, for you alone.", *texts]),
        rows([again]),
    )


def discarded(pending: DraftSession, name_of: NameOf) -> Layout:
    """Return the confirmation that a draft was discarded, with a button to restore it."""
    sentence = f"Discarded: **{titled(pending.draft, name_of)}**\nNothing was changed."
    return Layout([sentence], rows([_press("Bring it back (for a day)", "look", pending)]))


def published(saved: ServerEntry, action: DraftAction, name_of: NameOf, *, shown: bool) -> Layout:
    """Return the confirmation that a draft was published, and whether the server shows it."""
    what = named(saved.id, saved.draft, name_of)
    sentence = f"{_DONE[action]}: {what}, revision {saved.revision}."
    return confirmation(sentence, saved, shown=shown)


def unchanged(entry: ServerEntry, name_of: NameOf) -> Layout:
    """Return a page that says that the saved text equals the former one."""
    what = named(entry.id, entry.draft, name_of)
    return Layout([f"{what} says that already. Nothing was changed."])


def sent(suggestion: Suggestion, name_of: NameOf) -> Layout:
    """Return the confirmation that a suggestion is in the queue."""
    changed = ", as you changed it," if suggestion.revision > 1 else ""
    sentence = (
        f"Thank you. Your suggestion {suggestion.number} ({kind_of(suggestion.draft)} "
        f"{titled(suggestion.draft, name_of)}){changed} waits for this server's curators. "
        "I will tell you what they decide in a private message."
    )
    return Layout([sentence], rows([own_suggestions_button(suggestion.guild_id)]))


def conflict(
    pending: DraftSession, current: ServerEntry, name_of: NameOf, describe: Describe
) -> Layout:
    """Return both versions of an entry that another curator saved meanwhile, and the choice."""
    state = f"is at revision {current.revision} now" if current.live else "has been removed"
    what = named(current.id, current.draft, name_of)
    heading = f"## Changed by someone else meanwhile\n{what} {state}, so yours was not saved."
    differing = diff(current.draft, pending.draft, describe)
    parts = (
        f"**{change.field.capitalize()}**\n"
        f"Theirs: {field_text(change.field, change.before, SIDE) or '*nothing*'}\n"
        f"Yours: {field_text(change.field, change.after, SIDE) or '*nothing*'}"
        for change in differing
    )
    summary = "These parts differ:" if differing else "Both say the same."
    save, leave = (
        ("Save mine over theirs", "Keep theirs")
        if current.live
        else ("Bring it back with mine", "Leave it removed")
    )
    buttons = [
        _press(save, "publish", pending),
        _press("Edit mine", "edit", pending),
        _press(leave, "discard", pending),
        history(current.id),
    ]
    return Layout(fit_message([heading, summary, *parts]), rows(buttons), ADDED_COLOUR)


def _press(label: str, act: Act, pending: DraftSession, page: int = 0) -> Button:
    return button(label, DecideDraft(act, pending.typed.token, page, pending.target.server))


def _with_commas(draft: Draft) -> Sequence[str]:
    """Return aliases that contain commas, as several may have been meant."""
    aliases = draft.aliases if isinstance(draft, EntryDraft) else ()
    return [alias for alias in aliases if "," in alias]


def _one_name(alias: str) -> str:
    return f"-# “{safe(alias)}” is one name; each goes on a line of its own."


def similarity_warning(alike: Sequence[Alike]) -> list[str]:
    """Return warnings about the first similar entries, and how many more there are."""
    warnings = [_warning(one) for one in alike[:WARNINGS]]
    if more := len(alike) - len(warnings):
        warnings.append(f"⚠ And {more} more {'is' if more == 1 else 'are'} like this.")
    return warnings


def _warning(one: Alike) -> str:
    """Return what a draft has in common with an existing entry or quote."""
    what = f"**{safe(short_title(one.ref, 60))}**" if one.ref else f"The quote {bare(one.id)}"
    text = unmarked(one.text) if one.shared is SharedPart.TEXT else flat(one.text)
    shared_text = safe(cut(text, 60))
    match one.shared:
        case SharedPart.SAME_NAME:
            return f"⚠ {what} is called {shared_text} as well: {CHOSEN}"
        case SharedPart.NAME:
            return f"⚠ {what} has a name like this."
        case SharedPart.ALIAS:
            return f"⚠ {what} is also called {shared_text}."
        case SharedPart.TEXT:
            return f"⚠ {what} says much the same: “{shared_text}”"


def similar_buttons(alike: Sequence[Alike]) -> list[Button]:
    """Return buttons that open the similar entries."""
    return [_opens(one) for one in alike[:WARNINGS]]


def _opens(one: Alike) -> Button:
    name = short_title(one.ref, 60) if one.ref else bare(one.id)
    return button(f"Open {name}", ShowEntry(one.id) if one.ref else ShowQuote(True, one.id))
