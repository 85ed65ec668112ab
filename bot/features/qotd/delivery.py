"""Takes one delivery a step further: gate, intent, send or look, and what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, Protocol, TypeVar

from bot.features.qotd.sender import (
    Absent,
    ChannelAccess,
    ChannelSender,
    ContentRejected,
    Finding,
    GuildUnavailable,
    HistoryUnreadable,
    Posted,
    SendRateLimited,
    SendRefused,
    SendUnknown,
    Unread,
    Unsent,
)
from lore.errors import LoreError
from lore.ledger.port import Qotd
from lore.qotd.delivery import LEASE, RESEND, Delivery, FailureReason, Step
from lore.qotd.picking import Pool
from lore.recent import Recent

log = logging.getLogger(__name__)

T = TypeVar("T")

RETRY = timedelta(seconds=5)
AWAY = timedelta(minutes=1)

# While Discord takes its time, a lease is renewed well before it is over.
RENEW = LEASE / 3

# Of so many deliveries it is known when they were sent first; of others the history tells.
REMEMBERED = 1_000

Clock = Callable[[], datetime]
Pools = Callable[[int], Awaitable[Pool]]  # the quotes that a server may be given, by its id


class FailureReports(Protocol):
    """Tells a server's curators what they have to mend."""

    async def blocked(self, delivery: Delivery, failure: FailureReason, *, paused: bool) -> None:
        """It was not posted, or nobody knows; `paused` if nothing more is tried by itself."""

    async def posted(self, delivery: Delivery) -> None:
        """It was posted: what was to mend is mended."""


class Hold:
    """Tells whether Discord wants no more posts for now, from whichever part of the bot."""

    def __init__(self) -> None:
        self.until: datetime | None = None

    def on(self, now: datetime) -> bool:
        """Return whether nothing is to be posted yet."""
        return self.until is not None and now < self.until


class QotdDelivery:
    """Delivers what has been claimed; `hold` is set when Discord wants no more for now.

    `trusted` says whether the clock can be believed; `steady` counts seconds and cannot be set.
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
        self._reports = reports
        self._clock = clock
        self.hold = hold or Hold()
        self._renew = renew.total_seconds()
        self._trusted = trusted
        self._steady = steady
        self._sent_first: Recent[tuple[int, int, date], float] = Recent(REMEMBERED)

    async def deliver(self, delivery: Delivery) -> None:
        """One step of a claimed delivery; what is not finished then is to be claimed again."""
        with self._deliveries.holding(delivery):
            await self._take_step(delivery)

    async def _take_step(self, delivery: Delivery) -> None:
        gate = self._sender.gate(delivery.guild_id, delivery.channel_id)
        now = self._clock()
        if not self._trusted():
            return
        if isinstance(gate, GuildUnavailable):
            if now < delivery.expires + RESEND:
                await self._deliveries.wait(delivery, now + AWAY)
                return
            gate = ChannelAccess()
        match delivery.step(now, gate.can_look, self._age(delivery)):
            case Step.SEND if gate.failure:
                await self._cannot(delivery, gate.failure, gate.can_look)
            case Step.SEND:
                await self._send(delivery, gate.can_look, now)
            case Step.LOOK:
                await self._look(delivery)
            case Step.MISS:
                await self._deliveries.skip(delivery, FailureReason.MISSED)
            case Step.GIVE_UP if gate.failure and delivery.perhaps_posted:
                await self._block(delivery, gate.failure)
            case Step.GIVE_UP:
                await self._give_up(delivery)

    def _age(self, delivery: Delivery) -> timedelta | None:
        """How long ago it was first sent, if nobody knows what came of it and it was sent here."""
        first = self._sent_first.find(delivery.key)
        return None if first is None else timedelta(seconds=self._steady() - first)

    async def _send(self, delivery: Delivery, can_look: bool, now: datetime) -> None:
        # Durable before a byte leaves: after a crash it is known that it may have been posted.
        intended = await self._deliveries.intend(delivery, now)
        if intended is None:
            return
        if delivery.uncertain_since is None or delivery.perhaps_posted:
            self._sent_first.keep(delivery.key, self._steady())
        outcome = await self._leased(delivery, self._sender.send(intended))
        now = self._clock()
        if isinstance(outcome, Posted):
            await self._posted(delivery, outcome.message_id)
            return
        if isinstance(outcome, SendUnknown):
            log.warning("quote for server %s: %s", delivery.guild_id, outcome.reason)
            await self._deliveries.wait(delivery, now + RETRY)
            return
        # Not a certain no where discord.py has tried before, and perhaps been accepted.
        known = delivery if outcome.certain else intended
        match outcome:
            case Unsent():
                log.warning("quote for server %s waited too long", delivery.guild_id)
                await self._postpone(known, now if outcome.certain else now + RETRY)
            case SendRateLimited(seconds):
                self.hold.until = now + timedelta(seconds=seconds)
                await self._postpone(known, self.hold.until)
            case SendRefused(failure):
                await self._cannot(known, failure, can_look)
            case ContentRejected():
                await self._send_another(known, can_look)

    async def _look(self, delivery: Delivery) -> None:
        finding = await self._leased(delivery, self._found(delivery))
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
        """What comes of looking where it may stand, one place after the other."""
        finding: Finding = Absent()
        for window in delivery.windows():
            finding = await self._sender.find(delivery, window)
            if not isinstance(finding, Unread):
                break
        return finding

    async def _leased(self, delivery: Delivery, call: Coroutine[Any, Any, T]) -> T:
        """Return what comes of a call, however long; until then nobody else has the delivery."""
        task = asyncio.create_task(call)
        while not (await asyncio.wait({task}, timeout=self._renew))[0]:
            try:
                await self._deliveries.wait(delivery, self._clock() + LEASE)
            except LoreError as error:
                log.error("lease of server %s's quote: %s", delivery.guild_id, error)
        return task.result()

    async def _postpone(self, delivery: Delivery, until: datetime) -> None:
        """Try again then."""
        if delivery.uncertain_since is None:
            await self._deliveries.not_there(delivery, until)
        else:
            await self._deliveries.wait(delivery, until)

    async def _posted(self, delivery: Delivery, message_id: int | None) -> None:
        if await self._deliveries.sent(delivery, message_id, self._clock()):
            await self._reports.posted(delivery)

    async def _cannot(self, delivery: Delivery, failure: FailureReason, can_look: bool) -> None:
        """It cannot be posted now; whether an earlier attempt was is still to be found out."""
        if delivery.uncertain_since is None:
            await self._block(delivery, failure)
        elif can_look:
            await self._deliveries.wait(delivery, delivery.uncertain_since + RESEND + RETRY)
        else:
            await self._give_up(delivery)

    async def _block(self, delivery: Delivery, failure: FailureReason) -> None:
        blocked = await self._deliveries.block(delivery, failure, self._clock())
        if blocked is not None:
            await self._reports.blocked(delivery, failure, paused=blocked.paused)

    async def _give_up(self, delivery: Delivery) -> None:
        """Nobody can know whether it was posted."""
        if await self._deliveries.give_up(delivery):
            await self._reports.blocked(delivery, FailureReason.UNSEEN, paused=False)

    async def _send_another(self, delivery: Delivery, can_look: bool) -> None:
        """Discord does not want this quote: try one other."""
        other = None
        if delivery.uncertain_since is None:
            other = await self._plans.another(delivery, await self._pools(delivery.guild_id))
        if other is None:
            await self._cannot(delivery, FailureReason.REFUSED, can_look)
        else:
            await self._deliveries.replace(delivery, other, self._clock())
