"""What curators are told of the quote of the day, gathered for the layouts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.core.audit import noted
from bot.core.id_names import lost
from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.features.qotd import days as qotd_days
from bot.features.qotd import views as layouts
from bot.features.qotd.days import PER_PAGE, NamedQuotes
from bot.features.qotd.sender import ChannelAccess
from bot.features.qotd.service import QotdService
from bot.features.qotd.troubles import date_of
from bot.features.quotes import in_short
from lore.errors import LoreError
from lore.qotd.delivery import FailureReason
from lore.qotd.picking import QuotePick
from lore.qotd.timetable import Schedule
from lore.query.answers import QuoteView


class NotSetError(LoreError):
    """The server has no quote of the day."""

    def __init__(self) -> None:
        super().__init__(layouts.NOT_SET)


class QotdStatus:
    """Lays out how a server's quote of the day stands, for the curator who asks."""

    def __init__(self, qotd: QotdService) -> None:
        self._qotd = qotd

    async def schedule(self, ctx: RequestContext) -> Schedule:
        """The server's schedule; NotSetError if it has none."""
        schedule = await self._qotd.schedules.find(ctx.server)
        if schedule is None:
            raise NotSetError
        return schedule

    async def stand(
        self,
        ctx: RequestContext,
        schedule: Schedule,
        turns: int = 1,
    ) -> layouts.StatusView:
        """How it stands, with so many turns to come."""
        outlook = await self._qotd.plans.outlook(ctx.server, self._qotd.clock(), turns)
        speaker = None
        if schedule.config.speaker:
            library = ctx.services.library
            speaker = await library.find_entry(schedule.config.speaker, ctx.scope)
        role_lost = bool(lost(ctx.interaction.guild, [schedule.config.role_id]))
        return layouts.StatusView(schedule, outlook, speaker, ctx.private_options, role_lost)

    async def quotes(
        self,
        ctx: RequestContext,
        choices: Iterable[QuotePick | None],
        unmet: Iterable[str | None] = (),
    ) -> NamedQuotes:
        """The quotes that days name, and where those are that were queued and cannot come."""
        library = ctx.services.library
        keys = {choice.key for choice in choices if choice} | {key for key in unmet if key}
        found = [await library.find_quote(key, ctx.scope) for key in keys]
        views = {view.id: view for view in found if view}
        elsewhere = frozenset(key for key in keys if not library.is_open(key))
        return NamedQuotes(views, ctx.private_options, elsewhere)

    async def status(
        self,
        ctx: RequestContext,
        schedule: Schedule,
        done: str = "",
    ) -> Layout:
        """How it stands; `done` is what was just done."""
        last = await self._qotd.plans.history(ctx.server, limit=1)
        return layouts.status(
            await self.stand(ctx, schedule),
            last[0] if last else None,
            await self.warnings(ctx, schedule),
            schedule.config.table.today(self._qotd.clock()),
            await self.quotes(ctx, (one.choice for one in last)),
            done,
        )

    async def history(self, ctx: RequestContext, page: int) -> Layout:
        """A page of what became of the last days."""
        plans, guild_id = self._qotd.plans, ctx.server
        days = await plans.days(guild_id)
        page = max(0, min(page, (days - 1) // PER_PAGE))
        shown = await plans.history(guild_id, PER_PAGE, skip=page * PER_PAGE)
        quotes = await self.quotes(ctx, (one.choice for one in shown))
        table = await self._qotd.table(guild_id)
        today = table.today(self._qotd.clock()) if table else None
        return qotd_days.history(shown, quotes, today, page, days)

    async def queue(self, ctx: RequestContext, day: date, view: QuoteView) -> None:
        """Give a date a quote, and say so."""
        schedule, now = await self.schedule(ctx), self._qotd.clock()
        turn = await self._qotd.plans.queue(ctx.server, day, view.id, now, ctx.actor)
        quoted = in_short(view, ctx.private_options)
        said = f"**queued** · quote of the day of {date_of(day)}: {quoted}"
        report = noted(ctx.actor.person_id, said)
        async with ctx.reporting(report):
            zone = schedule.config.table.zone
            layout = layouts.queued(turn, view, zone, ctx.private_options)
            await ctx.reply(layouts.undoable(layout, ctx.interaction.id))

    async def undo(self, ctx: RequestContext, change_id: int) -> None:
        """Take back what an interaction changed, and say how it stands then."""
        schedule = await self._qotd.undo(ctx.server, change_id, ctx.actor)
        report = noted(ctx.actor.person_id, "**undone** · quote of the day")
        async with ctx.reporting(report):
            if schedule:
                layout = await self.status(ctx, schedule, layouts.UNDONE)
            else:
                layout = Layout([f"✓ {layouts.UNDONE} {layouts.OFF}"])
            await ctx.reply(layout)

    async def warnings(self, ctx: RequestContext, schedule: Schedule) -> list[str]:
        """What would keep the next quote from being posted, or its role from being pinged."""
        config = schedule.config
        door = self._qotd.sender(ctx.interaction.client).gate(schedule.guild_id, config.channel_id)
        failure = door.failure if isinstance(door, ChannelAccess) else None
        if failure is None and not (await self._qotd.pool(schedule.guild_id)).fitting:
            failure = FailureReason.NO_QUOTE
        looks = not isinstance(door, ChannelAccess) or door.failure is not None or door.can_look
        role = (
            ctx.interaction.guild.get_role(config.role_id or 0) if ctx.interaction.guild else None
        )
        unheard = role is not None and not (
            role.mentionable or ctx.interaction.app_permissions.mention_everyone
        )
        gone = bool(lost(ctx.interaction.guild, [config.role_id]))
        said = layouts.warnings(failure, looks=looks, unheard=unheard, role_lost=gone)
        known = ctx.services.library.is_open(config.speaker or "")
        if known or failure is not FailureReason.NO_QUOTE:
            return said
        return [layouts.SPEAKER_ELSEWHERE, *said]
