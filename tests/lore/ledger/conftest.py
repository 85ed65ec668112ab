from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest

from lore.curation.quota import Quota
from lore.ledger.port import Ledger, QotdDeliveries, QotdPlans, QotdSchedules
from lore.ledger.records import By
from lore.ledger.sqlite.database import Store, open_store
from lore.ledger.sqlite.ledger import sqlite_ledger, sqlite_qotd
from lore.qotd.config import Schedule, Terms
from lore.qotd.picking import Pool
from lore.qotd.timetable import Timetable, zone

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "ledger.db") as store:
        yield store


@pytest.fixture
def ledger(store: Store) -> Ledger:
    """A ledger in which little has room, so that limits are soon met."""
    return sqlite_ledger(
        store, Quota(entries=4, quotes=2, queue=3, suggestions_per_day=2, unanswered=3)
    )


@pytest.fixture
def by() -> Callable[..., By]:
    """Makes a new interaction each time it is called."""
    ids = count(9_000)

    def by(person_id: int = 11, at: datetime = NOON) -> By:
        return By(next(ids), person_id, at)

    return by


@pytest.fixture
def schedules(store: Store) -> QotdSchedules:
    return sqlite_qotd(store).schedules


@pytest.fixture
def deliveries(store: Store) -> QotdDeliveries:
    return sqlite_qotd(store).deliveries


@pytest.fixture
def plans(store: Store) -> QotdPlans:
    return sqlite_qotd(store).plans


@pytest.fixture
async def schedule(schedules: QotdSchedules) -> Schedule | None:
    """At nine each day, set at eight of the first."""
    terms = Terms(channel_id=5, table=Timetable(zone("UTC"), time(9)))
    return await schedules.set(1, terms, NINE - timedelta(hours=1))


@pytest.fixture
def play(plans: QotdPlans, deliveries: QotdDeliveries) -> Callable[..., Awaitable[list[str]]]:
    """Posts so many days, from the one with the number `begin`; the keys in order."""

    async def play(days: int, pool: Pool = POOL, begin: int = 0) -> list[str]:
        keys = []
        for number in range(begin, begin + days):
            now = NINE + timedelta(days=number)
            [due] = await plans.due(now, 10)
            planned = await plans.plan(due, pool, now)
            [delivery] = await deliveries.claim(now, 1)
            await deliveries.sent(delivery, number, now)
            assert planned
            assert planned.choice
            keys.append(planned.choice.key)
        return keys

    return play
