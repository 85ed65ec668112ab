"""The quote of the day of all servers: the work of its commands, and the background delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from zoneinfo import ZoneInfo

import discord

from bot.core.connection.clock_check import ClockCheck, WrongClockError, ask_discord_time
from bot.core.connection.proxies import Proxies
from bot.core.services import Services
from bot.features.pictures import FILE, legend
from bot.features.qotd import post_page, views
from bot.features.qotd.afterwards import AfterPosts
from bot.features.qotd.channels import DiscordChannelSender, Post, PostPicture
from bot.features.qotd.delivery import (
    CuratorReports,
    Hold,
    QotdDelivery,
    QotdScheduler,
)
from bot.ops.loops import Loops
from bot.ops.signs_of_life import SignsOfLife
from lore.errors import HiddenHereError, StoryChangedError
from lore.ledger.records import Actor
from lore.pictures.quotes import quote_card
from lore.qotd.delivery import Delivery
from lore.qotd.picking import Pool, entry_id, entry_key
from lore.qotd.timetable import (
    FIRST,
    RATE,
    LostZoneError,
    PostName,
    QotdConfig,
    Schedule,
    Timetable,
    What,
)
from lore.query.answers import EntryView, Found, QuoteView, Scope

# How long `/qotd now` waits for the outcome.
NOW_SECONDS = 8.0


class QotdService:
    """The schedules, plans and deliveries of all servers, and the quotes they may get.

    All processes together post at a `rate` in a second; this one has a `share` of it.
    """

    def __init__(
        self,
        services: Services,
        proxies: Proxies,
        rate: float = RATE,
        share: float = 1.0,
    ) -> None:
        self._rate, self._share = rate * share, share
        ledger, clock = services.ledger, services.clock
        self._services = services
        self._qotd = ledger.qotd
        self.schedules, self.plans = ledger.qotd.schedules, ledger.qotd.plans
        self.clock = clock
        self.clock_check = ClockCheck(clock, ask=partial(ask_discord_time, proxies))
        self._hold = Hold()
        self._problems = ledger.problems
        self._signs = SignsOfLife(ledger.continuity)
        self._calls = services.calls
        self._tables: dict[int, Mapping[PostName, Timetable | None]] = {}
        self._former: dict[int, tuple[Delivery, ...]] = {}
        self._changes = 0

    async def begin(
        self,
        guild_id: int,
        config: QotdConfig,
        by: Actor,
        number: int = FIRST,
        before: QotdConfig | None = None,
    ) -> Schedule | None:
        """Start a schedule, or change what differs from what it was `before`."""
        schedule = await self.schedules.set(
            guild_id, config, self.clock(), by, number=number, before=before
        )
        await self._changed(guild_id, number)
        return schedule

    async def add(self, guild_id: int, config: QotdConfig, by: Actor) -> Schedule | None:
        """Start one more schedule."""
        schedule = await self.schedules.add(guild_id, config, self.clock(), by)
        await self._changed(guild_id, schedule.number if schedule else None)
        return schedule

    async def resume(self, guild_id: int, number: int, by: Actor) -> Schedule | None:
        """End a pause."""
        schedule = await self.schedules.resume(guild_id, self.clock(), by, number=number)
        await self._changed(guild_id, number)
        return schedule

    async def undo(self, guild_id: int, change_id: int, by: Actor) -> Schedule | None:
        """Undo an interaction's change; return the schedule afterwards."""
        schedule = await self.schedules.undo(guild_id, change_id, self.clock(), by)
        await self._changed(guild_id, schedule.number if schedule else None)
        return schedule

    async def end(self, guild_id: int, number: int, by: Actor) -> bool:
        """Delete a schedule."""
        ended = await self.schedules.off(guild_id, by, number=number)
        await self._changed(guild_id, number)
        return ended

    async def _changed(self, guild_id: int, number: int | None) -> None:
        """Forget how a server's posts were; clear the problems of one, and of those turned off."""
        self._changes += 1
        self._tables.pop(guild_id, None)
        self._former.pop(guild_id, None)
        posts = await self.schedules.posts(guild_id)
        others = tuple(views.problem_prefix(post.number) for post in posts if post.number != number)
        for problem in await self._problems.of(guild_id):
            if problem.code.startswith(views.PROBLEM) and not problem.code.startswith(others):
                await self._problems.solve(guild_id, problem.code)

    async def tables(self, guild_id: int) -> Mapping[PostName, Timetable | None]:
        """Return a server's posts with their timetables, None if a zone no longer exists.

        It is cached, as every keystroke asks for it.
        """
        if guild_id in self._tables:
            return self._tables[guild_id]
        changes, tables = self._changes, dict[PostName, Timetable | None]()
        for post in await self.schedules.posts(guild_id):
            tables[post] = None
            with suppress(LostZoneError):
                schedule = await self.schedules.find(guild_id, number=post.number)
                tables[post] = schedule.config.table if schedule else None
        # What was changed meanwhile is newer.
        if changes == self._changes:
            self._tables[guild_id] = tables
        return tables

    async def last_of_former(self, guild_id: int) -> tuple[Delivery, ...]:
        """Return the last delivery of each post that was turned off; cached like `tables`."""
        if guild_id in self._former:
            return self._former[guild_id]
        changes, former = self._changes, await self.plans.last_of_former(guild_id)
        if changes == self._changes:
            self._former[guild_id] = former
        return former

    async def pool(
        self, guild_id: int, config: QotdConfig | None = None, number: int = FIRST
    ) -> Pool:
        """Return the quotes that match this configuration or that of a post, and all others."""
        if config is None:
            schedule = await self.schedules.find(guild_id, number=number)
            config = schedule.config if schedule else None
        library, scope = self._services.library, await self._services.scope_of(guild_id)
        known = fitting = await library.quote_ids(scope)
        settings = await self._services.settings.of(guild_id)
        if config and config.what is What.ENTRIES:
            return await self._pool_of_entries(scope, config, known, alike=settings.alike)
        if config:
            tiers = scope.tiers & library.info.chosen(config.tiers)
            fitting = await library.quote_ids(Scope(guild_id, tiers), config.speaker)
        apart = await library.quotes_apart(scope)
        return Pool(fitting, frozenset(known), apart, alike=settings.alike)

    async def _pool_of_entries(
        self, scope: Scope, config: QotdConfig, quotes: Iterable[str], *, alike: bool
    ) -> Pool:
        """Return the entries that match this configuration; quotes that were queued still come."""
        info = self._services.library.info
        tiers = {
            entry_key(entry.id): entry.tier for entry in await self._services.library.entries(scope)
        }
        chosen = scope.tiers & info.chosen(config.tiers)
        fitting = tuple(key for key, tier in tiers.items() if tier in chosen)
        apart = frozenset(key for key, tier in tiers.items() if tier in info.apart)
        return Pool(fitting, frozenset((*tiers, *quotes)), apart, alike=alike)

    async def _pool_of(self, guild_id: int, number: int) -> Pool:
        return await self.pool(guild_id, number=number)

    async def shown(self, scope: Scope, key: str) -> QuoteView | EntryView | None:
        """Return the quote or entry with that key; None if it is gone or not shown."""
        library, id = self._services.library, entry_id(key)
        if id is None:
            return await library.find_quote(key, scope)
        with suppress(StoryChangedError, HiddenHereError):
            found = await library.entry(id, scope)
            return found.view if isinstance(found, Found) else None
        return None

    def sender(self, client: discord.Client) -> DiscordChannelSender:
        """Return a sender that posts through that client."""
        return DiscordChannelSender(client, self._post, self._calls, self.clock)

    async def plan_now(self, schedule: Schedule) -> Delivery | None:
        """Plan today's quote to be posted at once, unless it was posted; None without a schedule.

        WrongClockError if the clock is not trusted.
        """
        if not await self._ready():
            raise WrongClockError
        pool = await self.pool(schedule.guild_id, schedule.config)
        guild_id, number = schedule.guild_id, schedule.number
        return await self.plans.plan_now(guild_id, pool, self.clock(), number=number)

    async def deliver_now(self, client: discord.Client, guild_id: int, number: int = FIRST) -> None:
        """Post a planned quote at once, rather than at the next tick.

        A post that Discord delays is finished later; during a rate limit it waits for a tick.
        """
        await self._calls.beside(self._deliver_now(client, guild_id, number), NOW_SECONDS)

    async def _deliver_now(self, client: discord.Client, guild_id: int, number: int) -> None:
        deliverer = self._deliverer(client)
        # If Discord refuses a quote, posting another one is a separate step.
        while not self._hold.on(self.clock()) and (
            claimed := await self._qotd.deliveries.claim(self.clock(), 1, guild_id, number=number)
        ):
            await deliverer.deliver(claimed[0])

    async def due(self) -> int:
        """Count the quotes of the day that are due and not yet posted."""
        return await self._qotd.deliveries.due(self.clock())

    async def run(self, client: discord.Client, loops: Loops) -> None:
        """Deliver for as long as the logged-in client stays online."""
        await client.wait_until_ready()
        deliverer = self._deliverer(client)
        scheduler = QotdScheduler(
            self._qotd,
            deliverer,
            self._pool_of,
            deliverer.reports,
            self.clock,
            self._ready,
            self._calls,
            self._rate,
        )
        steps, problems = self._qotd.steps, self._problems
        after_posts = AfterPosts(client, steps, problems, self.clock, self._calls, self._share)
        turns = {"daily posts": scheduler.turn, "publishing and threads": after_posts.turn}
        kept = [asyncio.create_task(loops.keep(name, turn)) for name, turn in turns.items()]
        try:
            await scheduler.token_revoked()
        finally:
            for loop in kept:
                loop.cancel()
            await asyncio.gather(*kept, return_exceptions=True)

    async def _ready(self) -> bool:
        """Return whether the clock is trusted; if so, give a sign of life, which notes gaps."""
        if not await self.clock_check.check():
            return False
        await self._signs.give(self.clock())
        return True

    def _deliverer(self, client: discord.Client) -> QotdDelivery:
        settings = self._services.settings.of
        return QotdDelivery(
            self._qotd,
            self.sender(client),
            self._pool_of,
            CuratorReports(client, settings, self._problems, self.clock, self._calls),
            self.clock,
            self._hold,
            trusted=self.clock_check.trusted,
        )

    async def _wants_picture(self, delivery: Delivery) -> bool:
        zone = ZoneInfo("UTC")
        config = await self.schedules.config(delivery.guild_id, zone, number=delivery.number)
        return bool(config and config.picture)

    async def _post(self, delivery: Delivery, can_attach: bool) -> Post | None:
        scope = await self._services.scope_of(delivery.guild_id)
        quote = delivery.choice and await self.shown(scope, delivery.choice.key)
        if not quote:
            return None
        options = await self._services.options_of(delivery.guild_id)
        if isinstance(quote, EntryView):
            return Post(post_page.entry_post(quote, options, delivery))
        page = post_page.post(quote, options, delivery)
        drawn = self._services.pictures
        if drawn is None or not await self._wants_picture(delivery):
            return Post(page)
        card = quote_card(quote, legend(options.info))
        if not drawn.glyphs.cover(card.data):
            return Post(page)
        if not can_attach:
            return Post(page, unattached=True)
        png = await drawn.for_post(card) if delivery.takes_picture else None
        if png is None:
            return Post(page)
        pictured = post_page.post(quote, options, delivery, card)
        return Post(page, PostPicture(pictured, FILE, png))
