"""The comparison of a draft with existing lore."""

from __future__ import annotations

import asyncio

from bot.core.fairness import TooOftenError
from bot.core.request import RequestContext
from lore.curation.drafts import Written
from lore.curation.duplicates import Alike, alike


async def similar(
    ctx: RequestContext, draft: Written, besides: str | None = None
) -> tuple[Alike, ...]:
    """Return existing lore that is similar to a draft, except `besides`, which is being edited."""
    # One at a time of a server: each takes many small pieces of the event loop's time.
    comparing = ctx.services.comparing.setdefault(ctx.server, asyncio.Lock())
    try:
        async with asyncio.timeout(ctx.deferral.patience):
            await comparing.acquire()
    except TimeoutError as error:
        raise TooOftenError("Many are writing here right now. Try again in a moment.") from error
    try:
        return await alike(ctx.services.library, ctx.server, draft, besides)
    finally:
        comparing.release()
