"""`/qotd`: when and where the quote of the day comes, which it will be, what became of it."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.commands import qotd_options as options
from bot.commands.completing import offers, quote_offers
from bot.commands.places import IN_SERVERS, OF_SERVERS
from bot.commands.replying import send, send_answer
from bot.curators import check_curator
from bot.daily import Daily
from bot.delivery.postman import Door
from bot.desk import Desk
from bot.layouts import qotd as layouts
from lore.answers import Found, NoQuote, Quoted
from lore.daily import asked
from lore.daily.choice import Choice as Drawn
from lore.daily.schedule import Schedule, Terms
from lore.daily.timetable import EVERY_DAY, Timetable, zone
from lore.errors import LoreError


class NotSetError(LoreError):
    """The server has no quote of the day."""

    def __init__(self) -> None:
        super().__init__(layouts.NOT_SET)


class Qotd(app_commands.Group):
    """The commands of the quote of the day, for curators; every reply is private."""

    def __init__(self, desk: Desk, daily: Daily) -> None:
        super().__init__(
            name="qotd",
            description="The quote of the day, for curators",
            allowed_contexts=IN_SERVERS,
            allowed_installs=OF_SERVERS,
        )
        self._desk = desk
        self._daily = daily

    @app_commands.command(name="set")
    @app_commands.describe(
        channel="Where it is posted",
        time="When, by the clock there: 09:00, 21:30",
        zone_="Whose clock: a city of the time zone",
        days="Only on these days of the week",
        role="A role to ping; nobody is pinged without one",
        tiers="Only quotes known in these ways",
        speaker="Only words of theirs",
    )
    @app_commands.rename(zone_="zone")
    async def set_(
        self,
        interaction: discord.Interaction,
        channel: discord.TextChannel,
        time: str,
        zone_: str,
        days: str | None = None,
        role: discord.Role | None = None,
        tiers: str | None = None,
        speaker: str | None = None,
    ) -> None:
        """Begin or change it: where, when, which quotes."""
        guild_id = await self._curated(interaction)
        who = None
        if speaker is not None:
            scope = await self._desk.scope(interaction)
            answer = await self._desk.library.look_up(speaker, scope)
            if not isinstance(answer, Found):
                await send_answer(interaction, answer, await self._desk.manner(interaction, True))
                return
            who = answer.view.ref.id
        table = Timetable(zone(zone_), asked.hour(time), asked.days(days) if days else EVERY_DAY)
        terms = Terms(
            channel.id,
            table,
            role.id if role and not role.is_default() else None,
            asked.tiers(tiers) if tiers else None,
            who,
        )
        schedule = await self._daily.schedules.set(guild_id, terms, self._daily.clock())
        if schedule is None:
            raise NotSetError
        days_to_come = await self._daily.plans.preview(
            guild_id, await self._daily.pool(guild_id), self._daily.clock(), days=3
        )
        slots = [day.slot for day in days_to_come]
        warnings = self._warnings(interaction, schedule)
        await send(interaction, layouts.begun(schedule, slots, warnings), private=True)

    @app_commands.command()
    async def status(self, interaction: discord.Interaction) -> None:
        """When the next one comes, what became of the last, and why none comes."""
        schedule = await self._schedule(interaction)
        await self._tell_status(interaction, schedule)

    @app_commands.command()
    async def preview(self, interaction: discord.Interaction) -> None:
        """The next seven, and why they are those."""
        schedule = await self._schedule(interaction)
        pool = await self._daily.pool(schedule.guild_id)
        days = await self._daily.plans.preview(schedule.guild_id, pool, self._daily.clock())
        quotes = await self._quotes(interaction, (day.choice for day in days))
        await send(interaction, layouts.preview(schedule, days, quotes), private=True)

    @app_commands.command()
    async def skip(self, interaction: discord.Interaction) -> None:
        """Let the next day have another quote; this one comes another time."""
        schedule = await self._schedule(interaction)
        guild_id = schedule.guild_id
        pool = await self._daily.pool(guild_id)
        skipped = await self._daily.plans.skip(guild_id, pool, self._daily.clock())
        if skipped is None:
            await self._tell_status(interaction, schedule)
            return
        quotes = await self._quotes(interaction, [skipped.day.choice])
        before = await self._daily.quote(guild_id, skipped.before) if skipped.before else None
        await send(interaction, layouts.skipped(before, skipped.day, quotes), private=True)

    @app_commands.command()
    @app_commands.describe(quote="Its id, or words of it", day="The date: 2027-03-14, tomorrow")
    @app_commands.rename(day="date")
    async def queue(self, interaction: discord.Interaction, quote: str, day: str) -> None:
        """Give a date a quote of your choice."""
        schedule = await self._schedule(interaction)
        scope = await self._desk.scope(interaction)
        answer = await self._desk.library.quote_by_id(quote, scope)
        if isinstance(answer, NoQuote):
            answer = await self._desk.library.quote_like(quote, scope)
        if not isinstance(answer, Quoted):
            await send_answer(interaction, answer, await self._desk.manner(interaction, True))
            return
        on = asked.day(day, schedule.terms.table.today(self._daily.clock()))
        now = self._daily.clock()
        await self._daily.plans.queue(schedule.guild_id, on, answer.view.id, now)
        layout = layouts.queued(on, answer.view, await self._desk.manner(interaction))
        await send(interaction, layout, private=True)

    @app_commands.command()
    @app_commands.describe(until="The date on which it goes on; without one, until /qotd resume")
    async def pause(self, interaction: discord.Interaction, until: str | None = None) -> None:
        """Post nothing for a while."""
        schedule = await self._schedule(interaction)
        now = self._daily.clock()
        on = asked.day(until, schedule.terms.table.today(now)) if until else None
        paused = await self._daily.schedules.pause(schedule.guild_id, on, now)
        await self._tell_status(interaction, paused or schedule)

    @app_commands.command()
    async def resume(self, interaction: discord.Interaction) -> None:
        """Go on after a pause."""
        schedule = await self._schedule(interaction)
        now = self._daily.clock()
        resumed = await self._daily.schedules.resume(schedule.guild_id, now)
        await self._tell_status(interaction, resumed or schedule)

    @app_commands.command()
    async def off(self, interaction: discord.Interaction) -> None:
        """Post no more."""
        schedule = await self._schedule(interaction)
        await self._daily.schedules.off(schedule.guild_id)
        await send(interaction, layouts.said(layouts.OFF), private=True)

    @app_commands.command()
    async def now(self, interaction: discord.Interaction) -> None:
        """Post today's at once; its hour then brings no second one."""
        schedule = await self._schedule(interaction)
        guild_id = schedule.guild_id
        # Posting may take longer than the three seconds in which Discord wants an answer.
        await interaction.response.defer(ephemeral=True)
        pool = await self._daily.pool(guild_id)
        delivery = await self._daily.plans.plan_now(guild_id, pool, self._daily.clock())
        await self._daily.deliver_now(interaction.client, guild_id)
        delivery = delivery and await self._daily.plans.on(guild_id, delivery.day)
        if delivery is None:
            raise NotSetError
        quotes = await self._quotes(interaction, [delivery.choice])
        layout = layouts.outcome(delivery, schedule.terms.table, quotes)
        await interaction.followup.send(view=layout, ephemeral=True)

    @app_commands.command()
    async def history(self, interaction: discord.Interaction) -> None:
        """What became of the last thirty days."""
        guild_id = await self._curated(interaction)
        schedule = await self._daily.schedules.find(guild_id)
        deliveries = await self._daily.plans.history(guild_id)
        table = schedule.terms.table if schedule else None
        quotes = await self._quotes(interaction, (one.choice for one in deliveries))
        await send(interaction, layouts.history(table, deliveries, quotes), private=True)

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
        shown = (await self._desk.settings(interaction.guild_id)).tiers
        return options.tier_offers(shown, typed)

    @set_.autocomplete("speaker")
    async def complete_speaker(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        scope = await self._desk.scope(interaction)
        choices = await self._desk.library.complete_speaker(typed, scope)
        return offers(choices, self._desk.library.info)

    @queue.autocomplete("quote")
    async def complete_quote(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        scope = await self._desk.scope(interaction)
        found = await self._desk.library.complete_quote(typed, scope)
        return quote_offers(found, await self._desk.manner(interaction))

    @queue.autocomplete("day")
    @pause.autocomplete("until")
    async def complete_date(self, _: discord.Interaction, typed: str) -> list[Choice[str]]:
        return options.date_offers(self._daily.clock().date(), typed)

    async def _curated(self, interaction: discord.Interaction) -> int:
        return check_curator(interaction, await self._desk.settings(interaction.guild_id))

    async def _schedule(self, interaction: discord.Interaction) -> Schedule:
        schedule = await self._daily.schedules.find(await self._curated(interaction))
        if schedule is None:
            raise NotSetError
        return schedule

    async def _quotes(
        self, interaction: discord.Interaction, choices: Iterable[Drawn | None]
    ) -> layouts.Quotes:
        """The quotes that these days name."""
        library, scope = self._desk.library, await self._desk.scope(interaction)
        keys = {choice.key for choice in choices if choice}
        found = [await library.quote_by_id(key, scope) for key in keys]
        views = {one.view.id: one.view for one in found if isinstance(one, Quoted)}
        return layouts.Quotes(views, await self._desk.manner(interaction, True))

    async def _tell_status(self, interaction: discord.Interaction, schedule: Schedule) -> None:
        last = await self._daily.plans.history(schedule.guild_id, limit=1)
        today = schedule.terms.table.today(self._daily.clock())
        warnings = self._warnings(interaction, schedule)
        quotes = await self._quotes(interaction, (one.choice for one in last))
        layout = layouts.status(schedule, last[0] if last else None, warnings, today, quotes)
        await send(interaction, layout, private=True)

    def _warnings(self, interaction: discord.Interaction, schedule: Schedule) -> list[str]:
        """What would keep the next quote from being posted, or its role from being pinged."""
        terms = schedule.terms
        door = self._daily.postman(interaction.client).gate(schedule.guild_id, terms.channel_id)
        trouble = door.trouble if isinstance(door, Door) else None
        looks = trouble is not None or not isinstance(door, Door) or door.can_look
        role = interaction.guild.get_role(terms.role_id or 0) if interaction.guild else None
        unheard = role is not None and not (
            role.mentionable or interaction.app_permissions.mention_everyone
        )
        return layouts.warnings(trouble, looks=looks, unheard=unheard)
