"""What the ledger knows of when it was in use."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from lore.ledger.port import QotdDeliveries, QotdPlans
from lore.ledger.sqlite.continuity import SqliteContinuity
from lore.ledger.sqlite.database import Database
from lore.ledger.sqlite.inspecting import unreadable
from lore.ledger.sqlite.lineage import beside, written_beside
from lore.qotd.picking import Pool
from lore.qotd.timetable import Schedule

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTHING = timedelta()


@pytest.fixture
def continuity(database: Database, schedule: Schedule) -> SqliteContinuity:
    """That of a ledger in which a schedule stands."""
    assert schedule
    return SqliteContinuity(database)


async def test_nobody_is_told_that_a_new_ledger_knows_nothing(database: Database) -> None:
    assert await SqliteContinuity(database).sign(NOON, NOTHING) is None


@pytest.mark.parametrize(("minutes", "silent"), [(10, False), (11, True)])
async def test_more_than_ten_minutes_of_silence_are_a_gap(
    continuity: SqliteContinuity, minutes: int, silent: bool
) -> None:
    await continuity.sign(NOON, NOTHING)
    gap = await continuity.sign(NOON + minutes * MINUTE, NOTHING)
    assert (gap is not None) is silent
    if gap:
        assert (gap.since, gap.until, gap.older_until) == (NOON, NOON + minutes * MINUTE, None)


async def test_what_the_process_has_lived_through_is_no_silence(
    continuity: SqliteContinuity,
) -> None:
    await continuity.sign(NOON, NOTHING)
    assert await continuity.sign(NOON + 90 * MINUTE, 89 * MINUTE) is None


async def test_a_mark_makes_a_gap_of_any_time_and_another_ledger_of_it(
    continuity: SqliteContinuity, database: Database
) -> None:
    await continuity.sign(NOON, NOTHING)
    before = written_beside(database.path)
    await continuity.mark_older()
    gap = await continuity.sign(NOON + MINUTE, MINUTE)
    assert gap
    assert (gap.since, gap.older_until) == (NOON, NOON + MINUTE)
    assert await continuity.sign(NOON + 2 * MINUTE, MINUTE) is None
    after = written_beside(database.path)
    assert before
    assert after
    assert before[0] != after[0]


async def test_what_was_unclear_before_a_gap_is_looked_for_from_then_on(
    continuity: SqliteContinuity, plans: QotdPlans, deliveries: QotdDeliveries, schedule: Schedule
) -> None:
    assert schedule.next_due
    due = schedule.next_due
    await plans.plan(schedule, Pool(("one",), {"one"}), due)
    [claimed] = await deliveries.claim(due, 1)
    await deliveries.intend(claimed, due)
    await continuity.sign(due + MINUTE, NOTHING)
    await continuity.sign(due + 30 * MINUTE, NOTHING)

    found = await plans.on(1, claimed.day)

    assert found
    assert (found.uncertain_since, found.last_attempt) == (due, due + 30 * MINUTE)


async def test_a_counter_that_is_ahead_marks_the_ledger_and_one_behind_does_not(
    continuity: SqliteContinuity, database: Database
) -> None:
    for number in range(3):
        await continuity.sign(NOON + number * MINUTE, MINUTE)
    said = written_beside(database.path)
    assert said
    for signs, older in ((said[1] - 1, False), (said[1] + 9, True)):
        beside(database.path).write_text(f"{said[0]} {signs}\n", "ascii")
        gap = await SqliteContinuity(database).sign(NOON + 4 * MINUTE, MINUTE)
        assert (gap is not None) is older


async def test_a_second_gap_takes_in_the_first_while_that_matters(
    continuity: SqliteContinuity,
) -> None:
    await continuity.sign(NOON, NOTHING)
    await continuity.sign(NOON + 60 * MINUTE, NOTHING)
    gap = await continuity.sign(NOON + 120 * MINUTE, NOTHING)
    later = await continuity.sign(NOON + timedelta(days=9), NOTHING)
    assert gap
    assert later
    assert (gap.since, later.since) == (NOON, NOON + 120 * MINUTE)


async def test_damaged_times_say_nothing(continuity: SqliteContinuity, database: Database) -> None:
    async with database.write() as tx:
        await tx.run(
            "UPDATE continuity SET alive_at = :far, gap_since = :far, gap_until = :far",
            {"far": 10**18},
        )
    assert await continuity.sign(NOON, NOTHING) is None
    await continuity.mark_older()
    assert await continuity.sign(NOON + MINUTE, MINUTE) is not None


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM continuity",
        "DELETE FROM lineage",
        "UPDATE lineage SET signs = 9223372036854775807",
        "UPDATE lineage SET place = 9223372036854775807",
        "UPDATE lineage SET id = 'élan vital'",
        "UPDATE lineage SET id = CAST(x'ff' AS TEXT)",
    ],
)
async def test_a_lost_or_damaged_row_makes_the_ledger_an_older_one_and_is_made_anew(
    continuity: SqliteContinuity, database: Database, damage: str
) -> None:
    await continuity.sign(NOON, NOTHING)
    async with database.write() as tx:
        await tx.run(damage)
    with closing(sqlite3.connect(database.path)) as db:
        table = damage.replace("FROM ", "").split()[1]
        assert [name.split()[1].strip(",") for name in unreadable(db)] == [table]
    restarted = SqliteContinuity(database)
    gap = await restarted.sign(NOON + MINUTE, NOTHING)
    assert gap
    assert gap.older_until == NOON + MINUTE
    assert await restarted.sign(NOON + 2 * MINUTE, MINUTE) is None
    with closing(sqlite3.connect(database.path)) as db:
        assert list(unreadable(db)) == []
    assert await SqliteContinuity(database).sign(NOON + 3 * MINUTE, NOTHING) is None
