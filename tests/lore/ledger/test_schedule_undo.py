"""Changes of the quote of the day are taken back, unless something came in between."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest

from lore.ledger.port import NotUndoneError
from lore.ledger.verbs.rows import note_done
from lore.qotd.delivery import State
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, zone

CONFIG = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(9)), role_id=7)
LATER = QotdConfig(channel_id=6, table=Timetable(zone("Asia/Tokyo"), time(10)))
EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))


@pytest.fixture
async def begun(schedules, by):
    return await schedules.set(1, CONFIG, EIGHT, by())


async def _altered(database, alter):
    """Alter what the last change keeps."""
    async with database.write() as tx:
        [*_, last] = await tx.rows("SELECT * FROM action ORDER BY interaction_id")
        kept = json.loads(last["detail"])
        alter(kept)
        values = json.dumps(kept), last["interaction_id"]
        await tx.run("UPDATE action SET detail = ? WHERE interaction_id = ?", values)


@pytest.mark.parametrize("later", [[], ["picture"]], ids=["of now", "from before pictures"])
async def test_undo_reverts_all_options_of_a_change(schedules, database, begun, by, later):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)

    def without(kept):
        for part, name in product(("before", "after"), later):
            del kept[part]["terms"][name]

    await _altered(database, without)

    assert await schedules.undo(1, change.interaction_id, EIGHT, by()) == begun


async def test_undoing_a_pause_restores_the_deliveries_it_cancelled(schedules, plans, begun, by):
    await plans.plan(begun, POOL, NINE)
    change = by()
    await schedules.pause(1, None, NINE, change)
    off = await plans.on(1, TODAY)
    await schedules.undo(1, change.interaction_id, NINE, by())

    assert off.state is State.SKIPPED
    again = await plans.on(1, TODAY)
    assert (again.state, again.failure) == (State.PLANNED, None)


@pytest.mark.parametrize(
    "since",
    [
        "UPDATE quote_delivery SET state = 'sent'",
        "UPDATE quote_delivery SET trouble = 'no send'",
        "UPDATE quote_delivery SET day = '2027-03-02'",
    ],
    ids=["it was posted", "something else kept it back", "it was another day"],
)
async def test_undoing_a_pause_restores_no_other_deliveries(
    schedules, plans, database, begun, by, since
):
    await plans.plan(begun, POOL, NINE)
    change = by()
    await schedules.pause(1, None, NINE, change)
    async with database.write() as tx:
        await tx.run(since)
    before = await plans.history(1)
    await schedules.undo(1, change.interaction_id, NINE, by())

    assert await plans.history(1) == before


async def test_undo_leaves_a_day_that_was_planned_before_and_after_the_change(
    schedules, plans, database, begun, by
):
    await plans.plan(begun, POOL, NINE)
    change = by()
    await schedules.set(1, replace(CONFIG, role_id=8), NINE, change)
    assert (await plans.on(1, TODAY)).state is State.PLANNED
    async with database.write() as tx:
        await tx.run("UPDATE quote_delivery SET state = 'skipped', trouble = 'paused'")
    await schedules.undo(1, change.interaction_id, NINE, by())

    assert (await plans.on(1, TODAY)).state is State.SKIPPED


@pytest.mark.parametrize(("guild_id", "number"), [(2, 1), (1, 2)])
async def test_undoing_a_pause_leaves_what_another_schedule_cancelled(
    schedules, plans, begun, by, guild_id, number
):
    other = await schedules.set(guild_id, CONFIG, EIGHT, by(), number=number)
    for one in (begun, other):
        await plans.plan(one, POOL, NINE)
    change = by()
    await schedules.pause(1, None, NINE, change)
    await schedules.pause(guild_id, None, NINE, by(), number=number)
    await schedules.undo(1, change.interaction_id, NINE, by())

    assert (await plans.on(guild_id, TODAY, number=number)).state is State.SKIPPED


@pytest.mark.parametrize(("guild_id", "number"), [(2, 1), (1, 2)])
async def test_undoing_the_first_setting_leaves_another_schedule(schedules, by, guild_id, number):
    other = await schedules.set(guild_id, CONFIG, EIGHT, by(), number=number)
    change = by()
    await schedules.set(1, LATER, EIGHT, change)

    assert await schedules.undo(1, change.interaction_id, EIGHT, by()) is None
    assert await schedules.find(guild_id, number=number) == other


@pytest.mark.usefixtures("begun")
async def test_undo_resets_the_failures_that_the_change_caused(schedules, database, by):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    async with database.write() as tx:
        await tx.run("UPDATE quote_schedule SET failing = 2, failed_day = '2027-02-28'")
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    async with database.read() as tx:
        row = await tx.row("SELECT failing, failed_day FROM quote_schedule")
    assert tuple(row) == (0, None)


@pytest.mark.usefixtures("begun")
async def test_undo_restores_no_queued_quote_that_was_already_posted(
    plans, schedules, database, by
):
    await plans.queue(1, TODAY, "four", EIGHT, by())
    change = by()
    await plans.queue(1, TODAY + DAY, "one", EIGHT, change)
    async with database.write() as tx:
        await tx.run("DELETE FROM quote_wish WHERE key = 'four'")
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    async with database.read() as tx:
        assert await tx.rows("SELECT * FROM quote_wish") == []


async def test_undo_restores_no_day_that_has_expired(schedules, plans, begun, by):
    await plans.plan(begun, POOL, NINE)
    change = by()
    await schedules.off(1, change)
    await schedules.undo(1, change.interaction_id, NINE + DAY, by())

    assert (await plans.on(1, TODAY)).state is State.SKIPPED
    assert (await schedules.find(1)).next_day == TODAY + 2 * DAY


async def test_undo_restores_no_day_at_the_moment_it_expires(schedules, plans, begun, by):
    await plans.plan(begun, POOL, NINE)
    change = by()
    await schedules.off(1, change)
    over = (await plans.on(1, TODAY)).expires
    await schedules.undo(1, change.interaction_id, over, by())

    assert (await plans.on(1, TODAY)).state is State.SKIPPED


@pytest.mark.usefixtures("begun")
async def test_undoing_a_skip_restores_the_quote(plans, schedules, by):
    before = await plans.preview(1, POOL, EIGHT)
    change = by()
    await plans.skip(1, POOL, EIGHT, change)
    skipped = await plans.preview(1, POOL, EIGHT)
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert skipped != before
    assert await plans.preview(1, POOL, EIGHT) == before


@pytest.mark.usefixtures("begun")
async def test_undoing_a_queued_quote_restores_the_one_queued_before(plans, schedules, by):
    await plans.queue(1, TODAY, "four", EIGHT, by())
    change = by()
    await plans.queue(1, TODAY, "one", EIGHT, change)
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert (await plans.preview(1, POOL, EIGHT))[0].choice.key == "four"


@pytest.mark.usefixtures("begun")
async def test_a_change_cannot_be_undone_after_another_change(schedules, by):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    now = await schedules.pause(1, None, EIGHT, by())
    with pytest.raises(NotUndoneError, match="changed again since"):
        await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert await schedules.find(1) == now


async def test_a_queued_quote_cannot_be_undone_after_its_day_has_come(plans, schedules, begun, by):
    change = by()
    await plans.queue(1, TODAY, "four", EIGHT, change)
    await plans.plan(begun, POOL, NINE)
    with pytest.raises(NotUndoneError, match="the day has come"):
        await schedules.undo(1, change.interaction_id, NINE, by())


@pytest.mark.usefixtures("begun")
async def test_an_unreadable_change_is_not_undone(schedules, database, by, caplog):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    async with database.write() as tx:
        await tx.run("UPDATE action SET detail = '{'")
    with pytest.raises(NotUndoneError, match="too long ago"):
        await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert "cannot be read" in caplog.text


@pytest.mark.usefixtures("begun")
async def test_a_queued_quote_can_be_undone_after_the_schedule_changed(plans, schedules, by):
    change = by()
    before = await plans.preview(1, POOL, EIGHT)
    await plans.queue(1, TODAY, "four", EIGHT, change)
    await schedules.set(1, replace(CONFIG, channel_id=6), EIGHT, by())
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    assert await plans.preview(1, POOL, EIGHT) == before


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(("guild_id", "number"), [(2, 1), (1, 2)])
async def test_undo_leaves_the_queued_quotes_of_another_schedule(
    plans, schedules, by, guild_id, number
):
    change = by()
    await schedules.set(guild_id, CONFIG, EIGHT, by(), number=number)
    for day, key in ((TODAY, "four"), (TODAY + DAY, "one")):
        await plans.queue(guild_id, day, key, EIGHT, by(), number=number)
    await plans.queue(1, TODAY, "four", EIGHT, change)
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    shown = await plans.preview(guild_id, POOL, EIGHT, 2, number=number)
    assert [one.choice.key for one in shown] == ["four", "one"]


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(
    ("key", "day"), [("four", TODAY + DAY), ("three", TODAY)], ids=["another day", "another quote"]
)
async def test_undo_reverts_only_that_change(plans, schedules, database, by, key, day):
    """A date has one queued quote; several are set aside."""
    change = by()
    await plans.queue(1, TODAY, "four", EIGHT, change)
    async with database.write() as tx:
        await tx.run("INSERT INTO quote_wish VALUES (1, 1, ?, ?, 'queued')", (f"{day}", key))
    await schedules.undo(1, change.interaction_id, EIGHT, by())

    async with database.read() as tx:
        left = await tx.rows("SELECT day, key FROM quote_wish")
    assert [tuple(row) for row in left] == [(f"{day}", key)]


async def test_a_change_stored_without_a_number_belongs_to_the_first_schedule(
    schedules, database, begun, by
):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    await _altered(database, lambda kept: kept.pop("number"))

    assert await schedules.undo(1, change.interaction_id, EIGHT, by()) == begun


async def test_a_change_is_kept_for_its_own_server_only(schedules, begun, by):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    await schedules.set(2, CONFIG, EIGHT, change)

    assert await schedules.undo(1, change.interaction_id, EIGHT, by()) == begun


@pytest.mark.parametrize(
    ("verb", "detail"), [("settings", '{"before": {}, "after": {}}'), ("qotd set", None)]
)
async def test_an_action_of_another_kind_is_not_reported_as_damaged(
    schedules, database, by, caplog, verb, detail
):
    async with database.write() as tx:
        await note_done(tx, 1, verb, other := by(), detail=detail)
    with pytest.raises(NotUndoneError, match="too long ago"):
        await schedules.undo(1, other.interaction_id, EIGHT, by())

    assert caplog.text == ""


@pytest.mark.usefixtures("begun")
async def test_an_undo_delivered_twice_undoes_once(schedules, by):
    change, undo = by(), by()
    await schedules.set(1, LATER, EIGHT, change)
    await schedules.undo(1, change.interaction_id, EIGHT, undo)
    again = await schedules.set(1, LATER, EIGHT, by())
    await schedules.undo(1, change.interaction_id, EIGHT, undo)

    assert await schedules.find(1) == again


@pytest.mark.usefixtures("begun")
async def test_a_change_of_another_server_cannot_be_undone(schedules, by):
    change = by()
    await schedules.set(1, LATER, EIGHT, change)
    with pytest.raises(NotUndoneError):
        await schedules.undo(2, change.interaction_id, EIGHT, by())
