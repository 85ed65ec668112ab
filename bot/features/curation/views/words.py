"""The small phrases that all of curation shares: what a thing is called, who did what, when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from bot.core.cutting import shortened, weight
from bot.core.limits import MESSAGE_TEXT
from bot.core.page import Button, Layout, button, rows
from bot.core.rendering import ADDED_COLOUR
from bot.core.text import ALL, NONE, cut, flat, prose, safe, unmarked
from bot.features.curation.ids import ShowHistory
from bot.features.lookup.ids import ShowEntry
from bot.features.quotes.ids import ShowQuote
from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import ServerEntry

# The name of the pack's entry with an id, for the notes on it.
NameOf = Callable[[str], str]

TITLE = 80

HIDDEN = (
    "⚠ Nobody sees it at present: this server does not show what was added here. "
    "`/settings` changes that."
)

# The fields of a draft that its writer marks up.
_MARKED_UP = frozenset(["text", "words", "occasion", "source"])


def named(id: str, draft: Draft, name_of: NameOf) -> str:
    """An entry, quote or note by what it is called and its id."""
    return f"**{titled(draft, name_of)}** ({id})"


def titled(draft: Draft, name_of: NameOf) -> str:
    """What a draft is called, short enough to stand in a sentence."""
    match draft:
        case EntryDraft():
            return _short(draft.name)
        case QuoteDraft():
            return f"“{_short(unmarked(draft.words))}”"
        case NoteDraft():
            return f"Note on {safe(name_of(draft.about))}"


def _short(text: str) -> str:
    return safe(cut(flat(text), TITLE))


def field_text(field: str, text: str, length: int) -> str:
    """The beginning of a field of a draft as it will look."""
    return prose(text, length=length, styles=ALL if field in _MARKED_UP else NONE)


def within(blocks: Iterable[str]) -> Iterator[str]:
    """The blocks, cut where the message would be longer than Discord allows."""
    room = MESSAGE_TEXT
    for block in blocks:
        shown = shortened(block, room) if room > 0 else ""
        room -= weight(shown)
        yield shown


def moment(at: datetime) -> str:
    """A time by the clock of whoever reads it."""
    return f"<t:{int(at.timestamp())}:f>"


def form_of(draft: Draft) -> str:
    """What a draft is, in a word."""
    return draft.kind.value if isinstance(draft, EntryDraft) else draft.kind


def described(told: str, draft: Draft) -> str:
    """What a draft is, before what it is called, unless that says so itself."""
    return told if isinstance(draft, NoteDraft) else f"{form_of(draft)} {told}"


def kept(told: str, entry: ServerEntry, *, shown: bool) -> Layout:
    """Tells what became of an entry, with a way to see it, if its server shows it."""
    seen = [show(entry)] if shown else []
    return Layout([told, "" if shown else HIDDEN], rows([*seen, history(entry.id)]), ADDED_COLOUR)


def show(entry: ServerEntry) -> Button:
    """Shows whoever presses it the entry, the quote, or the entry that the note stands under."""
    if isinstance(entry.draft, QuoteDraft):
        return button("Show", ShowQuote(True, entry.id))
    about = entry.draft.about if isinstance(entry.draft, NoteDraft) else entry.id
    return button("Show", ShowEntry(about))


def history(id: str) -> Button:
    """Shows curators what has become of an entry, step by step."""
    return button("History", ShowHistory(id))
