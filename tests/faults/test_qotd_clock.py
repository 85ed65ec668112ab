"""A clock that is set while the bot runs, in either direction: each day is posted once, on time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import product
from pathlib import Path

import discord
import pytest

from bot.core.connection.clock_check import ClockCheck
from bot.core.connection.rest import RestCalls
from bot.features.qotd.channels import Absent, ChannelAccess, Finding, Outcome, Post, Posted
from bot.features.qotd.delivery import QotdDelivery, QotdScheduler
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.delivery import Delivery, Window
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, zone

pytestmark = pytest.mark.thorough

FIRST = datetime(2027, 3, 1, 8, tzinfo=UTC)
DAYS = 3
CONFIG = QotdConfig(5, Timetable(zone("UTC"), time(9)))
KEYS = ("one", "two", "three", "four", "five")

JUMPS = (-27 * 3600, -3 * 3600, -3600, -90, -20, 20, 90, 3600, 3 * 3600, 27 * 3600)


class Crash(BaseException):
    """The process is gone."""


@dataclass
class SimState:
    """The true time and how far our clock is off; the process is killed while it sends, if asked.

    The clock jumps `at` a true time or, with None, while the first post is under way, and is set
    right `lasting` later.
    """

    jump: timedelta
    at: datetime | None
    lasting: timedelta
    kill: bool
    now: datetime = FIRST
    jumped: datetime | None = None
    messages: list[tuple[Delivery, datetime]] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now + (self.jump if self.is_off() else timedelta())

    def is_off(self) -> bool:
        if self.jumped is None and self.at is not None and self.now >= self.at:
            self.jumped = self.now
        return self.jumped is not None and self.now < self.jumped + self.lasting

    def steady(self) -> float:
        return (self.now - FIRST).total_seconds()

    async def ask(self) -> datetime:
        return self.now

    def access(self, *_: int) -> ChannelAccess:
        return ChannelAccess(can_look=True)

    async def compose(self, _: Delivery) -> Post:
        return Post(discord.ui.LayoutView())

    async def send(self, delivery: Delivery, _: Post, ours: Callable[[], bool]) -> Outcome:
        sent = [at for before, at in self.messages if before.nonce == delivery.nonce]
        if not sent or self.now - sent[-1] >= timedelta(seconds=120):
            self.messages.append((delivery, self.now))
        if self.at is None and self.jumped is None:
            self.jumped = self.now
        if self.kill:
            self.kill = False
            raise Crash
        return Posted(1)

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        days = [sent.day for sent, at in self.messages if window.after <= at <= window.before]
        return Posted(1) if delivery.day in days else Absent()

    async def blocked(self, *_: object, **__: object) -> None: ...

    async def posted(self, *_: object) -> None: ...


async def pool(*_: int) -> Pool:
    return Pool(KEYS, set(KEYS))


def started(database: Database, state: SimState) -> QotdScheduler:
    """Start a process in that world."""
    skew = ClockCheck(state.clock, state.steady, state.ask)
    qotd = qotd_in(database)
    deliverer = QotdDelivery(
        *(qotd, state, pool, state, state.clock),
        trusted=skew.trusted,
        steady=state.steady,
    )
    return QotdScheduler(
        *(qotd, deliverer, pool, state, state.clock),
        ready=skew.check,
        calls=RestCalls(),
    )


def ticks(state: SimState) -> Iterator[None]:
    """Let some days pass: in seconds around what happens, in minutes otherwise."""
    while state.now < FIRST + timedelta(days=DAYS):
        yield
        busy = time(8, 50) <= state.now.time() < time(9, 30)
        state.now += timedelta(seconds=15) if busy else timedelta(minutes=10)


async def lived(ledger: Path, state: SimState) -> list[tuple[str, datetime]]:
    """Return the days that were posted, and when."""
    async with open_store(ledger) as database:
        await qotd_in(database).schedules.set(1, CONFIG, FIRST - timedelta(hours=1))
        loop = started(database, state)
        for _ in ticks(state):
            try:
                for delivery in await loop.due():
                    await loop.deliver(delivery)
            except Crash:
                loop = started(database, state)
    return [(delivery.day.isoformat(), at) for delivery, at in state.messages]


def assert_once_a_day(posts: list[tuple[str, datetime]]) -> None:
    assert [day for day, _ in posts] == ["2027-03-01", "2027-03-02", "2027-03-03"]
    for day, at in posts:
        hour = datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)
        assert timedelta(minutes=-2) <= at - hour <= timedelta(minutes=30)


# When the clock jumps, and for how long it is wrong then.
WRONG = {
    "wrong at the start": (FIRST - timedelta(minutes=1), timedelta(minutes=80)),
    "before its hour": (FIRST + timedelta(minutes=59), timedelta(minutes=10)),
    "while sent": (None, timedelta(seconds=50)),
    "after it was sent": (None, timedelta(minutes=20)),
    "all night": (FIRST + timedelta(hours=5), timedelta(hours=17)),
}
# One in five of all cases is run each time: every jump, every moment, alive and killed.
CASES = [
    pytest.param(
        *(*WRONG[when], jump, end == "killed"),
        id=f"{when}-{jump}-{end}",
        marks=[pytest.mark.slow] if (moment + step) % len(WRONG) else [],
    )
    for (moment, when), (step, jump), end in product(
        enumerate(WRONG), enumerate(JUMPS), ("alive", "killed")
    )
]


@pytest.mark.parametrize(("at", "lasting", "seconds", "kill"), CASES)
async def test_each_day_is_posted_once_whenever_the_clock_jumps(
    tmp_path: Path, at: datetime | None, lasting: timedelta, seconds: int, kill: bool
) -> None:
    state = SimState(timedelta(seconds=seconds), at, lasting, kill)

    assert_once_a_day(await lived(tmp_path / "ledger.db", state))


async def test_a_schedule_set_while_the_clock_was_ahead_skips_no_day(tmp_path: Path) -> None:
    state = SimState(timedelta(hours=3), FIRST, timedelta(minutes=30), kill=False)
    async with open_store(tmp_path / "ledger.db") as database:
        await qotd_in(database).schedules.set(1, CONFIG, state.clock())

    async with open_store(tmp_path / "ledger.db") as database:
        loop = started(database, state)
        for _ in ticks(state):
            for delivery in await loop.due():
                await loop.deliver(delivery)

    assert_once_a_day([(delivery.day.isoformat(), at) for delivery, at in state.messages])
