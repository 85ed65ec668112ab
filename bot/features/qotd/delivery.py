"""Delivers quotes of the day: asks the ledger every few seconds, and takes each a step further."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, Protocol, TypeVar

import discord

from bot.core.audit import SettingsOf, solve
from bot.core.connection.http import UNSENT
from bot.core.connection.rest import RestCalls
from bot.core.page import Layout
from bot.features.qotd.channels import (
    Absent,
    ChannelAccess,
    ChannelSender,
    Clock,
    ContentRejected,
    Finding,
    GuildUnavailable,
    HistoryUnreadable,
    Posted,
    SendRateLimited,
    SendRefused,
    SendUnknown,
    TokenRevokedError,
    Unread,
    Unsent,
)
from bot.features.qotd.views import NO_ATTACH, PAUSED, not_posted, problem_prefix
from lore.errors import LoreError
from lore.ledger.port import Problems, Qotd
from lore.qotd.delivery import (
    FRESH,
    LEASE,
    NOTHING_FITS,
    RESEND,
    Delivery,
    FailureReason,
    Step,
)
from lore.qotd.picking import Pool
from lore.qotd.timetable import RATE, Schedule
from lore.recent import Recent

log = logging.getLogger(__name__)

T = TypeVar("T")

TICK = 15.0

# So many are claimed at once as are sent within these seconds, well before the lease is over.
AHEAD = 5

RETRY = timedelta(seconds=5)
AWAY = timedelta(minutes=1)

# While Discord is slow, a lease is renewed well before it is over.
RENEW = LEASE / 3

# For how many deliveries the first attempt's time is remembered; others are searched for.
REMEMBERED = 1_000

# The quotes that a post may get, by its server and its number there.
Pools = Callable[[int, int], Awaitable[Pool]]


class FailureReports(Protocol):
    """Tells a server's curators what they have to fix."""

    async def blocked(self, delivery: Delivery, failure: FailureReason, *, paused: bool) -> None:
        """Report that a post failed, or perhaps did; `paused` if posting stopped."""

    async def posted(self, delivery: Delivery, *, unattached: bool = False) -> None:
        """Clear the failures of a daily post after it succeeded.

        If it came `unattached`, report that its picture may not be attached in the channel.
        """


class Lease:
    """Tells whether a delivery is surely ours: nobody else may claim it while its lease lasts.

    A lease counts from when it was asked for, as the ledger's answer may come late.
    """

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._until = 0.0

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Extend it if the ledger gives it within this."""
        asked = self._steady()
        yield
        self._until = asked + FRESH.total_seconds()

    def end(self) -> None:
        """Note that somebody else has claimed the delivery."""
        self._until = 0.0

    def lasts(self) -> bool:
        """Return whether an attempt may begin."""
        return self._steady() < self._until


class Hold:
    """Tells whether Discord accepts no posts for now, from whichever part of the bot."""

    def __init__(self) -> None:
        self.until: datetime | None = None

    def on(self, now: datetime) -> bool:
        """Return whether nothing may be posted yet."""
        return self.until is not None and now < self.until


class QotdDelivery:
    """Delivers claimed quotes; `hold` is set while Discord accepts no more of them.

    `trusted` says whether the clock can be trusted; `steady` counts seconds and cannot be set.
    """

    def __init__(
        self,
        qotd: Qotd,
        sender: ChannelSender,
        pools: Pools,
        reports: FailureReports,
        clock: Clock,
        hold: Hold | None = None,
        renew: timedelta = RENEW,
        trusted: Callable[[], bool] = lambda: True,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        self._plans, self._deliveries = qotd.plans, qotd.deliveries
        self._sender = sender
        self._pools = pools
        self.reports = reports
        self._clock = clock
        self.hold = hold or Hold()
        self._renew = renew.total_seconds()
        self._trusted = trusted
        self._steady = steady
        self._sent_first: Recent[tuple[int, int, date], float] = Recent(REMEMBERED)

    async def deliver(self, delivery: Delivery) -> None:
        """Take a claimed delivery one step further; an unfinished one is claimed again later."""
        with self._deliveries.holding(delivery):
            await self._take_step(delivery)

    async def _take_step(self, delivery: Delivery) -> None:
        access = self._access(delivery)
        now = self._clock()
        if not self._trusted():
            return
        if isinstance(access, GuildUnavailable):
            if now < delivery.expires + RESEND:
                await self._deliveries.wait(delivery, now + AWAY)
                return
            access = ChannelAccess()
        match delivery.step(now, access.can_look, self._age(delivery)):
            case Step.SEND if access.failure:
                await self._fail(delivery, access.failure, access.can_look)
            case Step.SEND:
                await self._send(delivery, access.can_look)
            case Step.LOOK:
                await self._look(delivery)
            case Step.MISS:
                await self._deliveries.skip(delivery, FailureReason.MISSED)
            case Step.GIVE_UP if access.failure and delivery.perhaps_posted:
                await self._block(delivery, access.failure)
            case Step.GIVE_UP:
                await self._give_up(delivery)

    def _access(self, delivery: Delivery) -> ChannelAccess | GuildUnavailable:
        return self._sender.access(delivery.guild_id, delivery.channel_id, delivery.parent_id)

    def _age(self, delivery: Delivery) -> timedelta | None:
        """Return how long ago this process first sent it; None if it did not, or forgot."""
        first = self._sent_first.find(delivery.key)
        return None if first is None else timedelta(seconds=self._steady() - first)

    async def _send(self, delivery: Delivery, can_look: bool) -> None:
        post = await self._sender.compose(delivery)
        if post is None:
            await self._send_another(delivery, can_look)
            return
        # Stored durably before a byte is sent: after a crash we know that it may have been posted.
        lease = Lease(self._steady)
        with lease.asked():
            intended = await self._deliveries.intend(delivery, self._clock())
        if intended is None:
            return
        if delivery.uncertain_since is None or delivery.perhaps_posted:
            self._sent_first.keep(delivery.key, self._steady())
        sending = self._sender.send(intended, post, lease.lasts)
        outcome = await self._leased(delivery, sending, lease)
        now = self._clock()
        if isinstance(outcome, Posted):
            await self._posted(delivery, outcome.message_id, unattached=post.unattached)
            return
        if isinstance(outcome, SendUnknown):
            log.warning("quote for server %s: %s", delivery.guild_id, outcome.reason)
            await self._deliveries.wait(delivery, now + RETRY)
            return
        # A refusal is not certain if an earlier attempt of discord.py may have been accepted.
        known = delivery if outcome.certain else intended
        match outcome:
            case Unsent():
                log.warning("quote for server %s waited too long", delivery.guild_id)
                await self._postpone(known, now if outcome.certain else now + RETRY)
            case SendRateLimited(seconds):
                self.hold.until = now + timedelta(seconds=seconds)
                await self._postpone(known, self.hold.until)
            case SendRefused(failure):
                await self._fail(known, failure, can_look)
            case ContentRejected():
                await self._send_another(known, can_look)

    async def _look(self, delivery: Delivery) -> None:
        finding = await self._leased(delivery, self._found(delivery), Lease(self._steady))
        now = self._clock()
        match finding:
            case Posted(message_id):
                await self._posted(delivery, message_id)
            case Absent():
                if await self._deliveries.not_there(delivery, now + LEASE):
                    await self._take_step(replace(delivery, uncertain_since=None))
            case SendUnknown(reason):
                log.warning("history of server %s: %s", delivery.guild_id, reason)
                await self._deliveries.wait(delivery, now + RETRY)
            case HistoryUnreadable() | Unread():
                await self._give_up(delivery)

    async def _found(self, delivery: Delivery) -> Finding:
        """Search for a delivery's post in one part of the history after the other."""
        finding: Finding = Absent()
        for window in delivery.windows():
            finding = await self._sender.find(delivery, window)
            if not isinstance(finding, Unread):
                break
        return finding

    async def _leased(self, delivery: Delivery, call: Coroutine[Any, Any, T], lease: Lease) -> T:
        """Return a call's result, however long it takes; the lease is renewed meanwhile."""
        task = asyncio.create_task(call)
        while not (await asyncio.wait({task}, timeout=self._renew))[0]:
            try:
                with lease.asked():
                    ours = await self._deliveries.wait(delivery, self._clock() + LEASE)
                if not ours:
                    lease.end()
            except LoreError as error:
                log.error("lease of server %s's quote: %s", delivery.guild_id, error)
        return task.result()

    async def _postpone(self, delivery: Delivery, until: datetime) -> None:
        """Have a delivery tried again at that time."""
        if delivery.uncertain_since is None:
            await self._deliveries.not_there(delivery, until)
        else:
            await self._deliveries.wait(delivery, until)

    async def _posted(
        self, delivery: Delivery, message_id: int | None, *, unattached: bool = False
    ) -> None:
        access = self._access(delivery)
        # What is not known now is known to whoever publishes it.
        publish = isinstance(access, GuildUnavailable) or access.is_announcement
        if await self._deliveries.sent(delivery, message_id, self._clock(), publish=publish):
            await self.reports.posted(delivery, unattached=unattached)

    async def _fail(self, delivery: Delivery, failure: FailureReason, can_look: bool) -> None:
        """End a delivery that cannot be posted, unless an earlier attempt may still be found."""
        if delivery.uncertain_since is None:
            await self._block(delivery, failure)
        elif can_look:
            await self._deliveries.wait(delivery, delivery.uncertain_since + RESEND + RETRY)
        else:
            await self._give_up(delivery)

    async def _block(self, delivery: Delivery, failure: FailureReason) -> None:
        blocked = await self._deliveries.block(delivery, failure, self._clock())
        if blocked is not None:
            await self.reports.blocked(delivery, failure, paused=blocked.paused)

    async def _give_up(self, delivery: Delivery) -> None:
        """End a delivery whose outcome nobody can know."""
        if await self._deliveries.give_up(delivery):
            await self.reports.blocked(delivery, FailureReason.UNSEEN, paused=False)

    async def _send_another(self, delivery: Delivery, can_look: bool) -> None:
        """Replace a refused quote with another, once."""
        other = None
        if delivery.uncertain_since is None:
            other = await self._plans.another(delivery, await self._pools(*delivery.key[:2]))
        if other is None:
            await self._fail(delivery, FailureReason.REFUSED, can_look)
        else:
            await self._deliveries.replace(delivery, other, self._clock())


class CuratorReports:
    """Tells curators at their next command what failed, and writes it to the log channel."""

    def __init__(
        self,
        client: discord.Client,
        settings: SettingsOf,
        problems: Problems,
        clock: Clock,
        calls: RestCalls,
    ) -> None:
        self._client = client
        self._settings = settings
        self._problems = problems
        self._clock = clock
        self._calls = calls

    async def blocked(self, delivery: Delivery, failure: FailureReason, *, paused: bool) -> None:
        """Report that a post failed, or perhaps did; `paused` if posting stopped."""
        guild_id, channel_id = delivery.guild_id, delivery.channel_id
        prefix = problem_prefix(delivery.number)
        code = f"{prefix}{failure}{PAUSED if paused else ''}"
        # One problem at a time: the current one. Curators notice without a report that the bot is
        # not there.
        await solve(self._problems, guild_id, prefix, besides=code)
        if paused or failure is not FailureReason.NO_SERVER:
            await self._problems.report(guild_id, code, channel_id, self._clock())
        log_id = (await self._settings(guild_id)).log_channel_id
        if log_id is not None:
            layout = not_posted(delivery, failure, paused=paused)
            await self._calls.beside(self._log(guild_id, log_id, layout))

    async def _log(self, guild_id: int, channel_id: int, layout: Layout) -> None:
        channel = self._client.get_partial_messageable(channel_id)
        try:
            await self._calls.run(channel.send(view=layout))
        except UNSENT as error:
            log.info("log channel of server %s: %s", guild_id, error)

    async def posted(self, delivery: Delivery, *, unattached: bool = False) -> None:
        """Clear the failures of a daily post after it succeeded.

        If it came `unattached`, report that its picture may not be attached in the channel.
        """
        guild_id, prefix = delivery.guild_id, problem_prefix(delivery.number)
        code = prefix + NO_ATTACH if unattached else None
        await solve(self._problems, guild_id, prefix, besides=code)
        if code:
            await self._problems.report(guild_id, code, delivery.channel_id, self._clock())


class QotdScheduler:
    """Delivers quotes while it runs; `ready` says whether the current time is known."""

    def __init__(
        self,
        qotd: Qotd,
        deliverer: QotdDelivery,
        pools: Pools,
        reports: FailureReports,
        clock: Clock,
        ready: Callable[[], Awaitable[bool]],
        calls: RestCalls,
        rate: float = RATE,
    ) -> None:
        self._qotd = qotd
        self._deliverer = deliverer
        self._pools = pools
        self._reports = reports
        self._clock = clock
        self._ready = ready
        self._calls = calls
        self._rate = rate
        self._batch = max(1, int(AHEAD * rate))
        self._revoked = asyncio.Event()
        self._steps: set[asyncio.Task[None]] = set()
        self._next_turn = 0.0
        self._aligned = False

    async def turn(self) -> float:
        """Begin all deliveries that are due; return the seconds until there may be more."""
        while not self._revoked.is_set() and (batch := await self._due_if_room()):
            for delivery in batch:
                await self._may_send()
                self._begin(delivery)
        # Never sleep until a computed time of day: clocks are set, and machines sleep.
        return TICK

    async def token_revoked(self) -> None:
        """Wait until Discord refuses the token, and raise TokenRevokedError."""
        await self._revoked.wait()
        raise TokenRevokedError

    async def _due_if_room(self) -> list[Delivery]:
        """Return what is due, unless too many deliveries are under way already."""
        return await self.due() if len(self._steps) < self._batch else []

    def _begin(self, delivery: Delivery) -> None:
        step = self._calls.begin(self.deliver(delivery))
        self._steps.add(step)
        step.add_done_callback(self._steps.discard)

    async def _may_send(self) -> None:
        """Wait until one more may be sent; unused time is not made up for."""
        now = asyncio.get_running_loop().time()
        self._next_turn = max(now, self._next_turn + 1 / self._rate)
        await asyncio.sleep(self._next_turn - now)

    async def due(self) -> list[Delivery]:
        """Plan what is due and claim deliveries; none while that is not safe."""
        if not await self._ready():
            self._aligned = False
            return []
        now = self._clock()
        if self._deliverer.hold.on(now):
            return []
        await self._realign(now)
        for unplanned in await self._qotd.plans.without_zone(now, self._batch):
            with _apart(unplanned.guild_id):
                await self._reports.blocked(unplanned, FailureReason.NO_ZONE, paused=False)
        for schedule in await self._qotd.plans.due(now, self._batch):
            with _apart(schedule.guild_id):
                await self._plan(schedule, now)
        return await self._qotd.deliveries.claim(now, self._batch)

    async def _realign(self, now: datetime) -> None:
        """Realign the schedules once the clock is trusted and the ledger writable."""
        if not self._aligned:
            await self._qotd.schedules.realign(now)
            await self._qotd.deliveries.shorten_leases(now)
            self._aligned = True

    async def deliver(self, delivery: Delivery) -> None:
        """Take one delivery a step further; an error is retried when its lease is over."""
        try:
            with _apart(delivery.guild_id):
                await self._deliverer.deliver(delivery)
        except TokenRevokedError:
            self._revoked.set()

    async def _plan(self, schedule: Schedule, now: datetime) -> None:
        pool = await self._pools(schedule.guild_id, schedule.number)
        planned = await self._qotd.plans.plan(schedule, pool, now)
        failure = planned and planned.failure
        if planned and failure and failure in NOTHING_FITS.values():
            await self._reports.blocked(planned, failure, paused=False)


@contextmanager
def _apart(guild_id: int) -> Iterator[None]:
    """Log one server's failure, so that it does not stop the quotes of others."""
    try:
        yield
    except TokenRevokedError:
        raise
    except LoreError as error:
        log.error("quote for server %s waits: %s", guild_id, error)
    except Exception:
        log.exception("quote for server %s failed and will be tried again", guild_id)
