"""The queue of what members send to their curators, suggestions and reports, one at a time."""

from __future__ import annotations

from bot.core.fairness import TooOftenError
from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.features.curation.comparing import similar
from bot.features.curation.draft_sessions import NEW, preview_entry
from bot.features.curation.views import queue as views
from bot.features.curation.views.reports import StillTold, report_page
from lore.curation.reported import subject
from lore.errors import HiddenHereError
from lore.ledger.records import Report, Suggestion
from lore.query.answers import Scope


async def waiting(ctx: RequestContext, number: int = 0, done: str = "") -> Layout:
    """Show what has that number, or the next that waits; `done` says what was decided before."""
    ledger = ctx.services.ledger
    suggestions = await ledger.suggestions.queue(ctx.server)
    reports = await ledger.reports.waiting(ctx.server)
    queue: list[Suggestion | Report] = [*suggestions, *reports]
    queue.sort(key=lambda one: one.number)
    if not queue:
        return views.empty(done)
    at = next((i for i, one in enumerate(queue) if one.number >= number), len(queue) - 1)
    shown = queue[at]
    if isinstance(shown, Suggestion):
        return await _suggestion(ctx, shown, views.QueuePlace(queue, at), done)
    still = await _still_told(ctx, shown)
    return report_page(shown, views.QueuePlace(queue, at), still, ctx.private_options, done)


async def _suggestion(
    ctx: RequestContext, suggestion: Suggestion, place: views.QueuePlace, done: str
) -> Layout:
    try:
        close = await similar(ctx, suggestion.draft)
    except TooOftenError:
        if not done:
            raise
        close = ()  # the decision is shown in any case
    drawn = preview_entry(ctx.server, NEW, 1, suggestion.draft, suggestion.suggested_at)
    view = await ctx.services.library.drawn(drawn, ctx.scope)
    return views.suggestion_page(suggestion, place, view, close, ctx.private_options, done)


async def _still_told(ctx: RequestContext, report: Report) -> StillTold:
    """Return what is left of what was reported, whatever tiers the server shows."""
    library, about = ctx.services.library, report.about
    if about.pack not in ("", library.info.id):
        return StillTold.OTHER_STORY
    scope = Scope(ctx.server, library.info.every_tier)
    try:
        told = await subject(library, scope, about.form, about.id)
    except HiddenHereError:
        told = None
    if told is None:
        return StillTold.NOTHING
    return StillTold.ALL if told.still_tells(about) else StillTold.CHANGED
