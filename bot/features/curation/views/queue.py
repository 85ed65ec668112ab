"""The queue of suggestions and reports; suggestions one at a time, and what their authors read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.audit import person
from bot.core.page import Button, Layout, Pager, button, rows
from bot.core.rendering import ADDED_COLOUR, RenderOptions
from bot.core.text import cut, safe
from bot.features.curation.ids import (
    ApproveSuggestion,
    AskWhyRejected,
    EditSuggestion,
    ResendSuggestion,
    ShowSuggestion,
)
from bot.features.curation.views.preview import readers_page, similar_buttons, similarity_warning
from bot.features.curation.views.words import (
    HIDDEN,
    NameOf,
    fit_message,
    kind_of,
    moment,
    titled,
)
from lore.curation.duplicates import Alike
from lore.ledger.records import Report, Suggestion, SuggestionState
from lore.query.server_layer import Drawn

EMPTY = "No suggestions or reports wait."


class QueuePlace:
    """The place of what is shown in the queue."""

    def __init__(self, queue: Sequence[Suggestion | Report], at: int) -> None:
        self._queue = queue
        self._at = at

    def __str__(self) -> str:
        return f"{self._at + 1} of {len(self._queue)}"

    def buttons(self) -> list[Button]:
        """Return the buttons to what waits before and after it."""
        pager = Pager(self._at, len(self._queue))
        return pager.buttons(lambda there: ShowSuggestion(self._queue[there].number))


def empty(done: str = "") -> Layout:
    """Return a page that says that nothing waits; `done` says what was decided before."""
    return Layout([done, EMPTY])


def suggestion_page(
    waiting: Suggestion,
    place: QueuePlace,
    view: Drawn,
    alike: Sequence[Alike],
    options: RenderOptions,
    done: str,
) -> Layout:
    """Return a waiting suggestion as it will look, with buttons to decide."""
    heading = (
        f"## Suggestion {waiting.number} · {place}\n-# {kind_of(waiting.draft)} · "
        f"by {person(waiting.suggested_by)} · {moment(waiting.suggested_at)}"
        f"{' · changed since' if waiting.revision > 1 else ''}"
    )
    blocks, pager = readers_page(view, options)
    more = "-# It is longer: Edit and approve shows all of it." if pager.count > 1 else ""
    ending = "\n".join(similarity_warning(alike))
    decisions = [
        button("Approve", ApproveSuggestion(waiting.number, waiting.revision)),
        button("Edit and approve", EditSuggestion(waiting.number)),
        button("Reject", AskWhyRejected(waiting.number, waiting.revision)),
    ]
    buttons = [*rows([*decisions, *place.buttons()]), *rows(similar_buttons(alike))]
    return Layout(fit_message([done, heading, *blocks, more, ending]), buttons, ADDED_COLOUR)


def decided(suggestion: Suggestion, name_of: NameOf, *, shown: bool) -> str:
    """Return a sentence on what was decided."""
    what = titled(suggestion.draft, name_of)
    sentence = f"✓ Suggestion {suggestion.number} ({what}) is {suggestion.state}"
    if suggestion.entry_id is None:
        return f"{sentence}."
    return f"{sentence}: **{suggestion.entry_id}**." + ("" if shown else f"\n{HIDDEN}")


def outcome(suggestion: Suggestion, server: str, name_of: NameOf) -> Layout:
    """Return the message to the author of a decided suggestion."""
    what = f"Your suggestion {titled(suggestion.draft, name_of)} in **{safe(cut(server, 100))}**"
    if suggestion.state is SuggestionState.APPROVED:
        return Layout([f"{what} was approved. It is part of the server's lore now, thank you."])
    reason = f"\nThe reason: {safe(suggestion.reason)}" if suggestion.reason else ""
    resend = ResendSuggestion(suggestion.guild_id, suggestion.number)
    again = button("Edit and send again (for a day)", resend)
    return Layout([f"{what} was not taken.{reason}"], rows([again]))
