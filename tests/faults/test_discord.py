"""What Discord does to a bot: lost connections, storms, slowness (rows 10, 12, 13 and 14)."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.simulator.faults import Fault
from bot.simulator.server import Rehearsal
from bot.simulator.session import Stage
from tests.waiting import eventually

pytestmark = pytest.mark.slow

Start = Callable[..., Awaitable[Any]]

CALLBACK = "POST /interactions/*/callback"
GONE = {"message": "Unknown interaction", "code": 10062}


def callbacks(rehearsal: Rehearsal) -> Counter[str]:
    """How often each interaction was answered or tried to be."""
    tried = (re.match(r"/interactions/(\d+)/", sent.path) for sent in rehearsal.requests)
    return Counter(found[1] for found in tried if found)


async def answer(stage: Stage, line: str = "/bio tony strak") -> str:
    return "\n".join(reply.text for reply in (await stage.play(line)).replies)


@pytest.fixture
async def bot(start: Start, rehearsal: Rehearsal) -> Any:
    bot = await start()
    await rehearsal.bot_online()
    await bot.ready()
    return bot


async def ended(bot: Any) -> str:
    """Everything that the bot logged until it was told to end."""
    bot.process.terminate()
    assert await bot.ended() == 0
    return str(bot.said)


@pytest.mark.parametrize("lost", ["closed with 4000", "op 7", "op 9"])
async def test_after_a_lost_connection_what_was_asked_meanwhile_is_answered_once(
    bot: Any, rehearsal: Rehearsal, stage: Stage, lost: str
) -> None:
    if lost == "op 9":
        await rehearsal.gateway.invalidate()
        await rehearsal.bot_online()
    else:
        hang_up = {"op 7": rehearsal.gateway.reconnect, "closed with 4000": close_4000(rehearsal)}
        await hang_up[lost]()
    assert (await answer(stage)).startswith("Tony Stark")
    assert set(callbacks(rehearsal).values()) == {1}
    again = (rehearsal.gateway.identifies, rehearsal.gateway.resumes)
    assert again == ((2, 0) if lost == "op 9" else (1, 1))
    assert "Traceback" not in await ended(bot)


def close_4000(rehearsal: Rehearsal) -> Callable[[], Awaitable[None]]:
    return lambda: rehearsal.gateway.close(4000)


@pytest.mark.parametrize("line", ["/bio tony strak", "complete /bio tony"])
async def test_an_interaction_that_is_gone_is_noted_and_nothing_more(
    bot: Any, rehearsal: Rehearsal, stage: Stage, line: str
) -> None:
    rehearsal.faults.append(Fault(CALLBACK, status=404, body=GONE))
    await stage.play(line)
    assert (await answer(stage)).startswith("Tony Stark")
    assert set(callbacks(rehearsal).values()) == {1}
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
async def test_after_a_storm_it_answers_and_has_answered_nothing_twice(
    bot: Any, rehearsal: Rehearsal, stage: Stage, fault: Fault
) -> None:
    rehearsal.faults.append(fault)
    for _ in range(6):
        await stage.play("/bio tony strak")
    rehearsal.faults.clear()
    assert (await answer(stage)).startswith("Tony Stark")
    carried_out = [s.path for s in rehearsal.requests if "callback" in s.path and s.status == 200]
    assert len(carried_out) == len(set(carried_out))
    assert max(callbacks(rehearsal).values()) <= 6
    assert (await bot.health())[0] == 200


async def test_one_slow_answer_keeps_nobody_else_waiting(
    bot: Any, rehearsal: Rehearsal, stage: Stage
) -> None:
    await bot.ready()
    rehearsal.faults.append(Fault(CALLBACK, delay=2))
    slow = asyncio.create_task(answer(stage))
    await eventually(lambda: not rehearsal.faults)
    other = Stage(rehearsal)
    await other.play("as curator")
    assert (await answer(other)).startswith("Tony Stark")
    assert not slow.done()
    assert (await slow).startswith("Tony Stark")


async def test_a_global_limit_delays_a_post_shows_and_holds_no_answer_up(
    bot: Any, rehearsal: Rehearsal, stage: Stage
) -> None:
    limit = {"message": "You are being rate limited.", "retry_after": 20, "global": True}
    await stage.play("as curator")
    await stage.play("/qotd set channel:#quotes time:09:00 zone:UTC")
    rehearsal.faults.append(
        Fault("POST /channels/*/messages", status=429, body=limit, headers={"Via": "1.1 google"})
    )
    assert "is on its way" in await answer(stage, "/qotd now")
    assert (await answer(stage)).startswith("Tony Stark")
    while (health := await bot.health())[0] == 200:  # noqa: ASYNC110  # nobody is told
        await asyncio.sleep(0.1)
    assert health[1]["requests"].startswith("the oldest of 1 request to Discord has waited")
    posted = rehearsal.world.server(1).channels[1].messages
    while not posted:  # noqa: ASYNC110  # nobody is told
        await asyncio.sleep(0.1)
    await bot.ready()
    await stage.play("/qotd now")
    assert len(posted) == 1
    assert "requests do not move" in await ended(bot)
