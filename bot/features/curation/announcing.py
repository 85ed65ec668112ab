"""Messages about a decided suggestion, to its author and to the server's log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.request import RequestContext
from bot.features.curation.views import changes, queue
from lore.ledger.records import Change, ServerEntry, Suggestion


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
    try:
        async with ctx.reporting(report):
            yield
    finally:
        if suggestion.suggested_by is not None:
            server = ctx.interaction.guild.name if ctx.interaction.guild else ""
            layout = queue.outcome(suggestion, server, name_of)
            audit, client = ctx.services.audit, ctx.interaction.client
            await audit.tell(client, suggestion.suggested_by, layout)
