"""What a curator does with the queue of a daily post: look at it, reorder it, empty it."""

from __future__ import annotations

from datetime import date

from discord.ext import commands

from bot.core.audit import noted
from bot.core.curators import require_curator
from bot.core.page import Layout, Pager
from bot.core.request import RequestContext, UnknownComponentError
from bot.core.router import handles
from bot.features.qotd import queue_views, views
from bot.features.qotd.ids import ChangeQueue, ChooseQueued, EmptyQueue, ListQueue
from bot.features.qotd.pages import ChosenPost, PostPages
from bot.features.qotd.service import QotdService
from lore.ledger.port import QueueChangedError
from lore.qotd.timetable import FIRST


class QueueCog(commands.Cog):
    """Answers the menu and the buttons of `/qotd queued`."""

    def __init__(self, qotd: QotdService) -> None:
        self._qotd = qotd
        self._pages = PostPages(qotd)

    async def page(self, ctx: RequestContext, post: ChosenPost, page: int = 0) -> Layout:
        """Return a page of what is queued for a post."""
        queue = await self._qotd.plans.queued(ctx.server, self._today(post), number=post.number)
        pager = Pager(page, len(queue), queue_views.PER_PAGE)
        quotes = await self._pages.quotes(ctx, (), *(one.key for one in pager.shown(queue)))
        return queue_views.queue_page(post.schedule, queue, quotes, pager)

    def _today(self, post: ChosenPost) -> date:
        return post.schedule.config.table.today(self._qotd.clock())

    @handles(ListQueue)
    async def turn(self, ctx: RequestContext, pressed: ListQueue) -> None:
        """Turn to a page of the queue."""
        require_curator(ctx)
        post = await self._pages.numbered(ctx, pressed.number or FIRST)
        await ctx.reply(await self.page(ctx, post, pressed.page))

    @handles(ChooseQueued)
    async def choose(self, ctx: RequestContext, menu: ChooseQueued) -> None:
        """Show what is queued for the chosen date, with what can be done with it."""
        require_curator(ctx)
        post = await self._pages.numbered(ctx, menu.number or FIRST)
        queue = await self._qotd.plans.queued(ctx.server, self._today(post), number=post.number)
        chosen = ctx.component.chosen_id
        if chosen is None:
            raise UnknownComponentError
        place = next((at for at, one in enumerate(queue) if one.mark == chosen), None)
        if place is None:
            raise QueueChangedError
        quotes = await self._pages.quotes(ctx, (), queue[place].key)
        await ctx.reply(queue_views.chosen_page(post.schedule, queue, place, quotes))

    @handles(ChangeQueue)
    async def change(self, ctx: RequestContext, pressed: ChangeQueue) -> None:
        """Let a queued quote change dates with its neighbour, or take it out."""
        require_curator(ctx)
        post = await self._pages.numbered(ctx, pressed.number or FIRST)
        plans, today = self._qotd.plans, self._today(post)
        if pressed.how == "out":
            await plans.unqueue(ctx.server, pressed.mark, today, ctx.actor, number=post.number)
            await self._changed(ctx, post, "**taken out of the queue**")
            return
        later = pressed.how == "later"
        await plans.move(ctx.server, pressed.mark, later, today, ctx.actor, number=post.number)
        await self._changed(ctx, post, "**queue reordered**")

    @handles(EmptyQueue)
    async def empty(self, ctx: RequestContext, pressed: EmptyQueue) -> None:
        """Take everything out of the queue."""
        require_curator(ctx)
        post = await self._pages.numbered(ctx, pressed.number or FIRST)
        today = self._today(post)
        await self._qotd.plans.unqueue(ctx.server, None, today, ctx.actor, number=post.number)
        await self._changed(ctx, post, "**queue emptied**")

    async def _changed(self, ctx: RequestContext, post: ChosenPost, what: str) -> None:
        """Show the queue after a change, which can be undone, and log it."""
        async with ctx.reporting(noted(ctx.actor.person_id, f"{what} · {post.called}")):
            await ctx.reply(views.undoable(await self.page(ctx, post), ctx.interaction.id))
