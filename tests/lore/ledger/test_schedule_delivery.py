"""A delivery belongs to one at a time, and an end is an end."""

from datetime import UTC, datetime, time, timedelta

import pytest

from lore.qotd.delivery import LEASE, FailureReason, State
from lore.qotd.picking import Pool, QuotePick, Reason
from lore.qotd.timetable import QotdConfig, Timetable, zone
from tests.postgres import only_sqlite

CONFIG = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(9)))
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("planned")


@pytest.fixture
async def planned(schedules, plans):
    schedule = await schedules.set(1, CONFIG, NINE - timedelta(hours=1))
    return await plans.plan(schedule, Pool(["one"], ["one"]), NINE)


async def last(plans):
    return (await plans.history(1))[0]


async def test_a_claimed_delivery_cannot_be_claimed_again(deliveries):
    assert len(await deliveries.claim(NINE, 10)) == 1
    assert await deliveries.claim(NINE + LEASE - SECOND, 10) == []


async def test_an_expired_lease_passes_on_and_the_first_owner_is_fenced_off(deliveries):
    [first] = await deliveries.claim(NINE, 10)
    [second] = await deliveries.claim(NINE + LEASE, 10)

    assert await deliveries.intend(first, NINE + LEASE) is None
    assert not await deliveries.sent(first, 1, NINE + LEASE)
    assert await deliveries.intend(second, NINE + LEASE)


async def test_a_delivery_is_uncertain_from_its_first_attempt_on(deliveries):
    [delivery] = await deliveries.claim(NINE, 1)
    await deliveries.intend(delivery, NINE)

    again = await deliveries.intend(delivery, NINE + 40 * SECOND)

    assert (again.attempts, again.uncertain_since) == (2, NINE)
    assert again.last_attempt == NINE + 40 * SECOND


async def test_a_waiting_delivery_cannot_be_claimed_before_its_time(deliveries):
    [delivery] = await deliveries.claim(NINE, 1)
    await deliveries.wait(delivery, NINE + 5 * SECOND)

    assert await deliveries.claim(NINE + 4 * SECOND, 1) == []
    assert len(await deliveries.claim(NINE + 5 * SECOND, 1)) == 1


async def test_a_post_found_missing_is_no_longer_uncertain(deliveries):
    [delivery] = await deliveries.claim(NINE, 1)
    await deliveries.intend(delivery, NINE)
    await deliveries.not_there(delivery, NINE)

    [again] = await deliveries.claim(NINE, 1)

    assert (again.state, again.uncertain_since) == (State.PLANNED, None)


async def test_a_replacement_quote_is_sent_in_place_of_the_first(deliveries):
    [delivery] = await deliveries.claim(NINE, 1)
    other = QuotePick("two", Reason.DRAWN, 1, 1, 2)
    await deliveries.replace(delivery, other, NINE)

    [again] = await deliveries.claim(NINE, 1)

    assert (again.choice, again.replaced) == (other, True)


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda it, delivery: it.sent(delivery, 1, NINE), State.SENT),
        (lambda it, delivery: it.skip(delivery, FailureReason.MISSED), State.SKIPPED),
        (lambda it, delivery: it.block(delivery, FailureReason.NO_SEND, NINE), State.BLOCKED),
        (lambda it, delivery: it.give_up(delivery), State.UNVERIFIED),
    ],
)
async def test_a_finished_delivery_cannot_be_changed(deliveries, plans, end, state):
    [delivery] = await deliveries.claim(NINE, 1)
    await end(deliveries, delivery)
    assert (await last(plans)).state is state

    assert await deliveries.claim(NINE + 2 * LEASE, 1) == []
    assert await deliveries.intend(delivery, NINE) is None


async def test_a_claim_can_be_limited_to_one_server(deliveries, schedules, plans):
    other = await schedules.set(2, CONFIG, NINE - timedelta(hours=1))
    await plans.plan(other, Pool(["one"], ["one"]), NINE)

    assert [one.guild_id for one in await deliveries.claim(NINE, 10, guild_id=2)] == [2]


@only_sqlite
async def test_the_query_for_due_deliveries_uses_an_index(database):
    async with database.read() as tx:
        plans = [
            await tx.rows(
                "EXPLAIN QUERY PLAN SELECT guild_id FROM quote_delivery "
                "WHERE state IN ('planned', 'sending') AND due <= 1 ORDER BY due"
            ),
            await tx.rows(
                "EXPLAIN QUERY PLAN SELECT * FROM quote_schedule "
                "WHERE next_due <= 1 ORDER BY next_due"
            ),
        ]

    assert ["quote_delivery_open" in plans[0][0][3], "quote_schedule_next" in plans[1][0][3]] == [
        True,
        True,
    ]


async def test_a_lease_taken_while_the_clock_was_ahead_is_shortened(deliveries):
    ahead = NINE + timedelta(hours=3)
    [delivery] = await deliveries.claim(ahead, 1)
    await deliveries.intend(delivery, ahead)
    await deliveries.shorten_leases(NINE)

    assert await deliveries.claim(NINE + LEASE - SECOND, 1) == []
    assert len(await deliveries.claim(NINE + LEASE, 1)) == 1


async def test_shortening_leases_makes_none_longer(deliveries):
    await deliveries.claim(NINE, 1)
    await deliveries.shorten_leases(NINE + SECOND)

    assert len(await deliveries.claim(NINE + LEASE, 1)) == 1


async def test_finished_deliveries_are_not_counted_as_due(deliveries):
    [delivery] = await deliveries.claim(NINE, 1)
    before = await deliveries.due(NINE)
    await deliveries.sent(delivery, 77, NINE)

    assert (before, await deliveries.due(NINE)) == (1, 0)


async def test_the_delivery_due_longest_is_claimed_first(deliveries, plans, schedules):
    earlier = QotdConfig(5, Timetable(zone("UTC"), time(8)))
    other = await schedules.set(2, earlier, NINE - timedelta(hours=2))
    await plans.plan(other, Pool(["one"], ["one"]), NINE)

    assert [one.guild_id for one in await deliveries.claim(NINE, 1)] == [2]
