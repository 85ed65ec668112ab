"""Several schedules of one server are kept apart by their numbers."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.ledger.migrations import migrations_in
from lore.ledger.port import PostGoneError, TooManyPostsError
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.delivery import FailureReason, State, Step
from lore.qotd.picking import Pool
from lore.qotd.timetable import MOST_POSTS, QotdConfig, Timetable, zone

EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = date(2027, 3, 1)
FIRST = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(9)))
SECOND = QotdConfig(channel_id=6, table=Timetable(zone("UTC"), time(9)), role_id=7)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))


@pytest.fixture
async def both(schedules, by):
    first = await schedules.set(1, FIRST, EIGHT, by())
    second = await schedules.set(1, SECOND, EIGHT, by(), number=2)
    return first, second


@pytest.fixture
def former(tmp_path):
    """Return a ledger from before schedules were numbered, with a row in each of their tables."""
    ledger = tmp_path / "ledger.db"
    migrate(ledger, migrations_in(MIGRATIONS)[:7])
    with closing(sqlite3.connect(ledger)) as db, db:
        db.executescript(
            """
            INSERT INTO guild (guild_id) VALUES (1);
            INSERT INTO quote_schedule (guild_id, channel_id, zone, at, days, next_day, next_due)
                VALUES (1, 5, 'UTC', '09:00', 127, '2027-03-02', 1803978000);
            INSERT INTO quote_delivery (guild_id, day, state, due, expires, channel_id, key, why,
                                        round, unshown, total, sent_at, message_id)
                VALUES (1, '2027-03-01', 'sent', 1803891600, 1803913200, 5, 'one', 'drawn',
                        1, 4, 4, 1803891601, 77);
            INSERT INTO quote_wish VALUES (1, '2027-03-02', 'three', 'queued');
            INSERT INTO quote_refused VALUES (1, 'two', 1, '2027-03-01');
            """
        )
    return ledger


async def test_a_schedule_stored_before_schedules_were_numbered_keeps_working(former):
    async with open_store(former) as database:
        qotd = qotd_in(database)
        assert (await qotd.schedules.find(1)).config == FIRST
        [sent] = await qotd.plans.history(1)
        assert (sent.key, sent.message_id, sent.nonce) == ((1, 1, TODAY), 77, "q1-20270301")
        [schedule] = await qotd.plans.due(NINE + DAY, 10)
        planned = await qotd.plans.plan(schedule, POOL, NINE + DAY)
        assert (planned.number, planned.choice.key) == (1, "three")
        [tomorrow, *_] = await qotd.plans.preview(1, POOL, NINE + DAY)
        assert tomorrow.choice.key == "four"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE quote_schedule SET days = 0",
        "UPDATE quote_schedule SET pause = 'junk'",
        "UPDATE quote_schedule SET next_due = NULL",
        "UPDATE quote_delivery SET state = 'junk'",
        "UPDATE quote_delivery SET state = 'sending', uncertain_since = NULL",
        "UPDATE quote_delivery SET day = 'junk'",
        "UPDATE quote_wish SET wish = 'junk'",
        "UPDATE quote_refused SET day = 'junk'",
    ],
)
async def test_a_damaged_row_stored_without_a_number_blocks_no_other_schedule(former, damage):
    with closing(sqlite3.connect(former)) as db, db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(damage)
        db.executescript(
            """
            INSERT INTO guild (guild_id) VALUES (2);
            INSERT INTO quote_schedule (guild_id, channel_id, zone, at, days, next_day, next_due)
                VALUES (2, 5, 'UTC', '09:00', 127, '2027-03-02', 1803978000);
            """
        )
    async with open_store(former) as database:
        plans = qotd_in(database).plans
        due = {schedule.guild_id: schedule for schedule in await plans.due(NINE + DAY, 10)}
        assert (await plans.plan(due[2], POOL, NINE + DAY)).choice


async def all_planned(plans, now):
    """Plan what is due; the deliveries by their numbers."""
    planned = [await plans.plan(schedule, POOL, now) for schedule in await plans.due(now, 10)]
    return {delivery.number: delivery for delivery in planned}


async def test_each_schedule_of_a_server_has_its_own_settings(schedules, both):
    assert [await schedules.find(1), await schedules.find(1, number=2)] == list(both)
    assert (await schedules.config(1, None, number=2)) == SECOND
    assert await schedules.find(1, number=3) is None


@pytest.mark.usefixtures("both")
async def test_each_schedule_of_a_server_posts_its_own_quote(plans, deliveries):
    planned = await all_planned(plans, NINE)
    claimed = await deliveries.claim(NINE, 10)

    assert {number: one.channel_id for number, one in planned.items()} == {1: 5, 2: 6}
    assert len({one.nonce for one in claimed}) == 2
    for one in claimed:
        assert await deliveries.intend(one, NINE)
        assert await deliveries.sent(one, one.number, NINE)
    assert [one.message_id for one in await plans.history(1)] == [1]
    assert [one.message_id for one in await plans.history(1, number=2)] == [2]
    assert (await plans.days(1), await plans.days(1, number=2)) == (1, 1)


@pytest.mark.usefixtures("both")
async def test_a_claim_can_be_limited_to_one_schedule(plans, deliveries):
    await all_planned(plans, NINE)

    [claimed] = await deliveries.claim(NINE, 10, 1, number=2)
    assert claimed.number == 2
    with deliveries.holding(claimed):
        later = await deliveries.claim(NINE + timedelta(hours=1), 10)
    assert [one.number for one in later] == [1]


@pytest.mark.usefixtures("both")
async def test_a_quote_shown_by_one_schedule_is_new_to_the_other(plans, deliveries):
    shown = (await plans.plan_now(1, POOL, EIGHT)).choice
    [claimed] = await deliveries.claim(EIGHT, 1)
    await deliveries.sent(claimed, 1, EIGHT)

    [following, *_] = await plans.preview(1, POOL, NINE)
    [own, *_] = await plans.preview(1, POOL, NINE, number=2)
    assert following.choice.unshown == len(KEYS) - 1
    assert (own.choice.unshown, own.slot.day) == (len(KEYS), TODAY)
    assert shown.key != following.choice.key


@pytest.mark.usefixtures("both")
async def test_a_quote_is_queued_for_one_schedule_only(plans, by):
    [before, *_] = await plans.preview(1, POOL, EIGHT)
    wished = next(key for key in KEYS if key != before.choice.key)
    await plans.queue(1, TODAY, wished, EIGHT, by(), number=2)

    [first, *_] = await plans.preview(1, POOL, EIGHT)
    [second, *_] = await plans.preview(1, POOL, EIGHT, number=2)
    assert (first.choice, second.choice.key) == (before.choice, wished)

    await plans.skip(1, POOL, EIGHT, by(), number=2)
    assert (await plans.preview(1, POOL, EIGHT))[0].choice == before.choice


async def test_pausing_one_schedule_leaves_the_other_running(schedules, plans, both, by):
    await all_planned(plans, NINE)
    await schedules.pause(1, None, NINE, by(), number=2)

    assert (await plans.on(1, TODAY)).state is State.PLANNED
    assert (await plans.on(1, TODAY, number=2)).state is State.SKIPPED
    assert (await schedules.find(1)).pause is None

    await schedules.resume(1, NINE, by(), number=2)
    assert (await schedules.find(1, number=2)).pause is None
    assert await schedules.off(1, by(), number=2)
    assert await schedules.find(1, number=2) is None
    assert (await schedules.find(1)).config == both[0].config


async def test_undo_changes_one_schedule_only(schedules, both, by):
    change = by()
    await schedules.off(1, change, number=2)

    assert await schedules.undo(1, change.interaction_id, EIGHT, by()) == both[1]
    assert await schedules.find(1) == both[0]


@pytest.mark.usefixtures("both")
async def test_failures_of_one_schedule_do_not_pause_the_other(schedules, plans, deliveries):
    for days in range(3):
        now = NINE + days * DAY
        await all_planned(plans, now)
        for one in await deliveries.claim(now, 10):
            if one.number == 2:
                await deliveries.block(one, FailureReason.NO_SEND, now)
            else:
                await deliveries.sent(one, days, now)

    assert (await schedules.find(1, number=2)).pause
    assert (await schedules.find(1)).pause is None
    assert (await schedules.find(1)).failing == 0


@pytest.mark.usefixtures("both")
async def test_a_quote_is_refused_for_one_schedule_only(plans, deliveries):
    await all_planned(plans, NINE)
    [claimed] = await deliveries.claim(NINE, 10, 1, number=2)

    other = await plans.another(claimed, POOL)
    await deliveries.replace(claimed, other, NINE)
    assert (await plans.on(1, TODAY, number=2)).choice == other
    assert {other.key, claimed.choice.key}.isdisjoint({(await plans.on(1, TODAY)).choice.key})
    [following, *_] = await plans.preview(1, POOL, NINE)
    assert following.choice.unshown == len(KEYS) - 1


@pytest.mark.usefixtures("both")
async def test_a_removed_zone_stops_one_schedule_only(schedules, plans, database):
    async with database.write() as tx:
        await tx.run("UPDATE quote_schedule SET zone = 'Mars/Gone' WHERE number = 2")

    [lost] = await plans.without_zone(NINE, 10)
    assert (lost.number, lost.failure) == (2, FailureReason.NO_ZONE)
    assert [one.number for one in await plans.due(NINE, 10)] == [1]
    await schedules.realign(NINE - timedelta(minutes=30))
    assert (await schedules.find(1)).next_due


@pytest.mark.usefixtures("both")
async def test_a_post_of_one_schedule_does_not_move_the_other(schedules, plans):
    await plans.plan_now(1, POOL, EIGHT, number=2)
    await schedules.realign(EIGHT)

    assert (await schedules.find(1)).next_day == TODAY
    assert (await schedules.find(1, number=2)).next_day == TODAY + DAY


async def test_posts_of_one_server_show_no_quote_twice_on_one_day(schedules, plans, by):
    for number in range(1, 4):
        await schedules.set(1, SECOND, EIGHT, by(), number=number)

    for days in range(9):
        shown = await all_planned(plans, NINE + days * DAY)
        assert len({one.choice.key for one in shown.values()}) == 3


@pytest.mark.usefixtures("both")
async def test_a_quote_queued_for_one_post_is_drawn_that_day_by_no_other(plans, by):
    [before, *_] = await plans.preview(1, POOL, EIGHT)
    await plans.queue(1, TODAY, before.choice.key, EIGHT, by(), number=2)

    planned = await all_planned(plans, NINE)
    assert planned[2].choice.key == before.choice.key != planned[1].choice.key


async def test_posts_beyond_the_fourth_are_refused_whichever_way_they_come(schedules, by):
    added = [await schedules.add(1, SECOND, EIGHT, by()) for _ in range(MOST_POSTS)]
    assert [one.number for one in added] == [1, 2, 3, 4]
    with pytest.raises(TooManyPostsError):
        await schedules.add(1, SECOND, EIGHT, by())

    off = by()
    await schedules.off(1, off, number=2)
    fifth = await schedules.add(1, FIRST, EIGHT, by())
    with pytest.raises(TooManyPostsError):
        await schedules.undo(1, off.interaction_id, EIGHT, by())
    assert [post.number for post in await schedules.posts(1)] == [1, 3, 4, fifth.number]


async def test_an_addition_that_is_delivered_twice_adds_one_post(schedules, by):
    twice = by()
    added = await schedules.add(1, SECOND, EIGHT, twice)

    assert await schedules.add(1, SECOND, EIGHT, twice) == added
    assert len(await schedules.posts(1)) == 1


async def test_a_new_post_begins_with_a_history_of_its_own(schedules, plans, by):
    await schedules.set(1, FIRST, EIGHT, by())
    await schedules.set(1, SECOND, EIGHT, by(), number=2)
    await plans.plan_now(1, POOL, EIGHT, number=2)
    await schedules.off(1, by(), number=2)

    assert (await schedules.add(1, SECOND, EIGHT, by())).number == 3
    # Once all numbers are used up, the one whose last post is the longest ago comes again.
    for number in range(4, 100):
        await schedules.set(1, SECOND, EIGHT, by(), number=number)
        await schedules.off(1, by(), number=number)
    assert (await schedules.add(1, SECOND, EIGHT, by())).number == 4


async def test_two_curators_who_change_different_things_at_once_both_succeed(schedules, by):
    before = (await schedules.set(1, FIRST, EIGHT, by())).config
    await schedules.set(1, replace(before, channel_id=8), EIGHT, by(), before=before)
    both = await schedules.set(1, replace(before, role_id=9), EIGHT, by(), before=before)

    assert (both.config.channel_id, both.config.role_id) == (8, 9)
    await schedules.off(1, by())
    with pytest.raises(PostGoneError):
        await schedules.set(1, replace(before, role_id=7), EIGHT, by(), before=before)


async def test_a_post_near_midnight_waits_for_the_others_of_its_minute(schedules, plans, database):
    late = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(23, 55)))
    begun = await schedules.set(1, late, EIGHT)
    due = datetime(2027, 3, 1, 23, 55, tzinfo=UTC)
    async with database.write() as tx:
        await tx.run(
            "INSERT INTO quote_schedule (guild_id, number, channel_id, zone, at, days, next_day, "
            "next_due) WITH RECURSIVE many(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM many "
            "WHERE n < 40000) SELECT n, 1, 5, 'UTC', '23:55', 127, '2027-03-01', ? FROM many",
            (int(due.timestamp()),),
        )
    planned = await plans.plan(begun, POOL, due + timedelta(minutes=33))

    assert planned.state is State.PLANNED
    assert planned.step(due + timedelta(minutes=42), can_look=True) is Step.SEND
