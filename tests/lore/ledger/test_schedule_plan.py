"""Days are planned once, with a quote that stays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.daily.choice import Pool, Why
from lore.daily.delivery import State, Trouble
from lore.daily.schedule import Terms
from lore.daily.timetable import Timetable, zone
from lore.ledger.schedule import Schedules
from lore.ledger.schedule_delivery import Deliveries
from lore.ledger.schedule_plan import DayTakenError, Plans

TERMS = Terms(channel_id=5, table=Timetable(zone("UTC"), time(9)))
EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))

pytestmark = pytest.mark.usefixtures("schedule")


@pytest.fixture
def schedules(store):
    return Schedules(store)


@pytest.fixture
def plans(store):
    return Plans(store)


@pytest.fixture
async def schedule(schedules):
    return await schedules.set(1, TERMS, EIGHT)


async def play(store, days, pool=POOL):
    """Post that many days; the keys in order."""
    keys = []
    for number in range(days):
        now = NINE + number * DAY
        [due] = await Plans(store).due(now, 10)
        planned = await Plans(store).plan(due, pool, now)
        [delivery] = await Deliveries(store).claim(now, 1)
        await Deliveries(store).sent(delivery, number, now)
        keys.append(planned.choice.key)
    return keys


async def test_nothing_is_due_before_its_hour(plans, schedule):
    assert await plans.due(NINE - timedelta(seconds=1), 10) == []
    assert await plans.due(NINE, 10) == [schedule]


async def test_a_planned_day_has_its_quote_and_the_next_day_is_aimed_at(plans, schedule, schedules):
    planned = await plans.plan(schedule, POOL, NINE)

    assert (planned.state, planned.day) == (State.PLANNED, TODAY)
    assert planned.choice.key in KEYS
    assert (await schedules.find(1)).next_due == NINE + DAY


async def test_a_day_planned_twice_keeps_its_quote(plans, schedule):
    planned = await plans.plan(schedule, POOL, NINE)

    assert await plans.plan(schedule, Pool(["new"], ["new"]), NINE) is None
    assert await plans.history(1) == (planned,)


async def test_all_quotes_come_before_any_comes_again(store):
    keys = await play(store, 8)

    assert set(keys[:4]) == set(keys[4:]) == set(KEYS)


async def test_a_quote_that_was_not_posted_has_not_been_shown(plans, schedule, store):
    planned = await plans.plan(schedule, POOL, NINE)
    [delivery] = await Deliveries(store).claim(NINE, 1)
    await Deliveries(store).block(delivery, Trouble.NO_SEND)

    [first, *_] = await plans.preview(1, POOL, NINE)

    assert first.choice.key == planned.choice.key


async def test_a_round_that_began_with_a_blocked_day_has_not_begun(plans, schedules, store):
    first_round = await play(store, 4)
    blocked = await plans.plan(await schedules.find(1), POOL, NINE + 4 * DAY)
    [delivery] = await Deliveries(store).claim(NINE + 4 * DAY, 1)
    await Deliveries(store).block(delivery, Trouble.NO_SEND)

    again = await plans.plan(await schedules.find(1), POOL, NINE + 5 * DAY)

    assert (again.choice.round, again.choice.key) == (2, blocked.choice.key)
    assert again.choice.key != first_round[-1]


async def test_the_preview_is_what_comes(plans, store):
    preview = await plans.preview(1, POOL, EIGHT)

    assert [day.choice.key for day in preview] == await play(store, 7)
    assert [day.slot.day for day in preview] == [TODAY + number * DAY for number in range(7)]


async def test_a_queued_quote_comes_on_its_date(plans, store):
    await plans.queue(1, TODAY + 2 * DAY, "four")

    preview = await plans.preview(1, POOL, EIGHT)

    assert (preview[2].choice.key, preview[2].choice.why) == ("four", Why.QUEUED)
    assert (await play(store, 3))[2] == "four"


async def test_the_quote_queued_last_is_the_one(plans):
    await plans.queue(1, TODAY, "four")
    await plans.queue(1, TODAY, "one")

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.key == "one"


async def test_a_quote_passed_over_gives_way_for_that_day(plans, store):
    first = (await plans.preview(1, POOL, EIGHT))[0].choice.key

    await plans.pass_over(1, TODAY, first)

    keys = await play(store, 4)
    assert keys[0] != first
    assert first in keys


async def test_passing_over_takes_back_what_was_queued(plans):
    await plans.queue(1, TODAY, "four")
    await plans.pass_over(1, TODAY, "four")

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.why is Why.DRAWN


async def test_a_day_that_has_its_quote_takes_no_wishes(plans, schedule):
    await plans.plan(schedule, POOL, NINE)

    with pytest.raises(DayTakenError):
        await plans.queue(1, TODAY, "four")
    with pytest.raises(DayTakenError):
        await plans.pass_over(1, TODAY, "four")


async def test_after_an_outage_within_six_hours_the_day_is_made_up(plans, schedule):
    planned = await plans.plan(schedule, POOL, NINE + timedelta(hours=5, minutes=59))

    assert planned.state is State.PLANNED


async def test_after_a_longer_outage_the_day_is_missed(plans, schedule, schedules):
    now = NINE + timedelta(hours=6)

    missed = await plans.plan(schedule, POOL, now)

    assert (missed.state, missed.trouble) == (State.SKIPPED, Trouble.MISSED)
    assert (await schedules.find(1)).next_day == TODAY + DAY


async def test_after_days_of_outage_only_today_is_made_up(plans, schedule, schedules):
    now = NINE + 5 * DAY + timedelta(hours=1)
    await plans.plan(schedule, POOL, now)

    planned = await plans.plan(await schedules.find(1), POOL, now)

    assert (planned.state, planned.day) == (State.PLANNED, TODAY + 5 * DAY)
    assert len(await plans.history(1)) == 2


async def test_without_a_quote_the_day_is_skipped(plans, schedule):
    skipped = await plans.plan(schedule, Pool((), ()), NINE)

    assert (skipped.state, skipped.trouble) == (State.SKIPPED, Trouble.NO_QUOTE)


async def test_now_plans_today_and_its_hour_brings_no_second_one(plans, schedules):
    planned = await plans.plan_now(1, POOL, EIGHT)

    assert (planned.state, planned.day, planned.due) == (State.PLANNED, TODAY, EIGHT)
    assert (await schedules.find(1)).next_day == TODAY + DAY


async def test_now_does_not_repeat_what_was_posted(plans, store):
    await play(store, 1)

    assert (await plans.plan_now(1, POOL, NINE)).state is State.SENT


async def test_now_makes_up_for_a_blocked_day_with_the_same_quote(plans, schedule, store):
    planned = await plans.plan(schedule, POOL, NINE)
    [delivery] = await Deliveries(store).claim(NINE, 1)
    await Deliveries(store).block(delivery, Trouble.NO_SEND)

    again = await plans.plan_now(1, POOL, NINE + timedelta(hours=12))

    assert (again.state, again.choice, again.fence) == (State.PLANNED, planned.choice, 1)


async def test_now_works_in_a_pause_and_leaves_it(plans, schedules):
    await schedules.pause(1, None, EIGHT)

    assert (await plans.plan_now(1, POOL, NINE)).state is State.PLANNED
    assert (await schedules.find(1)).next_due is None


async def test_now_needs_a_schedule(plans):
    assert await plans.plan_now(2, POOL, NINE) is None


async def test_a_late_post_keeps_the_next_one_twelve_hours_away(plans, schedules, store):
    schedule = await schedules.set(1, TERMS, EIGHT)
    late = NINE + timedelta(hours=14)
    await plans.plan_now(1, POOL, late)
    [delivery] = await Deliveries(store).claim(late, 1)
    await Deliveries(store).sent(delivery, 1, late)

    [schedule] = await plans.due(NINE + DAY, 1)
    assert await plans.plan(schedule, POOL, NINE + DAY) is None
    assert (await schedules.find(1)).next_due == late + timedelta(hours=12)


async def test_what_is_too_close_to_the_last_post_for_its_day_is_left_out(plans, schedules, store):
    terms = Terms(5, Timetable(zone("Pacific/Auckland"), time(9)))
    schedule = await schedules.set(1, terms, EIGHT)
    close = schedule.next_due - timedelta(hours=2)
    await schedules.set(1, TERMS, EIGHT)
    await plans.plan_now(1, POOL, close)
    [delivery] = await Deliveries(store).claim(close, 1)
    await Deliveries(store).sent(delivery, 1, close)
    await schedules.set(1, terms, EIGHT)

    left_out = await plans.plan(await schedules.find(1), POOL, schedule.next_due)

    assert left_out.trouble is Trouble.TOO_SOON
