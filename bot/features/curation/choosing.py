"""Which entry a curator means: found by its name, or chosen by a button of “Did you mean”."""

from __future__ import annotations

from bot.core.choices import not_found
from bot.core.hidden import explain_hidden
from bot.core.ids import Meant
from bot.core.request import RequestContext
from bot.features.lookup.ids import AskForEntry
from lore.query.answers import EntryView, Found, Ref


async def chosen_entry(ctx: RequestContext, id: str) -> Ref | None:
    """Return the entry with that id; tell the curator, and return None, if it is not found."""
    answer = await ctx.services.library.entry(id, ctx.scope)
    if isinstance(answer, Found):
        return answer.view.ref
    await ctx.reply(not_found(answer, ctx.private_options, AskForEntry))
    return None


async def named_entry(ctx: RequestContext, name: str, meant: Meant) -> EntryView | None:
    """Return the entry that a curator names; if that is not sure, send a choice and return None.

    The buttons are made by `meant`. It is no reader's question, so not counted as unanswered.
    """
    answer = await ctx.services.library.look_up(name, ctx.scope)
    if isinstance(answer, Found):
        return answer.view
    layout = not_found(answer, ctx.private_options, meant)
    await explain_hidden(ctx, layout, name)
    await ctx.send(layout, private=True)
    return None
