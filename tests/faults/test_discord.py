"""What Discord does to a bot: lost connections, storms, slowness (rows 10, 12, 13 and 14)."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.simulator.faults import Fault
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from tests.waiting import eventually

pytestmark = pytest.mark.slow

Start = Callable[..., Awaitable[Any]]

CALLBACK = "POST /interactions/*/callback"
GONE = {"message": "Unknown interaction", "code": 10062}


def callbacks(simulator: Simulator) -> Counter[str]:
    """Return how often each interaction was answered or tried to be."""
    tried = (re.match(r"/interactions/(\d+)/", sent.path) for sent in simulator.requests)
    return Counter(found[1] for found in tried if found)


async def answer(session: SimSession, line: str = "/bio tony strak") -> str:
    return "\n".join(reply.text for reply in (await session.play(line)).replies)


@pytest.fixture
async def bot(start: Start, simulator: Simulator) -> Any:
    bot = await start()
    await simulator.bot_online()
    await bot.ready()
    return bot


async def ended(bot: Any) -> str:
    """Return everything that the bot logged until it was told to end."""
    bot.process.terminate()
    assert await bot.ended() == 0
    return str(bot.said)


@pytest.mark.parametrize("lost", ["closed with 4000", "op 7", "op 9"])
async def test_questions_during_a_lost_connection_are_answered_once(
    bot: Any, simulator: Simulator, session: SimSession, lost: str
) -> None:
    if lost == "op 9":
        await simulator.gateway.invalidate()
        await simulator.bot_online()
    else:
        hang_up = {"op 7": simulator.gateway.reconnect, "closed with 4000": close_4000(simulator)}
        await hang_up[lost]()
    assert (await answer(session)).startswith("Tony Stark")
    assert set(callbacks(simulator).values()) == {1}
    again = (simulator.gateway.identifies, simulator.gateway.resumes)
    assert again == ((2, 0) if lost == "op 9" else (1, 1))
    assert "Traceback" not in await ended(bot)


def close_4000(simulator: Simulator) -> Callable[[], Awaitable[None]]:
    return lambda: simulator.gateway.close(4000)


@pytest.mark.parametrize("line", ["/bio tony strak", "complete /bio tony"])
async def test_an_expired_interaction_is_only_logged(
    bot: Any, simulator: Simulator, session: SimSession, line: str
) -> None:
    simulator.faults.append(Fault(CALLBACK, status=404, body=GONE))
    await session.play(line)
    assert (await answer(session)).startswith("Tony Stark")
    assert set(callbacks(simulator).values()) == {1}
    said = await ended(bot)
    assert "Traceback" not in said
    assert "ERROR" not in said


@pytest.mark.parametrize(
    "fault",
    [
        Fault(CALLBACK, status=500, times=20),
        Fault(CALLBACK, status=503, after=True, times=20),
        Fault(CALLBACK, status=429, times=20),
        Fault(CALLBACK, disconnect=True, times=20),
        Fault(CALLBACK, disconnect=True, after=True, times=20),
    ],
    ids=["500", "503 after the effect", "429", "disconnect", "disconnect after the effect"],
)
async def test_everything_is_answered_once_after_a_storm_of_errors(
    bot: Any, simulator: Simulator, session: SimSession, fault: Fault
) -> None:
    simulator.faults.append(fault)
    for _ in range(6):
        await session.play("/bio tony strak")
    simulator.faults.clear()
    assert (await answer(session)).startswith("Tony Stark")
    carried_out = [s.path for s in simulator.requests if "callback" in s.path and s.status == 200]
    assert len(carried_out) == len(set(carried_out))
    assert max(callbacks(simulator).values()) <= 6
    assert (await bot.health())[0] == 200


async def test_a_slow_answer_delays_nobody_else(
    bot: Any, simulator: Simulator, session: SimSession
) -> None:
    await bot.ready()
    simulator.faults.append(Fault(CALLBACK, delay=2))
    slow = asyncio.create_task(answer(session))
    await eventually(lambda: not simulator.faults)
    other = SimSession(simulator)
    await other.play("as curator")
    assert (await answer(other)).startswith("Tony Stark")
    assert not slow.done()
    assert (await slow).startswith("Tony Stark")


async def test_a_global_rate_limit_delays_a_post_and_no_answer(
    bot: Any, simulator: Simulator, session: SimSession
) -> None:
    limit = {"message": "You are being rate limited.", "retry_after": 20, "global": True}
    await session.play("as curator")
    await session.play("/qotd set channel:#quotes time:09:00 zone:UTC")
    simulator.faults.append(
        Fault("POST /channels/*/messages", status=429, body=limit, headers={"Via": "1.1 google"})
    )
    assert "is on its way" in await answer(session, "/qotd now")
    assert (await answer(session)).startswith("Tony Stark")
    while (health := await bot.health())[0] == 200:  # noqa: ASYNC110  # nobody is told
        await asyncio.sleep(0.1)
    assert health[1]["requests"].startswith("the oldest of 1 request to Discord has waited")
    posted = simulator.state.server(1).channels[1].messages
    while not posted:  # noqa: ASYNC110  # nobody is told
        await asyncio.sleep(0.1)
    await bot.ready()
    await session.play("/qotd now")
    assert len(posted) == 1
    assert "requests do not move" in await ended(bot)
