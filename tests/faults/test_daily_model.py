"""Whatever fails in whatever order, each day is posted once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import Enum

import pytest

from bot.core.connection.rest import RestCalls
from bot.features.qotd.delivery import Deliverer
from bot.features.qotd.postman import Absent, Door, Finding, Outcome, Posted, Unknown
from bot.features.qotd.scheduler import DeliveryLoop
from lore.ledger.port import Qotd
from lore.ledger.sqlite.database import Store, open_store
from lore.ledger.sqlite.ledger import sqlite_qotd
from lore.ledger.sqlite.qotd_deliveries import SqliteQotdDeliveries
from lore.ledger.sqlite.qotd_plans import SqliteQotdPlans
from lore.qotd.config import Terms
from lore.qotd.delivery import Delivery, State, Trouble, Window
from lore.qotd.picking import Pool
from lore.qotd.timetable import Timetable, zone

pytestmark = pytest.mark.thorough

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
TERMS = Terms(5, Timetable(zone("UTC"), time(9)))
TICK = timedelta(seconds=15)
POOL = Pool(("one", "two"), {"one", "two"})
OPEN = (State.PLANNED, State.SENDING)


class Crash(BaseException):
    """The process is gone."""


class Kind(Enum):
    CRASH = "crash"
    LOST = "delivered, but no answer"
    FAILED = "not delivered, and no answer"


@dataclass(frozen=True)
class Fault:
    kind: Kind
    restart: int = 0


CRASHES = tuple(Fault(Kind.CRASH, seconds) for seconds in (5, 90, 1000))
SILENCE = (Fault(Kind.LOST), Fault(Kind.FAILED))


@dataclass
class World:
    """Time, the messages, and what goes wrong at which step, counted from 0."""

    faults: dict[int, Fault]
    window: timedelta
    can_look: bool = True
    now: datetime = NINE
    steps: list[tuple[Fault, ...]] = field(default_factory=list)
    messages: list[datetime] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def fault(self, *possible: Fault) -> Fault | None:
        """What goes wrong at this step, of what can; a crash is raised."""
        self.steps.append(possible)
        return self.faults.get(len(self.steps) - 1)

    def may_crash(self) -> None:
        if fault := self.fault(*CRASHES):
            self.crash(fault)

    def crash(self, fault: Fault) -> None:
        self.now += timedelta(seconds=fault.restart)
        raise Crash

    def deliver(self) -> None:
        if not self.messages or self.now - self.messages[-1] >= self.window:
            self.messages.append(self.now)


@dataclass
class Office:
    """The postman of that world."""

    world: World

    def gate(self, guild_id: int, channel_id: int) -> Door:
        return Door(can_look=self.world.can_look)

    async def send(self, delivery: Delivery) -> Outcome:
        fault = self.world.fault(*CRASHES, *SILENCE)
        if fault is None or fault.kind is not Kind.FAILED:
            self.world.deliver()
        if fault and fault.kind is Kind.CRASH:
            self.world.crash(fault)
        if fault:
            self.world.now += TICK
            return Unknown(fault.kind.value)
        return Posted(1)

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        if fault := self.world.fault(*CRASHES, Fault(Kind.FAILED)):
            if fault.kind is Kind.CRASH:
                self.world.crash(fault)
            return Unknown(fault.kind.value)
        found = any(window.after <= posted <= window.before for posted in self.world.messages)
        return Posted(1) if found else Absent()


class FailingPlans(SqliteQotdPlans):
    """Plans after each of which the process may end."""

    world: World

    async def plan(self, *asked):
        planned = await super().plan(*asked)
        self.world.may_crash()
        return planned


class FailingDeliveries(SqliteQotdDeliveries):
    """Deliveries after each step of which the process may end."""

    world: World

    async def claim(self, *asked):
        claimed = await super().claim(*asked)
        if claimed:
            self.world.may_crash()
        return claimed

    async def intend(self, *asked):
        intended = await super().intend(*asked)
        self.world.may_crash()
        return intended

    async def not_there(self, *asked):
        done = await super().not_there(*asked)
        self.world.may_crash()
        return done


class Silent:
    """Reports to nobody."""

    async def blocked(self, delivery: Delivery, trouble: Trouble, *, paused: bool) -> None: ...

    async def posted(self, delivery: Delivery) -> None: ...


async def ready() -> bool:
    return True


async def pool(_: int) -> Pool:
    return POOL


def started(store: Store, world: World) -> DeliveryLoop:
    """A process that has just started in that world."""
    plans, deliveries = FailingPlans(store), FailingDeliveries(store)
    plans.world = deliveries.world = world
    qotd = Qotd(sqlite_qotd(store).schedules, plans, deliveries)
    deliverer = Deliverer(qotd, Office(world), pool, Silent(), world.clock)
    return DeliveryLoop(
        qotd,
        deliverer,
        pool,
        Silent(),
        world.clock,
        ready=ready,
        calls=RestCalls(),
    )


async def play(store: Store, guild_id: int, world: World) -> Delivery:
    """A day of one server, until nothing more is to be done."""
    await sqlite_qotd(store).schedules.set(guild_id, TERMS, NINE - timedelta(hours=1))
    loop = started(store, world)
    while True:
        try:
            batch = await loop.due()
            for delivery in batch:
                await loop.deliver(delivery)
        except Crash:
            loop = started(store, world)
            continue
        if not batch:
            known = await sqlite_qotd(store).plans.history(guild_id)
            if known and known[0].state not in OPEN:
                await sqlite_qotd(store).schedules.off(guild_id)
                return known[0]
            world.now += TICK


async def played(store: Store, most: int, **world) -> AsyncIterator[tuple[World, Delivery]]:
    """Every order of up to `most` faults, played: its world and what became of the delivery."""
    guild_id = 0
    orders: list[dict[int, Fault]] = [{}]
    while orders:
        faults = orders.pop()
        guild_id += 1
        tried = World(faults, **world)
        yield tried, await play(store, guild_id, tried)
        if len(faults) < most:
            orders += [
                {**faults, step: fault}
                for step in range(max(faults, default=-1) + 1, len(tried.steps))
                for fault in tried.steps[step]
            ]


@pytest.fixture
async def store(tmp_path):
    async with open_store(tmp_path / "ledger.db") as store:
        yield store


@pytest.mark.parametrize("window", [120, pytest.param(300, marks=pytest.mark.slow)])
async def test_any_two_faults_leave_one_message(store, window):
    count = 0
    async for world, delivery in played(store, 2, window=timedelta(seconds=window)):
        assert (len(world.messages), delivery.state) == (1, State.SENT), world.faults
        count += 1

    assert count > 150


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_any_three_faults_leave_one_message(store):
    count = 0
    async for world, delivery in played(store, 3, window=timedelta(seconds=120)):
        assert (len(world.messages), delivery.state) == (1, State.SENT), world.faults
        count += 1

    assert count > 2_000


async def test_without_history_any_two_faults_leave_one_message_at_most(store):
    states = set()
    async for world, delivery in played(store, 2, window=timedelta(seconds=120), can_look=False):
        assert len(world.messages) <= 1, world.faults
        assert world.messages or delivery.state is State.UNVERIFIED, world.faults
        states.add(delivery.state)

    assert states == {State.SENT, State.UNVERIFIED}


async def test_the_model_would_see_a_double(store, monkeypatch):
    monkeypatch.setattr("lore.qotd.delivery.RESEND", timedelta(hours=1))
    doubles = [
        world
        async for world, _ in played(store, 1, window=timedelta(seconds=120), can_look=False)
        if len(world.messages) > 1
    ]

    assert doubles
