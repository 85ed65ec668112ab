"""The tick: asks the ledger what is due and hands it to the deliverer, never too much at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from bot.core.connection.rest import RestCalls
from bot.features.qotd.delivery import Clock, FailureReports, Pools, QotdDelivery
from bot.features.qotd.sender import TokenRevokedError
from lore.errors import LoreError
from lore.ledger.port import Qotd
from lore.qotd.delivery import Delivery, FailureReason
from lore.qotd.timetable import RATE, Schedule

log = logging.getLogger(__name__)

TICK = 15.0

# Claimed at once: sent within five seconds, well before the lease is over.
BATCH = 5 * RATE


class QotdScheduler:
    """Delivers for as long as it runs; `ready` finds out whether it is known what time it is."""

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
        self._revoked = asyncio.Event()
        self._steps: set[asyncio.Task[None]] = set()
        self._next_turn = 0.0
        self._aligned = False

    async def run(self) -> None:
        """Deliver until cancelled; TokenRevokedError when Discord no longer knows the token."""
        while not self._revoked.is_set():
            while not self._revoked.is_set() and (batch := await self._wanted()):
                for delivery in batch:
                    await self._turn()
                    self._begin(delivery)
            # Never until a computed time of day: clocks are set, and machines sleep.
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._revoked.wait()
        raise TokenRevokedError

    async def _wanted(self) -> list[Delivery]:
        """What is due, unless so much is under way that Discord is not keeping up."""
        return await self.due() if len(self._steps) < BATCH else []

    def _begin(self, delivery: Delivery) -> None:
        step = self._calls.begin(self.deliver(delivery))
        self._steps.add(step)
        step.add_done_callback(self._steps.discard)

    async def _turn(self) -> None:
        """Wait until one more may be sent; time that passed unused is not made up for."""
        now = asyncio.get_running_loop().time()
        self._next_turn = max(now, self._next_turn + 1 / self._rate)
        await asyncio.sleep(self._next_turn - now)

    async def due(self) -> list[Delivery]:
        """Plan what is due and claim what is to be delivered; nothing while that is not safe."""
        try:
            if not await self._ready():
                self._aligned = False
                return []
            now = self._clock()
            if self._deliverer.hold.on(now):
                return []
            await self._realign(now)
            for unplanned in await self._qotd.plans.without_zone(now, BATCH):
                with _apart(unplanned.guild_id):
                    await self._reports.blocked(unplanned, FailureReason.NO_ZONE, paused=False)
            for schedule in await self._qotd.plans.due(now, BATCH):
                with _apart(schedule.guild_id):
                    await self._plan(schedule, now)
            return await self._qotd.deliveries.claim(now, BATCH)
        except LoreError as error:
            log.error("quotes of the day wait: %s", error)
            return []

    async def _realign(self, now: datetime) -> None:
        """Once, as soon as the clock can be believed (again) and the ledger be written."""
        if not self._aligned:
            await self._qotd.schedules.realign(now)
            await self._qotd.deliveries.shorten_leases(now)
            self._aligned = True

    async def deliver(self, delivery: Delivery) -> None:
        """Take one delivery a step further; what fails is tried again when its lease is over."""
        try:
            with _apart(delivery.guild_id):
                await self._deliverer.deliver(delivery)
        except TokenRevokedError:
            self._revoked.set()

    async def _plan(self, schedule: Schedule, now: datetime) -> None:
        pool = await self._pools(schedule.guild_id)
        planned = await self._qotd.plans.plan(schedule, pool, now)
        if planned and planned.failure is FailureReason.NO_QUOTE:
            await self._reports.blocked(planned, planned.failure, paused=False)


@contextmanager
def _apart(guild_id: int) -> Iterator[None]:
    """Let one server's failure be logged, not keep the quotes of the others."""
    try:
        yield
    except TokenRevokedError:
        raise
    except LoreError as error:
        log.error("quote for server %s waits: %s", guild_id, error)
    except Exception:
        log.exception("quote for server %s failed and will be tried again", guild_id)
