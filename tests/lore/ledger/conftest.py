import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from lore.curation.quota import Quota
from lore.ledger.port import Ledger, QotdDeliveries, QotdPlans, QotdSchedules
from lore.ledger.postgres.announcing import CHANNEL
from lore.ledger.postgres.database import PostgresDatabase
from lore.ledger.records import Actor
from lore.ledger.unit import Database, Transaction
from lore.ledger.verbs.ledger import ledger_in, qotd_in
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Schedule, Timetable, zone
from tests.postgres import opened

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def opening(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AbstractAsyncContextManager[Database]:
    return opened(request, tmp_path)


@pytest.fixture
async def database(
    opening: AbstractAsyncContextManager[Database],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Database]:
    async with opening as database:
        if not isinstance(database, PostgresDatabase):
            yield database
            return
        connection = await asyncpg.connect(request.getfixturevalue("postgres_ledger").url)
        monkeypatch.setattr(database, "write", await proven(database.write, connection))
        yield database
        await connection.close()


# What is kept in memory of servers: their settings, and their lore as it is now.
_KEPT = """
    SELECT guild_id, string_agg(md5(kept), ' ' ORDER BY kept) FROM (
        SELECT guild_id, settings AS kept FROM guild WHERE settings <> '{}'
        UNION ALL
        SELECT entry.guild_id, CAST(entry AS TEXT) || CAST(revision AS TEXT) FROM entry
        JOIN revision ON (revision.guild_id, revision.number, revision.revision)
                       = (entry.guild_id, entry.number, entry.head)
    ) AS every GROUP BY guild_id
"""

Write = Callable[..., AbstractAsyncContextManager[Transaction]]


async def proven(write: Write, connection: Any) -> Write:
    """Return what also checks that each unit announces the servers whose kept rows it changes."""
    heard: list[str] = []
    await connection.add_listener(CHANNEL, lambda *said: heard.append(said[-1]))

    @asynccontextmanager
    async def checked(guild_id: int | None = None) -> AsyncIterator[Transaction]:
        async with looking:
            before, first = await connection.fetch(_KEPT), len(heard)
        async with write(guild_id) as tx:
            yield tx
        async with looking:
            after = await connection.fetch(_KEPT)
        changed = {guild for guild, _ in {*map(tuple, before)} ^ {*map(tuple, after)}}
        # What was announced comes before the answer to the next statement.
        told = {int(said.partition(" ")[2]) for said in heard[first:]}
        assert changed <= told, "a change was announced to no other process"

    looking = asyncio.Lock()
    return checked


@pytest.fixture
def ledger(database: Database) -> Ledger:
    """Return a ledger with low limits, so that they are soon reached."""
    return ledger_in(
        database, Quota(entries=4, quotes=2, queue=3, suggestions_per_day=2, unanswered=3)
    )


@pytest.fixture
def by() -> Callable[..., Actor]:
    """Return a function that makes a new interaction at each call."""
    ids = count(9_000)

    def by(person_id: int = 11, at: datetime = NOON) -> Actor:
        return Actor(next(ids), person_id, at)

    return by


@pytest.fixture
def schedules(database: Database) -> QotdSchedules:
    return qotd_in(database).schedules


@pytest.fixture
def deliveries(database: Database) -> QotdDeliveries:
    return qotd_in(database).deliveries


@pytest.fixture
def plans(database: Database) -> QotdPlans:
    return qotd_in(database).plans


@pytest.fixture
async def schedule(schedules: QotdSchedules) -> Schedule | None:
    """Return a schedule at nine each day, set at eight of the first."""
    config = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(9)))
    return await schedules.set(1, config, NINE - timedelta(hours=1))


@pytest.fixture
def play(plans: QotdPlans, deliveries: QotdDeliveries) -> Callable[..., Awaitable[list[str]]]:
    """Return a function that posts so many days from day `begin` and gives the keys in order."""

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
