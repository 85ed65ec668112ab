"""What becomes of one schedule is the same whether or not there is another one.

Their quotes differ here: one that another schedule of the server shows on a day gives way.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from lore.ledger.records import Actor
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.delivery import Delivery, FailureReason
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, zone

pytestmark = pytest.mark.thorough

EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2027, 3, 1)
KEYS = ("one", "two", "three", "four", "five")
TABLES = ("quote_schedule", "quote_delivery", "quote_wish", "quote_refused")
FIRST_BY = 9_000


class Life:
    """One schedule, and what is done with it; `first_by` is the id of its first interaction."""

    def __init__(
        self, database: Database, guild_id: int, number: int, first_by: int = FIRST_BY
    ) -> None:
        qotd = qotd_in(database)
        self.schedules, self.plans, self.deliveries = qotd.schedules, qotd.plans, qotd.deliveries
        self.database, self.guild_id, self.number = database, guild_id, number
        self.first_by, self.acts = first_by, 0
        self.pool = Pool([self.key(one) for one in KEYS], {self.key(one) for one in KEYS})
        self.claimed: Delivery | None = None
        self.seen: list[object] = []

    def key(self, quote: str) -> str:
        return f"{quote}-{self.number}"

    def by(self) -> Actor:
        self.acts += 1
        return Actor(self.first_by + self.acts, 11, EIGHT)

    def is_its(self, one: Any) -> bool:
        return (one.guild_id, one.number) == (self.guild_id, self.number)

    async def set(
        self, now: datetime, at: int = 9, channel_id: int = 5, place: str = "UTC"
    ) -> object:
        config = QotdConfig(channel_id, Timetable(zone(place), time(at)))
        return await self.schedules.set(self.guild_id, config, now, self.by(), number=self.number)

    async def plan(self, now: datetime) -> object:
        due = [one for one in await self.plans.due(now, 9) if self.is_its(one)]
        return [await self.plans.plan(one, self.pool, now) for one in due]

    async def claim(self, now: datetime) -> object:
        [self.claimed] = await self.deliveries.claim(now, 9, self.guild_id, number=self.number)
        return self.claimed

    async def of_claimed(self, verb: str, *given: object) -> object:
        return await getattr(self.deliveries, verb)(self.claimed, *given)

    async def post(self, now: datetime) -> object:
        await self.plan(now)
        await self.claim(now)
        await self.of_claimed("intend", now)
        return await self.of_claimed("sent", self.acts, now)

    async def block(self, now: datetime) -> object:
        await self.plan(now)
        await self.claim(now)
        return await self.of_claimed("block", FailureReason.NO_SEND, now)

    async def replace(self, now: datetime) -> object:
        assert self.claimed
        other = await self.plans.another(self.claimed, self.pool)
        return await self.of_claimed("replace", other, now)

    async def lose_zone(self, now: datetime) -> object:
        async with self.database.write() as tx:
            await tx.run(
                "UPDATE quote_schedule SET zone = 'Mars/Gone' WHERE guild_id = ? AND number = ?",
                (self.guild_id, self.number),
            )
        lost = [one for one in await self.plans.without_zone(now, 9) if self.is_its(one)]
        return lost, await self.set(now)

    async def undo(self, now: datetime) -> object:
        last = self.first_by + self.acts
        return await self.schedules.undo(self.guild_id, last, now, self.by())

    async def look(self, now: datetime) -> object:
        """Read all that a curator can, and the rows themselves."""
        of, number = self.guild_id, self.number
        rows = []
        async with self.database.read() as tx:
            for table in TABLES:
                where = f"SELECT * FROM {table} WHERE guild_id = ? AND number = ?"
                rows += [tuple(row) for row in await tx.rows(where, (of, number))]
        return (
            await self.plans.preview(of, self.pool, now, 4, number=number),
            await self.plans.outlook(of, now, 3, number=number),
            await self.plans.history(of, number=number),
            await self.plans.days(of, number=number),
            rows,
        )


def on(
    verb: str, *given: object, quote: str = "", draws: bool = False
) -> Callable[[Life, datetime], Awaitable[object]]:
    """Return a step that calls a verb of plans or of schedules for the schedule."""

    async def step(life: Life, now: datetime) -> object:
        part = life.plans if hasattr(life.plans, verb) else life.schedules
        of_its = [life.key(quote)] if quote else [life.pool] if draws else []
        said = [*given, *of_its, now] if verb != "off" else []
        by = () if verb == "plan_now" else (life.by(),)
        return await getattr(part, verb)(life.guild_id, *said, *by, number=life.number)

    return step


def of_claimed(verb: str) -> Callable[[Life, datetime], Awaitable[object]]:
    """Return a step in the delivery that was claimed last."""

    async def step(life: Life, now: datetime) -> object:
        return await life.of_claimed(verb, *([] if verb == "give_up" else [now]))

    return step


# On which day after the first, at which hour, and what.
STEPS: tuple[tuple[int, int, Callable[[Life, datetime], Awaitable[object]]], ...] = (
    (0, 8, Life.set),
    (0, 8, on("queue", TODAY, quote="two")),
    (0, 8, on("queue", TODAY + DAY, quote="three")),
    (0, 8, on("skip", draws=True)),
    (0, 8, Life.undo),
    (0, 9, Life.plan),
    (0, 9, Life.claim),
    (0, 9, Life.replace),
    (0, 10, Life.claim),
    (0, 10, of_claimed("intend")),
    (0, 10, of_claimed("not_there")),
    (0, 11, Life.claim),
    (0, 11, of_claimed("intend")),
    (0, 11, of_claimed("give_up")),
    (1, 9, Life.post),
    (2, 9, Life.plan),
    (2, 10, on("pause", None)),
    (2, 10, Life.undo),
    (2, 10, Life.claim),
    (2, 10, of_claimed("intend")),
    (2, 10, lambda life, now: life.of_claimed("sent", 7, now)),
    (3, 9, Life.plan),
    (3, 9, Life.claim),
    (3, 9, Life.replace),
    (3, 9, Life.block),
    (4, 9, Life.block),
    (5, 9, Life.block),
    (5, 9, Life.look),
    (5, 10, on("resume")),
    (6, 8, on("plan_now", draws=True)),
    (6, 8, Life.block),
    (6, 9, Life.post),
    (7, 8, on("plan_now", draws=True)),
    (7, 8, Life.post),
    (8, 8, lambda life, now: life.set(now, 10, 6, "Africa/Abidjan")),
    (8, 8, on("off")),
    (8, 8, Life.undo),
    (8, 10, Life.post),
    (9, 10, Life.lose_zone),
    (10, 9, Life.post),
    (400, 9, Life.plan),
    (400, 9, Life.post),
    (401, 9, Life.post),
)


async def go_on(life: Life, step: int) -> None:
    """Do what comes in that step, if any, and note how the schedule stands."""
    if 0 <= step < len(STEPS):
        days, hour, act = STEPS[step]
        now = EIGHT + days * DAY + timedelta(hours=hour - 8)
        life.seen += [(step, await act(life, now)), (step, await life.look(now))]


async def lived(ledger: Path, *lives: tuple[int, int, int], behind: int = 0) -> list[list[object]]:
    """Return what is seen of schedules; each goes on so many steps behind the one before it."""
    async with open_store(ledger) as database:
        async with database.write() as tx:
            # What comes in this time is looked for first.
            gap = (int(EIGHT.timestamp()), int((EIGHT + 2 * DAY).timestamp()))
            await tx.run("UPDATE continuity SET gap_since = ?, gap_until = ?", gap)
        all = [Life(database, *one) for one in lives]
        for step in range(len(STEPS) + behind * (len(all) - 1)):
            for place, life in enumerate(all):
                await go_on(life, step - place * behind)
        return [life.seen for life in all]


@pytest.mark.parametrize(
    "behind", [1, 8, *(pytest.param(steps, marks=pytest.mark.slow) for steps in (2, 4))]
)
@pytest.mark.parametrize(
    "other", [(1, 2, FIRST_BY + 1000), (2, 1, FIRST_BY)], ids=["number", "server"]
)
async def test_two_schedules_are_independent(
    tmp_path: Path, other: tuple[int, int, int], behind: int
) -> None:
    one = (1, 1, FIRST_BY)
    [alone] = await lived(tmp_path / "one.db", one)
    [other_alone] = await lived(tmp_path / "other.db", other)

    after = await lived(tmp_path / "after.db", one, other, behind=behind)
    before = await lived(tmp_path / "before.db", other, one, behind=behind)

    assert after == [alone, other_alone]
    assert before == [other_alone, alone]
