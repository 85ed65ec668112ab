"""`/qotd`: when and where the quote of the day comes, which it will be, what became of it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.core.completing import offers, quote_offers
from bot.core.curators import check_may_ping, check_may_post
from bot.core.deferring import send
from bot.core.page import Layout
from bot.core.pipeline import OUTCOME
from bot.core.places import FOR_CURATORS, IN_SERVERS, OF_SERVERS
from bot.core.replying import drawn
from bot.features.curation.office import Curator, Office
from bot.features.curation.press import curating, tell_problems
from bot.features.curation.views import changes
from bot.features.qotd import days as qotd_days
from bot.features.qotd import options
from bot.features.qotd import views as layouts
from bot.features.qotd.service import Daily
from bot.features.qotd.telling import NotSetError, Telling
from bot.features.qotd.terms import Wanted, understood
from bot.features.quotes.views import in_short
from lore.qotd import typed as asked
from lore.qotd.delivery import State
from lore.query.answers import NoQuote, QuoteChoices, Quoted


class Qotd(app_commands.Group):
    """The commands of the quote of the day; every reply is private, every change is logged."""

    def __init__(self, office: Office, daily: Daily) -> None:
        super().__init__(
            name="qotd",
            description="The quote of the day, for curators",
            default_permissions=FOR_CURATORS,
            allowed_contexts=IN_SERVERS,
            allowed_installs=OF_SERVERS,
        )
        self._office = office
        self._daily = daily
        self._telling = Telling(office, daily)

    @app_commands.command(name="set")
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
        async with curating(interaction, self._office) as curator:
            if channel:
                check_may_post(interaction, channel.id)
            wanted = Wanted(channel, time, zone_, days, role, tiers, speaker, clear)
            terms = await understood(wanted, self._daily, self._office.desk, curator)
            if role:
                check_may_ping(interaction, role, terms.channel_id)
            schedule = await self._daily.begin(curator.guild_id, terms, curator.by)
            if schedule is None:
                raise NotSetError
            stand = await self._telling.stand(interaction, curator, schedule, turns=3)
            warnings = await self._telling.warnings(interaction, schedule)
            layout = layouts.begun(stand, warnings)
            await self._done(
                interaction,
                curator,
                f"**set** · quote of the day: {layouts.summary(stand)}",
                layout,
            )

    @app_commands.command()
    async def status(self, interaction: discord.Interaction) -> None:
        """When the next one comes, what became of the last, and why none comes."""
        async with curating(interaction, self._office) as curator:
            schedule = await self._telling.schedule(curator)
            layout = await self._telling.status(interaction, curator, schedule)
            await send(interaction, layout, private=True)

    @app_commands.command()
    async def preview(self, interaction: discord.Interaction) -> None:
        """The next seven, and why they are those."""
        async with curating(interaction, self._office) as curator:
            schedule = await self._telling.schedule(curator)
            pool, now = await self._daily.pool(curator.guild_id), self._daily.clock()
            days = await self._daily.plans.preview(curator.guild_id, pool, now)
            unmet = (day.unmet for day in days)
            quotes = await self._telling.quotes(curator, (day.choice for day in days), unmet)
            stand = await self._telling.stand(interaction, curator, schedule)
            layout = layouts.preview(stand, days, quotes, schedule.terms.table.today(now))
            await send(interaction, layout, private=True)

    @app_commands.command()
    async def skip(self, interaction: discord.Interaction) -> None:
        """Let the next day have another quote; this one comes another time."""
        async with curating(interaction, self._office) as curator:
            schedule = await self._telling.schedule(curator)
            guild_id, now = curator.guild_id, self._daily.clock()
            pool = await self._daily.pool(guild_id)
            skipped = await self._daily.plans.skip(guild_id, pool, now, curator.by)
            if skipped is None:
                layout = await self._telling.status(interaction, curator, schedule)
                await send(interaction, layout, private=True)
                return
            before = await self._daily.quote(guild_id, skipped.before or "")
            quotes = await self._telling.quotes(curator, [skipped.day.choice])
            layout = layouts.skipped(before, skipped.day, quotes)
            on = qotd_days.date_of(skipped.day.slot.day)
            told = before and (
                f"**skipped** · quote of the day of {on}: {in_short(before, curator.manner)}"
            )
            await self._done(interaction, curator, told or "", layout)

    @app_commands.command()
    @app_commands.describe(quote="Its id, or words of it", day="The date: 2027-03-14, tomorrow")
    @app_commands.rename(day="date")
    async def queue(self, interaction: discord.Interaction, quote: str, day: str) -> None:
        """Give a date a quote of your choice."""
        async with curating(interaction, self._office) as curator:
            schedule = await self._telling.schedule(curator)
            on = asked.day(day, schedule.terms.table.today(self._daily.clock()))
            library = self._office.desk.library
            answer = await library.quote_by_id(quote, curator.scope)
            if isinstance(answer, NoQuote):
                answer = await library.quote_like(quote, curator.scope)
            if isinstance(answer, Quoted):
                await self._telling.queue(interaction, curator, on, answer.view)
                return
            interaction.extras[OUTCOME] = "not found"
            layout = (
                layouts.which(answer, on, curator.manner)
                if isinstance(answer, QuoteChoices)
                else drawn(answer, curator.manner)[0]
            )
            await send(interaction, layout, private=True)

    @app_commands.command()
    @app_commands.describe(until="The date on which it goes on; without one, until /qotd resume")
    async def pause(self, interaction: discord.Interaction, until: str | None = None) -> None:
        """Post nothing for a while."""
        async with curating(interaction, self._office) as curator:
            schedule, now = await self._telling.schedule(curator), self._daily.clock()
            today = schedule.terms.table.today(now)
            on = asked.day(until, today) if until else None
            if on == today:
                raise asked.NotUnderstoodError("A pause ends tomorrow at the earliest.")
            paused = await self._daily.schedules.pause(curator.guild_id, on, now, curator.by)
            schedule = paused or schedule
            done = layouts.paused(schedule)
            layout = await self._telling.status(interaction, curator, schedule, done)
            await self._done(interaction, curator, f"**paused** · quote of the day. {done}", layout)

    @app_commands.command()
    async def resume(self, interaction: discord.Interaction) -> None:
        """Go on after a pause."""
        async with curating(interaction, self._office) as curator:
            schedule = await self._telling.schedule(curator)
            done, told = "It goes on.", "**resumed** · quote of the day"
            if not schedule.pause:
                done, told = "It was not paused, so it goes on as before.", ""
            schedule = await self._daily.resume(curator.guild_id, curator.by) or schedule
            layout = await self._telling.status(interaction, curator, schedule, done)
            await self._done(interaction, curator, told, layout)

    @app_commands.command()
    async def off(self, interaction: discord.Interaction) -> None:
        """Post no more."""
        async with curating(interaction, self._office) as curator:
            if not await self._daily.end(curator.guild_id, curator.by):
                raise NotSetError
            layout = Layout([layouts.OFF])
            await self._done(interaction, curator, "**turned off** · quote of the day", layout)

    @app_commands.command()
    async def now(self, interaction: discord.Interaction) -> None:
        """Post today's at once; its hour then brings no second one."""
        curator = await self._office.admit(interaction)
        guild_id, plans = curator.guild_id, self._daily.plans
        schedule = await self._telling.schedule(curator)
        check_may_post(interaction, schedule.terms.channel_id)
        # Posting may take longer than the three seconds in which Discord wants an answer.
        await interaction.response.defer(ephemeral=True)
        planned = await self._daily.plan_now(guild_id)
        if planned is None:
            raise NotSetError
        await self._daily.deliver_now(interaction.client, guild_id)
        delivery = await plans.on(guild_id, planned.day) or planned
        quotes = await self._telling.quotes(curator, [delivery.choice])
        pause = layouts.paused(await self._telling.schedule(curator))
        before = planned.state is State.SENT
        layout = qotd_days.outcome(delivery, quotes, before=before, paused=pause)
        told = f"**{qotd_days.STATES[delivery.state]}** · quote of the day, asked for at once"
        async with self._logged(interaction, curator, "" if before else told):
            await interaction.followup.send(view=layout, ephemeral=True)
        # What kept it from being posted has been told.
        if delivery.state is State.SENT:
            await tell_problems(interaction, self._office, curator)

    @app_commands.command()
    async def history(self, interaction: discord.Interaction) -> None:
        """What became of the last days."""
        async with curating(interaction, self._office) as curator:
            await send(interaction, await self._telling.history(curator, 0), private=True)

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
        shown = (await self._office.desk.scope(interaction)).tiers
        return options.tier_offers(shown, self._office.desk.library.info, typed)

    @set_.autocomplete("speaker")
    async def complete_speaker(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        scope = await self._office.desk.scope(interaction)
        choices = await self._office.desk.library.complete_speaker(typed, scope)
        return offers(choices, self._office.desk.library.info)

    @queue.autocomplete("quote")
    async def complete_quote(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        scope = await self._office.desk.scope(interaction)
        found = await self._office.desk.library.complete_quote(typed, scope)
        return quote_offers(found, await self._office.desk.manner(interaction))

    @queue.autocomplete("day")
    async def complete_day(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        table = await self._daily.table(interaction.guild_id or 0)
        return options.turn_offers(table, self._daily.clock(), typed) if table else []

    @pause.autocomplete("until")
    async def complete_until(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        table = await self._daily.table(interaction.guild_id or 0)
        return options.end_offers(table, self._daily.clock(), typed) if table else []

    async def _done(
        self, interaction: discord.Interaction, curator: Curator, what: str, layout: Layout
    ) -> None:
        """Say what was changed, and log it."""
        if what:
            layouts.undoable(layout, curator.by.interaction_id)
        async with self._logged(interaction, curator, what):
            await send(interaction, layout, private=True)

    def _logged(
        self, interaction: discord.Interaction, curator: Curator, what: str
    ) -> AbstractAsyncContextManager[None]:
        """Log what was changed, after the answer; nothing if it was nothing."""
        if not what:
            return nullcontext()
        report = changes.noted(curator.by.person_id, what)
        return self._office.reporting(interaction, curator.guild_id, report)
