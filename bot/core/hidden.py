"""What curators read where a server hides what was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.curators import may_curate
from bot.core.ids import ComponentId, Slug
from bot.core.page import Layout, button, rows
from bot.core.rendering import tier_name
from bot.core.request import RequestContext
from bot.core.text import safe
from lore.curation.drafts import HideDraft
from lore.query.answers import Ref
from lore.query.visible_lore import Sought
from lore.text.wording import counted


@dataclass(frozen=True)
class ShowAgain(ComponentId):
    """Show again what a server hides by that entry of its own."""

    family = "unhide"
    label = "showagain"
    entry_id: Slug


async def explain_hidden(
    ctx: RequestContext, layout: Layout, asked: str, sought: Sought = None
) -> bool:
    """Return whether the server hides what was asked for; `layout` tells its curators why.

    It does so as well where the tier of what was asked for is not shown.
    """
    hider = await ctx.services.library.why_hidden(asked, ctx.scope, sought)
    curates = may_curate(ctx.interaction, ctx.settings)
    if hider is None or not isinstance(hider.draft, HideDraft):
        if curates and (why := await why_missing(ctx, asked, sought)):
            layout.add_block(f"-# For curators: {safe(why)}")
        return False
    if curates:
        name = safe(hider.draft.name)
        name = f"“{name}”" if hider.draft.of == "quote" else name
        layout.add_block(f"-# For curators: this server hides **{name}** ({hider.id}).")
        for row in rows([button("Show again", ShowAgain(hider.id))]):
            layout.add_item(row)
    return True


async def why_missing(ctx: RequestContext, asked: str, sought: Sought = None) -> str:
    """Return a sentence for curators if their server is why something is not found."""
    library = ctx.services.library
    hider = await library.why_hidden(asked, ctx.scope, sought)
    if hider and isinstance(hider.draft, HideDraft):
        what = hider.draft.name
        return f"This server hides {what} ({hider.id}): /entry list hidden:True shows it again."
    if tier := await library.tier_not_shown(asked, ctx.scope, sought):
        label = tier_name(tier, library.info)
        return f"This server does not show what is “{label}”, as that is: /settings changes it."
    return ""


async def explain_silence(ctx: RequestContext, layout: Layout, speaker: Ref) -> None:
    """Tell curators if their server is why somebody speaks in no quote."""
    if not may_curate(ctx.interaction, ctx.settings):
        return
    if count := await ctx.services.library.quotes_not_shown(speaker.id, ctx.scope):
        quotes = counted(count, "quote")
        layout.add_block(
            f"-# For curators: this server hides, or does not show by its tiers, {quotes} of "
            f"{safe(speaker.name)}. `/entry list hidden:True` and `/settings` change that."
        )
