"""The tick plans and claims what is due, and nothing while that is not safe."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.features.qotd.channels import DiscordChannelSender
from lore.ledger.errors import StorageFullError
from lore.ledger.verbs.qotd_deliveries import SqlQotdDeliveries
from lore.qotd.delivery import FailureReason, State
from lore.qotd.picking import Pool


async def test_nothing_is_sent_while_the_clock_is_not_trusted(scheduled):
    scheduled.given.trusted = False

    assert await scheduled.scheduler.due() == []
    assert await scheduled.plans.history(scheduled.channel.guild_id) == ()


async def test_a_day_without_a_matching_quote_is_reported(scheduled):
    async def nothing(*_):
        return Pool((), ())

    scheduled.given.pool = nothing

    assert await scheduled.scheduler.due() == []
    assert scheduled.reports.failures == [(FailureReason.NO_QUOTE, False)]


async def test_a_removed_time_zone_is_reported_and_delays_no_other_server(scheduled):
    other = scheduled.simulator.state.server(2).channels[1]
    schedule = await scheduled.schedules.find(scheduled.channel.guild_id)
    config = replace(schedule.config, channel_id=other.id)
    await scheduled.schedules.set(other.guild_id, config, schedule.next_due - timedelta(hours=1))
    async with scheduled.database.write() as tx:
        lost = (scheduled.channel.guild_id,)
        await tx.run("UPDATE quote_schedule SET zone = 'Mars/Gone' WHERE guild_id = ?", lost)

    assert (await scheduled.round()).failure is FailureReason.NO_ZONE
    assert len(other.messages) == 1
    assert scheduled.reports.failures == [(FailureReason.NO_ZONE, False)]


async def test_failure_of_one_server_does_not_delay_the_others(scheduled, monkeypatch, caplog):
    def broken(*_):
        raise KeyError("channel")

    [delivery] = await scheduled.scheduler.due()
    monkeypatch.setattr(DiscordChannelSender, "access", broken)

    await scheduled.scheduler.deliver(delivery)

    assert "will be tried again" in caplog.text
    caplog.clear()


async def test_server_whose_quotes_cannot_be_read_is_logged_and_skipped(scheduled, caplog):
    async def broken(*_):
        raise KeyError("quotes")

    scheduled.given.pool = broken

    assert await scheduled.scheduler.due() == []
    assert "will be tried again" in caplog.text
    caplog.clear()


async def test_nothing_is_sent_before_the_ledger_holds_the_delivery(scheduled, monkeypatch, caplog):
    async def full(*_):
        raise StorageFullError

    monkeypatch.setattr(SqlQotdDeliveries, "intend", full)

    assert (await scheduled.round()).state is State.PLANNED
    assert scheduled.sends == []
    assert "Storage is full" in caplog.text
    caplog.clear()


async def test_two_claims_at_once_get_different_deliveries(scheduled):
    batches = await asyncio.gather(scheduled.scheduler.due(), scheduled.scheduler.due())

    assert sum(map(len, batches)) == 1


async def test_failed_delivery_is_tried_again_when_its_lease_is_over(scheduled):
    await scheduled.scheduler.due()
    scheduled.clock.forward(seconds=29)
    assert await scheduled.scheduler.due() == []
    scheduled.clock.forward(seconds=1)

    assert (await scheduled.round()).state is State.SENT


async def test_a_month_of_days_brings_one_post_a_day(scheduled):
    days = 30
    for _ in range(days * 4):
        await scheduled.round()
        scheduled.clock.now += timedelta(hours=6)

    assert len(scheduled.channel.messages) == days


async def test_a_next_post_set_by_a_wrong_clock_is_recalculated_at_start(scheduled):
    scheduled.clock.forward(hours=-1)
    schedule = await scheduled.schedules.find(scheduled.channel.guild_id)
    in_a_year = scheduled.clock.now + timedelta(days=365)
    await scheduled.schedules.set(scheduled.channel.guild_id, schedule.config, in_a_year)
    assert await scheduled.scheduler.due() == []
    scheduled.clock.forward(hours=1)

    assert (await scheduled.round()).state is State.SENT


async def test_a_lease_taken_while_the_clock_was_ahead_is_shortened_later(scheduled):
    scheduled.clock.forward(hours=2)
    [claimed] = await scheduled.scheduler.due()
    scheduled.given.trusted = False
    assert await scheduled.scheduler.due() == []
    scheduled.given.trusted = True
    scheduled.clock.forward(hours=-1)
    assert await scheduled.scheduler.due() == []
    scheduled.clock.forward(seconds=30)

    assert (await scheduled.round()).key == claimed.key
    assert len(scheduled.channel.messages) == 1
