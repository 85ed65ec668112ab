"""The entry that a curator chose by a button of “Did you mean”."""

from __future__ import annotations

from bot.core.choices import not_found
from bot.core.request import RequestContext
from bot.features.lookup.ids import AskForEntry
from lore.query.answers import Found, Ref


async def chosen_entry(ctx: RequestContext, id: str) -> Ref | None:
    """Return the entry with that id; tell the curator, and return None, if it is not found."""
    answer = await ctx.services.library.entry(id, ctx.scope)
    if isinstance(answer, Found):
        return answer.view.ref
    await ctx.reply(not_found(answer, ctx.private_options, AskForEntry))
    return None
