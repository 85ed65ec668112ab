"""Days are planned once, with a quote that stays."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.qotd.delivery import FailureReason, State
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, What, zone

CONFIG = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(9)))
EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))

pytestmark = pytest.mark.usefixtures("schedule")


async def test_no_schedule_is_due_before_its_post_time(plans, schedule):
    assert await plans.due(NINE - timedelta(seconds=1), 10) == []
    assert await plans.due(NINE, 10) == [schedule]


async def test_planning_a_day_chooses_its_quote_and_moves_to_the_next_day(
    plans, schedule, schedules
):
    planned = await plans.plan(schedule, POOL, NINE)

    assert (planned.state, planned.day) == (State.PLANNED, TODAY)
    assert planned.choice.key in KEYS
    assert (await schedules.find(1)).next_due == NINE + DAY


async def test_a_day_planned_twice_keeps_its_quote(plans, schedule):
    planned = await plans.plan(schedule, POOL, NINE)

    assert await plans.plan(schedule, Pool(["new"], ["new"]), NINE) is None
    assert await plans.history(1) == (planned,)


async def test_all_quotes_are_shown_before_any_is_repeated(play):
    keys = await play(8)

    assert set(keys[:4]) == set(keys[4:]) == set(KEYS)


async def test_a_quote_that_was_not_posted_does_not_count_as_shown(plans, schedule, deliveries):
    planned = await plans.plan(schedule, POOL, NINE)
    [delivery] = await deliveries.claim(NINE, 1)
    await deliveries.block(delivery, FailureReason.NO_SEND, NINE)

    [first, *_] = await plans.preview(1, POOL, NINE)

    assert first.choice.key == planned.choice.key


async def test_the_quote_of_a_blocked_day_still_starts_the_next_round(
    plans, schedules, play, deliveries
):
    first_round = await play(4)
    blocked = await plans.plan(await schedules.find(1), POOL, NINE + 4 * DAY)
    [delivery] = await deliveries.claim(NINE + 4 * DAY, 1)
    await deliveries.block(delivery, FailureReason.NO_SEND, NINE)

    again = await plans.plan(await schedules.find(1), POOL, NINE + 5 * DAY)

    assert (again.choice.round, again.choice.key) == (2, blocked.choice.key)
    assert again.choice.key != first_round[-1]


async def test_the_preview_shows_the_quotes_that_will_be_posted(plans, play):
    preview = await plans.preview(1, POOL, EIGHT)

    assert [day.choice.key for day in preview] == await play(7)
    assert [day.slot.day for day in preview] == [TODAY + number * DAY for number in range(7)]


async def test_quotes_excluded_for_a_while_are_shown_before_any_is_repeated(play):
    first = await play(2)
    again = await play(2, Pool(first[:1], KEYS), begin=2)
    rest = await play(2, begin=4)

    assert again == first[:1] * 2
    assert set(first + rest) == set(KEYS)


async def test_a_schedule_in_a_removed_zone_is_blocked_and_delays_no_other(
    plans, schedules, database
):
    await schedules.set(2, CONFIG, EIGHT)
    async with database.write() as tx:
        await tx.run("UPDATE quote_schedule SET zone = 'Mars/Gone' WHERE guild_id = 1")
    later = NINE + timedelta(minutes=1)

    assert [schedule.guild_id for schedule in await plans.due(later, 10)] == [2]
    [lost] = await plans.without_zone(later, 10)

    assert (lost.guild_id, lost.day) == (1, TODAY)
    assert (lost.state, lost.failure) == (State.BLOCKED, FailureReason.NO_ZONE)
    assert await plans.without_zone(later + DAY, 10) == []


async def test_a_past_day_keeps_the_zone_it_was_planned_in(plans, schedule, schedules):
    await plans.plan(schedule, POOL, NINE)
    await schedules.set(1, QotdConfig(5, Timetable(zone("Asia/Tokyo"), time(9))), NINE)

    assert (await plans.history(1))[0].zone.key == CONFIG.table.zone.key


async def test_an_uncertain_delivery_is_kept_until_its_outcome_is_known(
    plans, schedules, deliveries, schedule
):
    only = Pool(("one",), {"one"})
    await plans.plan(schedule, only, NINE)
    [sending] = await deliveries.claim(NINE, 1)
    await deliveries.intend(sending, NINE)

    for later in (NINE + DAY, NINE + 400 * DAY):
        await plans.plan(await schedules.find(1), only, later)

    assert (await plans.on(1, sending.day)).state is State.SENDING


async def test_a_refused_quote_is_tried_again_in_the_next_round(plans, deliveries, schedule):
    two = Pool(("one", "two"), {"one", "two"})
    await plans.plan(schedule, two, NINE)
    [refused] = await deliveries.claim(NINE, 1)
    await deliveries.replace(refused, await plans.another(refused, two), NINE)

    following = await plans.preview(1, two, NINE)

    assert following[0].choice.key == refused.choice.key


async def test_after_a_year_only_the_last_post_of_each_quote_is_kept(play, plans, schedules):
    shown = await play(5)
    await plans.plan(await schedules.find(1), POOL, NINE + 400 * DAY)  # the sixth day, missed

    kept = {delivery.day: delivery.choice.key for delivery in await plans.history(1)}

    last = {key: TODAY + number * DAY for number, key in enumerate(shown)}
    assert kept == {day: key for key, day in last.items()}


async def test_history_is_read_in_pages(play, plans):
    await play(5)

    days = [delivery.day.day for delivery in await plans.history(1, 2, skip=2)]

    assert (days, await plans.days(1)) == ([3, 2], 5)


async def test_after_an_outage_of_under_six_hours_the_post_is_made_up_for(plans, schedule):
    planned = await plans.plan(schedule, POOL, NINE + timedelta(hours=5, minutes=59))

    assert planned.state is State.PLANNED


async def test_after_a_longer_outage_the_days_post_is_missed(plans, schedule, schedules):
    now = NINE + timedelta(hours=6)

    missed = await plans.plan(schedule, POOL, now)

    assert (missed.state, missed.failure) == (State.SKIPPED, FailureReason.MISSED)
    assert (await schedules.find(1)).next_day == TODAY + DAY


async def test_after_days_of_outage_only_todays_post_is_made_up_for(plans, schedule, schedules):
    now = NINE + 5 * DAY + timedelta(hours=1)
    await plans.plan(schedule, POOL, now)

    planned = await plans.plan(await schedules.find(1), POOL, now)

    assert (planned.state, planned.day) == (State.PLANNED, TODAY + 5 * DAY)
    assert len(await plans.history(1)) == 2


async def test_a_day_without_a_quote_is_skipped(plans, schedule):
    skipped = await plans.plan(schedule, Pool((), ()), NINE)

    assert (skipped.state, skipped.failure) == (State.SKIPPED, FailureReason.NO_QUOTE)


async def test_posting_now_replaces_todays_scheduled_post(plans, schedules):
    planned = await plans.plan_now(1, POOL, EIGHT)

    assert (planned.state, planned.day, planned.due) == (State.PLANNED, TODAY, EIGHT)
    assert (await schedules.find(1)).next_day == TODAY + DAY


async def test_posting_now_does_not_repeat_todays_post(plans, play):
    await play(1)

    assert (await plans.plan_now(1, POOL, NINE)).state is State.SENT


async def test_posting_now_makes_up_for_a_blocked_day_with_the_same_quote(
    plans, schedule, deliveries
):
    planned = await plans.plan(schedule, POOL, NINE)
    [delivery] = await deliveries.claim(NINE, 1)
    await deliveries.block(delivery, FailureReason.NO_SEND, NINE)

    again = await plans.plan_now(1, POOL, NINE + timedelta(hours=12))

    assert (again.state, again.choice, again.fence) == (State.PLANNED, planned.choice, 1)


async def test_posting_now_works_during_a_pause_and_does_not_end_it(plans, schedules):
    await schedules.pause(1, None, EIGHT)

    assert (await plans.plan_now(1, POOL, NINE)).state is State.PLANNED
    assert (await schedules.find(1)).next_due is None


async def test_posting_now_needs_a_schedule(plans):
    assert await plans.plan_now(2, POOL, NINE) is None


async def late_post(plans, deliveries, schedule, now):
    """Post what was due, but later."""
    await plans.plan(schedule, POOL, NINE)
    [delivery] = await deliveries.claim(now, 1)
    await deliveries.sent(delivery, 1, now)


async def test_a_late_post_delays_the_next_one_to_twelve_hours_later(
    plans, schedules, schedule, deliveries
):
    late = NINE + timedelta(hours=14)
    await late_post(plans, deliveries, schedule, late)

    [schedule] = await plans.due(NINE + DAY, 1)
    assert await plans.plan(schedule, POOL, NINE + DAY) is None
    assert (await schedules.find(1)).next_due == late + timedelta(hours=12)


async def test_a_day_too_close_to_the_last_post_is_left_out(plans, schedules, schedule, deliveries):
    late = NINE + timedelta(hours=19)
    await late_post(plans, deliveries, schedule, late)

    left_out = await plans.plan(await schedules.find(1), POOL, NINE + DAY)

    assert left_out.failure is FailureReason.TOO_SOON


async def test_the_last_day_of_a_schedule_that_was_turned_off_is_found(plans, schedule, schedules):
    await plans.plan(schedule, POOL, NINE)
    await plans.plan(await schedules.find(1), POOL, NINE + DAY)
    assert await plans.last_of_former(1) == ()
    await schedules.off(1)

    [former] = await plans.last_of_former(1)
    assert (former.number, former.day, former.channel_id) == (1, TODAY + DAY, 5)
    assert await plans.last_of_former(2) == ()


async def test_a_day_that_no_entry_fits_says_so(plans, schedule, schedules):
    config = replace(schedule.config, what=What.ENTRIES)
    changed = await schedules.set(1, config, EIGHT)
    planned = await plans.plan(changed, Pool((), ()), NINE)

    assert (planned.failure, planned.shows) == (FailureReason.NO_ENTRY, What.ENTRIES)
