"""What comes of a delivery, whatever Discord answers."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.page import Layout
from bot.features.qotd.channels import TokenRevokedError
from bot.features.qotd.post_page import marked
from bot.simulator.faults import Fault
from bot.simulator.gateway import guild_create
from bot.simulator.permissions import Permission
from lore.qotd.delivery import FailureReason, State
from lore.qotd.picking import Pool
from lore.qotd.timetable import Pause

SEND = "POST /channels/*/messages"
HISTORY = "GET /channels/*/messages"
AUTOMOD = {"code": 200000, "message": "Message was blocked by automatic moderation"}


async def many(*_):
    keys = [f"quote {number}" for number in range(30)]
    return Pool(keys, keys)


def messages(scheduled):
    return list(scheduled.channel.messages.values())


async def test_a_quote_is_posted_with_its_nonce_and_pings_nobody(scheduled):
    delivery = await scheduled.round()

    [sent] = scheduled.sends
    assert (delivery.state, delivery.message_id) == (State.SENT, messages(scheduled)[0].id)
    assert (sent.json["nonce"], sent.json["enforce_nonce"]) == (delivery.nonce, True)
    assert sent.json["allowed_mentions"]["parse"] == []
    assert "roles" not in sent.json["allowed_mentions"]


async def test_only_the_chosen_role_can_be_pinged(scheduled):
    schedule = await scheduled.schedules.find(scheduled.channel.guild_id)
    role = scheduled.simulator.state.server(1).roles[1].id
    config = replace(schedule.config, role_id=role)
    await scheduled.schedules.set(schedule.guild_id, config, schedule.next_due - timedelta(hours=1))

    await scheduled.round()

    allowed = scheduled.sends[0].json["allowed_mentions"]
    assert (allowed["parse"], allowed["roles"]) == ([], [role])


@pytest.mark.parametrize("fault", [{"status": 503}, {"disconnect": True}])
@pytest.mark.parametrize("after", [True, False])
async def test_a_send_without_an_answer_is_repeated_and_posts_once(scheduled, fault, after):
    scheduled.simulator.faults.append(Fault(SEND, after=after, **fault))
    assert (await scheduled.round()).state is State.SENDING
    scheduled.clock.forward(seconds=30)

    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


@pytest.mark.parametrize("after", [True, False])
async def test_an_uncertain_post_is_looked_for_in_the_history_after_a_minute(scheduled, after):
    scheduled.simulator.faults.append(Fault(SEND, status=503, after=after))
    await scheduled.round()
    scheduled.clock.forward(hours=1)

    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


OLD_POST = ["a quote", "-# Quote of the day · 2027-03-01"]
TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("page", "is_todays"),
    [
        (lambda: marked(Layout(["whatever it says"]), 1, TODAY), True),
        (lambda: Layout(OLD_POST), True),
        (lambda: marked(Layout(OLD_POST), 2, TODAY), False),
        (lambda: marked(Layout(OLD_POST), 1, TODAY + timedelta(days=1)), False),
        (lambda: Layout(["a quote", "-# Quote of the day · 2027-03-02"]), False),
    ],
    ids=["its id", "the line of older posts", "another number", "another day", "another line"],
)
async def test_a_post_is_recognised_by_schedule_number_and_day(scheduled, page, is_todays):
    scheduled.simulator.faults.append(Fault(SEND, status=503))
    await scheduled.round()
    await scheduled.client.get_partial_messageable(scheduled.channel.id).send(view=page())
    scheduled.clock.forward(hours=1)

    # Where it was not found it is sent after all.
    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == (1 if is_todays else 2)


@pytest.mark.parametrize(
    ("page", "is_its"),
    [
        (lambda: marked(Layout(["whatever it says"]), 2, TODAY), True),
        (lambda: marked(Layout(OLD_POST), 1, TODAY), False),
        (lambda: Layout(OLD_POST), False),
    ],
    ids=["its id", "the id of the first", "the line of older posts"],
)
async def test_a_post_of_the_second_schedule_is_recognised_only_by_its_own_id(
    scheduled, page, is_its
):
    guild_id = scheduled.channel.guild_id
    first = await scheduled.schedules.find(guild_id)
    await scheduled.schedules.off(guild_id)
    await scheduled.schedules.set(
        guild_id, first.config, scheduled.clock() - timedelta(hours=1), number=2
    )
    scheduled.simulator.faults.append(Fault(SEND, status=503))
    [delivery] = await scheduled.scheduler.due()
    await scheduled.scheduler.deliver(delivery)
    await scheduled.client.get_partial_messageable(scheduled.channel.id).send(view=page())
    scheduled.clock.forward(hours=1)
    [delivery] = await scheduled.scheduler.due()
    await scheduled.scheduler.deliver(delivery)

    assert len(messages(scheduled)) == (1 if is_its else 2)


async def test_a_post_of_another_bot_is_not_taken_for_ours(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=503))
    await scheduled.round()
    page, state = marked(Layout(OLD_POST), 1, TODAY), scheduled.simulator.state
    body = {"components": page.to_components(), "flags": 1 << 15}
    state.post(scheduled.channel, state.person("Asker"), body)
    scheduled.clock.forward(hours=1)

    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 2


async def test_history_is_read_again_when_discord_does_not_answer(scheduled):
    scheduled.simulator.faults += [Fault(SEND, status=503, after=True), Fault(HISTORY, status=503)]
    await scheduled.round()
    scheduled.clock.forward(hours=1)
    assert (await scheduled.round()).state is State.SENDING
    scheduled.clock.forward(seconds=30)

    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


async def test_an_uncertain_post_is_never_sent_again_without_access_to_the_history(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=503))
    await scheduled.round()
    await scheduled.deny(Permission.READ_MESSAGE_HISTORY)
    scheduled.clock.forward(hours=1)
    sends = len(scheduled.sends)

    assert (await scheduled.round()).state is State.UNVERIFIED
    assert len(scheduled.sends) == sends
    assert scheduled.reports.failures == [(FailureReason.UNSEEN, False)]


async def test_a_post_that_was_deleted_meanwhile_counts_as_posted(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=503, after=True))
    await scheduled.round()
    scheduled.simulator.state.delete(messages(scheduled)[0])
    scheduled.clock.forward(seconds=30)

    delivery = await scheduled.round()
    assert (delivery.state, delivery.message_id) == (State.SENT, None)
    assert messages(scheduled) == []


@pytest.mark.parametrize(
    ("denied", "failure"),
    [
        (Permission.VIEW_CHANNEL, FailureReason.NO_VIEW),
        (Permission.SEND_MESSAGES, FailureReason.NO_SEND),
    ],
)
async def test_missing_permission_is_reported_without_a_request(scheduled, denied, failure):
    await scheduled.deny(denied)

    delivery = await scheduled.round()
    assert (delivery.state, delivery.failure) == (State.BLOCKED, failure)
    assert (scheduled.sends, scheduled.reports.failures) == ([], [(failure, False)])


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (404, 10003, FailureReason.NO_CHANNEL),
        (404, 10004, FailureReason.NO_SERVER),
        (403, 50001, FailureReason.NO_VIEW),
        (403, 50013, FailureReason.NO_SEND),
        (400, 50008, FailureReason.REFUSED),
    ],
)
async def test_definite_refusal_is_not_tried_again(scheduled, status, code, failure):
    scheduled.simulator.faults.append(
        Fault(SEND, status=status, body={"code": code, "message": ""})
    )

    delivery = await scheduled.round()
    assert (delivery.state, delivery.failure) == (State.BLOCKED, failure)
    assert scheduled.reports.failures == [(failure, False)]


async def test_refusal_after_an_uncertain_attempt_does_not_hide_the_post(scheduled):
    no = Fault(SEND, status=403, body={"code": 50013, "message": ""})
    scheduled.simulator.faults += [Fault(SEND, status=503, after=True), no]
    await scheduled.round()
    scheduled.clock.forward(seconds=30)
    assert (await scheduled.round()).state is State.SENDING
    scheduled.clock.forward(minutes=2)

    assert (await scheduled.round()).state is State.SENT
    assert len(messages(scheduled)) == 1


async def test_another_quote_is_posted_when_discord_refuses_one(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD))

    delivery = await scheduled.round()
    assert (delivery.state, delivery.replaced) == (State.SENT, True)


async def test_refused_quotes_block_the_first_day_only(scheduled):
    scheduled.given.unfit = frozenset({"one", "two"})
    shown = []
    for _ in range(6):
        shown.append((await scheduled.round()).state)
        scheduled.clock.forward(days=1)

    assert shown.count(State.BLOCKED) <= 1


async def test_refused_quote_waits_until_all_others_have_been_shown(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD))
    shown = []
    for _ in range(3):
        shown.append((await scheduled.round()).choice.key)
        scheduled.clock.forward(days=1)

    refused = ({"one", "two", "three"} - set(shown[:2])).pop()
    assert shown[2] in {refused, shown[0]}
    assert len(scheduled.sends) == 4


async def test_day_is_blocked_when_the_second_quote_is_refused_too(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD, times=2))

    delivery = await scheduled.round()
    assert (delivery.state, delivery.failure) == (State.BLOCKED, FailureReason.REFUSED)
    assert len(scheduled.sends) == 2


async def test_day_is_blocked_when_every_quote_is_refused(scheduled):
    scheduled.given.unfit = frozenset({"one", "two", "three"})

    assert (await scheduled.round()).failure is FailureReason.REFUSED


async def test_posting_a_blocked_day_again_begins_with_a_quote_that_was_not_refused(scheduled):
    scheduled.given.pool = many
    scheduled.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD, times=2))
    blocked = await scheduled.round()
    await scheduled.plans.plan_now(scheduled.channel.guild_id, await many(1), scheduled.clock())

    sent = await scheduled.round()
    assert (sent.state, sent.replaced) == (State.SENT, False)
    assert sent.choice.key != blocked.choice.key


async def test_nothing_is_sent_for_ten_minutes_after_a_rate_limit(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=429, body="banned"))
    await scheduled.round()
    scheduled.clock.forward(minutes=9)
    assert (await scheduled.round()).attempts == 1
    scheduled.clock.forward(minutes=2)

    assert (await scheduled.round()).state is State.SENT


async def test_a_revoked_token_ends_the_loop(scheduled):
    scheduled.simulator.faults.append(Fault(SEND, status=401))

    async with asyncio.timeout(30):
        await scheduled.scheduler.turn()
        with pytest.raises(TokenRevokedError):
            await scheduled.scheduler.token_revoked()


async def test_bot_tries_to_post_when_its_permissions_are_unknown(scheduled):
    state = scheduled.simulator.state
    told = guild_create(state, state.server(1)) | {"members": []}
    del told["unavailable"]
    heard = asyncio.ensure_future(scheduled.client.wait_for("guild_join", timeout=10))
    await asyncio.sleep(0)
    await scheduled.simulator.gateway.dispatch(scheduled.channel.guild_id, "GUILD_CREATE", told)
    await heard

    assert (await scheduled.round()).state is State.SENT


async def test_a_sign_in_page_in_place_of_discord_does_not_end_the_loop(scheduled):
    page = {"body": b"<html>Sign in", "headers": {"Content-Type": "text/html"}}
    scheduled.simulator.faults.append(Fault(SEND, status=401, **page))

    assert (await scheduled.round()).state is State.SENDING
    scheduled.clock.forward(minutes=1)
    assert (await scheduled.round()).state is State.SENT


async def test_the_third_blocked_day_pauses_the_schedule_and_tells_the_curators(scheduled):
    await scheduled.deny(Permission.SEND_MESSAGES)
    for _ in range(3):
        await scheduled.round()
        scheduled.clock.forward(days=1)

    assert scheduled.reports.failures[-1] == (FailureReason.NO_SEND, True)
    assert (await scheduled.schedules.find(scheduled.channel.guild_id)).pause is Pause.FAILING


async def test_delivery_waits_for_a_server_in_an_outage(scheduled):
    await scheduled.outage()

    assert (await scheduled.round()).state is State.PLANNED
    assert scheduled.sends == []
