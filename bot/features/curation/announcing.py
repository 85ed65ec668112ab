"""Messages about what was decided, to whoever sent it and to the server's log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.features.curation.views import changes, queue, reports
from lore.ledger.records import Change, Report, ServerEntry, Suggestion


@asynccontextmanager
async def announcing(
    ctx: RequestContext, suggestion: Suggestion, entry: ServerEntry | None = None
) -> AsyncIterator[None]:
    """Announce a decision once it has been answered; an approved suggestion became `entry`."""
    by, name_of = ctx.interaction.user.id, ctx.services.curation.name_of
    if entry:
        report = changes.report(by, Change.APPROVED, entry, name_of)
    else:
        report = changes.rejected(by, suggestion, name_of)
    outcome = queue.outcome(suggestion, _server(ctx), name_of)
    async with _telling(ctx, suggestion.suggested_by, outcome), ctx.reporting(report):
        yield


@asynccontextmanager
async def announcing_report(ctx: RequestContext, report: Report) -> AsyncIterator[None]:
    """Announce what became of a report once it has been answered."""
    logged = reports.logged(ctx.interaction.user.id, report, ctx.private_options)
    outcome = reports.outcome(report, _server(ctx))
    async with _telling(ctx, report.told_by, outcome), ctx.reporting(logged):
        yield


def _server(ctx: RequestContext) -> str:
    return ctx.interaction.guild.name if ctx.interaction.guild else ""


@asynccontextmanager
async def _telling(
    ctx: RequestContext, person_id: int | None, layout: Layout
) -> AsyncIterator[None]:
    """Send whoever sent it what was decided, whether or not the answer arrives."""
    try:
        yield
    finally:
        if person_id is not None:
            await ctx.services.audit.tell(ctx.interaction, person_id, layout)
