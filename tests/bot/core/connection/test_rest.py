"""Calls of the REST client end even if their caller gave up, and stuck calls show."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import discord
import pytest

from bot.app import App, build_app
from bot.cli import clock
from bot.core.connection.http import CUT_OFF, GarbledAnswerError
from bot.core.connection.rest import RestCalls
from bot.ops.health_checks import count_calls
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.faults import Fault
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from tests.waiting import eventually

POST = "POST /channels/*/messages"
CALLBACK = "POST /interactions/*/callback"
OPEN = "POST /users/@me/channels"

Settled = Callable[[], Awaitable[None]]


def rate_limit(match: str, seconds: Any = 0.4, **more: Any) -> Fault:
    """Return a global rate limit as Discord answers it."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": True}
    return Fault(match, status=429, body=body, headers={"Via": "1.1 google"}, **more)


@pytest.fixture
async def parts(settings: Settings, simulator: Simulator) -> AsyncIterator[App]:
    """Build a bot whose patience with Discord is shorter than Discord's rate limits."""
    calls = RestCalls(stuck_after=0.1, patience=0.02)
    async with (
        build_app(settings, random.Random(7), clock, calls=calls) as parts,
        online(parts.bot, simulator),
    ):
        yield parts


@pytest.fixture
async def session(parts: App, simulator: Simulator) -> SimSession:
    assert parts.bot.user is not None
    session = SimSession(simulator, Timeouts(first=1, more=0.01))
    await session.play("as curator")
    return session


async def wait_for_calls(calls: RestCalls) -> None:
    """Wait until no call is under way."""
    await eventually(lambda: not calls.pending())


async def reply_text(session: SimSession, line: str) -> str:
    return "\n".join(reply.text for reply in (await session.play(line)).replies)


def texts(simulator: Simulator, channel_id: int) -> list[str]:
    state = simulator.state
    channel = state.channels[channel_id]
    return [text_of(message.payload, state.name_of) for message in channel.messages.values()]


def start_call(kind: str, bot: discord.Client, simulator: Simulator) -> Coroutine[Any, Any, Any]:
    """Start a call of the REST client as the bot makes it."""
    channel = bot.get_partial_messageable(simulator.state.server(1).channels[1].id)
    match kind:
        case "post":
            return channel.send("Hello")
        case "history":
            return channel_object(channel)
        case "direct message":
            return bot.create_dm(discord.Object(simulator.state.asker.id))
        case _:
            tree: Any = bot.tree  # type: ignore[attr-defined]  # every LoreBot has one
            return tree.sync()  # type: ignore[no-any-return]


async def channel_object(channel: discord.PartialMessageable) -> list[discord.Message]:
    return [message async for message in channel.history(limit=1)]


ROUTES = {
    "post": POST,
    "history": "GET /channels/*/messages",
    "direct message": OPEN,
    "commands": "PUT /applications/*/commands",
}


@pytest.mark.parametrize("kind", ROUTES)
async def test_call_whose_caller_gave_up_does_not_block_later_calls(
    parts: App, simulator: Simulator, kind: str
) -> None:
    calls = parts.bot.services.calls
    simulator.faults.append(rate_limit(ROUTES[kind]))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await calls.run(start_call(kind, parts.bot, simulator))

    for later in ROUTES:
        async with asyncio.timeout(20):
            await calls.run(start_call(later, parts.bot, simulator))
    assert simulator.faults == []


@pytest.mark.parametrize("seconds", ["soon", None, -1, 1e12, {}])
async def test_global_limit_without_a_length_blocks_nothing(
    parts: App, simulator: Simulator, seconds: object
) -> None:
    calls = parts.bot.services.calls
    simulator.faults.append(rate_limit(POST, seconds))

    with pytest.raises(GarbledAnswerError):
        await calls.run(start_call("post", parts.bot, simulator))

    async with asyncio.timeout(20):
        await calls.run(start_call("post", parts.bot, simulator))


@pytest.mark.parametrize("kind", ROUTES)
@pytest.mark.parametrize("body", [{}, None, [None], "<html>", 7], ids=str)
async def test_an_answer_that_is_not_from_discord_is_not_accepted(
    parts: App, simulator: Simulator, kind: str, body: object
) -> None:
    simulator.faults.append(Fault(ROUTES[kind], status=200, body=body))

    with pytest.raises(CUT_OFF):
        await parts.bot.services.calls.run(start_call(kind, parts.bot, simulator))


async def test_saved_change_is_answered_at_once_and_logged_after_the_rate_limit(
    parts: App, simulator: Simulator, session: SimSession, settled: Settled
) -> None:
    await session.play("/settings")
    guild = simulator.state.server(1)
    log_channel = guild.channels[2]
    await session.play(f"choose #{log_channel.name}")
    await settled()
    before = len(log_channel.messages)
    simulator.faults.append(rate_limit(POST))

    await session.play("/entry add kind:Quote")
    await session.play('fill Words="Lanterns out!" Speaker=Quillon')
    assert (await reply_text(session, "press Publish")).startswith("Published")

    assert (await reply_text(session, "/quote id:s1")).startswith("“Lanterns out!”")
    await wait_for_calls(parts.bot.services.calls)
    [logged] = texts(simulator, log_channel.id)[before:]
    assert "Lanterns out!" in logged


@pytest.mark.parametrize("code", [0, 10062])
async def test_change_stays_saved_if_its_answer_does_not_arrive(
    simulator: Simulator, session: SimSession, code: int
) -> None:
    await session.play("/entry add kind:Quote")
    await session.play('fill Words="Lanterns out!" Speaker=Quillon')
    body = {"message": "no", "code": code}
    simulator.faults.append(Fault(CALLBACK, status=404 if code else 429, body=body))
    await session.play("press Publish")
    await session.play("press Publish")

    assert (await reply_text(session, "/quote id:s1")).startswith("“Lanterns out!”")
    assert (await reply_text(session, "/quote id:s2")).startswith("Nothing found")


async def test_the_suggester_gets_the_decision_after_the_rate_limit(
    simulator: Simulator, session: SimSession
) -> None:
    await session.play("as asker")
    await session.play("/suggest kind:Quote")
    await session.play('fill Words="Lanterns out!" Speaker=Quillon')
    await session.play("press Send")
    await session.play("as curator")
    await session.play("/entry queue")
    simulator.faults.append(rate_limit(OPEN))

    assert "is approved" in await reply_text(session, "press Approve")
    channel = simulator.state.direct_channel(simulator.state.asker)
    await eventually(lambda: channel.messages)
    [told] = texts(simulator, channel.id)
    assert "was approved" in told


async def test_stuck_calls_show_in_health_metrics_and_log(
    parts: App, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.core.connection.rest")
    calls = parts.bot.services.calls
    simulator.faults.append(rate_limit(POST, 1.0))
    work = calls.begin(calls.run(start_call("post", parts.bot, simulator)))
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


async def test_calls_under_way_at_shutdown_are_completed(parts: App, simulator: Simulator) -> None:
    simulator.faults.append(Fault(POST, delay=0.3))
    calls = parts.bot.services.calls
    calls.begin(calls.run(start_call("post", parts.bot, simulator)))

    await parts.bot.close()

    assert "Hello" in texts(simulator, simulator.state.server(1).channels[1].id)
