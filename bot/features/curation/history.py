"""The history of an entry, rollback, and undo of a removal."""

from __future__ import annotations

from discord.ext import commands

from bot.core.curators import require_curator
from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.core.router import handles
from bot.features.curation.ids import RollBack, ShowHistory, UndoRemoval
from bot.features.curation.views import changes
from bot.features.curation.views.details import gone_remark
from lore.curation.diff import diff
from lore.ledger.records import Change, Conflict


class HistoryCog(commands.Cog):
    """Lets curators see and revert changes."""

    @handles(ShowHistory)
    async def show(self, ctx: RequestContext, pressed: ShowHistory) -> None:
        """Show the history of an entry."""
        require_curator(ctx)
        await ctx.reply(await history_page(ctx, pressed.entry_id, pressed.page))

    @handles(RollBack)
    async def roll_back(self, ctx: RequestContext, pressed: RollBack) -> None:
        """Roll an entry back to a revision, unless it has changed since its history was shown."""
        guild_id, id, to = require_curator(ctx), pressed.entry_id, pressed.to
        entries, curation = ctx.services.ledger.entries, ctx.services.curation
        before = await entries.entry(guild_id, id)
        back = await curation.roll_back(guild_id, id, to, pressed.now, ctx.actor)
        if isinstance(back, Conflict):
            await ctx.reply(await history_page(ctx, id, warning=changes.STALE))
            return
        changed = diff(before.draft, back.draft, await curation.describer(guild_id))
        by = ctx.actor.person_id
        report = changes.report(by, Change.ROLLED_BACK, back, curation.name_of, changed)
        async with ctx.reporting(report):
            await ctx.reply(changes.rolled_back(back, to, curation.name_of, shown=ctx.shows_own))

    @handles(UndoRemoval)
    async def undo(self, ctx: RequestContext, pressed: UndoRemoval) -> None:
        """Undo a removal."""
        require_curator(ctx)
        await restore_entry(ctx, pressed.entry_id)


async def history_page(ctx: RequestContext, id: str, page: int = 0, warning: str = "") -> Layout:
    """Return a page of an entry's history, with what of it is kept but not shown."""
    curation = ctx.services.curation
    steps = await ctx.services.ledger.entries.history(ctx.server, id)
    describe, gone = (
        await curation.describer(ctx.server),
        await curation.gone(ctx.server, steps[-1].draft),
    )
    warnings = "\n".join(filter(None, (warning, gone_remark(gone, describe))))
    return changes.history_of(id, steps, curation.name_of, describe, page, warnings)


async def restore_entry(ctx: RequestContext, id: str) -> None:
    """Restore an entry and say so."""
    curation = ctx.services.curation
    restored = await curation.restore(ctx.server, id, ctx.actor)
    report = changes.report(ctx.actor.person_id, Change.RESTORED, restored, curation.name_of)
    async with ctx.reporting(report):
        await ctx.reply(changes.restored(restored, curation.name_of, shown=ctx.shows_own))


async def remove_entry(ctx: RequestContext, id: str) -> None:
    """Remove an entry and say so."""
    curation = ctx.services.curation
    removed = await curation.remove(ctx.server, id, ctx.actor)
    report = changes.report(ctx.actor.person_id, Change.REMOVED, removed, curation.name_of)
    async with ctx.reporting(report):
        await ctx.reply(changes.removed(removed, curation.name_of))
