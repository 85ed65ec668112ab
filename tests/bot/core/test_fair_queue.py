"""Who comes in when; `0` stands for a moment at which the loop sees to everything else."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import groupby
from math import inf
from typing import Any

import pytest

from bot.core.fairness import FairQueue

FLOOD, OTHER = 1, 2

Run = Callable[[Coroutine[Any, Any, list[int]]], list[int]]


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs work to its end on either loop that the bot may run on."""
    new_loop = pytest.importorskip(request.param).new_event_loop

    def run(work: Coroutine[Any, Any, list[int]]) -> list[int]:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(work)

    return run


async def came_in(*servers: int, at_once: float) -> list[int]:
    """From which servers people came in who came all together, one after the other."""
    turns, order = FairQueue(at_once), list[int]()

    async def one(server: int) -> None:
        await turns.take(server)
        order.append(server)

    async def everything_else() -> None:
        while len(order) - order.count(0) < len(servers):
            order.append(0)
            await asyncio.sleep(0)

    await asyncio.gather(*map(one, servers), everything_else())
    return order


def together(order: list[int]) -> list[int]:
    """How many came in each time before the loop saw to everything else."""
    return [len(list(group)) for who, group in groupby(order, bool) if who]


def test_all_come_in_together_while_that_takes_no_time(run: Run) -> None:
    assert together(run(came_in(*[FLOOD] * 5, at_once=inf))) == [5]


def test_the_loop_sees_to_everything_else_between_those_that_take_long(run: Run) -> None:
    assert together(run(came_in(*[FLOOD] * 5, at_once=0))) == [1] * 5


def test_a_servers_flood_lets_another_server_in(run: Run) -> None:
    order = run(came_in(*[FLOOD] * 9, OTHER, at_once=0))
    assert [who for who in order if who].index(OTHER) == 2


def test_those_of_one_server_come_in_as_they_came(run: Run) -> None:
    async def work() -> list[int]:
        turns, order = FairQueue(at_once=0), list[int]()

        async def one(number: int) -> None:
            await turns.take(FLOOD)
            order.append(number)

        await asyncio.gather(*map(one, range(5)))
        return order

    assert run(work()) == [0, 1, 2, 3, 4]


def test_whoever_is_cancelled_holds_nobody_up(run: Run) -> None:
    async def work() -> list[int]:
        turns = FairQueue(at_once=0)
        _, gone, served = (asyncio.create_task(turns.take(FLOOD)) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone, served])
        return [gone.cancelled(), served.cancelled()]

    assert run(work()) == [True, False]
