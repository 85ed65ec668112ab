"""What curators are told of the quote of the day, gathered for the layouts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import discord

from bot.core.lost_ids import lost
from bot.core.page import Layout
from bot.features.curation.office import Curator, Office
from bot.features.curation.press import reply
from bot.features.curation.views import changes
from bot.features.qotd import days as qotd_days
from bot.features.qotd import views as layouts
from bot.features.qotd.days import PER_PAGE, Quotes, date_of
from bot.features.qotd.postman import Door
from bot.features.qotd.service import Daily
from bot.features.qotd.views import SPEAKER_ELSEWHERE
from bot.features.quotes.views import in_short
from lore.errors import LoreError
from lore.qotd.config import Schedule
from lore.qotd.delivery import Trouble
from lore.qotd.picking import Choice
from lore.query.answers import QuoteView


class NotSetError(LoreError):
    """The server has no quote of the day."""

    def __init__(self) -> None:
        super().__init__(layouts.NOT_SET)


class Telling:
    """Lays out how a server's quote of the day stands, for the curator who asks."""

    def __init__(self, office: Office, daily: Daily) -> None:
        self._office = office
        self._daily = daily

    async def schedule(self, curator: Curator) -> Schedule:
        """The server's schedule; NotSetError if it has none."""
        schedule = await self._daily.schedules.find(curator.guild_id)
        if schedule is None:
            raise NotSetError
        return schedule

    async def stand(
        self,
        interaction: discord.Interaction,
        curator: Curator,
        schedule: Schedule,
        turns: int = 1,
    ) -> layouts.Stand:
        """How it stands, with so many turns to come."""
        outlook = await self._daily.plans.outlook(curator.guild_id, self._daily.clock(), turns)
        speaker = None
        if schedule.terms.speaker:
            library = self._office.desk.library
            speaker = await library.find_entry(schedule.terms.speaker, curator.scope)
        role_lost = bool(lost(interaction.guild, [schedule.terms.role_id]))
        return layouts.Stand(schedule, outlook, speaker, curator.manner, role_lost)

    async def quotes(
        self, curator: Curator, choices: Iterable[Choice | None], unmet: Iterable[str | None] = ()
    ) -> Quotes:
        """The quotes that days name, and where those are that were queued and cannot come."""
        library = self._office.desk.library
        keys = {choice.key for choice in choices if choice} | {key for key in unmet if key}
        found = [await library.find_quote(key, curator.scope) for key in keys]
        views = {view.id: view for view in found if view}
        elsewhere = frozenset(key for key in keys if not library.is_open(key))
        return Quotes(views, curator.manner, elsewhere)

    async def status(
        self,
        interaction: discord.Interaction,
        curator: Curator,
        schedule: Schedule,
        done: str = "",
    ) -> Layout:
        """How it stands; `done` is what was just done."""
        last = await self._daily.plans.history(curator.guild_id, limit=1)
        return layouts.status(
            await self.stand(interaction, curator, schedule),
            last[0] if last else None,
            await self.warnings(interaction, schedule),
            schedule.terms.table.today(self._daily.clock()),
            await self.quotes(curator, (one.choice for one in last)),
            done,
        )

    async def history(self, curator: Curator, page: int) -> Layout:
        """A page of what became of the last days."""
        plans, guild_id = self._daily.plans, curator.guild_id
        days = await plans.days(guild_id)
        page = max(0, min(page, (days - 1) // PER_PAGE))
        shown = await plans.history(guild_id, PER_PAGE, skip=page * PER_PAGE)
        quotes = await self.quotes(curator, (one.choice for one in shown))
        table = await self._daily.table(guild_id)
        today = table.today(self._daily.clock()) if table else None
        return qotd_days.history(shown, quotes, today, page, days)

    async def queue(
        self, interaction: discord.Interaction, curator: Curator, day: date, view: QuoteView
    ) -> None:
        """Give a date a quote, and say so."""
        schedule, now = await self.schedule(curator), self._daily.clock()
        turn = await self._daily.plans.queue(curator.guild_id, day, view.id, now, curator.by)
        said = f"**queued** · quote of the day of {date_of(day)}: {in_short(view, curator.manner)}"
        report = changes.noted(curator.by.person_id, said)
        async with self._office.reporting(interaction, curator.guild_id, report):
            zone = schedule.terms.table.zone
            layout = layouts.queued(turn, view, zone, curator.manner)
            await reply(interaction, layouts.undoable(layout, curator.by.interaction_id))

    async def undo(
        self, interaction: discord.Interaction, curator: Curator, change_id: int
    ) -> None:
        """Take back what an interaction changed, and say how it stands then."""
        schedule = await self._daily.undo(curator.guild_id, change_id, curator.by)
        report = changes.noted(curator.by.person_id, "**undone** · quote of the day")
        async with self._office.reporting(interaction, curator.guild_id, report):
            if schedule:
                layout = await self.status(interaction, curator, schedule, layouts.UNDONE)
            else:
                layout = Layout([f"✓ {layouts.UNDONE} {layouts.OFF}"])
            await reply(interaction, layout)

    async def warnings(self, interaction: discord.Interaction, schedule: Schedule) -> list[str]:
        """What would keep the next quote from being posted, or its role from being pinged."""
        terms = schedule.terms
        door = self._daily.postman(interaction.client).gate(schedule.guild_id, terms.channel_id)
        trouble = door.trouble if isinstance(door, Door) else None
        if trouble is None and not (await self._daily.pool(schedule.guild_id)).fitting:
            trouble = Trouble.NO_QUOTE
        looks = not isinstance(door, Door) or door.trouble is not None or door.can_look
        role = interaction.guild.get_role(terms.role_id or 0) if interaction.guild else None
        unheard = role is not None and not (
            role.mentionable or interaction.app_permissions.mention_everyone
        )
        gone = bool(lost(interaction.guild, [terms.role_id]))
        said = layouts.warnings(trouble, looks=looks, unheard=unheard, role_lost=gone)
        known = self._office.desk.library.is_open(terms.speaker or "")
        return said if known or trouble is not Trouble.NO_QUOTE else [SPEAKER_ELSEWHERE, *said]
