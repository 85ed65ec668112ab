"""What curators read where a server hides what was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.curators import may_curate
from bot.core.ids import ComponentId, Slug
from bot.core.page import Layout, button, rows
from bot.core.request import RequestContext
from bot.core.text import safe
from lore.curation.drafts import HideDraft
from lore.query.visible_lore import Sought


@dataclass(frozen=True)
class ShowAgain(ComponentId):
    """Show again what a server hides by that entry of its own."""

    family = "unhide"
    label = "showagain"
    entry_id: Slug


async def explain_hidden(
    ctx: RequestContext, layout: Layout, asked: str, sought: Sought = None
) -> bool:
    """Return whether the server hides what was asked for; `layout` then tells its curators so."""
    hider = await ctx.services.library.why_hidden(asked, ctx.scope, sought)
    if hider is None or not isinstance(hider.draft, HideDraft):
        return False
    if may_curate(ctx.interaction, ctx.settings):
        name = safe(hider.draft.name)
        name = f"“{name}”" if hider.draft.of == "quote" else name
        layout.add_block(f"-# For curators: this server hides **{name}** ({hider.id}).")
        for row in rows([button("Show again", ShowAgain(hider.id))]):
            layout.add_item(row)
    return True
