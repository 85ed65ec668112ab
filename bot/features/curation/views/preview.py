"""A draft before anybody else sees it, and what its writer reads until it is published."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.page import Button, Layout, Pager, button, pages, rows
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
from bot.features.curation.views.words import (
    HIDDEN,
    NameOf,
    field_text,
    form_of,
    history,
    kept,
    named,
    titled,
    within,
)
from bot.features.lookup import entry_blocks, note_block
from bot.features.lookup.ids import ShowEntry
from bot.features.quotes import quote_blocks
from bot.features.quotes.ids import ShowQuote
from lore.curation.diff import diff
from lore.curation.drafts import Draft, EntryDraft, NoteDraft
from lore.curation.duplicates import Alike, SharedPart
from lore.ids import bare
from lore.ledger.records import ServerEntry, Suggestion, TypedForm
from lore.query.answers import EntryView, Found, Note, QuoteView
from lore.query.server_layer import Drawn

# How much of each side of a conflict is shown, in characters.
SIDE = 500

# So many things that are alike are told and can be opened.
WARNINGS = 3

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
    *,
    shown: bool,
) -> Layout:
    """The draft exactly as it will look, with what is alike and what can be done."""
    told, pager = looks(view, options, page)
    draft = pending.draft
    suggested = pending.target.action is DraftAction.SUGGEST
    note = f" of a note on {safe(name_of(draft.about))}" if isinstance(draft, NoteDraft) else ""
    if suggested:
        then, hidden = "Once sent, it waits for a curator.", ""
    elif shown:
        then, hidden = "This is how everyone will see it.", ""
    else:
        then, hidden = "This is how it would look.", HIDDEN
    warnings = [*warned(alike), *map(_one_name, _with_commas(draft))]
    heading = f"-# Preview{note}, for your eyes only. {then}"
    ending = "\n".join(filter(None, (*warnings, hidden)))
    buttons = [
        _press("Send" if suggested else "Publish", "publish", pending),
        _press("Edit", "edit", pending),
        _press("Discard", "discard", pending),
    ]
    if pager.count > 1:
        following = Pager((pager.page + 1) % pager.count, pager.count)
        buttons.append(_press(str(following), "look", pending, following.page))
    opened = opening(alike)
    return Layout(within([heading, *told, ending]), rows([*buttons, *opened]), ADDED_COLOUR)


def looks(view: Drawn, options: RenderOptions, page: int = 0) -> tuple[list[str], Pager]:
    """A page of something as its readers see it, and which page it is."""
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
    """What was written cannot be kept as it is, but is not lost."""
    buttons = [_press("Edit", "edit", pending), _press("Discard", "discard", pending)]
    return Layout([f"## Not yet\n{safe(reason)}"], rows(buttons))


def returned(said: str, typed: TypedForm) -> Layout:
    """A form that was refused, with what was typed into it and a way to send it once more."""
    again = button("Try again", RetryForm(typed.token, server_of(typed.form)))
    texts = (
        f"**{field.capitalize()}** {prose(text, length=SIDE, styles=HIDING)}"
        for field, text in typed.typed.items()
        if text
    )
    return Layout(
        within([safe(said), "-# What you wrote is kept for a day, for you alone.", *texts]),
        rows([again]),
    )


def discarded(pending: DraftSession, name_of: NameOf) -> Layout:
    """The draft is thrown away, and can be brought back for a day."""
    told = f"Discarded: **{titled(pending.draft, name_of)}**\nNothing was changed."
    return Layout([told], rows([_press("Bring it back (for a day)", "look", pending)]))


def published(saved: ServerEntry, action: DraftAction, name_of: NameOf, *, shown: bool) -> Layout:
    """It is to be seen by everyone in the server, if that shows its own lore."""
    told = f"{_DONE[action]}: {named(saved.id, saved.draft, name_of)}, revision {saved.revision}."
    return kept(told, saved, shown=shown)


def unchanged(entry: ServerEntry, name_of: NameOf) -> Layout:
    """What was saved says what stood there before."""
    what = named(entry.id, entry.draft, name_of)
    return Layout([f"{what} says that already. Nothing was changed."])


def sent(suggestion: Suggestion, name_of: NameOf) -> Layout:
    """A suggestion is in the queue."""
    told = (
        f"Thank you. Your suggestion {suggestion.number} ({form_of(suggestion.draft)} "
        f"{titled(suggestion.draft, name_of)}) waits for this server's curators. "
        "I will tell you what they decide in a private message."
    )
    return Layout([told])


def conflict(pending: DraftSession, current: ServerEntry, name_of: NameOf) -> Layout:
    """Someone saved meanwhile: both versions, and the choice between them."""
    state = f"is at revision {current.revision} now" if current.live else "has been removed"
    what = named(current.id, current.draft, name_of)
    heading = f"## Changed by someone else meanwhile\n{what} {state}, so yours was not saved."
    differing = diff(current.draft, pending.draft)
    parts = (
        f"**{change.field.capitalize()}**\n"
        f"Theirs: {field_text(change.field, change.before, SIDE) or '*nothing*'}\n"
        f"Yours: {field_text(change.field, change.after, SIDE) or '*nothing*'}"
        for change in differing
    )
    told = "These parts differ:" if differing else "Both say the same."
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
    return Layout(within([heading, told, *parts]), rows(buttons), ADDED_COLOUR)


def _press(label: str, act: Act, pending: DraftSession, page: int = 0) -> Button:
    return button(label, DecideDraft(act, pending.typed.token, page, pending.target.server))


def _with_commas(draft: Draft) -> Sequence[str]:
    """The aliases that somebody may have meant for several."""
    aliases = draft.aliases if isinstance(draft, EntryDraft) else ()
    return [alias for alias in aliases if "," in alias]


def _one_name(alias: str) -> str:
    return f"-# “{safe(alias)}” is one name; each goes on a line of its own."


def warned(alike: Sequence[Alike]) -> list[str]:
    """What a draft has in common with the first things that exist, and how many more there are."""
    warnings = [_warning(one) for one in alike[:WARNINGS]]
    if more := len(alike) - len(warnings):
        warnings.append(f"⚠ And {more} more {'is' if more == 1 else 'are'} like this.")
    return warnings


def _warning(one: Alike) -> str:
    """What a draft has in common with something that exists."""
    what = f"**{safe(short_title(one.ref, 60))}**" if one.ref else f"The quote {bare(one.id)}"
    text = unmarked(one.text) if one.shared is SharedPart.TEXT else flat(one.text)
    said = safe(cut(text, 60))
    match one.shared:
        case SharedPart.NAME:
            return f"⚠ {what} has a name like this."
        case SharedPart.ALIAS:
            return f"⚠ {what} is also called {said}."
        case SharedPart.TEXT:
            return f"⚠ {what} says much the same: “{said}”"


def opening(alike: Sequence[Alike]) -> list[Button]:
    """Open what exists already and is warned of."""
    return [_opens(one) for one in alike[:WARNINGS]]


def _opens(one: Alike) -> Button:
    name = short_title(one.ref, 60) if one.ref else bare(one.id)
    return button(f"Open {name}", ShowEntry(one.id) if one.ref else ShowQuote(True, one.id))
