"""What a member has suggested, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.page import Button, Layout, Pager, button, rows
from bot.core.text import safe
from bot.features.curation.ids import (
    ChangeSuggestion,
    ListSuggestions,
    ResendSuggestion,
    WithdrawSuggestion,
)
from bot.features.curation.views.words import NameOf, described, fit_message, moment, titled
from lore.ledger.records import DRAFTS_KEPT, Suggestion, SuggestionState

# Suggestions on a page; each has at most two buttons.
PER_PAGE = 5


def own_suggestions_page(
    own: Sequence[Suggestion], name_of: NameOf, page: int, now: datetime, done: str = ""
) -> Layout:
    """Return a page of a member's suggestions, newest first; `done` says what they just did."""
    if not own:
        return Layout([done, "You have suggested nothing here yet. `/suggest` begins."])
    pager = Pager(page, len(own), PER_PAGE)
    lines = [
        f"**{one.number}** {described(titled(one.draft, name_of), one.draft)} · "
        f"{moment(one.suggested_at)}\n-# {_became(one)}"
        for one in pager.shown(own)
    ]
    heading = f"## What you have suggested here\n-# {pager}, {len(own)} in all"
    buttons = [one for mine in pager.shown(own) for one in _buttons(mine, pager.page, now)]
    server = own[0].guild_id
    turns = pager.buttons(lambda there: ListSuggestions(there, server), "Newer", "Older")
    return Layout(fit_message([done, heading, *lines]), [*rows(buttons), *rows(turns)])


def withdrawn(suggestion: Suggestion, name_of: NameOf) -> str:
    """Return a sentence that says that a suggestion is withdrawn."""
    what = titled(suggestion.draft, name_of)
    return f"✓ You have withdrawn suggestion {suggestion.number} ({what})."


def own_suggestions_button(server: int) -> Button:
    """Return a button to what a member has suggested in a server."""
    return button("My suggestions", ListSuggestions(0, server))


def _became(one: Suggestion) -> str:
    """Return what became of a suggestion."""
    match one.state:
        case SuggestionState.PENDING:
            return "waits for the curators" + (", as you changed it" if one.revision > 1 else "")
        case SuggestionState.APPROVED:
            return f"approved: it is part of the server's lore ({one.entry_id})"
        case SuggestionState.WITHDRAWN:
            return "withdrawn by you"
        case SuggestionState.REJECTED:
            return "not taken" + (f". The reason: {safe(one.reason)}" if one.reason else "")


def _buttons(one: Suggestion, page: int, now: datetime) -> list[Button]:
    number, server = one.number, one.guild_id
    if one.state in (SuggestionState.REJECTED, SuggestionState.WITHDRAWN):
        lately = one.decided_at is not None and one.decided_at > now - DRAFTS_KEPT
        return [button(f"Edit and send {number} again", ResendSuggestion(server, number))] * lately
    if one.state is not SuggestionState.PENDING:
        return []
    return [
        button(f"Change {number}", ChangeSuggestion(number, server)),
        button(f"Withdraw {number}", WithdrawSuggestion(number, page, server)),
    ]
