"""What is left to do with posts is done once in the end, and holds up nothing else."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.qotd.afterwards import LATER, SOON, AfterPosts
from bot.simulator.faults import Fault
from bot.simulator.objects import CROSSPOSTED, HAS_THREAD, NEWS, TEXT
from bot.simulator.permissions import Permission
from bot.simulator.state import PUBLISHED_AT_MOST
from lore.ledger.verbs.ledger import qotd_in
from lore.ledger.verbs.settings import SqlProblems
from lore.qotd.delivery import AFTERWARDS, State
from tests.waiting import eventually

STEPS = "POST /channels/*/messages/*/*"
LIMITED = {"message": "The write action is limited.", "code": 20028, "retry_after": 60}
PUBLISH = "POST /channels/*/messages/*/crosspost"
THREAD = "POST /channels/*/messages/*/threads"


class Afterwards:
    """A schedule of an announcement channel with threads, and what is done after its posts."""

    def __init__(self, scheduled):
        self.scheduled, self.simulator = scheduled, scheduled.simulator
        self.steps = qotd_in(scheduled.database).steps
        self.problems = SqlProblems(scheduled.database)
        self.doing = AfterPosts(
            scheduled.client, self.steps, self.problems, scheduled.clock, scheduled.calls
        )

    async def convert(self, kind):
        heard = asyncio.ensure_future(
            self.scheduled.client.wait_for("guild_channel_update", timeout=10)
        )
        await asyncio.sleep(0)
        await self.simulator.convert(self.scheduled.channel, kind)
        await heard

    async def do_due(self):
        """Do all that is due."""
        while begun := await self.doing.begin_due():
            await asyncio.gather(*begun)

    async def left(self):
        """Return what is left to do, due or not."""
        return [one.what for one in await self.steps.due(self.scheduled.clock() + 2 * LATER, 9)]

    async def told(self):
        found = await self.problems.of(self.scheduled.channel.guild_id)
        return [problem.code for problem in found]

    @property
    def flags(self):
        [message] = self.scheduled.channel.messages.values()
        return message.payload["flags"] & (CROSSPOSTED | HAS_THREAD)


@pytest.fixture
async def afterwards(scheduled):
    them = Afterwards(scheduled)
    await them.convert(NEWS)
    before = await scheduled.schedules.find(scheduled.channel.guild_id)
    config = replace(before.config, thread=True)
    await scheduled.schedules.set(before.guild_id, config, before.next_due - timedelta(hours=1))
    return them


async def test_a_post_is_published_and_gets_its_thread(afterwards):
    await afterwards.scheduled.round()
    assert await afterwards.left() == ["thread", "publish"]
    await afterwards.do_due()

    assert afterwards.flags == CROSSPOSTED | HAS_THREAD
    assert await afterwards.left() == []


@pytest.mark.parametrize("after", [True, False], ids=["it was done", "it was not"])
async def test_what_got_no_answer_is_done_again_without_harm(afterwards, after):
    afterwards.simulator.faults.append(Fault(STEPS, status=503, times=2, after=after))
    await afterwards.scheduled.round()
    await afterwards.do_due()
    assert await afterwards.left() == ["thread", "publish"]
    afterwards.scheduled.clock.forward(seconds=SOON.total_seconds())
    await afterwards.do_due()

    assert afterwards.flags == CROSSPOSTED | HAS_THREAD
    assert await afterwards.left() == []
    assert await afterwards.told() == []


async def test_a_channel_that_announces_no_more_is_told_of(afterwards):
    await afterwards.scheduled.round()
    await afterwards.convert(TEXT)
    await afterwards.do_due()

    assert afterwards.flags == HAS_THREAD
    assert (await afterwards.left(), await afterwards.told()) == ([], ["qotd: no announcements"])


async def test_what_curators_have_to_mend_is_tried_again_for_a_day(afterwards):
    await afterwards.scheduled.deny(Permission.CREATE_PUBLIC_THREADS)
    await afterwards.scheduled.round()
    await afterwards.do_due()
    assert (await afterwards.left(), await afterwards.told()) == (["thread"], ["qotd: no thread"])

    afterwards.scheduled.clock.forward(seconds=LATER.total_seconds())
    await afterwards.do_due()
    assert await afterwards.left() == ["thread"]
    afterwards.scheduled.clock.forward(seconds=AFTERWARDS.total_seconds())
    await afterwards.do_due()
    assert await afterwards.left() == []


async def test_nothing_is_left_to_do_with_a_post_that_was_deleted(afterwards):
    delivery = await afterwards.scheduled.round()
    del afterwards.scheduled.channel.messages[delivery.message_id]
    await afterwards.do_due()

    assert (await afterwards.left(), await afterwards.told()) == ([], [])


async def test_a_wait_holds_up_its_own_channel_alone(afterwards):
    scheduled = afterwards.scheduled
    afterwards.simulator.faults.append(Fault(PUBLISH, delay=60))
    await scheduled.round()
    [thread] = await afterwards.doing.begin_due()
    await thread
    [waiting] = await afterwards.doing.begin_due()
    assert await afterwards.doing.begin_due() == []

    scheduled.clock.forward(days=1)
    assert (await scheduled.round()).state is State.SENT
    [next_thread] = await afterwards.doing.begin_due()
    await next_thread
    assert await afterwards.doing.begin_due() == []
    assert all(one.payload["flags"] & HAS_THREAD for one in scheduled.channel.messages.values())
    assert not waiting.done()
    assert scheduled.calls.wrong() is None


async def test_the_hourly_limit_of_publishing_delays_neither_threads_nor_posts(afterwards):
    scheduled, clock = afterwards.scheduled, afterwards.scheduled.clock
    nearly_an_hour_ago = clock.now - timedelta(hours=1, seconds=-0.3)
    scheduled.channel.published.extend([nearly_an_hour_ago] * PUBLISHED_AT_MOST)
    await scheduled.round()
    [thread] = await afterwards.doing.begin_due()
    await thread
    [publishing] = await afterwards.doing.begin_due()
    limited = afterwards.simulator.requests
    await eventually(lambda: limited[-1].status == 429)
    assert afterwards.flags == HAS_THREAD

    clock.forward(days=1)
    assert (await scheduled.round()).state is State.SENT
    assert scheduled.calls.wrong() is None
    assert await scheduled.scheduler.due() == []
    await publishing
    first, second = scheduled.channel.messages.values()
    assert first.payload["flags"] & CROSSPOSTED
    assert not second.payload["flags"] & CROSSPOSTED
    await afterwards.do_due()
    assert second.payload["flags"] & (CROSSPOSTED | HAS_THREAD) == CROSSPOSTED | HAS_THREAD


async def test_a_limit_that_is_not_waited_for_ends_no_step(afterwards):
    afterwards.simulator.faults.append(Fault(PUBLISH, status=429, body=LIMITED))
    await afterwards.scheduled.round()
    await afterwards.do_due()

    assert (await afterwards.left(), await afterwards.told()) == (["publish"], [])


async def test_too_many_open_threads_are_told_of_by_either_code(afterwards):
    for code in (160006, 160007):
        afterwards.simulator.faults.append(Fault(THREAD, status=400, body={"code": code}))
    await afterwards.scheduled.round()
    await afterwards.do_due()
    assert await afterwards.told() == ["qotd: too many threads"]
    afterwards.scheduled.clock.forward(seconds=LATER.total_seconds())
    await afterwards.do_due()

    assert await afterwards.left() == ["thread"]
