"""What is left to do with posts is done once in the end, and holds up nothing else."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.qotd.afterwards import LATER, SOON, AfterPosts
from bot.simulator.faults import Fault
from bot.simulator.objects import CROSSPOSTED, HAS_THREAD, NEWS, TEXT
from bot.simulator.permissions import Permission
from lore.ledger.verbs.ledger import qotd_in
from lore.ledger.verbs.settings import SqlProblems
from lore.qotd.delivery import AFTERWARDS, State

STEPS = "POST /channels/*/messages/*/*"
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
        """What is left to do, due or not."""
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
    assert await afterwards.left() == ["publish", "thread"]
    await afterwards.do_due()

    assert afterwards.flags == CROSSPOSTED | HAS_THREAD
    assert await afterwards.left() == []


@pytest.mark.parametrize("after", [True, False], ids=["it was done", "it was not"])
async def test_what_got_no_answer_is_done_again_without_harm(afterwards, after):
    afterwards.simulator.faults.append(Fault(STEPS, status=503, times=2, after=after))
    await afterwards.scheduled.round()
    await afterwards.do_due()
    assert await afterwards.left() == ["publish", "thread"]
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
    [waiting] = await afterwards.doing.begin_due()
    # The thread is of the same channel.
    assert await afterwards.doing.begin_due() == []

    scheduled.clock.forward(days=1)
    assert (await scheduled.round()).state is State.SENT
    assert not waiting.done()
    assert scheduled.calls.wrong() is None
