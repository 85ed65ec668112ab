"""A delivery for which Discord takes its time, or answers with what is not an answer."""

import asyncio

import pytest

from bot.simulator.faults import Fault
from bot.simulator.permissions import Permission
from lore.qotd.delivery import FailureReason, State
from tests.waiting import eventually

pytestmark = pytest.mark.thorough

SEND = "POST /channels/*/messages"
HISTORY = "GET /channels/*/messages"
NO = {"code": 50013, "message": "Missing Permissions"}


def limit(match, seconds=0.3, **more):
    """A global rate limit, as Discord tells it."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": True}
    return Fault(match, status=429, body=body, headers={"Via": "1.1 google"}, **more)


def messages(office):
    return list(office.channel.messages.values())


async def row(office):
    async with office.database.read() as tx:
        [found] = await tx.rows("SELECT * FROM quote_delivery")
    return found


async def met(office):
    """Wait until the scripted faults have been met."""
    await eventually(lambda: not office.simulator.faults)


@pytest.mark.parametrize("send_within", [0.1])
async def test_a_post_that_a_limit_held_back_too_long_is_sent_anew(office):
    office.simulator.faults.append(limit(SEND))

    held_back = await office.round()

    assert (held_back.state, held_back.attempts) == (State.SENT, 2)
    assert len(office.sends) == 2
    assert len(messages(office)) == 1


@pytest.mark.parametrize("send_within", [0.1])
async def test_an_attempt_too_late_leaves_unclear_what_an_earlier_one_did(office):
    # discord.py tries again a second after this answer, which is too late.
    office.simulator.faults.append(Fault(SEND, status=502, after=True))

    assert (await office.round()).state is State.SENDING
    assert len(office.sends) == 1
    office.clock.forward(minutes=2)

    assert (await office.round()).state is State.SENT
    assert (len(office.sends), len(messages(office))) == (1, 1)


async def test_a_machine_that_slept_between_two_attempts_makes_no_second_one(office):
    office.simulator.faults.append(Fault(SEND, status=502, after=True))
    [claimed] = await office.loop.due()
    step = asyncio.create_task(office.loop.deliver(claimed))
    await met(office)
    office.clock.forward(hours=1)
    await step

    assert len(office.sends) == 1
    office.clock.forward(minutes=1)
    assert (await office.round()).state is State.SENT
    assert (len(office.sends), len(messages(office))) == (1, 1)


async def test_nothing_second_begins_while_discord_takes_its_time(office):
    office.simulator.faults.append(Fault(SEND, delay=0.5))
    [claimed] = await office.loop.due()
    step = asyncio.create_task(office.loop.deliver(claimed))
    await met(office)
    office.clock.forward(hours=1)

    assert await office.loop.due() == []
    await step
    assert (await office.round()).state is State.SENT
    assert len(office.sends) == 1


@pytest.mark.parametrize("route", [SEND, HISTORY])
async def test_the_lease_is_renewed_while_discord_takes_its_time(office, route):
    if route == HISTORY:
        office.simulator.faults.append(Fault(SEND, status=503, after=True))
        await office.round()
        office.clock.forward(minutes=2)
    office.simulator.faults.append(Fault(route, delay=1))
    [claimed] = await office.loop.due()
    step = asyncio.create_task(office.loop.deliver(claimed))
    await met(office)
    before = (await row(office))["lease_until"]
    office.clock.forward(seconds=20)

    await step
    assert (await row(office))["lease_until"] > before
    assert (await row(office))["state"] == State.SENT


async def test_a_post_goes_on_when_nobody_waits_for_it_any_more(office):
    office.simulator.faults.append(limit(SEND))
    [claimed] = await office.loop.due()
    step = asyncio.create_task(office.loop.deliver(claimed))
    await met(office)
    step.cancel()
    await asyncio.wait({step})

    await eventually(lambda: messages(office))
    office.clock.forward(seconds=40)
    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


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
async def test_a_refusal_of_the_second_attempt_does_not_hide_what_the_first_posted(office, answer):
    office.simulator.faults += [Fault(SEND, status=502, after=True), Fault(SEND, **answer)]

    assert (await office.round()).state is State.SENDING
    assert office.told.failures == []
    guild_id = office.channel.guild_id
    pool = await office.levers.pool(guild_id)
    asked = await office.plans.plan_now(guild_id, pool, office.clock())
    assert asked.state is State.SENDING
    office.clock.forward(minutes=15)

    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


async def test_a_refusal_of_every_attempt_is_told_at_once(office):
    office.simulator.faults += [limit(SEND), Fault(SEND, status=403, body=NO)]

    assert (await office.round()).state is State.BLOCKED
    assert office.told.failures == [(FailureReason.NO_SEND, False)]


async def test_a_ban_before_anything_was_posted_costs_no_day_without_history(office):
    office.simulator.faults.append(Fault(SEND, status=429, body="banned"))
    await office.round()
    await office.deny(Permission.READ_MESSAGE_HISTORY)
    office.clock.forward(minutes=11)

    assert (await office.round()).state is State.SENT


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
async def test_what_is_no_message_is_no_answer_to_a_post(office, garbled, caplog):
    office.simulator.faults.append(Fault(SEND, **{"status": 200, "after": True, **garbled}))

    assert (await office.round()).state is State.SENDING
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    office.clock.forward(minutes=2)

    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


@pytest.mark.parametrize(
    "garbled",
    [
        {"body": {}},
        {"body": None},
        {"status": 204, "body": None},
        {"body": ""},
        {"body": [{}]},
        {"body": [None]},
        {"body": [{"id": "12"}]},
        {"body": {"message": "try later"}},
    ],
    ids=["{}", "null", "204", "empty text", "[{}]", "[null]", "ids alone", "a sentence"],
)
async def test_only_a_list_that_was_read_tells_that_a_post_is_not_there(office, garbled):
    office.simulator.faults.append(Fault(SEND, status=503, after=True))
    await office.round()
    office.simulator.faults.append(Fault(HISTORY, **{"status": 200, **garbled}))
    office.clock.forward(minutes=2)

    assert (await office.round()).state is State.SENDING
    office.clock.forward(minutes=1)
    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


async def test_a_post_behind_two_hundred_messages_is_found(office):
    state = office.simulator.state
    office.simulator.faults.append(Fault(SEND, status=503, after=True))
    for number in range(200):
        state.send(office.channel, {"content": f"message {number}"})
    await office.round()
    office.clock.forward(minutes=2)

    assert (await office.round()).state is State.SENT
    assert len(office.sends) == 1


async def test_a_history_that_says_the_same_again_is_no_answer(office):
    state = office.simulator.state
    office.simulator.faults.append(Fault(SEND, status=503, after=True))
    said = [state.send(office.channel, {"content": "so"}).payload for _ in range(100)]
    await office.round()
    office.simulator.faults.append(Fault(HISTORY, status=200, body=said[::-1], times=2))
    office.clock.forward(minutes=2)

    assert (await office.round()).state is State.SENDING
    office.clock.forward(minutes=1)
    assert (await office.round()).state is State.SENT


async def test_an_answer_without_a_code_is_not_discords_no(office):
    office.simulator.faults.append(Fault(SEND, status=404, body="<h1>Not Found</h1>"))

    assert (await office.round()).state is State.SENDING
    office.clock.forward(seconds=30)
    assert (await office.round()).state is State.SENT
