"""What curators set stays set, and says when the next quote comes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.daily.choice import Pool
from lore.daily.delivery import State, Trouble
from lore.daily.schedule import Pause, Terms
from lore.daily.timetable import Timetable, zone
from lore.ledger.quota import Quota
from lore.ledger.schedule import Schedules
from lore.ledger.schedule_delivery import Deliveries
from lore.ledger.schedule_plan import Plans
from lore.ledger.sqlite import sqlite_ledger
from lore.model import Tier

BERLIN = Timetable(zone("Europe/Berlin"), time(9))
TERMS = Terms(channel_id=5, table=BERLIN)
EIGHT = datetime(2027, 3, 1, 7, tzinfo=UTC)  # 08:00 in Berlin
NINE = EIGHT + timedelta(hours=1)
DAY = timedelta(days=1)
POOL = Pool(("one", "two", "three"), {"one", "two", "three"})


@pytest.fixture
def schedules(store):
    return Schedules(store)


@pytest.fixture
def plans(store):
    return Plans(store)


async def test_what_is_set_is_found_again(schedules):
    terms = Terms(
        5, Timetable(BERLIN.zone, time(9, 30), frozenset({0, 6})), 7, frozenset({Tier.FILM}), "thor"
    )

    await schedules.set(1, terms, EIGHT)

    assert (await schedules.find(1)).terms == terms


async def test_it_begins_with_the_next_hour_to_come(schedules):
    assert (await schedules.set(1, TERMS, EIGHT)).next_due == NINE
    assert (await schedules.set(1, TERMS, NINE)).next_due == NINE + DAY


async def test_a_server_without_a_schedule_has_none(schedules):
    assert await schedules.find(1) is None
    assert await schedules.pause(1, None, EIGHT) is None
    assert await schedules.resume(1, EIGHT) is None
    assert not await schedules.off(1)


async def test_a_pause_without_an_end_has_no_next_post(schedules):
    await schedules.set(1, TERMS, EIGHT)

    paused = await schedules.pause(1, None, EIGHT)

    assert (paused.pause, paused.next_due) == (Pause.ASKED, None)


async def test_a_pause_until_a_date_ends_by_itself(schedules, plans):
    await schedules.set(1, TERMS, EIGHT)
    paused = await schedules.pause(1, date(2027, 3, 5), EIGHT)
    assert paused.next_day == date(2027, 3, 5)

    await plans.plan(paused, POOL, NINE + 4 * DAY)

    assert (await schedules.find(1)).pause is None


async def test_resuming_goes_on_with_the_next_hour_to_come(schedules):
    await schedules.set(1, TERMS, EIGHT)
    await schedules.pause(1, None, EIGHT)

    resumed = await schedules.resume(1, NINE)

    assert (resumed.pause, resumed.next_due) == (None, NINE + DAY)


async def test_a_pause_calls_off_what_is_planned(schedules, plans, store):
    await plans.plan(await schedules.set(1, TERMS, EIGHT), POOL, NINE)

    await schedules.pause(1, None, NINE)

    assert await Deliveries(store).claim(NINE, 10) == []
    assert (await plans.history(1))[0].trouble is Trouble.PAUSED


async def test_a_new_channel_holds_for_what_is_planned(schedules, plans):
    await plans.plan(await schedules.set(1, TERMS, EIGHT), POOL, NINE)

    await schedules.set(1, Terms(6, BERLIN), NINE)

    assert (await plans.history(1))[0].channel_id == 6


async def test_off_forgets_the_schedule_and_keeps_what_was_posted(schedules, plans):
    await plans.plan(await schedules.set(1, TERMS, EIGHT), POOL, NINE)

    assert await schedules.off(1)

    assert await schedules.find(1) is None
    assert len(await plans.history(1)) == 1


async def test_a_zone_changed_after_posting_keeps_twelve_hours(schedules, plans, store):
    auckland = Terms(5, Timetable(zone("Pacific/Auckland"), time(9)))
    angeles = Terms(5, Timetable(zone("America/Los_Angeles"), time(9)))
    first = await schedules.set(1, angeles, EIGHT)
    await plans.plan(first, POOL, first.next_due)
    [delivery] = await Deliveries(store).claim(first.next_due, 1)
    await Deliveries(store).sent(delivery, 99, first.next_due)

    changed = await schedules.set(1, auckland, first.next_due)

    assert changed.next_due - first.next_due >= timedelta(hours=12)


async def test_servers_are_kept_apart(schedules):
    await schedules.set(1, TERMS, EIGHT)
    await schedules.set(2, Terms(6, BERLIN), EIGHT)

    await schedules.off(2)

    assert (await schedules.find(1)).terms == TERMS


async def test_a_server_that_left_is_purged_of_its_schedule_and_posts(schedules, plans, store):
    await plans.plan(await schedules.set(1, TERMS, EIGHT), POOL, NINE)
    upkeep = sqlite_ledger(store, Quota()).upkeep
    assert await upkeep.guilds() == {1}
    await upkeep.guilds_left([1], NINE)

    await upkeep.purge(NINE + 30 * DAY)

    assert await schedules.find(1) is None
    assert await plans.history(1) == ()


async def test_realigning_pulls_back_what_a_wrong_clock_put_far_away(schedules, plans):
    schedule = await schedules.set(1, TERMS, EIGHT)
    await plans.plan(schedule, POOL, NINE + 365 * DAY)

    await schedules.realign(EIGHT + DAY)

    assert (await schedules.find(1)).next_due == NINE + DAY


async def test_realigning_knows_that_todays_was_posted_before_its_hour(schedules, plans):
    await schedules.set(1, TERMS, EIGHT)
    await plans.plan_now(1, POOL, EIGHT)

    await schedules.realign(EIGHT)

    assert (await schedules.find(1)).next_due == NINE + DAY


async def test_realigning_leaves_what_is_due(schedules):
    schedule = await schedules.set(1, TERMS, EIGHT)

    await schedules.realign(NINE + DAY)

    assert await schedules.find(1) == schedule


async def test_the_servers_of_one_hour_are_spread(schedules):
    dues = [(await schedules.set(guild, TERMS, EIGHT)).next_due for guild in range(1, 200)]

    assert all(NINE <= due < NINE + timedelta(seconds=10) for due in dues)
    assert len(set(dues)) > 5


async def test_a_third_blocked_day_in_a_row_pauses_the_schedule(schedules, plans, store):
    schedule = await schedules.set(1, TERMS, EIGHT)
    paused = []
    for days in range(3):
        await plans.plan(schedule, POOL, NINE + days * DAY)
        [delivery] = await Deliveries(store).claim(NINE + days * DAY, 1)
        paused.append((await Deliveries(store).block(delivery, Trouble.NO_SEND)).paused)
        schedule = await schedules.find(1)

    assert paused == [False, False, True]
    assert (schedule.pause, schedule.next_due) == (Pause.FAILING, None)


async def test_a_post_ends_the_row_of_blocked_days(schedules, plans, store):
    schedule = await schedules.set(1, TERMS, EIGHT)
    await plans.plan(schedule, POOL, NINE)
    [delivery] = await Deliveries(store).claim(NINE, 1)
    await Deliveries(store).block(delivery, Trouble.NO_SEND)
    await plans.plan(await schedules.find(1), POOL, NINE + DAY)
    [delivery] = await Deliveries(store).claim(NINE + DAY, 1)

    await Deliveries(store).sent(delivery, 99, NINE + DAY)

    assert (await schedules.find(1)).failing == 0
    assert (await plans.history(1))[0].state is State.SENT
