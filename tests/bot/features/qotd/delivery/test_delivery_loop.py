"""The tick plans and claims what is due, and nothing while that is not safe."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.features.qotd.channels import DiscordChannelSender
from lore.ledger.errors import StorageFullError
from lore.ledger.sqlite.qotd_deliveries import SqliteQotdDeliveries
from lore.qotd.delivery import FailureReason, State
from lore.qotd.picking import Pool


async def test_nothing_is_sent_while_the_clock_is_not_trusted(office):
    office.levers.trusted = False

    assert await office.loop.due() == []
    assert await office.plans.history(office.channel.guild_id) == ()


async def test_a_day_without_a_fitting_quote_is_told(office):
    async def nothing(_):
        return Pool((), ())

    office.levers.pool = nothing

    assert await office.loop.due() == []
    assert office.told.failures == [(FailureReason.NO_QUOTE, False)]


async def test_a_zone_that_is_gone_is_told_and_keeps_no_other_server_waiting(office):
    other = office.simulator.state.server(2).channels[1]
    schedule = await office.schedules.find(office.channel.guild_id)
    config = replace(schedule.config, channel_id=other.id)
    await office.schedules.set(other.guild_id, config, schedule.next_due - timedelta(hours=1))
    async with office.database.write() as tx:
        lost = (office.channel.guild_id,)
        await tx.run("UPDATE quote_schedule SET zone = 'Mars/Gone' WHERE guild_id = ?", lost)

    assert (await office.round()).failure is FailureReason.NO_ZONE
    assert len(other.messages) == 1
    assert office.told.failures == [(FailureReason.NO_ZONE, False)]


async def test_one_servers_trouble_does_not_keep_the_others_waiting(office, monkeypatch, caplog):
    def broken(*_):
        raise KeyError("channel")

    [delivery] = await office.loop.due()
    monkeypatch.setattr(DiscordChannelSender, "access", broken)

    await office.loop.deliver(delivery)

    assert "will be tried again" in caplog.text
    caplog.clear()


async def test_a_server_whose_quotes_cannot_be_read_is_logged_and_left(office, caplog):
    async def broken(_):
        raise KeyError("quotes")

    office.levers.pool = broken

    assert await office.loop.due() == []
    assert "will be tried again" in caplog.text
    caplog.clear()


async def test_nothing_is_sent_that_could_not_be_written_down_before(office, monkeypatch, caplog):
    async def full(*_):
        raise StorageFullError

    monkeypatch.setattr(SqliteQotdDeliveries, "intend", full)

    assert (await office.round()).state is State.PLANNED
    assert office.sends == []
    assert "Storage is full" in caplog.text
    caplog.clear()


async def test_two_who_ask_at_once_do_not_get_the_same_delivery(office):
    batches = await asyncio.gather(office.loop.due(), office.loop.due())

    assert sum(map(len, batches)) == 1


async def test_what_failed_is_tried_again_when_its_lease_is_over(office):
    await office.loop.due()
    office.clock.forward(seconds=29)
    assert await office.loop.due() == []
    office.clock.forward(seconds=1)

    assert (await office.round()).state is State.SENT


async def test_a_month_of_days_brings_one_post_a_day(office):
    days = 30
    for _ in range(days * 4):
        await office.round()
        office.clock.now += timedelta(hours=6)

    assert len(office.channel.messages) == days


async def test_a_day_that_a_wrong_clock_has_set_is_set_anew_at_the_start(office):
    office.clock.forward(hours=-1)
    schedule = await office.schedules.find(office.channel.guild_id)
    in_a_year = office.clock.now + timedelta(days=365)
    await office.schedules.set(office.channel.guild_id, schedule.terms, in_a_year)
    assert await office.loop.due() == []
    office.clock.forward(hours=1)

    assert (await office.round()).state is State.SENT


async def test_a_lease_of_a_clock_that_was_ahead_is_over_soon_after_it_is_set_right(office):
    office.clock.forward(hours=2)
    [claimed] = await office.loop.due()
    office.levers.trusted = False
    assert await office.loop.due() == []
    office.levers.trusted = True
    office.clock.forward(hours=-1)
    assert await office.loop.due() == []
    office.clock.forward(seconds=30)

    assert (await office.round()).key == claimed.key
    assert len(office.channel.messages) == 1
