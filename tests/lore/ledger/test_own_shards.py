"""A process plans and posts for the servers of its own shards alone."""

from datetime import time, timedelta
from pathlib import Path

from bot.settings import Settings
from lore.ledger.own_shards import ALL_SHARDS, OwnShards
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.delivery import AFTERWARDS
from lore.qotd.timetable import QotdConfig, Timetable, zone
from tests.lore.ledger.conftest import NINE, POOL

# A server is in shard (its id >> 22) % 4 here; Discord's ids are as large as the second.
GUILDS = [shard << 22 | 7 for shard in range(4)] + [(2**40 + shard) << 22 | 7 for shard in range(4)]


async def test_servers_of_other_shards_are_neither_planned_nor_claimed(database: Database) -> None:
    one, other = (qotd_in(database, OwnShards(4, ids)) for ids in ((0, 3), (1, 2)))
    config = QotdConfig(5, Timetable(zone("UTC"), time(9)), thread=True)
    for guild_id in GUILDS:
        await one.schedules.set(guild_id, config, NINE - timedelta(hours=1))
    now = NINE + timedelta(minutes=30)
    for mine, theirs in ((one, other), (other, one)):
        schedules = await mine.plans.due(now, 99)
        assert {(schedule.guild_id >> 22) % 4 for schedule in schedules} in ({0, 3}, {1, 2})
        assert len(schedules) == 4
        for schedule in schedules:
            await mine.plans.plan(schedule, POOL, now)
        assert await theirs.deliveries.claim(now, 99) == []
        assert (await mine.deliveries.due(now), await theirs.deliveries.due(now)) == (4, 0)
        claimed = await mine.deliveries.claim(now, 99)
        assert {delivery.guild_id for delivery in claimed} == {one.guild_id for one in schedules}
        for delivery in claimed:
            assert await mine.deliveries.sent(delivery, 77, now)
        assert len(await mine.steps.due(now, 99)) == 4
        assert await theirs.steps.due(now, 99) == []
        for step in await mine.steps.due(now, 99):
            await mine.steps.done(step)
    assert await qotd_in(database).plans.due(now + AFTERWARDS, 99) != []


async def test_leases_of_other_shards_are_not_shortened(database: Database) -> None:
    early, late = NINE - timedelta(hours=1), NINE + timedelta(minutes=30)
    config = QotdConfig(5, Timetable(zone("UTC"), time(9)))
    for guild_id in GUILDS[:4]:
        await qotd_in(database).schedules.set(guild_id, config, early)
    for schedule in await qotd_in(database).plans.due(late, 99):
        await qotd_in(database).plans.plan(schedule, POOL, late)
    assert len(await qotd_in(database).deliveries.claim(late, 99)) == 4
    await qotd_in(database, OwnShards(4, (2,))).deliveries.shorten_leases(early)
    async with database.read() as tx:
        found = await tx.rows("SELECT lease_until FROM quote_delivery")
    shortened, *others = sorted(row["lease_until"] for row in found)
    assert [lease - shortened for lease in others] == [(late - early).total_seconds()] * 3


async def test_schedules_of_other_shards_are_not_realigned(database: Database) -> None:
    config = QotdConfig(5, Timetable(zone("UTC"), time(9)))
    for guild_id in GUILDS[:4]:
        await qotd_in(database).schedules.set(guild_id, config, NINE)
    async with database.write() as tx:
        await tx.run("UPDATE quote_schedule SET next_due = next_due + 1000")
    await qotd_in(database, OwnShards(4, (2,))).schedules.realign(NINE)
    async with database.read() as tx:
        found = await tx.rows("SELECT next_due FROM quote_schedule")
    put_right, *others = sorted(row["next_due"] for row in found)
    assert {due - put_right for due in others} == {1000}


def test_process_without_shards_of_its_own_has_all_servers(tmp_path: Path) -> None:
    def shards(count: int | None, ids: tuple[int, ...] | None) -> OwnShards:
        return Settings(data_dir=tmp_path, shard_count=count, shard_ids=ids).own_shards()

    assert shards(None, None) == shards(4, None) == shards(4, ()) == ALL_SHARDS
    assert shards(4, (0, 3)) == OwnShards(4, (0, 3))


async def test_slower_posting_spreads_servers_wider_and_keeps_their_slots_open_longer(
    database: Database,
) -> None:
    config = QotdConfig(5, Timetable(zone("UTC"), time(23, 59)))
    at = NINE.replace(hour=23, minute=59)
    spread, opened = [], []
    for rate in (20.0, 0.01):
        qotd = qotd_in(database, rate=rate)
        for guild_id in GUILDS:
            await qotd.schedules.set(guild_id, config, NINE)
        due = [one.next_due - at for one in await qotd.plans.due(at + timedelta(minutes=9), 99)]
        spread.append(max(due))
        [first, *_] = await qotd.plans.due(at + timedelta(minutes=9), 99)
        delivery = await qotd.plans.plan(first, POOL, at + timedelta(minutes=9))
        opened.append(delivery.expires - at)
    assert spread[0] < timedelta(seconds=1) < timedelta(minutes=4) < spread[1]
    assert opened[1] - opened[0] > timedelta(minutes=10)
