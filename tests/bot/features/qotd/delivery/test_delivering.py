"""What comes of a delivery, whatever Discord answers."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.page import Layout
from bot.features.qotd.channels import TokenRevokedError
from bot.features.qotd.views import marked
from bot.simulator.faults import Fault
from bot.simulator.gateway import guild_create
from bot.simulator.permissions import Permission
from lore.qotd.delivery import FailureReason, State
from lore.qotd.picking import Pool
from lore.qotd.timetable import Pause

SEND = "POST /channels/*/messages"
HISTORY = "GET /channels/*/messages"
AUTOMOD = {"code": 200000, "message": "Message was blocked by automatic moderation"}


async def many(_):
    keys = [f"quote {number}" for number in range(30)]
    return Pool(keys, keys)


def messages(office):
    return list(office.channel.messages.values())


async def test_a_quote_is_posted_with_its_nonce_and_pings_nobody(office):
    delivery = await office.round()

    [sent] = office.sends
    assert (delivery.state, delivery.message_id) == (State.SENT, messages(office)[0].id)
    assert (sent.json["nonce"], sent.json["enforce_nonce"]) == (delivery.nonce, True)
    assert sent.json["allowed_mentions"]["parse"] == []
    assert "roles" not in sent.json["allowed_mentions"]


async def test_only_the_chosen_role_can_be_pinged(office):
    schedule = await office.schedules.find(office.channel.guild_id)
    role = office.simulator.state.server(1).roles[1].id
    config = replace(schedule.config, role_id=role)
    await office.schedules.set(schedule.guild_id, config, schedule.next_due - timedelta(hours=1))

    await office.round()

    allowed = office.sends[0].json["allowed_mentions"]
    assert (allowed["parse"], allowed["roles"]) == ([], [role])


@pytest.mark.parametrize("fault", [{"status": 503}, {"disconnect": True}])
@pytest.mark.parametrize("after", [True, False])
async def test_without_an_answer_it_is_sent_again_and_stands_there_once(office, fault, after):
    office.simulator.faults.append(Fault(SEND, after=after, **fault))
    assert (await office.round()).state is State.SENDING
    office.clock.forward(seconds=30)

    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


@pytest.mark.parametrize("after", [True, False])
async def test_after_a_minute_it_is_looked_for_in_the_history(office, after):
    office.simulator.faults.append(Fault(SEND, status=503, after=after))
    await office.round()
    office.clock.forward(hours=1)

    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


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
async def test_a_post_is_known_again_by_number_and_day(office, page, is_todays):
    office.simulator.faults.append(Fault(SEND, status=503))
    await office.round()
    await office.client.get_partial_messageable(office.channel.id).send(view=page())
    office.clock.forward(hours=1)

    # Where it was not found it is sent after all.
    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == (1 if is_todays else 2)


@pytest.mark.parametrize(
    ("page", "is_its"),
    [
        (lambda: marked(Layout(["whatever it says"]), 2, TODAY), True),
        (lambda: marked(Layout(OLD_POST), 1, TODAY), False),
        (lambda: Layout(OLD_POST), False),
    ],
    ids=["its id", "the id of the first", "the line of older posts"],
)
async def test_a_post_of_the_second_schedule_is_known_by_its_own_id_alone(office, page, is_its):
    guild_id = office.channel.guild_id
    first = await office.schedules.find(guild_id)
    await office.schedules.off(guild_id)
    await office.schedules.set(
        guild_id, first.config, office.clock() - timedelta(hours=1), number=2
    )
    office.simulator.faults.append(Fault(SEND, status=503))
    [delivery] = await office.loop.due()
    await office.loop.deliver(delivery)
    await office.client.get_partial_messageable(office.channel.id).send(view=page())
    office.clock.forward(hours=1)
    [delivery] = await office.loop.due()
    await office.loop.deliver(delivery)

    assert len(messages(office)) == (1 if is_its else 2)


async def test_what_another_bot_has_posted_is_not_taken_for_the_post(office):
    office.simulator.faults.append(Fault(SEND, status=503))
    await office.round()
    page, state = marked(Layout(OLD_POST), 1, TODAY), office.simulator.state
    body = {"components": page.to_components(), "flags": 1 << 15}
    state.post(office.channel, state.person("Asker"), body)
    office.clock.forward(hours=1)

    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 2


async def test_a_history_that_does_not_answer_is_asked_again(office):
    office.simulator.faults += [Fault(SEND, status=503, after=True), Fault(HISTORY, status=503)]
    await office.round()
    office.clock.forward(hours=1)
    assert (await office.round()).state is State.SENDING
    office.clock.forward(seconds=30)

    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


async def test_what_cannot_be_looked_for_is_never_sent_again(office):
    office.simulator.faults.append(Fault(SEND, status=503))
    await office.round()
    await office.deny(Permission.READ_MESSAGE_HISTORY)
    office.clock.forward(hours=1)
    sends = len(office.sends)

    assert (await office.round()).state is State.UNVERIFIED
    assert len(office.sends) == sends
    assert office.told.failures == [(FailureReason.UNSEEN, False)]


async def test_a_post_that_was_deleted_meanwhile_counts_as_posted(office):
    office.simulator.faults.append(Fault(SEND, status=503, after=True))
    await office.round()
    office.simulator.state.delete(messages(office)[0])
    office.clock.forward(seconds=30)

    delivery = await office.round()
    assert (delivery.state, delivery.message_id) == (State.SENT, None)
    assert messages(office) == []


@pytest.mark.parametrize(
    ("denied", "failure"),
    [
        (Permission.VIEW_CHANNEL, FailureReason.NO_VIEW),
        (Permission.SEND_MESSAGES, FailureReason.NO_SEND),
    ],
)
async def test_a_missing_permission_is_told_without_spending_a_request(office, denied, failure):
    await office.deny(denied)

    delivery = await office.round()
    assert (delivery.state, delivery.failure) == (State.BLOCKED, failure)
    assert (office.sends, office.told.failures) == ([], [(failure, False)])


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
async def test_a_definite_no_is_not_tried_again(office, status, code, failure):
    office.simulator.faults.append(Fault(SEND, status=status, body={"code": code, "message": ""}))

    delivery = await office.round()
    assert (delivery.state, delivery.failure) == (State.BLOCKED, failure)
    assert office.told.failures == [(failure, False)]


async def test_a_no_after_an_uncertain_attempt_does_not_hide_what_was_posted(office):
    no = Fault(SEND, status=403, body={"code": 50013, "message": ""})
    office.simulator.faults += [Fault(SEND, status=503, after=True), no]
    await office.round()
    office.clock.forward(seconds=30)
    assert (await office.round()).state is State.SENDING
    office.clock.forward(minutes=2)

    assert (await office.round()).state is State.SENT
    assert len(messages(office)) == 1


async def test_a_quote_that_discord_refuses_gives_way_to_another(office):
    office.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD))

    delivery = await office.round()
    assert (delivery.state, delivery.replaced) == (State.SENT, True)


async def test_quotes_that_are_refused_each_time_cost_no_day_but_the_first(office):
    office.levers.unfit = frozenset({"one", "two"})
    shown = []
    for _ in range(6):
        shown.append((await office.round()).state)
        office.clock.forward(days=1)

    assert shown.count(State.BLOCKED) <= 1


async def test_a_refused_quote_has_had_its_turn_until_all_have_been_shown(office):
    office.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD))
    shown = []
    for _ in range(3):
        shown.append((await office.round()).choice.key)
        office.clock.forward(days=1)

    refused = ({"one", "two", "three"} - set(shown[:2])).pop()
    assert shown[2] in {refused, shown[0]}
    assert len(office.sends) == 4


async def test_when_the_other_is_refused_too_the_day_is_blocked(office):
    office.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD, times=2))

    delivery = await office.round()
    assert (delivery.state, delivery.failure) == (State.BLOCKED, FailureReason.REFUSED)
    assert len(office.sends) == 2


async def test_when_every_quote_is_refused_the_day_is_blocked(office):
    office.levers.unfit = frozenset({"one", "two", "three"})

    assert (await office.round()).failure is FailureReason.REFUSED


async def test_a_day_that_is_asked_for_again_begins_with_what_was_not_refused(office):
    office.levers.pool = many
    office.simulator.faults.append(Fault(SEND, status=400, body=AUTOMOD, times=2))
    blocked = await office.round()
    await office.plans.plan_now(office.channel.guild_id, await many(1), office.clock())

    sent = await office.round()
    assert (sent.state, sent.replaced) == (State.SENT, False)
    assert sent.choice.key != blocked.choice.key


async def test_when_discord_wants_no_more_nothing_is_sent_for_ten_minutes(office):
    office.simulator.faults.append(Fault(SEND, status=429, body="banned"))
    await office.round()
    office.clock.forward(minutes=9)
    assert (await office.round()).attempts == 1
    office.clock.forward(minutes=2)

    assert (await office.round()).state is State.SENT


async def test_a_revoked_token_ends_the_loop(office):
    office.simulator.faults.append(Fault(SEND, status=401))

    async with asyncio.timeout(30):
        with pytest.raises(TokenRevokedError):
            await office.loop.run()


async def test_where_discord_does_not_tell_what_the_bot_may_do_it_tries(office):
    state = office.simulator.state
    told = guild_create(state, state.server(1)) | {"members": []}
    del told["unavailable"]
    heard = asyncio.ensure_future(office.client.wait_for("guild_join", timeout=10))
    await asyncio.sleep(0)
    await office.simulator.gateway.dispatch(office.channel.guild_id, "GUILD_CREATE", told)
    await heard

    assert (await office.round()).state is State.SENT


async def test_what_wants_another_password_than_the_token_does_not_end_the_loop(office):
    page = {"body": b"<html>Sign in", "headers": {"Content-Type": "text/html"}}
    office.simulator.faults.append(Fault(SEND, status=401, **page))

    assert (await office.round()).state is State.SENDING
    office.clock.forward(minutes=1)
    assert (await office.round()).state is State.SENT


async def test_the_third_blocked_day_pauses_and_says_so(office):
    await office.deny(Permission.SEND_MESSAGES)
    for _ in range(3):
        await office.round()
        office.clock.forward(days=1)

    assert office.told.failures[-1] == (FailureReason.NO_SEND, True)
    assert (await office.schedules.find(office.channel.guild_id)).pause is Pause.FAILING


async def test_a_server_that_is_out_is_waited_for(office):
    await office.outage()

    assert (await office.round()).state is State.PLANNED
    assert office.sends == []
