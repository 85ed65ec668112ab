"""What the pages of `/qotd` show, and which daily post a curator means: “#quotes · 09:00”."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import discord
from discord.app_commands import Choice

from bot.core.id_names import lost
from bot.core.limits import CHOICE_TEXT
from bot.core.page import Layout, Pager
from bot.core.request import RequestContext
from bot.core.text import cut, flat
from bot.features.qotd import views
from bot.features.qotd.channels import ChannelAccess, GuildUnavailable
from bot.features.qotd.service import QotdService
from lore.errors import LONGEST, LoreError, echoed
from lore.ledger.port import PostGoneError
from lore.qotd.delivery import NOTHING_FITS, Delivery, FailureReason
from lore.qotd.picking import Preview, entry_id
from lore.qotd.timetable import FIRST, LostZoneError, PostName, QotdConfig, Schedule, What
from lore.query.answers import EntryView, QuoteView
from lore.text.wording import listed

# What people leave out of a label, or write otherwise.
_LEFT_OUT = str.maketrans("", "", " \t\n#·•|-")

# Whoever types no more than so many digits counts the posts, and means no time or channel.
_COUNTING = 2

# Room for what follows the name of a channel in a label.
_CHANNEL_NAME = CHOICE_TEXT - 20

_CLOSED = " › closed thread"


class NotSetError(LoreError):
    """The server has no quote of the day."""

    def __init__(self) -> None:
        super().__init__(views.NOT_SET)


class WhichPostError(LoreError):
    """A server has several daily posts, and none or another one is named."""

    def __init__(self, labels: Iterable[str], typed: str | None) -> None:
        named = list(labels)
        there = f"There {'are:' if len(named) > 1 else 'is only'} {listed(named)}."
        if typed is None:
            super().__init__(f"Several daily posts come here. Say with post: which. {there}")
        else:
            super().__init__(f"No single daily post here is called {echoed(typed)}. {there}")


@dataclass(frozen=True, slots=True)
class ChosenPost:
    """A daily post of a server, and what it is called in the server's log."""

    schedule: Schedule
    called: str

    @property
    def number(self) -> int:
        """Return its number."""
        return self.schedule.number


class PostPages:
    """Gathers what is shown of a server's daily posts."""

    def __init__(self, qotd: QotdService) -> None:
        self._qotd = qotd

    async def number(self, ctx: RequestContext, typed: str | None) -> int:
        """Return the number of the post with that label, or of the only one.

        NotSetError if there is none, WhichPostError if it is not clear which one is meant.
        """
        posts = await self._qotd.schedules.posts(ctx.server)
        return chosen_number(labels(ctx.interaction.guild, posts), typed)

    async def past_number(self, ctx: RequestContext, typed: str | None) -> int:
        """Return the number of the post with that label, whether it is on or was turned off.

        Without a label it is the only one that is on, or else the only one that there was.
        """
        former = await self._qotd.last_of_former(ctx.server)
        posts = await self._qotd.schedules.posts(ctx.server)
        guild = ctx.interaction.guild
        if posts and typed is None:
            former = ()
        known = {**labels(guild, posts), **former_labels(guild, former)}
        return chosen_number(known, typed) if known else FIRST

    async def chosen(self, ctx: RequestContext, typed: str | None) -> ChosenPost:
        """Return the post with that label, or the only one."""
        return await self.numbered(ctx, await self.number(ctx, typed))

    async def numbered(self, ctx: RequestContext, number: int) -> ChosenPost:
        """Return the post with that number; NotSetError or PostGoneError if it is off."""
        posts = await self._qotd.schedules.posts(ctx.server)
        schedule = await self._qotd.schedules.find(ctx.server, number=number)
        if schedule is None:
            raise PostGoneError if posts else NotSetError
        return ChosenPost(schedule, views.called(posts, number))

    async def view(
        self, ctx: RequestContext, schedule: Schedule, slots: int = 1
    ) -> views.StatusView:
        """Return what to show of a schedule, with that many coming posts."""
        outlook = await self._qotd.plans.outlook(
            ctx.server, self._qotd.clock(), slots, number=schedule.number
        )
        speaker = None
        if schedule.config.speaker:
            library = ctx.services.library
            speaker = await library.find_entry(schedule.config.speaker, ctx.scope)
        role_lost = bool(lost(ctx.interaction.guild, [schedule.config.role_id]))
        access = self._access(ctx, schedule)
        published = isinstance(access, ChannelAccess) and access.is_announcement
        options = ctx.private_options
        return views.StatusView(schedule, outlook, speaker, options, role_lost, published)

    def _access(self, ctx: RequestContext, schedule: Schedule) -> ChannelAccess | GuildUnavailable:
        sender, config = self._qotd.sender(ctx.interaction.client), schedule.config
        return sender.access(schedule.guild_id, config.channel_id, config.parent_id)

    async def quotes(
        self,
        ctx: RequestContext,
        days: Iterable[Delivery | Preview],
        *others: str,
    ) -> views.NamedQuotes:
        """Return the quotes and entries of these days, and which belong to another story.

        So it does those with `others` as their keys.
        """
        library, scope = ctx.services.library, ctx.scope
        shown, elsewhere = dict[str, QuoteView | EntryView](), set[str]()
        keys = list(others)
        for day in days:
            keys += [day.choice.key] if day.choice else []
            keys += [day.unmet] if isinstance(day, Preview) and day.unmet else []
        for key in keys:
            if one := await self._qotd.shown(scope, key):
                shown[key] = one
            if not library.is_open(entry_id(key) or key):
                elsewhere.add(key)
        return views.NamedQuotes(shown, ctx.private_options, elsewhere)

    async def status(self, ctx: RequestContext, schedule: Schedule, done: str = "") -> Layout:
        """Show a schedule's status; `done` is what was just done."""
        last = await self._qotd.plans.history(ctx.server, limit=1, number=schedule.number)
        return views.status(
            await self.view(ctx, schedule),
            last[0] if last else None,
            await self.warnings(ctx, schedule),
            schedule.config.table.today(self._qotd.clock()),
            await self.quotes(ctx, last),
            done,
        )

    async def history(self, ctx: RequestContext, page: int, number: int) -> Layout:
        """Show a page of the past days of a post."""
        plans, guild_id = self._qotd.plans, ctx.server
        days = await plans.days(guild_id, number=number)
        pager = Pager(page, days, views.PER_PAGE)
        shown = await plans.history(guild_id, views.PER_PAGE, skip=pager.first, number=number)
        quotes = await self.quotes(ctx, shown)
        tables = await self._qotd.tables(guild_id)
        post = next((post for post in tables if post.number == number), None)
        table = tables[post] if post else None
        today = table.today(self._qotd.clock()) if table else None
        what = post.what if post else shown[0].shows if shown else What.QUOTES
        return views.history(shown, quotes, today, pager, days, number, what)

    async def all(self, ctx: RequestContext) -> Layout:
        """Show all daily posts of the server."""
        posts = await self._qotd.schedules.posts(ctx.server)
        if not posts:
            raise NotSetError
        return views.all_posts([await self._summary(ctx, post) for post in posts])

    async def _summary(self, ctx: RequestContext, post: PostName) -> str:
        try:
            schedule = await self._qotd.schedules.find(ctx.server, number=post.number)
        except LostZoneError as error:
            return views.post_without_zone(post, str(error))
        if schedule is None:
            return ""
        today = schedule.config.table.today(self._qotd.clock())
        warned = await self.warnings(ctx, schedule)
        return views.post_summary(await self.view(ctx, schedule), today, warned)

    async def warnings(self, ctx: RequestContext, schedule: Schedule) -> list[str]:
        """Return what would stop the next quote from being posted, or its role being pinged."""
        interaction, guild, config = ctx.interaction, ctx.interaction.guild, schedule.config
        access = self._access(ctx, schedule)
        failure = access.failure if isinstance(access, ChannelAccess) else None
        # Whether a channel's history can be read is known only if the bot can post in it.
        unread = isinstance(access, ChannelAccess) and not (failure or access.can_look)
        if failure is None and not (await self._qotd.pool(schedule.guild_id, config)).fitting:
            failure = NOTHING_FITS[config.what]
        role = guild.get_role(config.role_id or 0) if guild else None
        can_ping = role is None or role.mentionable or interaction.app_permissions.mention_everyone
        gone = bool(lost(guild, [config.role_id]))
        warned = views.warnings(failure, can_look=not unread, can_ping=can_ping, role_lost=gone)
        warned += _left_out(ctx, config, access)
        known = ctx.services.library.is_open(config.speaker or "")
        if not known and failure is FailureReason.NO_QUOTE:
            warned = [views.SPEAKER_ELSEWHERE, *warned]
        return [*warned, *await self._clashes(schedule)]

    async def _clashes(self, schedule: Schedule) -> list[str]:
        """Return that another post comes into the same channel at the same time, if one does."""
        posts = await self._qotd.schedules.posts(schedule.guild_id)
        own = [post for post in posts if post.number == schedule.number]
        others = (post for post in posts if post.number != schedule.number)
        return [views.CLASH] if own and any(map(own[0].clashes, others)) else []


def _left_out(
    ctx: RequestContext, config: QotdConfig, access: ChannelAccess | GuildUnavailable
) -> Iterator[str]:
    """Yield why posts come without the picture or the thread that is wanted, if they do."""
    if config.picture and ctx.services.pictures is None:
        yield views.UNDRAWN
    if isinstance(access, GuildUnavailable) or access.failure:
        return
    if config.picture and ctx.services.pictures and not access.can_attach:
        yield views.UNATTACHED
    if config.thread and not access.can_start_threads:
        yield views.UNTHREADED


def labels(guild: discord.Guild | None, posts: Sequence[PostName]) -> Mapping[int, str]:
    """Return the label of each post by its number; no two are the same."""
    plain = {post.number: f"#{_channel(guild, post)} · {post.at:%H:%M}" for post in posts}
    same = Counter(plain.values())
    return {
        number: label if same[label] == 1 else f"{label} · no. {number}"
        for number, label in plain.items()
    }


def former_labels(guild: discord.Guild | None, last: Iterable[Delivery]) -> Mapping[int, str]:
    """Return the labels of posts that were turned off, of each by its last delivery."""
    return {one.number: f"#{_channel(guild, one)} · off · no. {one.number}" for one in last}


def _channel(guild: discord.Guild | None, post: PostName | Delivery) -> str:
    if guild and (channel := guild.get_channel_or_thread(post.channel_id)):
        return cut(flat(channel.name), _CHANNEL_NAME)
    # Discord tells of no thread that is closed: it may be there, and a post opens it again.
    if guild and (parent := guild.get_channel(post.parent_id or 0)):
        return f"{cut(flat(parent.name), _CHANNEL_NAME - len(_CLOSED))}{_CLOSED}"
    return "deleted-channel"


def post_offers(labels: Mapping[int, str], text: str) -> list[Choice[str]]:
    """Return the labels that contain the typed text."""
    part = _folded(text)
    return [Choice(name=one, value=one) for one in labels.values() if part in _folded(one)]


def chosen_number(labels: Mapping[int, str], typed: str | None) -> int:
    """Return the number of the post with that label, or of the only one that has it as a part.

    Without a label it is the only post there is.
    """
    if not labels:
        raise NotSetError
    if typed is None:
        found = list(labels)
    else:
        part = _folded(typed)
        found = [number for number, label in labels.items() if _folded(label) == part]
        if not found and part.isdigit() and len(part) <= _COUNTING:
            found = [at for at, label in labels.items() if _folded(label).endswith(f"no.{part}")]
        elif not found:
            found = [number for number, label in labels.items() if part in _folded(label)]
    if len(found) != 1:
        raise WhichPostError(labels.values(), typed)
    return found[0]


def _folded(label: str) -> str:
    return label[: LONGEST + 1].casefold().translate(_LEFT_OUT)
