"""Changes of the quote of the day are taken back, unless something came in between."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.daily.choice import Pool
from lore.daily.delivery import State
from lore.daily.schedule import Terms
from lore.daily.timetable import Timetable, zone
from lore.ledger.port import NotUndoneError

TERMS = Terms(channel_id=5, table=Timetable(zone("UTC"), time(9)), role_id=7)
LATER = Terms(channel_id=6, table=Timetable(zone("Asia/Tokyo"), time(10)))
EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))


@pytest.fixture
async def begun(schedules, by):
    return await schedules.set(1, TERMS, EIGHT, by())


async def test_another_setting_is_taken_back_whole(schedules, begun, by):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)

    assert await schedules.undo(1, change.interaction_id, EIGHT, by()) == begun


async def test_what_a_pause_called_off_comes_after_all(schedules, plans, begun, by):
    await plans.plan(begun, POOL, NINE)
    change = by()
    await schedules.pause(1, None, NINE, change)
    off = await plans.on(1, TODAY)
    await schedules.undo(1, change.interaction_id, NINE, by())

    assert off.state is State.SKIPPED
    assert (await plans.on(1, TODAY)).state is State.PLANNED


async def test_what_was_called_off_does_not_come_once_its_time_is_over(schedules, plans, begun, by):
    await plans.plan(begun, POOL, NINE)
    change = by()
    await schedules.off(1, change)
    await schedules.undo(1, change.interaction_id, NINE + DAY, by())

    assert (await plans.on(1, TODAY)).state is State.SKIPPED
    assert (await schedules.find(1)).next_day == TODAY + 2 * DAY


@pytest.mark.usefixtures("begun")
async def test_a_skipped_quote_comes_after_all(plans, schedules, by):
    before = await plans.preview(1, POOL, EIGHT)
    change = by()
    await plans.skip(1, POOL, EIGHT, change)
    skipped = await plans.preview(1, POOL, EIGHT)
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert skipped != before
    assert await plans.preview(1, POOL, EIGHT) == before


@pytest.mark.usefixtures("begun")
async def test_a_queued_quote_gives_way_to_the_one_that_was_queued_before(plans, schedules, by):
    await plans.queue(1, TODAY, "four", EIGHT, by())
    change = by()
    await plans.queue(1, TODAY, "one", EIGHT, change)
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.key == "four"


@pytest.mark.usefixtures("begun")
async def test_what_was_changed_since_is_not_taken_back(schedules, by):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    now = await schedules.pause(1, None, EIGHT, by())
    with pytest.raises(NotUndoneError, match="changed again since"):
        await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert await schedules.find(1) == now


async def test_a_queued_quote_whose_day_has_come_is_not_taken_back(plans, schedules, begun, by):
    change = by()
    await plans.queue(1, TODAY, "four", EIGHT, change)
    await plans.plan(begun, POOL, NINE)
    with pytest.raises(NotUndoneError, match="the day has come"):
        await schedules.undo(1, change.interaction_id, NINE, by())


@pytest.mark.usefixtures("begun")
async def test_a_change_that_cannot_be_read_is_not_taken_back(schedules, store, by, caplog):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    async with store.write() as tx:
        await tx.run("UPDATE action SET detail = '{'")
    with pytest.raises(NotUndoneError, match="too long ago"):
        await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert "cannot be read" in caplog.text


@pytest.mark.usefixtures("begun")
async def test_an_undo_that_comes_again_undoes_nothing_more(schedules, by):
    change, undo = by(), by()
    await schedules.set(1, LATER, EIGHT, change)
    await schedules.undo(1, change.interaction_id, EIGHT, undo)
    again = await schedules.set(1, LATER, EIGHT, by())
    await schedules.undo(1, change.interaction_id, EIGHT, undo)

    assert await schedules.find(1) == again


@pytest.mark.usefixtures("begun")
async def test_another_servers_change_is_not_taken_back(schedules, by):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    with pytest.raises(NotUndoneError):
        await schedules.undo(2, change.interaction_id, EIGHT, by())
