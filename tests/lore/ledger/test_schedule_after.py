"""What a post or a failure means for the days after it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from lore.qotd.delivery import FailureReason, State
from lore.qotd.picking import Pool
from lore.qotd.timetable import Pause, QotdConfig, Timetable, zone

BERLIN = Timetable(zone("Europe/Berlin"), time(9))
CONFIG = QotdConfig(channel_id=5, table=BERLIN)
EIGHT = datetime(2027, 3, 1, 7, tzinfo=UTC)  # 08:00 in Berlin
NINE = EIGHT + timedelta(hours=1)
DAY = timedelta(days=1)
POOL = Pool(("one", "two", "three"), {"one", "two", "three"})


async def posted(plans, deliveries, now):
    """Post today's at once, as a curator asks."""
    await plans.plan_now(1, POOL, now)
    [delivery] = await deliveries.claim(now, 1)
    await deliveries.sent(delivery, 1, now)


async def test_a_changed_zone_keeps_twelve_hours_between_posts(schedules, plans, deliveries):
    auckland = QotdConfig(5, Timetable(zone("Pacific/Auckland"), time(9)))
    angeles = QotdConfig(5, Timetable(zone("America/Los_Angeles"), time(9)))
    first = await schedules.set(1, angeles, EIGHT)
    await plans.plan(first, POOL, first.next_due)
    [delivery] = await deliveries.claim(first.next_due, 1)
    await deliveries.sent(delivery, 99, first.next_due)

    changed = await schedules.set(1, auckland, first.next_due)

    assert changed.next_due - first.next_due >= timedelta(hours=12)


async def test_a_post_on_request_does_not_move_the_next_post(schedules, plans, deliveries):
    await schedules.set(1, QotdConfig(5, Timetable(BERLIN.zone, time(3))), EIGHT)
    night = NINE + timedelta(hours=13)
    await posted(plans, deliveries, night)

    three = datetime(2027, 3, 2, 2, tzinfo=UTC)
    [schedule] = await plans.due(three, 1)

    assert (await plans.plan(schedule, POOL, three)).state is State.PLANNED


async def test_a_changed_zone_keeps_twelve_hours_from_a_post_on_request_too(
    schedules, plans, deliveries
):
    await schedules.set(1, CONFIG, EIGHT)
    night = NINE + timedelta(hours=13)
    await posted(plans, deliveries, night)

    tokyo = QotdConfig(5, Timetable(zone("Asia/Tokyo"), time(9)))
    changed = await schedules.set(1, tokyo, night)

    assert changed.next_due - night >= timedelta(hours=12)


async def test_the_outlook_lists_days_that_a_change_moves_or_leaves_out(
    schedules, plans, deliveries
):
    await schedules.set(1, QotdConfig(5, Timetable(BERLIN.zone, time(23))), EIGHT)
    late = NINE + timedelta(hours=14)
    await plans.plan(await schedules.find(1), POOL, late)
    [delivery] = await deliveries.claim(late, 1)
    await deliveries.sent(delivery, 1, late)

    await schedules.set(1, QotdConfig(5, Timetable(BERLIN.zone, time(8))), late)
    outlook = await plans.outlook(1, late, days=2)
    [moved] = outlook.shifts
    await schedules.set(1, QotdConfig(5, Timetable(BERLIN.zone, time(1))), late)
    [left_out] = (await plans.outlook(1, late)).shifts

    assert (moved.slot.day, moved.moved_to) == (date(2027, 3, 2), outlook.slots[0])
    assert moved.moved_to.due == late + timedelta(hours=12)
    assert [slot.day.day for slot in outlook.slots] == [2, 3]
    assert (left_out.slot.day, left_out.moved_to, left_out.taken) == (date(2027, 3, 2), None, False)


async def test_the_outlook_lists_a_day_that_already_had_its_post(schedules, plans, deliveries):
    await schedules.set(1, CONFIG, EIGHT)
    await posted(plans, deliveries, EIGHT)

    await schedules.set(1, QotdConfig(5, Timetable(BERLIN.zone, time(20))), NINE)
    [taken] = (await plans.outlook(1, NINE)).shifts

    assert (taken.slot.day, taken.moved_to, taken.taken) == (date(2027, 3, 1), None, True)


async def test_a_refused_post_does_not_delay_the_next_one(schedules, plans, deliveries):
    schedule = await schedules.set(1, CONFIG, EIGHT)
    await plans.plan(schedule, POOL, NINE)
    [delivery] = await deliveries.claim(NINE, 1)
    await deliveries.intend(delivery, NINE)
    await deliveries.block(delivery, FailureReason.REFUSED, NINE)

    tokyo = QotdConfig(5, Timetable(zone("Asia/Tokyo"), time(2)))
    changed = await schedules.set(1, tokyo, NINE)

    assert changed.next_due == datetime(2027, 3, 1, 17, tzinfo=UTC)


async def test_a_third_blocked_day_in_a_row_pauses_the_schedule(schedules, plans, deliveries):
    schedule = await schedules.set(1, CONFIG, EIGHT)
    paused = []
    for days in range(3):
        await plans.plan(schedule, POOL, NINE + days * DAY)
        [delivery] = await deliveries.claim(NINE + days * DAY, 1)
        paused.append((await deliveries.block(delivery, FailureReason.NO_SEND, NINE)).paused)
        schedule = await schedules.find(1)

    assert paused == [False, False, True]
    assert (schedule.pause, schedule.next_due) == (Pause.FAILING, None)


async def blocked_now(plans, deliveries, now):
    """Try to post today's at once, in vain."""
    await plans.plan_now(1, POOL, now)
    [delivery] = await deliveries.claim(now, 1)
    return await deliveries.block(delivery, FailureReason.NO_SEND, now)


async def test_a_failed_post_on_request_is_posted_at_the_usual_time(schedules, plans, deliveries):
    await schedules.set(1, CONFIG, EIGHT)

    await blocked_now(plans, deliveries, EIGHT)

    [schedule] = await plans.due(NINE, 1)
    planned = await plans.plan(schedule, POOL, NINE)
    assert (planned.state, planned.day) == (State.PLANNED, date(2027, 3, 1))
    assert (await schedules.find(1)).next_day == date(2027, 3, 2)


async def test_a_failed_post_on_request_after_the_usual_time_ends_the_day(
    schedules, plans, deliveries
):
    await schedules.set(1, CONFIG, NINE)

    await blocked_now(plans, deliveries, NINE)

    assert (await schedules.find(1)).next_day == date(2027, 3, 2)


async def test_several_failures_on_one_date_count_once(schedules, plans, deliveries):
    await schedules.set(1, CONFIG, EIGHT)

    tries = [await blocked_now(plans, deliveries, EIGHT) for _ in range(4)]

    assert [blocked.paused for blocked in tries] == [False] * 4
    assert (await schedules.find(1)).failing == 1


async def test_a_post_on_request_ends_a_pause_after_failures(schedules, plans, deliveries):
    await schedules.set(1, CONFIG, EIGHT)
    for days in range(3):
        await blocked_now(plans, deliveries, EIGHT + days * DAY)
    assert (await schedules.find(1)).pause is Pause.FAILING

    await posted(plans, deliveries, EIGHT + 2 * DAY)

    mended = await schedules.find(1)
    assert (mended.pause, mended.failing, mended.next_day) == (
        None,
        0,
        date(2027, 3, 4),
    )


async def test_a_curators_pause_survives_posts_and_failures_on_request(
    schedules, plans, deliveries
):
    await schedules.set(1, CONFIG, EIGHT)
    await schedules.pause(1, date(2027, 4, 1), EIGHT)
    for days in range(4):
        await blocked_now(plans, deliveries, EIGHT + days * DAY)
    await posted(plans, deliveries, EIGHT + 4 * DAY)

    schedule = await schedules.find(1)
    assert (schedule.pause, schedule.paused_until) == (Pause.ASKED, date(2027, 4, 1))


async def test_a_successful_post_resets_the_count_of_blocked_days(schedules, plans, deliveries):
    schedule = await schedules.set(1, CONFIG, EIGHT)
    await plans.plan(schedule, POOL, NINE)
    [delivery] = await deliveries.claim(NINE, 1)
    await deliveries.block(delivery, FailureReason.NO_SEND, NINE)
    await plans.plan(await schedules.find(1), POOL, NINE + DAY)
    [delivery] = await deliveries.claim(NINE + DAY, 1)

    await deliveries.sent(delivery, 99, NINE + DAY)

    assert (await schedules.find(1)).failing == 0
    assert (await plans.history(1))[0].state is State.SENT


async def test_a_past_post_keeps_its_channel_when_the_schedule_moves(schedules, plans, deliveries):
    config = QotdConfig(5, Timetable(zone("UTC"), time(9)))
    await schedules.set(1, config, EIGHT)
    await posted(plans, deliveries, EIGHT)

    await schedules.set(1, replace(config, channel_id=6), EIGHT)

    assert [one.channel_id for one in await plans.history(1)] == [5]
