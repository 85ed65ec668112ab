"""Phrases shared by all of curation: titles of drafts, times, and confirmations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from bot.core.cutting import shortened, weight
from bot.core.limits import MESSAGE_TEXT
from bot.core.page import Block, Button, Divider, Layout, button, rows
from bot.core.rendering import ADDED_COLOUR, RenderOptions, barred
from bot.core.text import ALL, HIDING, cut, flat, prose, safe, unmarked
from bot.features.curation.ids import ShowHistory
from bot.features.lookup.ids import ShowEntry
from bot.features.quotes.ids import ShowQuote
from lore.curation.drafts import AliasDraft, Draft, EntryDraft, HideDraft, NoteDraft, QuoteDraft
from lore.ledger.records import Reported, ServerEntry
from lore.text.markup import without_spoilers

# Returns the name of the pack's entry with an id, for notes on it.
NameOf = Callable[[str], str]

TITLE = 80

HIDDEN = (
    "⚠ Nobody sees it at present: this server does not show what was added here. "
    "`/settings` changes that."
)

# What becomes of a name by which several entries go.
CHOSEN = "who asks for that name chooses between them."

# The fields of a draft in which its author may use markup.
_MARKED_UP = frozenset(["text", "words", "dialogue", "occasion", "source"])


def named(id: str, draft: Draft, name_of: NameOf) -> str:
    """Return the title and id of an entry, quote or note."""
    return f"**{titled(draft, name_of)}** ({id})"


def titled(draft: Draft, name_of: NameOf) -> str:
    """Return the title of a draft, short enough for a sentence."""
    match draft:
        case EntryDraft():
            return _short(without_spoilers(draft.name))
        case QuoteDraft():
            return f"“{_short(unmarked(draft.words))}”"
        case NoteDraft():
            return f"Note on {safe(name_of(draft.about))}"
        case AliasDraft():
            return f"“{_short(without_spoilers(draft.name))}” for {safe(name_of(draft.about))}"
        case HideDraft():
            name = _short(draft.name)
            return f"“{name}”" if draft.of == "quote" else name


def _short(text: str) -> str:
    return safe(cut(flat(text), TITLE))


def field_text(field: str, text: str, length: int) -> str:
    """Return the beginning of a draft's field as it will look."""
    return prose(text, length=length, styles=ALL if field in _MARKED_UP else HIDING)


def fit_message(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks, cut where the message would exceed Discord's limit."""
    room = MESSAGE_TEXT
    for block in blocks:
        if isinstance(block, Divider):
            yield block
            continue
        shown = shortened(block, room) if room > 0 else ""
        room -= weight(shown)
        yield shown


def reported_name(about: Reported, options: RenderOptions) -> str:
    """Return what a report is about, as it was called then."""
    name = f"“{safe(about.name)}”" if about.form == "quote" else safe(about.name)
    return f"{about.form} **{barred(name, about.tier, options)}**"


def moment(at: datetime) -> str:
    """Return a timestamp that each reader sees in their own time zone."""
    return f"<t:{int(at.timestamp())}:f>"


def kind_of(draft: Draft) -> str:
    """Return the kind of a draft as a word."""
    return draft.kind.value if isinstance(draft, EntryDraft) else draft.kind


def described(title: str, draft: Draft) -> str:
    """Return a title after the kind of the draft; the title of a note already has it."""
    return title if isinstance(draft, NoteDraft | HideDraft) else f"{kind_of(draft)} {title}"


def confirmation(sentence: str, entry: ServerEntry, *, shown: bool) -> Layout:
    """Return a sentence on a changed entry, with a button to see it if its server shows it."""
    blocks = [sentence, "" if shown else HIDDEN]
    buttons = [*([show(entry)] if shown else []), history(entry.id)]
    return Layout(blocks, rows(buttons), ADDED_COLOUR)


def show(entry: ServerEntry) -> Button:
    """Return a button that shows an entry or a quote, or the one of the pack that it is about."""
    draft = entry.draft
    about = draft.about if isinstance(draft, NoteDraft | HideDraft | AliasDraft) else entry.id
    if isinstance(draft, QuoteDraft) or (isinstance(draft, HideDraft) and draft.of == "quote"):
        return button("Show", ShowQuote(True, about))
    return button("Show", ShowEntry(about))


def history(id: str) -> Button:
    """Return a button that shows curators the history of an entry."""
    return button("History", ShowHistory(id))
