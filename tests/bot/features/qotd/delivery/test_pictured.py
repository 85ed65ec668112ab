"""What comes of a delivery with a picture, whatever becomes of the picture."""

import asyncio

import pytest

from bot.simulator.faults import Fault
from bot.simulator.permissions import Permission
from lore.qotd.delivery import State

SEND = "POST /channels/*/messages"
INVALID = {"code": 50035, "message": "Invalid Form Body"}


@pytest.fixture
async def pictured(scheduled):
    scheduled.given.picture = b"a picture"
    return scheduled


def has_picture(scheduled):
    """Tell whether the one message has its picture."""
    [message] = scheduled.channel.messages.values()
    kinds = [part["type"] for part in message.payload["components"][0]["components"]]
    assert bool(message.payload["attachments"]) == (12 in kinds)
    return 12 in kinds


async def test_a_post_comes_with_its_picture_under_its_nonce(pictured):
    delivery = await pictured.round()

    assert delivery.state is State.SENT
    assert has_picture(pictured)
    assert pictured.sends[0].json["nonce"] == delivery.nonce


@pytest.mark.parametrize(
    ("status", "body"),
    [(413, None), (413, {"code": 40005}), (400, INVALID), (403, {"code": 50013})],
)
async def test_what_discord_refuses_with_its_picture_is_posted_as_text(pictured, status, body):
    pictured.simulator.faults.append(Fault(SEND, status=status, body=body))
    delivery = await pictured.round()

    assert (delivery.state, delivery.replaced) == (State.SENT, False)
    assert not has_picture(pictured)
    assert {sent.json["nonce"] for sent in pictured.sends} == {delivery.nonce}


async def test_a_channel_without_attach_files_gets_text_and_its_curators_are_told(pictured):
    await pictured.deny(Permission.ATTACH_FILES)

    assert (await pictured.round()).state is State.SENT
    assert not has_picture(pictured)
    assert len(pictured.sends) == 1
    assert pictured.reports.unattached == 1


@pytest.mark.parametrize("after", [True, False])
async def test_a_try_without_an_answer_is_repeated_without_the_picture(pictured, after):
    pictured.simulator.faults.append(Fault(SEND, status=503, after=after))
    assert (await pictured.round()).state is State.SENDING
    pictured.clock.forward(seconds=30)

    assert (await pictured.round()).state is State.SENT
    assert has_picture(pictured) is after


async def test_nothing_is_promised_while_a_picture_is_drawn(pictured):
    pictured.given.drawing = asyncio.Event()
    [delivery] = await pictured.scheduler.due()
    drawing = asyncio.create_task(pictured.scheduler.deliver(delivery))
    await pictured.given.drawing.wait()

    [planned] = await pictured.plans.history(pictured.channel.guild_id, 1)
    assert (planned.state, planned.uncertain_since) == (State.PLANNED, None)
    # The process ends here, and another goes on once the lease is over.
    drawing.cancel()
    await asyncio.wait({drawing})
    pictured.given.drawing = None
    pictured.clock.forward(minutes=1)
    assert (await pictured.round()).state is State.SENT
    assert has_picture(pictured)
