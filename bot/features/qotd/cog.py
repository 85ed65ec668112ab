"""`/qotd`: when and where the quote of the day comes, which it will be, what became of it."""

from __future__ import annotations

from datetime import date

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.audit import noted
from bot.core.command_options import FOR_CURATORS, IN_SERVERS, OF_SERVERS
from bot.core.curators import check_may_ping, check_may_post, require_curator
from bot.core.hidden import explain_hidden
from bot.core.page import Layout
from bot.core.request import Outcome, RequestContext, request
from bot.core.router import handles
from bot.features.lookup import offers
from bot.features.problems import curating, report_problems
from bot.features.qotd import options, views
from bot.features.qotd.ids import QueueQuote, ShowPastDays, UndoChange
from bot.features.qotd.pages import (
    ChosenPost,
    NotSetError,
    PostPages,
    former_labels,
    labels,
    post_offers,
)
from bot.features.qotd.queue_cog import QueueCog
from bot.features.qotd.service import QotdService
from bot.features.quotes import quote_offers, quote_summary, result_page
from lore.ledger.port import PostGoneError
from lore.qotd import typed
from lore.qotd.delivery import State
from lore.qotd.picking import entry_key
from lore.qotd.timetable import FIRST, PostName, Timetable, What
from lore.query.answers import NoQuote, QuoteChoices, Quoted, QuoteView
from lore.query.visible_lore import QUOTE

ABOUT_POST = "Which one, where there are several: #channel · time"
ABOUT_CLEAR = "Take back a choice that was made before"
ABOUT_SET = {
    "channel": "Where it is posted",
    "time": "When, by the clock there: 09:00, 21:30",
    "zone_": "Whose clock: a city of the time zone",
    "days": "Only on these days of the week",
    "role": "A role to ping",
    "tiers": "Only quotes known in these ways",
    "speaker": "Only words of theirs",
    "picture": "Whether the quote comes as a picture, too",
    "what": "What it shows: quotes, or entries in short",
    "thread": "Whether a thread is started under each",
}
WHAT = [Choice(name=one.capitalize(), value=one.value) for one in What]


class QotdCog(commands.Cog):
    """Lets curators set the quote of the day; every reply is private, every change is logged."""

    qotd = app_commands.Group(
        name="qotd",
        description="The quote of the day, for curators",
        default_permissions=FOR_CURATORS,
        allowed_contexts=IN_SERVERS,
        allowed_installs=OF_SERVERS,
    )

    def __init__(self, qotd: QotdService, queue: QueueCog) -> None:
        self._qotd = qotd
        self._queue_cog = queue
        self._pages = PostPages(qotd)

    async def complete_post(self, interaction: discord.Interaction, text: str) -> list[Choice[str]]:
        tables = await self._qotd.tables(interaction.guild_id or 0)
        return post_offers(labels(interaction.guild, list(tables)), text)

    async def complete_zone(self, _: discord.Interaction, text: str) -> list[Choice[str]]:
        return options.zone_offers(text)

    async def complete_days(self, _: discord.Interaction, text: str) -> list[Choice[str]]:
        return options.day_offers(text)

    async def complete_tiers(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        return options.tier_offers(ctx.scope.tiers, ctx.services.library.info, text)

    async def complete_speaker(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        choices = await ctx.services.library.complete_speaker(text, ctx.scope)
        return offers(choices, ctx.services.library.info)

    @qotd.command(name="set")
    @app_commands.describe(**ABOUT_SET, post=ABOUT_POST, clear=ABOUT_CLEAR)
    @app_commands.autocomplete(
        zone_=complete_zone,
        days=complete_days,
        tiers=complete_tiers,
        speaker=complete_speaker,
        post=complete_post,
    )
    @app_commands.rename(zone_="zone")
    @app_commands.choices(
        what=WHAT,
        clear=[
            Choice(name="Ping nobody", value="role"),
            Choice(name="Any day of the week", value="days"),
            Choice(name="Quotes of any tier", value="tiers"),
            Choice(name="Quotes of any speaker", value="speaker"),
            Choice(name="No picture", value="picture"),
            Choice(name="No threads", value="thread"),
        ],
    )
    async def set_(
        self,
        interaction: discord.Interaction,
        channel: app_commands.Transform[options.PostChannel, options.WherePosted] | None = None,
        time: str | None = None,
        zone_: str | None = None,
        days: str | None = None,
        role: discord.Role | None = None,
        tiers: str | None = None,
        speaker: str | None = None,
        picture: bool | None = None,
        what: str | None = None,
        thread: bool | None = None,
        clear: str | None = None,
        post: str | None = None,
    ) -> None:
        """Begin or change it: where, when, which quotes; what you leave out stays as it is."""
        ctx = request(interaction)
        async with curating(ctx):
            given = options.SetOptions(
                *(channel, time, zone_, days, role, tiers, speaker, picture),
                *(What(what) if what else None, thread, clear),
            )
            await self._set(ctx, given, await self._number_to_set(ctx, post))

    @qotd.command()
    @app_commands.describe(**ABOUT_SET)
    @app_commands.autocomplete(
        zone_=complete_zone, days=complete_days, tiers=complete_tiers, speaker=complete_speaker
    )
    @app_commands.rename(zone_="zone")
    @app_commands.choices(what=WHAT)
    async def add(
        self,
        interaction: discord.Interaction,
        channel: app_commands.Transform[options.PostChannel, options.WherePosted],
        time: str,
        zone_: str,
        days: str | None = None,
        role: discord.Role | None = None,
        tiers: str | None = None,
        speaker: str | None = None,
        picture: bool | None = None,
        what: str | None = None,
        thread: bool | None = None,
    ) -> None:
        """Begin one more daily post, beside those that there are."""
        ctx = request(interaction)
        async with curating(ctx):
            given = options.SetOptions(
                *(channel, time, zone_, days, role, tiers, speaker, picture),
                *(What(what) if what else None, thread),
            )
            await self._set(ctx, given, None)

    @qotd.command(name="list")
    async def list_(self, interaction: discord.Interaction) -> None:
        """All daily posts of this server."""
        ctx = request(interaction)
        async with curating(ctx):
            await ctx.send(await self._pages.all(ctx), private=True)

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_post)
    async def status(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """When the next one comes, what became of the last, and why none comes."""
        ctx = request(interaction)
        async with curating(ctx):
            chosen = await self._pages.chosen(ctx, post)
            await ctx.send(await self._pages.status(ctx, chosen.schedule), private=True)

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_post)
    async def preview(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """The next seven, and why they are those."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            schedule = (await self._pages.chosen(ctx, post)).schedule
            pool = await self._qotd.pool(guild_id, schedule.config)
            now = self._qotd.clock()
            days = await self._qotd.plans.preview(guild_id, pool, now, number=schedule.number)
            quotes = await self._pages.quotes(ctx, days)
            shown = await self._pages.view(ctx, schedule)
            layout = views.preview(shown, days, quotes, schedule.config.table.today(now))
            await ctx.send(layout, private=True)

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_post)
    async def skip(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """Let the next day have another quote; this one comes another time."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            chosen = await self._pages.chosen(ctx, post)
            now, schedule = self._qotd.clock(), chosen.schedule
            pool = await self._qotd.pool(guild_id, schedule.config)
            skipped = await self._qotd.plans.skip(
                guild_id, pool, now, ctx.actor, number=chosen.number
            )
            if skipped is None:
                await ctx.send(await self._pages.status(ctx, schedule), private=True)
                return
            before = skipped.before or ""
            quotes = await self._pages.quotes(ctx, [skipped.day], before)
            layout = views.skipped(before, skipped.day, quotes, schedule.config.what)
            on = views.date_of(skipped.day.slot.day)
            log_line = f"**skipped** · {chosen.called} of {on}: {quotes.summary(before)}"
            await self._done(ctx, log_line if before in quotes.views else "", layout)

    async def complete_quote(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        if all(post.what is What.ENTRIES for post in await self._meant(interaction)):
            choices = await ctx.services.library.complete(text, ctx.scope)
            return offers(choices, ctx.services.library.info)
        found = await ctx.services.library.complete_quote(text, ctx.scope)
        return quote_offers(found, ctx.options())

    async def complete_day(self, interaction: discord.Interaction, text: str) -> list[Choice[str]]:
        tables = await self._tables(interaction)
        return options.post_date_offers(tables, self._qotd.clock(), text)

    async def complete_until(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        tables = await self._tables(interaction)
        return options.end_offers(tables, self._qotd.clock(), text)

    @qotd.command()
    @app_commands.describe(
        quote="Its id, or words of it; for a post of entries a name",
        day="The date: 2027-03-14, tomorrow",
        post=ABOUT_POST,
    )
    @app_commands.autocomplete(quote=complete_quote, day=complete_day, post=complete_post)
    @app_commands.rename(day="date")
    async def queue(
        self, interaction: discord.Interaction, quote: str, day: str, post: str | None = None
    ) -> None:
        """Give a date a quote of your choice."""
        ctx = request(interaction)
        async with curating(ctx):
            chosen = await self._pages.chosen(ctx, post)
            on = typed.day(day, chosen.schedule.config.table.today(self._qotd.clock()))
            if chosen.schedule.config.what is What.ENTRIES:
                ref = await options.named_entry(ctx, quote)
                summary = views.entry_summary(ref, ctx.private_options)
                await self._queue(ctx, chosen, on, entry_key(ref.id), summary)
                return
            library = ctx.services.library
            answer = await library.quote_by_id(quote, ctx.scope)
            if isinstance(answer, NoQuote):
                answer = await library.quote_like(quote, ctx.scope)
            if isinstance(answer, Quoted):
                await self._queue_quote(ctx, chosen, on, answer.view)
                return
            ctx.outcome = Outcome.NOT_FOUND
            layout = (
                views.which(answer, on, ctx.private_options, chosen.number)
                if isinstance(answer, QuoteChoices)
                else result_page(answer, ctx.private_options)
            )
            await explain_hidden(ctx, layout, quote, QUOTE)
            await ctx.send(layout, private=True)

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_post)
    async def queued(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """What is queued for dates: look at it, reorder it, take it out."""
        ctx = request(interaction)
        async with curating(ctx):
            chosen = await self._pages.chosen(ctx, post)
            await ctx.send(await self._queue_cog.page(ctx, chosen), private=True)

    @qotd.command()
    @app_commands.describe(
        until="The date on which it goes on; without one, until /qotd resume", post=ABOUT_POST
    )
    @app_commands.autocomplete(until=complete_until, post=complete_post)
    async def pause(
        self, interaction: discord.Interaction, until: str | None = None, post: str | None = None
    ) -> None:
        """Post nothing for a while."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            chosen, now = await self._pages.chosen(ctx, post), self._qotd.clock()
            today = chosen.schedule.config.table.today(now)
            on = typed.day(until, today) if until else None
            if on == today:
                raise typed.NotUnderstoodError("A pause ends tomorrow at the earliest.")
            schedule = await self._qotd.schedules.pause(
                guild_id, on, now, ctx.actor, number=chosen.number
            )
            if schedule is None:
                raise PostGoneError
            done = views.paused(schedule)
            layout = await self._pages.status(ctx, schedule, done)
            await self._done(ctx, f"**paused** · {chosen.called}. {done}", layout)

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_post)
    async def resume(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """Go on after a pause."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            chosen = await self._pages.chosen(ctx, post)
            done, log_line = "It goes on.", f"**resumed** · {chosen.called}"
            if not chosen.schedule.pause:
                done, log_line = "It was not paused, so it goes on as before.", ""
            schedule = await self._qotd.resume(guild_id, chosen.number, ctx.actor)
            if schedule is None:
                raise PostGoneError
            layout = await self._pages.status(ctx, schedule, done)
            await self._done(ctx, log_line, layout)

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_post)
    async def off(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """Post no more."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            # Its zone may be gone, so that no more than its number is read of it.
            number = await self._pages.number(ctx, post)
            before = await self._qotd.schedules.posts(guild_id)
            if not await self._qotd.end(guild_id, number, ctx.actor):
                raise PostGoneError
            log_line = f"**turned off** · {views.called(before, number)}"
            await self._done(ctx, log_line, views.turned_off(len(before) - 1))

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_post)
    async def now(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """Post today's at once; its hour then brings no second one."""
        ctx = request(interaction)
        guild_id = require_curator(ctx)
        chosen = await self._pages.chosen(ctx, post)
        schedule, number = chosen.schedule, chosen.number
        config = schedule.config
        check_may_post(interaction, config.channel_id, config.parent_id)
        # Posting may take longer than the three seconds that Discord waits for an answer.
        await interaction.response.defer(ephemeral=True)
        planned = await self._qotd.plan_now(schedule)
        if planned is None:
            raise PostGoneError
        await self._qotd.deliver_now(interaction.client, guild_id, number)
        delivery = await self._qotd.plans.on(guild_id, planned.day, number=number) or planned
        quotes = await self._pages.quotes(ctx, [delivery])
        paused = views.paused((await self._pages.numbered(ctx, number)).schedule)
        before = planned.state is State.SENT
        layout = views.posted_now(delivery, quotes, before=before, paused=paused)
        log_line = f"**{views.STATES[delivery.state]}** · {chosen.called}, asked for at once"
        if delivery.failure:
            log_line += f". {views.FAILURES[delivery.failure]}"
        async with ctx.reporting(*_reports(ctx, "" if before else log_line)):
            await ctx.follow_up(layout)
        # Otherwise the answer already said what to fix.
        if delivery.state is State.SENT:
            await report_problems(ctx)

    async def complete_past_post(
        self, interaction: discord.Interaction, text: str
    ) -> list[Choice[str]]:
        guild, guild_id = interaction.guild, interaction.guild_id or 0
        former = former_labels(guild, await self._qotd.last_of_former(guild_id))
        return [*await self.complete_post(interaction, text), *post_offers(former, text)]

    @qotd.command()
    @app_commands.describe(post=ABOUT_POST)
    @app_commands.autocomplete(post=complete_past_post)
    async def history(self, interaction: discord.Interaction, post: str | None = None) -> None:
        """What became of the last days."""
        ctx = request(interaction)
        async with curating(ctx):
            number = await self._pages.past_number(ctx, post)
            await ctx.send(await self._pages.history(ctx, 0, number), private=True)

    @handles(QueueQuote)
    async def queue_chosen(self, ctx: RequestContext, pressed: QueueQuote) -> None:
        """Queue the chosen quote for a date."""
        require_curator(ctx)
        answer = await ctx.services.library.pressed_quote(pressed.quote_id, ctx.scope)
        if isinstance(answer, Quoted):
            chosen = await self._pages.numbered(ctx, pressed.number or FIRST)
            await self._queue_quote(ctx, chosen, pressed.day, answer.view)
        else:
            await ctx.reply(result_page(answer, ctx.private_options))

    @handles(ShowPastDays)
    async def show_past_days(self, ctx: RequestContext, pressed: ShowPastDays) -> None:
        """Turn to another page of the past days."""
        require_curator(ctx)
        await ctx.reply(await self._pages.history(ctx, pressed.page, pressed.number or FIRST))

    @handles(UndoChange)
    async def undo(self, ctx: RequestContext, pressed: UndoChange) -> None:
        """Undo an interaction's change."""
        require_curator(ctx)
        await self._undo(ctx, pressed.change_id)

    async def _number_to_set(self, ctx: RequestContext, post: str | None) -> int:
        """Return the number of the chosen post; where there is none, that of the first to be."""
        try:
            return await self._pages.number(ctx, post)
        except NotSetError:
            return FIRST

    async def _meant(self, interaction: discord.Interaction) -> list[PostName]:
        """Return the posts that a completion may be for."""
        posts = list(await self._qotd.tables(interaction.guild_id or 0))
        named = labels(interaction.guild, posts)
        label = dict(iter(interaction.namespace)).get("post")
        return [post for post in posts if named[post.number] == label] or posts

    async def _tables(self, interaction: discord.Interaction) -> list[Timetable]:
        """Return the timetables of the posts that a completion may be for."""
        tables = await self._qotd.tables(interaction.guild_id or 0)
        return [table for post in await self._meant(interaction) if (table := tables[post])]

    async def _set(
        self, ctx: RequestContext, given: options.SetOptions, number: int | None
    ) -> None:
        """Change the post of that number, or begin a new one, and show its first dates."""
        if given.channel:
            parent_id = options.parent_of(given.channel)
            check_may_post(ctx.interaction, given.channel.id, parent_id)
        config, before = await options.read_config(ctx, given, self._qotd, number)
        if given.role:
            check_may_ping(ctx.interaction, given.role, config.channel_id)
        if number:
            schedule = await self._qotd.begin(ctx.server, config, ctx.actor, number, before)
        else:
            schedule = await self._qotd.add(ctx.server, config, ctx.actor)
        if schedule is None:
            raise PostGoneError
        shown = await self._pages.view(ctx, schedule, slots=3)
        warnings = await self._pages.warnings(ctx, schedule)
        name = views.of_the_day(config.what).lower()
        log_line = f"**{'set' if number else 'added'}** · {name}: {views.summary(shown)}"
        await self._done(ctx, log_line, views.begun(shown, warnings))

    async def _queue_quote(
        self, ctx: RequestContext, post: ChosenPost, day: date, quote: QuoteView
    ) -> None:
        await self._queue(ctx, post, day, quote.id, quote_summary(quote, ctx.private_options))

    async def _queue(
        self, ctx: RequestContext, post: ChosenPost, day: date, key: str, summary: str
    ) -> None:
        """Queue a quote or an entry for a date, and confirm it."""
        queued = await self._qotd.plans.queue(
            ctx.server, day, key, self._qotd.clock(), ctx.actor, number=post.number
        )
        log_line = f"**queued** · {post.called} of {views.date_of(day)}: {summary}"
        replaced = ""
        if former := queued.instead_of:
            replaced = (await self._pages.quotes(ctx, (), former)).summary(former)
            log_line += f", in place of {replaced}"
        async with ctx.reporting(*_reports(ctx, log_line)):
            zone = post.schedule.config.table.zone
            layout = views.queued(queued.slot, summary, zone, replaced)
            await ctx.reply(views.undoable(layout, ctx.interaction.id))

    async def _undo(self, ctx: RequestContext, change_id: int) -> None:
        """Undo an interaction's change, and show the schedule afterwards."""
        schedule = await self._qotd.undo(ctx.server, change_id, ctx.actor)
        posts = await self._qotd.schedules.posts(ctx.server)
        called = views.called(posts, schedule.number) if schedule else views.QOTD
        async with ctx.reporting(*_reports(ctx, f"**undone** · {called}")):
            if schedule:
                layout = await self._pages.status(ctx, schedule, views.UNDONE)
            else:
                layout = views.turned_off(len(posts), f"✓ {views.UNDONE} ")
            await ctx.reply(layout)

    async def _done(self, ctx: RequestContext, what: str, layout: Layout) -> None:
        """Answer with a change, and log it."""
        if what:
            views.undoable(layout, ctx.interaction.id)
        async with ctx.reporting(*_reports(ctx, what)):
            await ctx.send(layout, private=True)


def _reports(ctx: RequestContext, what: str) -> list[Layout]:
    """Return the log entry of a change; nothing if nothing was changed."""
    return [noted(ctx.actor.person_id, what)] if what else []
