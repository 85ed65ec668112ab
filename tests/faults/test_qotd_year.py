"""A year of days, wherever the clocks are changed: one post on each date, at its hour."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import discord
import pytest

from bot.core.connection.rest import RestCalls
from bot.features.qotd.channels import Absent, ChannelAccess, Post, Posted
from bot.features.qotd.delivery import QotdDelivery, QotdScheduler
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, due, zone

pytestmark = pytest.mark.thorough

TICK = timedelta(minutes=30)
DAY = timedelta(days=1)


class Calendar:
    """A postman that notes when each server's posts came, and a clock for all to go by."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.posts: dict[int, list[tuple[date, datetime]]] = defaultdict(list)

    def clock(self) -> datetime:
        return self.now

    def access(self, *_):
        return ChannelAccess(can_look=True)

    async def compose(self, _):
        return Post(discord.ui.LayoutView())

    async def send(self, delivery, _, ours):
        self.posts[delivery.guild_id].append((delivery.day, self.now))
        return Posted(1)

    async def find(self, *_):
        return Absent()

    async def blocked(self, *_, **__): ...

    async def posted(self, *_, **__): ...


async def ready() -> bool:
    return True


async def pool(*_: int) -> Pool:
    return Pool(("one", "two"), {"one", "two"})


@pytest.fixture
async def lived(tmp_path):
    """Live from one instant to another with a schedule for each zone and hour; their posts."""

    async def live(turns, first, last):
        calendar = Calendar(first)
        async with open_store(tmp_path / "ledger.db") as database:
            qotd = qotd_in(database)
            deliverer = QotdDelivery(qotd, calendar, pool, calendar, calendar.clock)
            loop = QotdScheduler(
                qotd,
                deliverer,
                pool,
                calendar,
                calendar.clock,
                ready=ready,
                calls=RestCalls(),
            )
            for guild_id, (name, at) in enumerate(turns, 1):
                await qotd.schedules.set(guild_id, QotdConfig(5, Timetable(zone(name), at)), first)
            while calendar.now < last:
                for delivery in await loop.due():
                    await loop.deliver(delivery)
                calendar.now += TICK
        return calendar.posts

    return live


ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)
HOURS = (time(0), time(2, 15), time(23, 30))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        # In these weeks the clocks of all but the last two of the places are changed.
        (datetime(2027, 3, 12, tzinfo=UTC), datetime(2027, 5, 2, tzinfo=UTC)),
        pytest.param(
            datetime(2027, 1, 1, tzinfo=UTC),
            datetime(2028, 1, 1, tzinfo=UTC),
            marks=[pytest.mark.slow, pytest.mark.timeout(600)],
        ),
    ],
)
async def test_every_date_has_one_post_at_its_time(lived, first, last):
    schedules = list(product(ZONES, HOURS))
    posts = await lived(schedules, first, last)

    for guild_id, (name, at) in enumerate(schedules, 1):
        dates = (first.date() + number * DAY for number in range(-1, (last - first).days + 1))
        turns = [day for day in dates if first < due(day, at, zone(name)) <= last - TICK]
        assert [day for day, _ in posts[guild_id]] == turns
        for day, came in posts[guild_id]:
            assert timedelta(0) <= came - due(day, at, zone(name)) < 2 * TICK


async def test_a_date_that_a_place_skipped_has_no_post(lived):
    first, last = datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 2, tzinfo=UTC)

    posts = await lived([("Pacific/Apia", time(9))], first, last)

    assert [day.day for day, _ in posts[1]] == [28, 29, 31, 1, 2]
