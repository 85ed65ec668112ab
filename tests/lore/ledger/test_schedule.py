"""What curators set stays set, and says when the next quote comes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lore.curation.quota import Quota
from lore.ledger.verbs.ledger import ledger_in
from lore.qotd.delivery import FailureReason
from lore.qotd.picking import Pool
from lore.qotd.timetable import LostZoneError, Outlook, Pause, QotdConfig, Timetable, zone
from tests.tiers import FILM

BERLIN = Timetable(zone("Europe/Berlin"), time(9))
CONFIG = QotdConfig(channel_id=5, table=BERLIN)
EIGHT = datetime(2027, 3, 1, 7, tzinfo=UTC)  # 08:00 in Berlin
NINE = EIGHT + timedelta(hours=1)
DAY = timedelta(days=1)
POOL = Pool(("one", "two", "three"), {"one", "two", "three"})


async def test_a_schedule_is_read_back_as_it_was_set(schedules):
    config = QotdConfig(
        5, Timetable(BERLIN.zone, time(9, 30), frozenset({0, 6})), 7, frozenset({FILM}), "thor"
    )

    await schedules.set(1, config, EIGHT)

    assert (await schedules.find(1)).config == config


async def test_a_new_schedule_starts_at_the_next_post_time(schedules):
    assert (await schedules.set(1, CONFIG, EIGHT)).next_due == NINE
    assert (await schedules.set(1, CONFIG, NINE)).next_due == NINE + DAY


async def test_a_server_without_a_schedule_has_none(schedules):
    assert await schedules.find(1) is None
    assert await schedules.pause(1, None, EIGHT) is None
    assert await schedules.resume(1, EIGHT) is None
    assert not await schedules.off(1)


async def test_a_pause_without_an_end_leaves_no_next_post(schedules):
    await schedules.set(1, CONFIG, EIGHT)

    paused = await schedules.pause(1, None, EIGHT)

    assert (paused.pause, paused.next_due) == (Pause.ASKED, None)


async def test_a_pause_with_an_end_date_ends_by_itself(schedules, plans):
    await schedules.set(1, CONFIG, EIGHT)
    paused = await schedules.pause(1, date(2027, 3, 5), EIGHT)
    assert paused.next_day == date(2027, 3, 5)

    await plans.plan(paused, POOL, NINE + 4 * DAY)

    assert (await schedules.find(1)).pause is None


async def test_resuming_continues_at_the_next_post_time(schedules):
    await schedules.set(1, CONFIG, EIGHT)
    await schedules.pause(1, None, EIGHT)

    resumed = await schedules.resume(1, NINE)

    assert (resumed.pause, resumed.next_due) == (None, NINE + DAY)


async def test_a_pause_cancels_planned_deliveries(schedules, plans, deliveries):
    await plans.plan(await schedules.set(1, CONFIG, EIGHT), POOL, NINE)

    await schedules.pause(1, None, NINE)

    assert await deliveries.claim(NINE, 10) == []
    assert (await plans.history(1))[0].failure is FailureReason.PAUSED


async def test_a_new_channel_applies_to_planned_deliveries(schedules, plans):
    await plans.plan(await schedules.set(1, CONFIG, EIGHT), POOL, NINE)

    await schedules.set(1, QotdConfig(6, BERLIN), NINE)

    assert (await plans.history(1))[0].channel_id == 6


async def test_deleting_a_schedule_keeps_its_past_posts(schedules, plans):
    await plans.plan(await schedules.set(1, CONFIG, EIGHT), POOL, NINE)

    assert await schedules.off(1)

    assert await schedules.find(1) is None
    assert len(await plans.history(1)) == 1


async def test_a_server_without_a_schedule_has_no_outlook(schedules, plans):
    assert await plans.outlook(1, NINE) == Outlook()
    await schedules.set(1, CONFIG, EIGHT)
    await schedules.pause(1, None, EIGHT)
    assert await plans.outlook(1, NINE) == Outlook()


async def test_an_interaction_delivered_twice_changes_a_schedule_once(schedules, by):
    setting, pausing, resuming, ending = by(), by(), by(), by()
    other = QotdConfig(6, BERLIN)
    await schedules.set(1, CONFIG, EIGHT, setting)
    await schedules.set(1, other, EIGHT, by())
    assert (await schedules.set(1, CONFIG, EIGHT, setting)).config == other

    await schedules.pause(1, None, EIGHT, pausing)
    await schedules.resume(1, EIGHT, resuming)
    assert (await schedules.pause(1, None, EIGHT, pausing)).pause is None

    await schedules.pause(1, None, EIGHT, by())
    assert (await schedules.resume(1, EIGHT, resuming)).pause is Pause.ASKED

    await schedules.off(1, ending)
    await schedules.set(1, CONFIG, EIGHT, by())
    assert await schedules.off(1, ending)
    assert await schedules.find(1)


async def test_schedules_of_two_servers_are_independent(schedules):
    await schedules.set(1, CONFIG, EIGHT)
    await schedules.set(2, QotdConfig(6, BERLIN), EIGHT)

    await schedules.off(2)

    assert (await schedules.find(1)).config == CONFIG


async def test_a_purged_server_loses_its_schedule_and_posts(schedules, plans, database):
    await plans.plan(await schedules.set(1, CONFIG, EIGHT), POOL, NINE)
    upkeep = ledger_in(database, Quota()).upkeep
    assert await upkeep.guilds() == {1}
    await upkeep.guilds_left([1], NINE)

    await upkeep.purge(NINE + 30 * DAY)

    assert await schedules.find(1) is None
    assert await plans.history(1) == ()


async def test_realigning_brings_back_a_next_post_that_a_wrong_clock_set_too_late(schedules, plans):
    schedule = await schedules.set(1, CONFIG, EIGHT)
    await plans.plan(schedule, POOL, NINE + 365 * DAY)

    await schedules.realign(EIGHT + DAY)

    assert (await schedules.find(1)).next_due == NINE + DAY


async def test_realigning_skips_a_day_that_was_already_posted_early(schedules, plans):
    await schedules.set(1, CONFIG, EIGHT)
    await plans.plan_now(1, POOL, EIGHT)

    await schedules.realign(EIGHT)

    assert (await schedules.find(1)).next_due == NINE + DAY


async def lose_zone(database, guild_id):
    """Let the zone of a schedule be one that this machine does not know."""
    async with database.write() as tx:
        await tx.run("UPDATE quote_schedule SET zone = 'Mars/Gone' WHERE guild_id = ?", [guild_id])


async def test_a_schedule_in_a_removed_zone_can_be_changed_or_turned_off(schedules, database):
    await schedules.set(1, CONFIG, EIGHT)
    await schedules.set(2, CONFIG, EIGHT)
    await lose_zone(database, 1)
    await lose_zone(database, 2)

    with pytest.raises(LostZoneError, match="Mars/Gone"):
        await schedules.find(1)
    assert (await schedules.set(1, CONFIG, EIGHT)).next_day == date(2027, 3, 1)
    assert await schedules.off(2)


async def test_a_removed_zone_stops_no_other_server_from_realigning(schedules, plans, database):
    far = await schedules.set(1, CONFIG, EIGHT)
    await plans.plan(far, POOL, NINE + 365 * DAY)
    await schedules.set(2, CONFIG, EIGHT)
    await lose_zone(database, 2)

    await schedules.realign(EIGHT + DAY)

    assert (await schedules.find(1)).next_due == NINE + DAY


async def test_realigning_leaves_due_days_alone(schedules):
    schedule = await schedules.set(1, CONFIG, EIGHT)

    await schedules.realign(NINE + DAY)

    assert await schedules.find(1) == schedule


async def test_servers_with_the_same_post_time_are_spread_out(schedules):
    dues = [(await schedules.set(guild, CONFIG, EIGHT)).next_due for guild in range(1, 200)]

    assert all(NINE <= due < NINE + timedelta(seconds=10) for due in dues)
    assert len(set(dues)) > 5
