"""Whatever fails in whatever order, each day is posted once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum

import discord
import pytest

from bot.core.connection.rest import RestCalls
from bot.features.qotd.channels import (
    Absent,
    ChannelAccess,
    Finding,
    Outcome,
    Post,
    Posted,
    SendUnknown,
)
from bot.features.qotd.delivery import QotdDelivery, QotdScheduler
from lore.ledger.own_shards import ALL_SHARDS
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import qotd_in
from lore.ledger.verbs.qotd_deliveries import SqlQotdDeliveries
from lore.ledger.verbs.qotd_plans import SqlQotdPlans
from lore.qotd.delivery import Delivery, FailureReason, State, Window
from lore.qotd.picking import Pool
from lore.qotd.timetable import RATE, QotdConfig, Timetable, zone

pytestmark = pytest.mark.thorough

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
CONFIG = QotdConfig(5, Timetable(zone("UTC"), time(9)))
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
class SimState:
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
        """Return what goes wrong at this step, of what can; raise a crash."""
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
class SimulatedSender:
    """Sends posts in that world."""

    state: SimState

    def access(self, *_: int | None) -> ChannelAccess:
        return ChannelAccess(can_look=self.state.can_look)

    async def compose(self, _: Delivery) -> Post:
        return Post(discord.ui.LayoutView())

    async def send(self, delivery: Delivery, _: Post, ours: Callable[[], bool]) -> Outcome:
        fault = self.state.fault(*CRASHES, *SILENCE)
        if fault is None or fault.kind is not Kind.FAILED:
            self.state.deliver()
        if fault and fault.kind is Kind.CRASH:
            self.state.crash(fault)
        if fault:
            self.state.now += TICK
            return SendUnknown(fault.kind.value)
        return Posted(1)

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        if fault := self.state.fault(*CRASHES, Fault(Kind.FAILED)):
            if fault.kind is Kind.CRASH:
                self.state.crash(fault)
            return SendUnknown(fault.kind.value)
        found = any(window.after <= posted <= window.before for posted in self.state.messages)
        return Posted(1) if found else Absent()


class FailingPlans(SqlQotdPlans):
    """Plans after each of which the process may end."""

    state: SimState

    async def plan(self, *asked):
        planned = await super().plan(*asked)
        self.state.may_crash()
        return planned


class FailingDeliveries(SqlQotdDeliveries):
    """Deliveries after each step of which the process may end."""

    state: SimState

    async def claim(self, *asked):
        claimed = await super().claim(*asked)
        if claimed:
            self.state.may_crash()
        return claimed

    async def intend(self, *asked):
        intended = await super().intend(*asked)
        self.state.may_crash()
        return intended

    async def not_there(self, *asked):
        done = await super().not_there(*asked)
        self.state.may_crash()
        return done


class Silent:
    """Reports to nobody."""

    async def blocked(
        self, delivery: Delivery, failure: FailureReason, *, paused: bool
    ) -> None: ...

    async def posted(self, delivery: Delivery) -> None: ...


async def ready() -> bool:
    return True


async def pool(*_: int) -> Pool:
    return POOL


def started(database: Database, state: SimState) -> QotdScheduler:
    """Start a process in that world."""
    plans = FailingPlans(database, ALL_SHARDS, RATE)
    deliveries = FailingDeliveries(database, ALL_SHARDS, RATE)
    plans.state = deliveries.state = state
    qotd = replace(qotd_in(database), plans=plans, deliveries=deliveries)
    deliverer = QotdDelivery(qotd, SimulatedSender(state), pool, Silent(), state.clock)
    return QotdScheduler(
        qotd,
        deliverer,
        pool,
        Silent(),
        state.clock,
        ready=ready,
        calls=RestCalls(),
    )


async def play(database: Database, guild_id: int, state: SimState) -> Delivery:
    """Play a day of one server, until nothing more is to be done."""
    await qotd_in(database).schedules.set(guild_id, CONFIG, NINE - timedelta(hours=1))
    loop = started(database, state)
    while True:
        try:
            batch = await loop.due()
            for delivery in batch:
                await loop.deliver(delivery)
        except Crash:
            loop = started(database, state)
            continue
        if not batch:
            known = await qotd_in(database).plans.history(guild_id)
            if known and known[0].state not in OPEN:
                await qotd_in(database).schedules.off(guild_id)
                return known[0]
            state.now += TICK


async def played(
    database: Database, most: int, **state
) -> AsyncIterator[tuple[SimState, Delivery]]:
    """Play every order of up to `most` faults; yield its world and how the delivery ended."""
    guild_id = 0
    orders: list[dict[int, Fault]] = [{}]
    while orders:
        faults = orders.pop()
        guild_id += 1
        tried = SimState(faults, **state)
        yield tried, await play(database, guild_id, tried)
        if len(faults) < most:
            orders += [
                {**faults, step: fault}
                for step in range(max(faults, default=-1) + 1, len(tried.steps))
                for fault in tried.steps[step]
            ]


@pytest.fixture
async def database(tmp_path):
    async with open_store(tmp_path / "ledger.db") as database:
        yield database


@pytest.mark.parametrize("window", [120, pytest.param(300, marks=pytest.mark.slow)])
async def test_any_two_faults_lead_to_one_message(database, window):
    count = 0
    async for state, delivery in played(database, 2, window=timedelta(seconds=window)):
        assert (len(state.messages), delivery.state) == (1, State.SENT), state.faults
        count += 1

    assert count > 150


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_any_three_faults_lead_to_one_message(database):
    count = 0
    async for state, delivery in played(database, 3, window=timedelta(seconds=120)):
        assert (len(state.messages), delivery.state) == (1, State.SENT), state.faults
        count += 1

    assert count > 2_000


async def test_any_two_faults_without_history_lead_to_one_message_at_most(database):
    states = set()
    async for state, delivery in played(database, 2, window=timedelta(seconds=120), can_look=False):
        assert len(state.messages) <= 1, state.faults
        assert state.messages or delivery.state is State.UNVERIFIED, state.faults
        states.add(delivery.state)

    assert states == {State.SENT, State.UNVERIFIED}


async def test_the_model_detects_a_doubled_message(database, monkeypatch):
    monkeypatch.setattr("lore.qotd.delivery.RESEND", timedelta(hours=1))
    doubles = [
        state
        async for state, _ in played(database, 1, window=timedelta(seconds=120), can_look=False)
        if len(state.messages) > 1
    ]

    assert doubles
