"""`/qotd`: when and where the quote of the day comes, which it will be, what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.audit import noted
from bot.core.command_options import FOR_CURATORS, IN_SERVERS, OF_SERVERS
from bot.core.curators import check_may_ping, check_may_post, require_curator
from bot.core.id_names import lost
from bot.core.page import Layout, Pager
from bot.core.request import Outcome, RequestContext, request
from bot.core.router import handles
from bot.features.lookup import offers
from bot.features.problems import curating, report_problems
from bot.features.qotd import options, views
from bot.features.qotd.channels import ChannelAccess, GuildUnavailable
from bot.features.qotd.ids import QueueQuote, ShowPastDays, UndoChange
from bot.features.qotd.service import QotdService
from bot.features.quotes import quote_offers, quote_summary, result_page
from lore.errors import LoreError
from lore.qotd import typed
from lore.qotd.delivery import Delivery, FailureReason, State
from lore.qotd.picking import Preview
from lore.qotd.timetable import QotdConfig, Schedule
from lore.query.answers import NoQuote, QuoteChoices, Quoted, QuoteView


class NotSetError(LoreError):
    """The server has no quote of the day."""

    def __init__(self) -> None:
        super().__init__(views.NOT_SET)


class QotdCog(commands.Cog):
    """Lets curators set the quote of the day; every reply is private, every change is logged."""

    qotd = app_commands.Group(
        name="qotd",
        description="The quote of the day, for curators",
        default_permissions=FOR_CURATORS,
        allowed_contexts=IN_SERVERS,
        allowed_installs=OF_SERVERS,
    )

    def __init__(self, qotd: QotdService) -> None:
        self._qotd = qotd

    @qotd.command(name="set")
    @app_commands.describe(
        channel="Where it is posted",
        time="When, by the clock there: 09:00, 21:30",
        zone_="Whose clock: a city of the time zone",
        clear="Take back a choice that was made before",
        days="Only on these days of the week",
        role="A role to ping",
        tiers="Only quotes known in these ways",
        speaker="Only words of theirs",
        picture="Whether the quote comes as a picture, too",
    )
    @app_commands.rename(zone_="zone")
    @app_commands.choices(
        clear=[
            Choice(name="Ping nobody", value="role"),
            Choice(name="Any day of the week", value="days"),
            Choice(name="Quotes of any tier", value="tiers"),
            Choice(name="Quotes of any speaker", value="speaker"),
            Choice(name="No picture", value="picture"),
        ]
    )
    async def set_(
        self,
        interaction: discord.Interaction,
        channel: discord.TextChannel | None = None,
        time: str | None = None,
        zone_: str | None = None,
        days: str | None = None,
        role: discord.Role | None = None,
        tiers: str | None = None,
        speaker: str | None = None,
        picture: bool | None = None,
        clear: str | None = None,
    ) -> None:
        """Begin or change it: where, when, which quotes; what you leave out stays as it is."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            if channel:
                check_may_post(interaction, channel.id)
            given = options.SetOptions(
                channel, time, zone_, days, role, tiers, speaker, picture, clear
            )
            config = await options.read_config(ctx, given, self._qotd)
            if role:
                check_may_ping(interaction, role, config.channel_id)
            schedule = await self._qotd.begin(guild_id, config, ctx.actor)
            if schedule is None:
                raise NotSetError
            shown = await self._shown(ctx, schedule, slots=3)
            warnings = await self._warnings(ctx, schedule)
            layout = views.begun(shown, warnings)
            await self._done(ctx, f"**set** · quote of the day: {views.summary(shown)}", layout)

    @qotd.command()
    async def status(self, interaction: discord.Interaction) -> None:
        """When the next one comes, what became of the last, and why none comes."""
        ctx = request(interaction)
        async with curating(ctx):
            schedule = await self._schedule(ctx)
            layout = await self._status(ctx, schedule)
            await ctx.send(layout, private=True)

    @qotd.command()
    async def preview(self, interaction: discord.Interaction) -> None:
        """The next seven, and why they are those."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule = await self._schedule(ctx)
            pool = await self._qotd.pool(guild_id, schedule.config)
            now = self._qotd.clock()
            days = await self._qotd.plans.preview(guild_id, pool, now)
            quotes = await self._quotes(ctx, days)
            shown = await self._shown(ctx, schedule)
            layout = views.preview(shown, days, quotes, schedule.config.table.today(now))
            await ctx.send(layout, private=True)

    @qotd.command()
    async def skip(self, interaction: discord.Interaction) -> None:
        """Let the next day have another quote; this one comes another time."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule = await self._schedule(ctx)
            now = self._qotd.clock()
            pool = await self._qotd.pool(guild_id, schedule.config)
            skipped = await self._qotd.plans.skip(guild_id, pool, now, ctx.actor)
            if skipped is None:
                layout = await self._status(ctx, schedule)
                await ctx.send(layout, private=True)
                return
            before = await self._qotd.quote(guild_id, skipped.before or "")
            quotes = await self._quotes(ctx, [skipped.day])
            layout = views.skipped(before, skipped.day, quotes)
            on = views.date_of(skipped.day.slot.day)
            quoted = before and quote_summary(before, ctx.private_options)
            log_line = quoted and f"**skipped** · quote of the day of {on}: {quoted}"
            await self._done(ctx, log_line or "", layout)

    @qotd.command()
    @app_commands.describe(quote="Its id, or words of it", day="The date: 2027-03-14, tomorrow")
    @app_commands.rename(day="date")
    async def queue(self, interaction: discord.Interaction, quote: str, day: str) -> None:
        """Give a date a quote of your choice."""
        ctx = request(interaction)
        async with curating(ctx):
            schedule = await self._schedule(ctx)
            on = typed.day(day, schedule.config.table.today(self._qotd.clock()))
            library = ctx.services.library
            answer = await library.quote_by_id(quote, ctx.scope)
            if isinstance(answer, NoQuote):
                answer = await library.quote_like(quote, ctx.scope)
            if isinstance(answer, Quoted):
                await self._queue(ctx, on, answer.view)
                return
            ctx.outcome = Outcome.NOT_FOUND
            layout = (
                views.which(answer, on, ctx.private_options)
                if isinstance(answer, QuoteChoices)
                else result_page(answer, ctx.private_options)
            )
            await ctx.send(layout, private=True)

    @qotd.command()
    @app_commands.describe(until="The date on which it goes on; without one, until /qotd resume")
    async def pause(self, interaction: discord.Interaction, until: str | None = None) -> None:
        """Post nothing for a while."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule, now = await self._schedule(ctx), self._qotd.clock()
            today = schedule.config.table.today(now)
            on = typed.day(until, today) if until else None
            if on == today:
                raise typed.NotUnderstoodError("A pause ends tomorrow at the earliest.")
            paused = await self._qotd.schedules.pause(guild_id, on, now, ctx.actor)
            schedule = paused or schedule
            done = views.paused(schedule)
            layout = await self._status(ctx, schedule, done)
            await self._done(ctx, f"**paused** · quote of the day. {done}", layout)

    @qotd.command()
    async def resume(self, interaction: discord.Interaction) -> None:
        """Go on after a pause."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule = await self._schedule(ctx)
            done, log_line = "It goes on.", "**resumed** · quote of the day"
            if not schedule.pause:
                done, log_line = "It was not paused, so it goes on as before.", ""
            schedule = await self._qotd.resume(guild_id, ctx.actor) or schedule
            layout = await self._status(ctx, schedule, done)
            await self._done(ctx, log_line, layout)

    @qotd.command()
    async def off(self, interaction: discord.Interaction) -> None:
        """Post no more."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            if not await self._qotd.end(guild_id, ctx.actor):
                raise NotSetError
            layout = Layout([views.OFF])
            await self._done(ctx, "**turned off** · quote of the day", layout)

    @qotd.command()
    async def now(self, interaction: discord.Interaction) -> None:
        """Post today's at once; its hour then brings no second one."""
        ctx = request(interaction)
        guild_id = require_curator(ctx)
        schedule = await self._schedule(ctx)
        check_may_post(interaction, schedule.config.channel_id)
        # Posting may take longer than the three seconds that Discord waits for an answer.
        await interaction.response.defer(ephemeral=True)
        planned = await self._qotd.plan_now(schedule)
        if planned is None:
            raise NotSetError
        await self._qotd.deliver_now(interaction.client, guild_id)
        delivery = await self._qotd.plans.on(guild_id, planned.day) or planned
        quotes = await self._quotes(ctx, [delivery])
        paused = views.paused(await self._schedule(ctx))
        before = planned.state is State.SENT
        layout = views.posted_now(delivery, quotes, before=before, paused=paused)
        log_line = f"**{views.STATES[delivery.state]}** · quote of the day, asked for at once"
        async with ctx.reporting(*_reports(ctx, "" if before else log_line)):
            await ctx.follow_up(layout)
        # Otherwise the answer already said what to fix.
        if delivery.state is State.SENT:
            await report_problems(ctx)

    @qotd.command()
    async def history(self, interaction: discord.Interaction) -> None:
        """What became of the last days."""
        ctx = request(interaction)
        async with curating(ctx):
            await ctx.send(await self._history(ctx, 0), private=True)

    @set_.autocomplete("zone_")
    async def complete_zone(self, _: discord.Interaction, text: str) -> list[Choice[str]]:
        return options.zone_offers(text)

    @set_.autocomplete("days")
    async def complete_days(self, _: discord.Interaction, text: str) -> list[Choice[str]]:
        return options.day_offers(text)

    @set_.autocomplete("tiers")
    async def complete_tiers(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        return options.tier_offers(ctx.scope.tiers, ctx.services.library.info, text)

    @set_.autocomplete("speaker")
    async def complete_speaker(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        choices = await ctx.services.library.complete_speaker(text, ctx.scope)
        return offers(choices, ctx.services.library.info)

    @queue.autocomplete("quote")
    async def complete_quote(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        found = await ctx.services.library.complete_quote(text, ctx.scope)
        return quote_offers(found, ctx.options())

    @queue.autocomplete("day")
    async def complete_day(self, interaction: discord.Interaction, text: str) -> list[Choice[str]]:
        table = await self._qotd.table(interaction.guild_id or 0)
        return options.post_date_offers(table, self._qotd.clock(), text) if table else []

    @pause.autocomplete("until")
    async def complete_until(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        table = await self._qotd.table(interaction.guild_id or 0)
        return options.end_offers(table, self._qotd.clock(), text) if table else []

    @handles(QueueQuote)
    async def queue_chosen(self, ctx: RequestContext, pressed: QueueQuote) -> None:
        """Queue the chosen quote for a date."""
        require_curator(ctx)
        answer = await ctx.services.library.pressed_quote(pressed.quote_id, ctx.scope)
        if isinstance(answer, Quoted):
            await self._queue(ctx, pressed.day, answer.view)
        else:
            await ctx.reply(result_page(answer, ctx.private_options))

    @handles(ShowPastDays)
    async def show_past_days(self, ctx: RequestContext, pressed: ShowPastDays) -> None:
        """Turn to another page of the past days."""
        require_curator(ctx)
        await ctx.reply(await self._history(ctx, pressed.page))

    @handles(UndoChange)
    async def undo(self, ctx: RequestContext, pressed: UndoChange) -> None:
        """Undo an interaction's change."""
        require_curator(ctx)
        await self._undo(ctx, pressed.change_id)

    async def _schedule(self, ctx: RequestContext) -> Schedule:
        """Return the server's schedule; NotSetError if it has none."""
        schedule = await self._qotd.schedules.find(ctx.server)
        if schedule is None:
            raise NotSetError
        return schedule

    async def _shown(
        self,
        ctx: RequestContext,
        schedule: Schedule,
        slots: int = 1,
    ) -> views.StatusView:
        """Return what to show of a schedule, with that many coming posts."""
        outlook = await self._qotd.plans.outlook(ctx.server, self._qotd.clock(), slots)
        speaker = None
        if schedule.config.speaker:
            library = ctx.services.library
            speaker = await library.find_entry(schedule.config.speaker, ctx.scope)
        role_lost = bool(lost(ctx.interaction.guild, [schedule.config.role_id]))
        return views.StatusView(schedule, outlook, speaker, ctx.private_options, role_lost)

    async def _quotes(
        self,
        ctx: RequestContext,
        days: Iterable[Delivery | Preview],
    ) -> views.NamedQuotes:
        """Return the quotes of these days, and which of them belong to another story."""
        library, scope = ctx.services.library, ctx.scope
        quotes, elsewhere = dict[str, QuoteView](), set[str]()
        for day in days:
            keys = [day.choice.key] if day.choice else []
            if isinstance(day, Preview) and day.unmet:
                keys.append(day.unmet)
            for key in keys:
                if quote := await library.find_quote(key, scope):
                    quotes[key] = quote
                if not library.is_open(key):
                    elsewhere.add(key)
        return views.NamedQuotes(quotes, ctx.private_options, elsewhere)

    async def _status(
        self,
        ctx: RequestContext,
        schedule: Schedule,
        done: str = "",
    ) -> Layout:
        """Show a schedule's status; `done` is what was just done."""
        last = await self._qotd.plans.history(ctx.server, limit=1)
        return views.status(
            await self._shown(ctx, schedule),
            last[0] if last else None,
            await self._warnings(ctx, schedule),
            schedule.config.table.today(self._qotd.clock()),
            await self._quotes(ctx, last),
            done,
        )

    async def _history(self, ctx: RequestContext, page: int) -> Layout:
        """Show a page of the past days."""
        plans, guild_id = self._qotd.plans, ctx.server
        days = await plans.days(guild_id)
        pager = Pager(page, days, views.PER_PAGE)
        shown = await plans.history(guild_id, views.PER_PAGE, skip=pager.first)
        quotes = await self._quotes(ctx, shown)
        table = await self._qotd.table(guild_id)
        today = table.today(self._qotd.clock()) if table else None
        return views.history(shown, quotes, today, pager, days)

    async def _queue(self, ctx: RequestContext, day: date, quote: QuoteView) -> None:
        """Queue a quote for a date, and confirm it."""
        schedule, now = await self._schedule(ctx), self._qotd.clock()
        slot = await self._qotd.plans.queue(ctx.server, day, quote.id, now, ctx.actor)
        quoted = quote_summary(quote, ctx.private_options)
        log_line = f"**queued** · quote of the day of {views.date_of(day)}: {quoted}"
        async with ctx.reporting(*_reports(ctx, log_line)):
            zone = schedule.config.table.zone
            layout = views.queued(slot, quote, zone, ctx.private_options)
            await ctx.reply(views.undoable(layout, ctx.interaction.id))

    async def _undo(self, ctx: RequestContext, change_id: int) -> None:
        """Undo an interaction's change, and show the schedule afterwards."""
        schedule = await self._qotd.undo(ctx.server, change_id, ctx.actor)
        async with ctx.reporting(*_reports(ctx, "**undone** · quote of the day")):
            if schedule:
                layout = await self._status(ctx, schedule, views.UNDONE)
            else:
                layout = Layout([f"✓ {views.UNDONE} {views.OFF}"])
            await ctx.reply(layout)

    async def _warnings(self, ctx: RequestContext, schedule: Schedule) -> list[str]:
        """Return what would stop the next quote from being posted, or its role being pinged."""
        interaction, guild, config = ctx.interaction, ctx.interaction.guild, schedule.config
        sender = self._qotd.sender(interaction.client)
        access = sender.access(schedule.guild_id, config.channel_id)
        failure = access.failure if isinstance(access, ChannelAccess) else None
        # Whether a channel's history can be read is known only if the bot can post in it.
        unread = isinstance(access, ChannelAccess) and not (failure or access.can_look)
        if failure is None and not (await self._qotd.pool(schedule.guild_id, config)).fitting:
            failure = FailureReason.NO_QUOTE
        role = guild.get_role(config.role_id or 0) if guild else None
        can_ping = role is None or role.mentionable or interaction.app_permissions.mention_everyone
        gone = bool(lost(guild, [config.role_id]))
        warned = views.warnings(failure, can_look=not unread, can_ping=can_ping, role_lost=gone)
        warned += _without_picture(ctx, config, access)
        known = ctx.services.library.is_open(config.speaker or "")
        if known or failure is not FailureReason.NO_QUOTE:
            return warned
        return [views.SPEAKER_ELSEWHERE, *warned]

    async def _done(self, ctx: RequestContext, what: str, layout: Layout) -> None:
        """Answer with a change, and log it."""
        if what:
            views.undoable(layout, ctx.interaction.id)
        async with ctx.reporting(*_reports(ctx, what)):
            await ctx.send(layout, private=True)


def _without_picture(
    ctx: RequestContext, config: QotdConfig, access: ChannelAccess | GuildUnavailable
) -> list[str]:
    """Return why posts come without the picture that is wanted, if they do."""
    if not config.picture:
        return []
    if ctx.services.pictures is None:
        return [views.UNDRAWN]
    if isinstance(access, GuildUnavailable) or access.failure or access.can_attach:
        return []
    return [views.UNATTACHED]


def _reports(ctx: RequestContext, what: str) -> list[Layout]:
    """Return the log entry of a change; nothing if nothing was changed."""
    return [noted(ctx.actor.person_id, what)] if what else []
