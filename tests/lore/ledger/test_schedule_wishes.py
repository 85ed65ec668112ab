"""What curators want for a day: a quote of their choice, or another than the one that comes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.ledger.port import NoPostOnDateError
from lore.qotd.picking import Pool, Reason
from lore.qotd.timetable import QotdConfig, Timetable, zone

CONFIG = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(9)))
EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))

pytestmark = pytest.mark.usefixtures("schedule")


async def test_a_queued_quote_is_posted_on_its_date(plans, play):
    slot = (await plans.queue(1, TODAY + 2 * DAY, "four", EIGHT)).slot

    preview = await plans.preview(1, POOL, EIGHT)

    assert slot.due == NINE + 2 * DAY
    assert preview[2].choice.key == "four"
    assert [day.choice.why is Reason.QUEUED for day in preview[:4]] == [False, False, True, False]
    assert (await play(3))[2] == "four"


async def test_the_last_quote_queued_for_a_date_is_posted(plans):
    first, again, last = [
        await plans.queue(1, TODAY, key, EIGHT) for key in ("four", "four", "one")
    ]

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.key == "one"
    assert [one.instead_of for one in (first, again, last)] == ["", "", "four"]


async def test_a_quote_queued_for_one_date_leaves_that_of_another(plans):
    await plans.queue(1, TODAY, "two", EIGHT)
    await plans.queue(1, TODAY + DAY, "four", EIGHT)

    preview = await plans.preview(1, POOL, EIGHT, 2)

    assert [day.choice.key for day in preview] == ["two", "four"]


async def test_a_skipped_quote_stays_skipped_when_another_is_queued_and_skipped(plans):
    first = await plans.skip(1, POOL, EIGHT)
    queued = next(key for key in KEYS if key not in (first.before, first.day.choice.key))
    await plans.queue(1, TODAY, queued, EIGHT)
    second = await plans.skip(1, POOL, EIGHT)

    assert second.before == queued
    assert second.day.choice == first.day.choice


async def test_a_queue_command_delivered_twice_does_not_undo_a_later_one(plans, by):
    first = by()
    await plans.queue(1, TODAY, "four", EIGHT, first)
    await plans.queue(1, TODAY, "one", EIGHT, by())
    await plans.queue(1, TODAY, "four", EIGHT, first)

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.key == "one"


async def test_queueing_for_a_date_without_a_post_names_the_next_date_with_one(plans, schedules):
    mondays = Timetable(CONFIG.table.zone, CONFIG.table.at, frozenset({0}))
    await schedules.set(1, QotdConfig(5, mondays), EIGHT)
    with pytest.raises(NoPostOnDateError, match=r"on 2027-03-03. The next date .* is 2027-03-08"):
        await plans.queue(1, TODAY + 2 * DAY, "four", EIGHT)

    await schedules.pause(1, TODAY + 10 * DAY, EIGHT)
    with pytest.raises(NoPostOnDateError, match=r"on 2027-03-08. The next date .* is 2027-03-15"):
        await plans.queue(1, TODAY + 7 * DAY, "four", EIGHT)

    await schedules.pause(1, None, EIGHT)
    with pytest.raises(NoPostOnDateError, match="paused: /qotd resume"):
        await plans.queue(1, TODAY + 7 * DAY, "four", EIGHT)


async def test_a_quote_queued_for_today_after_the_post_time_waits_for_a_request(plans, schedules):
    await schedules.set(1, CONFIG, NINE)

    assert (await plans.queue(1, TODAY, "four", NINE)).slot is None
    assert (await plans.plan_now(1, POOL, NINE)).choice.key == "four"


async def test_no_quote_can_be_queued_for_a_day_already_planned(plans, schedule):
    await plans.plan(schedule, POOL, NINE)

    with pytest.raises(NoPostOnDateError, match="is 2027-03-02"):
        await plans.queue(1, TODAY, "four", NINE)


async def test_a_skipped_quote_is_replaced_that_day_and_shown_later(plans, play):
    first = (await plans.preview(1, POOL, EIGHT))[0].choice.key

    skipped = await plans.skip(1, POOL, EIGHT)

    keys = await play(4)
    assert (skipped.before, skipped.day.choice.key) == (first, keys[0])
    assert keys[0] != first
    assert first in keys


async def test_a_skip_delivered_twice_skips_one_quote(plans, by):
    once = by()
    skipped = await plans.skip(1, POOL, EIGHT, once)

    assert await plans.skip(1, POOL, EIGHT, once) == skipped
    assert await plans.skip(1, POOL, EIGHT, by()) != skipped


async def test_skipping_removes_a_queued_quote(plans):
    await plans.queue(1, TODAY, "four", EIGHT)

    skipped = await plans.skip(1, POOL, EIGHT)

    assert (skipped.before, skipped.day.choice.why) == ("four", Reason.DRAWN)


async def test_nothing_can_be_skipped_without_a_next_post(plans, schedules):
    await schedules.pause(1, None, EIGHT)

    assert await plans.skip(1, POOL, EIGHT) is None
