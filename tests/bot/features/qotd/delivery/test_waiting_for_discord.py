"""A delivery for which Discord takes its time, or answers with what is not an answer."""

import asyncio

import pytest

from bot.simulator.faults import Fault
from bot.simulator.permissions import Permission
from lore.qotd.delivery import FRESH, FailureReason, State
from tests.waiting import eventually

pytestmark = pytest.mark.thorough

SEND = "POST /channels/*/messages"
HISTORY = "GET /channels/*/messages"
NO = {"code": 50013, "message": "Missing Permissions"}


def limit(match, seconds=0.3, **more):
    """Return a global rate limit, as Discord tells it."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": True}
    return Fault(match, status=429, body=body, headers={"Via": "1.1 google"}, **more)


def messages(scheduled):
    return list(scheduled.channel.messages.values())


async def row(scheduled):
    async with scheduled.database.read() as tx:
        [found] = await tx.rows("SELECT * FROM quote_delivery")
    return found


async def met(scheduled):
    """Wait until the scripted faults have been met."""
    await eventually(lambda: not scheduled.simulator.faults)


@pytest.mark.parametrize("send_within", [0.1])
async def test_a_post_delayed_too_long_by_a_rate_limit_is_sent_again(scheduled):
    scheduled.simulator.faults.append(limit(SEND))

    held_back = await scheduled.round()

    assert (held_back.state, held_back.attempts) == (State.SENT, 2)
    assert len(scheduled.sends) == 2
    assert len(messages(scheduled)) == 1


@pytest.mark.parametrize("send_within", [0.1])
async def test_an_attempt_that_comes_too_late_keeps_an_earlier_one_uncertain(scheduled):
    # discord.py tries again a second after this answer, which is too late.
    scheduled.simulator.faults.append(Fault(SEND, status=502, after=True))

    assert (await scheduled.round()).state is State.SENDING
    assert len(scheduled.sends) == 1
    scheduled.clock.forward(minutes=2)

    assert (await scheduled.round()).state is State.SENT
    assert (len(scheduled.sends), len(messages(scheduled))) == (1, 1)


async def test_no_second_post_after_the_machine_slept_between_attempts(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=502, after=True))
    [claimed] = await scheduled.scheduler.due()
    step = asyncio.create_task(scheduled.scheduler.deliver(claimed))
    await met(scheduled)
    scheduled.clock.forward(hours=1)
    await step

    assert len(scheduled.sends) == 1
    scheduled.clock.forward(minutes=1)
    assert (await scheduled.round()).state is State.SENT
    assert (len(scheduled.sends), len(messages(scheduled))) == (1, 1)


async def test_no_second_attempt_begins_while_discord_is_slow(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, delay=0.5))
    [claimed] = await scheduled.scheduler.due()
    step = asyncio.create_task(scheduled.scheduler.deliver(claimed))
    await met(scheduled)
    scheduled.clock.forward(hours=1)

    assert await scheduled.scheduler.due() == []
    await step
    assert (await scheduled.round()).state is State.SENT
    assert len(scheduled.sends) == 1


@pytest.mark.parametrize("route", [SEND, HISTORY])
async def test_lease_is_renewed_while_discord_is_slow(scheduled, route):
    if route == HISTORY:
        scheduled.simulator.faults.append(Fault(SEND, status=503, after=True))
        await scheduled.round()
        scheduled.clock.forward(minutes=2)
    scheduled.simulator.faults.append(Fault(route, delay=1))
    [claimed] = await scheduled.scheduler.due()
    step = asyncio.create_task(scheduled.scheduler.deliver(claimed))
    await met(scheduled)
    before = (await row(scheduled))["lease_until"]
    scheduled.clock.forward(seconds=20)

    await step
    assert (await row(scheduled))["lease_until"] > before
    assert (await row(scheduled))["state"] == State.SENT


async def test_nothing_is_sent_if_the_ledger_answers_when_another_process_may_send(scheduled):
    [claimed] = await scheduled.scheduler.due()
    async with scheduled.database.write():
        step = asyncio.create_task(scheduled.scheduler.deliver(claimed))
        await eventually(lambda: scheduled.given.composed)
        scheduled.given.stopped = FRESH.total_seconds()
    await step

    assert scheduled.sends == []
    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


async def test_no_second_attempt_begins_once_another_process_has_the_delivery(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=502))
    [claimed] = await scheduled.scheduler.due()
    step = asyncio.create_task(scheduled.scheduler.deliver(claimed))
    await met(scheduled)
    async with scheduled.database.write() as tx:
        await tx.run("UPDATE quote_delivery SET fence = fence + 1")
    await step

    assert len(scheduled.sends) == 1


async def test_a_post_goes_on_when_the_task_waiting_for_it_is_cancelled(scheduled):
    scheduled.simulator.faults.append(limit(SEND))
    [claimed] = await scheduled.scheduler.due()
    step = asyncio.create_task(scheduled.scheduler.deliver(claimed))
    await met(scheduled)
    step.cancel()
    await asyncio.wait({step})

    await eventually(lambda: messages(scheduled))
    scheduled.clock.forward(seconds=40)
    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 403, "body": NO},
        {"status": 404, "body": {"code": 10003, "message": "Unknown Channel"}},
        {"status": 400, "body": {"code": 200000, "message": "AutoMod"}},
        {"status": 429, "body": "banned"},
    ],
    ids=["no permission", "no channel", "automod", "banned"],
)
async def test_a_refused_second_attempt_does_not_hide_the_first_post(scheduled, answer):
    scheduled.simulator.faults += [Fault(SEND, status=502, after=True), Fault(SEND, **answer)]

    assert (await scheduled.round()).state is State.SENDING
    assert scheduled.reports.failures == []
    guild_id = scheduled.channel.guild_id
    pool = await scheduled.given.pool(guild_id, 1)
    asked = await scheduled.plans.plan_now(guild_id, pool, scheduled.clock())
    assert asked.state is State.SENDING
    scheduled.clock.forward(minutes=15)

    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


async def test_a_refusal_of_every_attempt_is_reported_at_once(scheduled):
    scheduled.simulator.faults += [limit(SEND), Fault(SEND, status=403, body=NO)]

    assert (await scheduled.round()).state is State.BLOCKED
    assert scheduled.reports.failures == [(FailureReason.NO_SEND, False)]


async def test_a_ban_from_discord_before_the_first_attempt_misses_no_day(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=429, body="banned"))
    await scheduled.round()
    await scheduled.deny(Permission.READ_MESSAGE_HISTORY)
    scheduled.clock.forward(minutes=11)

    assert (await scheduled.round()).state is State.SENT


@pytest.mark.parametrize(
    "garbled",
    [
        {"body": {}},
        {"body": None},
        {"status": 204, "body": None},
        {"body": []},
        {"body": {"id": None}},
        {"body": {"id": "12"}},
        {"body": "<html>Sign in to the hotel's network</html>"},
    ],
    ids=["{}", "null", "204", "[]", "no id", "id alone", "text"],
)
async def test_an_answer_that_is_not_a_message_leaves_the_post_uncertain(
    scheduled, garbled, caplog
):
    scheduled.simulator.faults.append(Fault(SEND, **{"status": 200, "after": True, **garbled}))

    assert (await scheduled.round()).state is State.SENDING
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    scheduled.clock.forward(minutes=2)

    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


@pytest.mark.parametrize(
    "garbled",
    [
        {"body": {}},
        {"body": None},
        {"status": 204, "body": None},
        {"status": 202, "body": []},
        {"status": 206, "body": []},
        {"body": ""},
        {"body": [{}]},
        {"body": [None]},
        {"body": [{"id": "12"}]},
        {"body": {"message": "try later"}},
    ],
    ids=[
        *("{}", "null", "204", "a list to come", "a part of a list"),
        *("empty text", "[{}]", "[null]", "ids alone", "a sentence"),
    ],
)
async def test_an_unreadable_history_does_not_count_as_the_post_missing(scheduled, garbled):
    scheduled.simulator.faults.append(Fault(SEND, status=503, after=True))
    await scheduled.round()
    scheduled.simulator.faults.append(Fault(HISTORY, **{"status": 200, **garbled}))
    scheduled.clock.forward(minutes=2)

    assert (await scheduled.round()).state is State.SENDING
    scheduled.clock.forward(minutes=1)
    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


async def test_a_post_behind_two_hundred_messages_is_found(scheduled):
    state = scheduled.simulator.state
    scheduled.simulator.faults.append(Fault(SEND, status=503, after=True))
    for number in range(200):
        state.send(scheduled.channel, {"content": f"message {number}"})
    await scheduled.round()
    scheduled.clock.forward(minutes=2)

    assert (await scheduled.round()).state is State.SENT
    assert len(scheduled.sends) == 1


async def test_a_history_that_repeats_the_same_page_does_not_count_as_read(scheduled):
    state = scheduled.simulator.state
    scheduled.simulator.faults.append(Fault(SEND, status=503, after=True))
    said = [state.send(scheduled.channel, {"content": "so"}).payload for _ in range(100)]
    await scheduled.round()
    scheduled.simulator.faults.append(Fault(HISTORY, status=200, body=said[::-1], times=2))
    scheduled.clock.forward(minutes=2)

    assert (await scheduled.round()).state is State.SENDING
    scheduled.clock.forward(minutes=1)
    assert (await scheduled.round()).state is State.SENT


async def test_an_error_page_without_a_discord_code_is_not_a_refusal(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=404, body="<h1>Not Found</h1>"))

    assert (await scheduled.round()).state is State.SENDING
    scheduled.clock.forward(seconds=30)
    assert (await scheduled.round()).state is State.SENT
