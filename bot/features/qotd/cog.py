"""`/qotd`: when and where the quote of the day comes, which it will be, what became of it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.audit import noted
from bot.core.command_options import FOR_CURATORS, IN_SERVERS, OF_SERVERS
from bot.core.curators import check_may_ping, check_may_post, require_curator
from bot.core.page import Layout
from bot.core.request import Outcome, RequestContext, request
from bot.core.router import handles
from bot.features.lookup import offers
from bot.features.problems import curating, tell_problems
from bot.features.qotd import days as past_days
from bot.features.qotd import options, views
from bot.features.qotd.ids import QueueQuote, ShowPastDays, UndoChange
from bot.features.qotd.service import QotdService
from bot.features.qotd.status import NotSetError, QotdStatus
from bot.features.qotd.terms import Wanted, understood
from bot.features.qotd.troubles import date_of
from bot.features.quotes import in_short, quote_offers, result_page
from lore.qotd import typed as asked
from lore.qotd.delivery import State
from lore.query.answers import NoQuote, QuoteChoices, Quoted


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
        self._status = QotdStatus(qotd)

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
    )
    @app_commands.rename(zone_="zone")
    @app_commands.choices(
        clear=[
            Choice(name="Ping nobody", value="role"),
            Choice(name="Any day of the week", value="days"),
            Choice(name="Quotes of any tier", value="tiers"),
            Choice(name="Quotes of any speaker", value="speaker"),
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
        clear: str | None = None,
    ) -> None:
        """Begin or change it: where, when, which quotes; what you leave out stays as it is."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            if channel:
                check_may_post(interaction, channel.id)
            wanted = Wanted(channel, time, zone_, days, role, tiers, speaker, clear)
            config = await understood(ctx, wanted, self._qotd)
            if role:
                check_may_ping(interaction, role, config.channel_id)
            schedule = await self._qotd.begin(guild_id, config, ctx.actor)
            if schedule is None:
                raise NotSetError
            stand = await self._status.stand(ctx, schedule, turns=3)
            warnings = await self._status.warnings(ctx, schedule)
            layout = views.begun(stand, warnings)
            await self._done(
                ctx,
                f"**set** · quote of the day: {views.summary(stand)}",
                layout,
            )

    @qotd.command()
    async def status(self, interaction: discord.Interaction) -> None:
        """When the next one comes, what became of the last, and why none comes."""
        ctx = request(interaction)
        async with curating(ctx):
            schedule = await self._status.schedule(ctx)
            layout = await self._status.status(ctx, schedule)
            await ctx.send(layout, private=True)

    @qotd.command()
    async def preview(self, interaction: discord.Interaction) -> None:
        """The next seven, and why they are those."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule = await self._status.schedule(ctx)
            pool, now = await self._qotd.pool(guild_id), self._qotd.clock()
            days = await self._qotd.plans.preview(guild_id, pool, now)
            unmet = (day.unmet for day in days)
            quotes = await self._status.quotes(ctx, (day.choice for day in days), unmet)
            stand = await self._status.stand(ctx, schedule)
            layout = views.preview(stand, days, quotes, schedule.config.table.today(now))
            await ctx.send(layout, private=True)

    @qotd.command()
    async def skip(self, interaction: discord.Interaction) -> None:
        """Let the next day have another quote; this one comes another time."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule = await self._status.schedule(ctx)
            now = self._qotd.clock()
            pool = await self._qotd.pool(guild_id)
            skipped = await self._qotd.plans.skip(guild_id, pool, now, ctx.actor)
            if skipped is None:
                layout = await self._status.status(ctx, schedule)
                await ctx.send(layout, private=True)
                return
            before = await self._qotd.quote(guild_id, skipped.before or "")
            quotes = await self._status.quotes(ctx, [skipped.day.choice])
            layout = views.skipped(before, skipped.day, quotes)
            on = date_of(skipped.day.slot.day)
            told = before and (
                f"**skipped** · quote of the day of {on}: {in_short(before, ctx.private_options)}"
            )
            await self._done(ctx, told or "", layout)

    @qotd.command()
    @app_commands.describe(quote="Its id, or words of it", day="The date: 2027-03-14, tomorrow")
    @app_commands.rename(day="date")
    async def queue(self, interaction: discord.Interaction, quote: str, day: str) -> None:
        """Give a date a quote of your choice."""
        ctx = request(interaction)
        async with curating(ctx):
            schedule = await self._status.schedule(ctx)
            on = asked.day(day, schedule.config.table.today(self._qotd.clock()))
            library = ctx.services.library
            answer = await library.quote_by_id(quote, ctx.scope)
            if isinstance(answer, NoQuote):
                answer = await library.quote_like(quote, ctx.scope)
            if isinstance(answer, Quoted):
                await self._status.queue(ctx, on, answer.view)
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
            schedule, now = await self._status.schedule(ctx), self._qotd.clock()
            today = schedule.config.table.today(now)
            on = asked.day(until, today) if until else None
            if on == today:
                raise asked.NotUnderstoodError("A pause ends tomorrow at the earliest.")
            paused = await self._qotd.schedules.pause(guild_id, on, now, ctx.actor)
            schedule = paused or schedule
            done = views.paused(schedule)
            layout = await self._status.status(ctx, schedule, done)
            await self._done(ctx, f"**paused** · quote of the day. {done}", layout)

    @qotd.command()
    async def resume(self, interaction: discord.Interaction) -> None:
        """Go on after a pause."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule = await self._status.schedule(ctx)
            done, told = "It goes on.", "**resumed** · quote of the day"
            if not schedule.pause:
                done, told = "It was not paused, so it goes on as before.", ""
            schedule = await self._qotd.resume(guild_id, ctx.actor) or schedule
            layout = await self._status.status(ctx, schedule, done)
            await self._done(ctx, told, layout)

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
        guild_id, plans = require_curator(ctx), self._qotd.plans
        schedule = await self._status.schedule(ctx)
        check_may_post(interaction, schedule.config.channel_id)
        # Posting may take longer than the three seconds in which Discord wants an answer.
        await interaction.response.defer(ephemeral=True)
        planned = await self._qotd.plan_now(guild_id)
        if planned is None:
            raise NotSetError
        await self._qotd.deliver_now(interaction.client, guild_id)
        delivery = await plans.on(guild_id, planned.day) or planned
        quotes = await self._status.quotes(ctx, [delivery.choice])
        pause = views.paused(await self._status.schedule(ctx))
        before = planned.state is State.SENT
        layout = past_days.outcome(delivery, quotes, before=before, paused=pause)
        told = f"**{past_days.STATES[delivery.state]}** · quote of the day, asked for at once"
        async with _logged(ctx, "" if before else told):
            await ctx.follow_up(layout)
        # What kept it from being posted has been told.
        if delivery.state is State.SENT:
            await tell_problems(ctx)

    @qotd.command()
    async def history(self, interaction: discord.Interaction) -> None:
        """What became of the last days."""
        ctx = request(interaction)
        async with curating(ctx):
            await ctx.send(await self._status.history(ctx, 0), private=True)

    @set_.autocomplete("zone_")
    async def complete_zone(self, _: discord.Interaction, typed: str) -> list[Choice[str]]:
        return options.zone_offers(typed)

    @set_.autocomplete("days")
    async def complete_days(self, _: discord.Interaction, typed: str) -> list[Choice[str]]:
        return options.day_offers(typed)

    @set_.autocomplete("tiers")
    async def complete_tiers(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        return options.tier_offers(ctx.scope.tiers, ctx.services.library.info, typed)

    @set_.autocomplete("speaker")
    async def complete_speaker(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        choices = await ctx.services.library.complete_speaker(typed, ctx.scope)
        return offers(choices, ctx.services.library.info)

    @queue.autocomplete("quote")
    async def complete_quote(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        found = await ctx.services.library.complete_quote(typed, ctx.scope)
        return quote_offers(found, ctx.options())

    @queue.autocomplete("day")
    async def complete_day(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        table = await self._qotd.table(interaction.guild_id or 0)
        return options.turn_offers(table, self._qotd.clock(), typed) if table else []

    @pause.autocomplete("until")
    async def complete_until(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        table = await self._qotd.table(interaction.guild_id or 0)
        return options.end_offers(table, self._qotd.clock(), typed) if table else []

    @handles(QueueQuote)
    async def queue_meant(self, ctx: RequestContext, pressed: QueueQuote) -> None:
        """Give a date the quote that was meant."""
        require_curator(ctx)
        answer = await ctx.services.library.pressed_quote(pressed.quote_id, ctx.scope)
        if isinstance(answer, Quoted):
            await self._status.queue(ctx, pressed.day, answer.view)
        else:
            await ctx.reply(result_page(answer, ctx.private_options))

    @handles(ShowPastDays)
    async def show_past_days(self, ctx: RequestContext, pressed: ShowPastDays) -> None:
        """Turn to another page of what became of the days."""
        require_curator(ctx)
        await ctx.reply(await self._status.history(ctx, pressed.page))

    @handles(UndoChange)
    async def undo(self, ctx: RequestContext, pressed: UndoChange) -> None:
        """Take back what an interaction changed."""
        require_curator(ctx)
        await self._status.undo(ctx, pressed.change_id)

    async def _done(self, ctx: RequestContext, what: str, layout: Layout) -> None:
        """Say what was changed, and log it."""
        if what:
            views.undoable(layout, ctx.interaction.id)
        async with _logged(ctx, what):
            await ctx.send(layout, private=True)


def _logged(ctx: RequestContext, what: str) -> AbstractAsyncContextManager[None]:
    """Log what was changed, after the answer; nothing if it was nothing."""
    if not what:
        return nullcontext()
    report = noted(ctx.actor.person_id, what)
    return ctx.reporting(report)
