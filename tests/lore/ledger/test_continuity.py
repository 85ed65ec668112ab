"""How the ledger remembers when it was in use."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lore.ledger.migrations import migrations_in
from lore.ledger.port import QotdDeliveries, QotdPlans
from lore.ledger.sqlite.inspecting import unreadable
from lore.ledger.sqlite.lineage import Lineage, counter_file, lineage_of, read_counter
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.unit import Database
from lore.ledger.verbs.continuity import SqlContinuity
from lore.qotd.delivery import State
from lore.qotd.picking import Pool
from lore.qotd.timetable import Schedule
from tests.postgres import only_sqlite

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTHING = timedelta()


@pytest.fixture
def continuity(database: Database, schedule: Schedule) -> SqlContinuity:
    """Return that of a ledger in which a schedule stands."""
    assert schedule
    return SqlContinuity(database)


async def test_new_ledger_has_no_gap(database: Database) -> None:
    assert await SqlContinuity(database).sign(NOON, NOTHING) is None


@pytest.mark.parametrize(("minutes", "silent"), [(10, False), (11, True)])
async def test_more_than_ten_minutes_of_silence_are_a_gap(
    continuity: SqlContinuity, minutes: int, silent: bool
) -> None:
    await continuity.sign(NOON, NOTHING)
    gap = await continuity.sign(NOON + minutes * MINUTE, NOTHING)
    assert (gap is not None) is silent
    if gap:
        assert (gap.since, gap.until, gap.older_until) == (NOON, NOON + minutes * MINUTE, None)


async def test_time_while_the_process_ran_is_not_a_gap(
    continuity: SqlContinuity,
) -> None:
    await continuity.sign(NOON, NOTHING)
    assert await continuity.sign(NOON + 90 * MINUTE, 89 * MINUTE) is None


@only_sqlite
async def test_restore_mark_makes_a_gap_of_any_length(
    continuity: SqlContinuity, database: Database
) -> None:
    await continuity.sign(NOON, NOTHING)
    before = read_counter(database.path)
    await continuity.mark_older()
    gap = await continuity.sign(NOON + MINUTE, MINUTE)
    assert gap
    assert (gap.since, gap.older_until) == (NOON, NOON + MINUTE)
    assert await continuity.sign(NOON + 2 * MINUTE, MINUTE) is None
    after = read_counter(database.path)
    assert before
    assert after
    assert before[0] != after[0]


async def test_uncertain_delivery_before_a_gap_is_looked_for(
    continuity: SqlContinuity, plans: QotdPlans, deliveries: QotdDeliveries, schedule: Schedule
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


async def test_nothing_is_claimed_from_an_older_ledger_until_a_sign_of_life(
    continuity: SqlContinuity, plans: QotdPlans, deliveries: QotdDeliveries, schedule: Schedule
) -> None:
    assert schedule.next_due
    due = schedule.next_due
    await plans.plan(schedule, Pool(("one",), {"one"}), due)
    [before] = await deliveries.claim(due, 1)
    await continuity.mark_older()
    later = due + MINUTE
    assert await deliveries.claim(later, 1) == []

    await continuity.sign(later, MINUTE)
    assert await deliveries.intend(before, later) is None
    [claimed] = await deliveries.claim(later, 1)
    assert claimed.perhaps_posted


@pytest.mark.parametrize(("minutes", "state"), [(-1, State.SENDING), (1, State.PLANNED)])
async def test_day_due_within_a_gap_may_have_been_posted(
    continuity: SqlContinuity, plans: QotdPlans, schedule: Schedule, minutes: int, state: State
) -> None:
    assert schedule.next_due
    due = schedule.next_due
    await continuity.sign(due - 60 * MINUTE, NOTHING)
    await continuity.sign(due - minutes * MINUTE, NOTHING)
    planned = await plans.plan(schedule, Pool(("one",), {"one"}), due + 30 * MINUTE)

    assert planned
    assert planned.state is state


def test_ledger_older_than_lineages_has_an_empty_lineage(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    migrate(file, migrations_in(MIGRATIONS)[:3])
    with closing(sqlite3.connect(file)) as db:
        assert lineage_of(db) == Lineage([("", 0)])


@only_sqlite
async def test_only_a_counter_ahead_of_the_ledger_marks_it_as_restored(
    continuity: SqlContinuity, database: Database
) -> None:
    for number in range(3):
        await continuity.sign(NOON + number * MINUTE, MINUTE)
    said = read_counter(database.path)
    assert said
    for signs, older in ((said[1] - 1, False), (said[1] + 9, True)):
        counter_file(database.path).write_text(f"{said[0]} {signs}\n", "ascii")
        gap = await SqlContinuity(database).sign(NOON + 4 * MINUTE, MINUTE)
        assert (gap is not None) is older


async def test_second_gap_includes_a_recent_first_gap(
    continuity: SqlContinuity,
) -> None:
    await continuity.sign(NOON, NOTHING)
    await continuity.sign(NOON + 60 * MINUTE, NOTHING)
    gap = await continuity.sign(NOON + 120 * MINUTE, NOTHING)
    later = await continuity.sign(NOON + timedelta(days=9), NOTHING)
    assert gap
    assert later
    assert (gap.since, later.since) == (NOON, NOON + 120 * MINUTE)


async def test_damaged_times_are_ignored(continuity: SqlContinuity, database: Database) -> None:
    async with database.write() as tx:
        await tx.run(
            "UPDATE continuity SET alive_at = :far, gap_since = :far, gap_until = :far",
            {"far": 10**18},
        )
    assert await continuity.sign(NOON, NOTHING) is None
    await continuity.mark_older()
    assert await continuity.sign(NOON + MINUTE, MINUTE) is not None


@only_sqlite
@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM continuity",
        "DELETE FROM lineage",
        "UPDATE lineage SET signs = 9223372036854775807",
        "UPDATE lineage SET signs = 1000000000000000",
        "UPDATE lineage SET signs = -1",
        "UPDATE lineage SET place = 9223372036854775807",
        "UPDATE lineage SET id = 'élan vital'",
        "UPDATE lineage SET id = CAST(x'ff' AS TEXT)",
    ],
)
async def test_lost_or_damaged_row_counts_as_a_restore_and_is_recreated(
    continuity: SqlContinuity, database: Database, damage: str
) -> None:
    await continuity.sign(NOON, NOTHING)
    async with database.write() as tx:
        await tx.run(damage)
    with closing(sqlite3.connect(database.path)) as db:
        table = damage.replace("FROM ", "").split()[1]
        assert [name.split()[1].strip(",") for name in unreadable(db)] == [table]
    restarted = SqlContinuity(database)
    gap = await restarted.sign(NOON + MINUTE, NOTHING)
    assert gap
    assert gap.older_until == NOON + MINUTE
    assert await restarted.sign(NOON + 2 * MINUTE, MINUTE) is None
    with closing(sqlite3.connect(database.path)) as db:
        assert list(unreadable(db)) == []
    assert await SqlContinuity(database).sign(NOON + 3 * MINUTE, NOTHING) is None
