"""What curators want for a day: a quote of their choice, or another than the one that comes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.ledger.port import NoTurnError
from lore.qotd.picking import Pool, Reason
from lore.qotd.timetable import QotdConfig, Timetable, zone

TERMS = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(9)))
EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))

pytestmark = pytest.mark.usefixtures("schedule")


async def test_a_queued_quote_comes_on_its_date(plans, play):
    turn = await plans.queue(1, TODAY + 2 * DAY, "four", EIGHT)

    preview = await plans.preview(1, POOL, EIGHT)

    assert turn.due == NINE + 2 * DAY
    assert preview[2].choice.key == "four"
    assert [day.choice.why is Reason.QUEUED for day in preview[:4]] == [False, False, True, False]
    assert (await play(3))[2] == "four"


async def test_the_quote_queued_last_is_the_one(plans):
    await plans.queue(1, TODAY, "four", EIGHT)
    await plans.queue(1, TODAY, "one", EIGHT)

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.key == "one"


async def test_what_is_queued_for_one_date_leaves_that_of_another(plans):
    await plans.queue(1, TODAY, "two", EIGHT)
    await plans.queue(1, TODAY + DAY, "four", EIGHT)

    preview = await plans.preview(1, POOL, EIGHT, 2)

    assert [day.choice.key for day in preview] == ["two", "four"]


async def test_what_was_skipped_stays_so_when_another_is_queued_and_skipped(plans):
    first = await plans.skip(1, POOL, EIGHT)
    queued = next(key for key in KEYS if key not in (first.before, first.day.choice.key))
    await plans.queue(1, TODAY, queued, EIGHT)
    second = await plans.skip(1, POOL, EIGHT)

    assert second.before == queued
    assert second.day.choice == first.day.choice


async def test_queueing_that_comes_again_does_not_undo_what_was_queued_since(plans, by):
    first = by()
    await plans.queue(1, TODAY, "four", EIGHT, first)
    await plans.queue(1, TODAY, "one", EIGHT, by())
    await plans.queue(1, TODAY, "four", EIGHT, first)

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.key == "one"


async def test_a_date_on_which_none_comes_is_refused_with_the_next_that_has_one(plans, schedules):
    mondays = Timetable(TERMS.table.zone, TERMS.table.at, frozenset({0}))
    await schedules.set(1, QotdConfig(5, mondays), EIGHT)
    with pytest.raises(NoTurnError, match=r"on 2027-03-03. The next date .* is 2027-03-08"):
        await plans.queue(1, TODAY + 2 * DAY, "four", EIGHT)

    await schedules.pause(1, TODAY + 10 * DAY, EIGHT)
    with pytest.raises(NoTurnError, match=r"on 2027-03-08. The next date .* is 2027-03-15"):
        await plans.queue(1, TODAY + 7 * DAY, "four", EIGHT)

    await schedules.pause(1, None, EIGHT)
    with pytest.raises(NoTurnError, match="paused: /qotd resume"):
        await plans.queue(1, TODAY + 7 * DAY, "four", EIGHT)


async def test_after_its_hour_today_takes_a_quote_that_only_posting_at_once_brings(
    plans, schedules
):
    await schedules.set(1, TERMS, NINE)

    assert await plans.queue(1, TODAY, "four", NINE) is None
    assert (await plans.plan_now(1, POOL, NINE)).choice.key == "four"


async def test_a_day_that_has_its_quote_takes_no_other(plans, schedule):
    await plans.plan(schedule, POOL, NINE)

    with pytest.raises(NoTurnError, match="is 2027-03-02"):
        await plans.queue(1, TODAY, "four", NINE)


async def test_a_quote_that_is_skipped_gives_way_for_that_day(plans, play):
    first = (await plans.preview(1, POOL, EIGHT))[0].choice.key

    skipped = await plans.skip(1, POOL, EIGHT)

    keys = await play(4)
    assert (skipped.before, skipped.day.choice.key) == (first, keys[0])
    assert keys[0] != first
    assert first in keys


async def test_a_skip_that_comes_again_sets_no_second_quote_aside(plans, by):
    once = by()
    skipped = await plans.skip(1, POOL, EIGHT, once)

    assert await plans.skip(1, POOL, EIGHT, once) == skipped
    assert await plans.skip(1, POOL, EIGHT, by()) != skipped


async def test_skipping_takes_back_what_was_queued(plans):
    await plans.queue(1, TODAY, "four", EIGHT)

    skipped = await plans.skip(1, POOL, EIGHT)

    assert (skipped.before, skipped.day.choice.why) == ("four", Reason.DRAWN)


async def test_without_a_day_to_come_nothing_is_skipped(plans, schedules):
    await schedules.pause(1, None, EIGHT)

    assert await plans.skip(1, POOL, EIGHT) is None
