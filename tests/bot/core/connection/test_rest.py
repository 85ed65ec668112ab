"""Calls of the REST client go on to their end, and those that do not move show."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import discord
import pytest

from bot.app import Parts, put_together
from bot.cli import clock
from bot.core.connection.http import CUT_OFF, GarbledAnswerError
from bot.core.connection.rest import RestCalls
from bot.ops.health_checks import count_calls
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.faults import Fault
from bot.simulator.reading import text_of
from bot.simulator.server import Rehearsal
from bot.simulator.session import Stage
from bot.simulator.user import Waits
from tests.waiting import eventually

POST = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*/callback"
OPEN = "POST /users/@me/channels"

Settled = Callable[[], Awaitable[None]]


def limit(match: str, seconds: Any = 0.4, **more: Any) -> Fault:
    """A global rate limit, as Discord tells it."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": True}
    return Fault(match, status=429, body=body, headers={"Via": "1.1 google"}, **more)


@pytest.fixture
async def parts(settings: Settings, rehearsal: Rehearsal) -> AsyncIterator[Parts]:
    """A bot that waits less for Discord than its limits last."""
    calls = RestCalls(stuck_after=0.1, patience=0.02)
    async with (
        put_together(settings, random.Random(7), clock, calls=calls) as parts,
        online(parts.bot, rehearsal),
    ):
        yield parts


@pytest.fixture
async def stage(parts: Parts, rehearsal: Rehearsal) -> Stage:
    assert parts.bot.user is not None
    stage = Stage(rehearsal, Waits(first=1, more=0.01))
    await stage.play("as curator")
    return stage


async def moving(calls: RestCalls) -> None:
    """Wait until no call is under way."""
    await eventually(lambda: not calls.pending())


async def said(stage: Stage, line: str) -> str:
    return "\n".join(reply.text for reply in (await stage.play(line)).replies)


def texts(rehearsal: Rehearsal, channel_id: int) -> list[str]:
    world = rehearsal.world
    channel = world.channels[channel_id]
    return [text_of(message.payload, world.name_of) for message in channel.messages.values()]


def calls_of(kind: str, bot: discord.Client, rehearsal: Rehearsal) -> Coroutine[Any, Any, Any]:
    """A call of the REST client, as the bot makes them."""
    channel = bot.get_partial_messageable(rehearsal.world.server(1).channels[1].id)
    match kind:
        case "post":
            return channel.send("Hello")
        case "history":
            return first_of(channel)
        case "direct message":
            return bot.create_dm(discord.Object(rehearsal.world.asker.id))
        case _:
            tree: Any = bot.tree  # type: ignore[attr-defined]  # every LoreBot has one
            return tree.sync()  # type: ignore[no-any-return]


async def first_of(channel: discord.PartialMessageable) -> list[discord.Message]:
    return [message async for message in channel.history(limit=1)]


ROUTES = {
    "post": POST,
    "history": "GET /channels/*/messages",
    "direct message": OPEN,
    "commands": "PUT /applications/*/commands",
}


@pytest.mark.parametrize("kind", ROUTES)
async def test_a_call_whose_waiter_gives_up_lets_all_later_calls_through(
    parts: Parts, rehearsal: Rehearsal, kind: str
) -> None:
    calls = parts.bot.services.calls
    rehearsal.faults.append(limit(ROUTES[kind]))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await calls.run(calls_of(kind, parts.bot, rehearsal))

    for later in ROUTES:
        async with asyncio.timeout(20):
            await calls.run(calls_of(later, parts.bot, rehearsal))
    assert rehearsal.faults == []


@pytest.mark.parametrize("seconds", ["soon", None, -1, 1e12, {}])
async def test_a_global_limit_of_no_length_holds_nothing_up(
    parts: Parts, rehearsal: Rehearsal, seconds: object
) -> None:
    calls = parts.bot.services.calls
    rehearsal.faults.append(limit(POST, seconds))

    with pytest.raises(GarbledAnswerError):
        await calls.run(calls_of("post", parts.bot, rehearsal))

    async with asyncio.timeout(20):
        await calls.run(calls_of("post", parts.bot, rehearsal))


@pytest.mark.parametrize("kind", ROUTES)
@pytest.mark.parametrize("body", [{}, None, [None], "<html>", 7], ids=str)
async def test_what_is_not_discords_answer_is_none(
    parts: Parts, rehearsal: Rehearsal, kind: str, body: object
) -> None:
    rehearsal.faults.append(Fault(ROUTES[kind], status=200, body=body))

    with pytest.raises(CUT_OFF):
        await parts.bot.services.calls.run(calls_of(kind, parts.bot, rehearsal))


async def test_a_saved_change_is_answered_at_once_and_logged_after_the_limit(
    parts: Parts, rehearsal: Rehearsal, stage: Stage, settled: Settled
) -> None:
    await stage.play("/settings")
    guild = rehearsal.world.server(1)
    log_channel = guild.channels[2]
    await stage.play(f"choose #{log_channel.name}")
    await settled()
    before = len(log_channel.messages)
    rehearsal.faults.append(limit(POST))

    await stage.play("/entry add kind:Quote")
    await stage.play('fill Words="Lanterns out!" Speaker=Quillon')
    assert (await said(stage, "press Publish")).startswith("Published")

    assert (await said(stage, "/quote id:s1")).startswith("“Lanterns out!”")
    await moving(parts.bot.services.calls)
    [logged] = texts(rehearsal, log_channel.id)[before:]
    assert "Lanterns out!" in logged


@pytest.mark.parametrize("code", [0, 10062])
async def test_what_was_saved_stays_saved_when_its_answer_does_not_arrive(
    rehearsal: Rehearsal, stage: Stage, code: int
) -> None:
    await stage.play("/entry add kind:Quote")
    await stage.play('fill Words="Lanterns out!" Speaker=Quillon')
    body = {"message": "no", "code": code}
    rehearsal.faults.append(Fault(CALLBACK, status=404 if code else 429, body=body))
    await stage.play("press Publish")
    await stage.play("press Publish")

    assert (await said(stage, "/quote id:s1")).startswith("“Lanterns out!”")
    assert (await said(stage, "/quote id:s2")).startswith("Nothing found")


async def test_whoever_suggested_something_is_told_after_the_limit(
    rehearsal: Rehearsal, stage: Stage
) -> None:
    await stage.play("as asker")
    await stage.play("/suggest kind:Quote")
    await stage.play('fill Words="Lanterns out!" Speaker=Quillon')
    await stage.play("press Send")
    await stage.play("as curator")
    await stage.play("/entry queue")
    rehearsal.faults.append(limit(OPEN))

    assert "is approved" in await said(stage, "press Approve")
    channel = rehearsal.world.direct_channel(rehearsal.world.asker)
    await eventually(lambda: channel.messages)
    [told] = texts(rehearsal, channel.id)
    assert "was approved" in told


async def test_calls_that_do_not_move_show_in_health_metrics_and_log(
    parts: Parts, rehearsal: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.core.connection.rest")
    calls = parts.bot.services.calls
    rehearsal.faults.append(limit(POST, 1.0))
    work = calls.begin(calls.run(calls_of("post", parts.bot, rehearsal)))
    wrong = await eventually(calls.wrong)
    count_calls(calls, parts.metrics)
    figures = parts.metrics.text().decode()

    assert wrong.startswith("the oldest of 1 request to Discord has waited for ")
    assert "lorebot_requests_waiting 1.0" in figures
    await work
    assert calls.wrong() is None
    logged = [
        record.getMessage()
        for record in caplog.records
        if record.name == "bot.core.connection.rest"
    ]
    assert logged[0].startswith("requests do not move: the oldest of 1 request to Discord")
    assert logged[1:] == ["requests move again"]


async def test_what_is_under_way_at_the_end_comes_through(
    parts: Parts, rehearsal: Rehearsal
) -> None:
    rehearsal.faults.append(Fault(POST, delay=0.3))
    calls = parts.bot.services.calls
    calls.begin(calls.run(calls_of("post", parts.bot, rehearsal)))

    await parts.bot.close()

    assert "Hello" in texts(rehearsal, rehearsal.world.server(1).channels[1].id)
