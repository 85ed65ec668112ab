"""The order in which the queue lets interactions in; `0` stands for a turn of the event loop."""

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
    """Run a coroutine to its end on either event loop that the bot may use."""
    new_loop = pytest.importorskip(request.param).new_event_loop

    def run(work: Coroutine[Any, Any, list[int]]) -> list[int]:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(work)

    return run


async def admission_order(*servers: int, at_once: float) -> list[int]:
    """Return the servers of interactions that arrived at once, in the order they were let in."""
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


def batch_sizes(order: list[int]) -> list[int]:
    """Return how many were let in between turns of the event loop."""
    return [len(list(group)) for who, group in groupby(order, bool) if who]


def test_quick_interactions_are_let_in_together(run: Run) -> None:
    assert batch_sizes(run(admission_order(*[FLOOD] * 5, at_once=inf))) == [5]


def test_event_loop_runs_between_slow_interactions(run: Run) -> None:
    assert batch_sizes(run(admission_order(*[FLOOD] * 5, at_once=0))) == [1] * 5


def test_flood_from_one_server_does_not_block_another(run: Run) -> None:
    order = run(admission_order(*[FLOOD] * 9, OTHER, at_once=0))
    assert [who for who in order if who].index(OTHER) == 2


def test_interactions_of_one_server_keep_their_order(run: Run) -> None:
    async def work() -> list[int]:
        turns, order = FairQueue(at_once=0), list[int]()

        async def one(number: int) -> None:
            await turns.take(FLOOD)
            order.append(number)

        await asyncio.gather(*map(one, range(5)))
        return order

    assert run(work()) == [0, 1, 2, 3, 4]


def test_cancelled_interaction_does_not_block_the_queue(run: Run) -> None:
    async def work() -> list[int]:
        turns = FairQueue(at_once=0)
        _, gone, served = (asyncio.create_task(turns.take(FLOOD)) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone, served])
        return [gone.cancelled(), served.cancelled()]

    assert run(work()) == [True, False]
