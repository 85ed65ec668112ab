"""The queue of suggestions, one at a time, and what those who suggested are told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.audit import person
from bot.core.page import Layout, Pager, button, rows
from bot.core.rendering import ADDED_COLOUR, RenderOptions
from bot.core.text import cut, safe
from bot.features.curation.ids import (
    ApproveSuggestion,
    AskWhyRejected,
    EditSuggestion,
    ResendSuggestion,
    ShowSuggestion,
)
from bot.features.curation.views.preview import looks, opening, warned
from bot.features.curation.views.words import (
    HIDDEN,
    NameOf,
    form_of,
    moment,
    titled,
    within,
)
from lore.curation.duplicates import Alike
from lore.ledger.records import Suggestion, SuggestionState
from lore.query.server_layer import Drawn

EMPTY = "No suggestions wait."


def empty(done: str = "") -> Layout:
    """Nothing waits; `done` says what became of the last one."""
    return Layout([done, EMPTY])


def one(
    queue: Sequence[Suggestion],
    at: int,
    view: Drawn,
    alike: Sequence[Alike],
    options: RenderOptions,
    done: str,
) -> Layout:
    """One of those that wait, exactly as it will look, and what can be decided."""
    waiting = queue[at]
    heading = (
        f"## Suggestion {waiting.number} · {at + 1} of {len(queue)}\n-# {form_of(waiting.draft)} · "
        f"by {person(waiting.suggested_by)} · {moment(waiting.suggested_at)}"
    )
    told, pager = looks(view, options)
    more = "-# It is longer: Edit and approve shows all of it." if pager.count > 1 else ""
    ending = "\n".join(warned(alike))
    decisions = [
        button("Approve", ApproveSuggestion(waiting.number)),
        button("Edit and approve", EditSuggestion(waiting.number)),
        button("Reject", AskWhyRejected(waiting.number)),
    ]
    turns = Pager(at, len(queue)).buttons(lambda there: ShowSuggestion(queue[there].number))
    buttons = [*rows([*decisions, *turns]), *rows(opening(alike))]
    return Layout(within([done, heading, *told, more, ending]), buttons, ADDED_COLOUR)


def decided(suggestion: Suggestion, name_of: NameOf, *, shown: bool) -> str:
    """What was just decided."""
    what = titled(suggestion.draft, name_of)
    told = f"✓ Suggestion {suggestion.number} ({what}) is {suggestion.state}"
    if suggestion.entry_id is None:
        return f"{told}."
    return f"{told}: **{suggestion.entry_id}**." + ("" if shown else f"\n{HIDDEN}")


def outcome(suggestion: Suggestion, server: str, name_of: NameOf) -> Layout:
    """What whoever suggested it is told."""
    what = f"Your suggestion {titled(suggestion.draft, name_of)} in **{safe(cut(server, 100))}**"
    if suggestion.state is SuggestionState.APPROVED:
        return Layout([f"{what} was approved. It is part of the server's lore now, thank you."])
    reason = f"\nThe reason: {safe(suggestion.reason)}" if suggestion.reason else ""
    resend = ResendSuggestion(suggestion.guild_id, suggestion.number)
    again = button("Edit and send again (for a day)", resend)
    return Layout([f"{what} was not taken.{reason}"], rows([again]))
