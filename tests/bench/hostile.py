"""Floods both bots with what hurts most, in turns, while somebody elsewhere goes on asking.

Felt meanwhile: how late the loop of the flooded bot is, and that of the other one, which idles.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import orjson

from bot.cli import clock
from bot.simulator.interactions import AnswerState, InteractionKind
from bot.simulator.objects import Person
from bot.simulator.server import Simulator
from tests.bench.bots import LIFTED, NO_OP, OURS, Bot, Lag, settled, started
from tests.bench.callers import Caller, long_texts, questions, unknown_names

PEOPLE = 1_000
MINUTE = 60
ORDINARY_PAUSE = 0.05

# What a person reads whose question was not answered, in the words of the limits and quotas.
REFUSED = (b"Ask me again in", b"Please try again when", b"Please come back tomorrow")

Act = Callable[[Caller, str], Awaitable[AnswerState]]
Doing = Callable[[int], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Flood:
    """What is done how often: so many at a time, or, if `seconds`, evenly spread over them."""

    what: str
    act: Act
    texts: Callable[[], Iterator[str]]
    times: int
    at_once: int = 16
    seconds: int = 0
    people: int = PEOPLE
    noop_too: bool = False  # whether the no-op bot has the command


@dataclass
class Felt:
    """What came of a flood."""

    seconds: float
    outcomes: Counter[str]
    lag: Lag
    idle: Lag
    waits: list[float]


def _asking(command: str, option: str, kind: InteractionKind = InteractionKind.COMMAND) -> Act:
    return lambda caller, text: caller.ask(command, option, text, kind)


def _suggestions() -> Iterator[str]:
    return long_texts(4_000)


async def _suggesting(caller: Caller, text: str) -> AnswerState:
    return await caller.suggest(text[:100], text)


_BIO = _asking("bio", "name")
_TYPED = _asking("bio", "name", InteractionKind.AUTOCOMPLETE)
_TEN_THOUSAND = "10,000 new names"

FLOODS = (
    Flood("/bio, 6,000 characters", _BIO, long_texts, 500, noop_too=True),
    Flood("/search, 6,000 characters", _asking("search", "words"), long_texts, 500),
    Flood("/quote, 6,000 characters", _asking("quote", "text"), long_texts, 500),
    Flood("autocomplete, 6,000 characters", _TYPED, long_texts, 1_000, noop_too=True),
    Flood(
        f"/bio, {_TEN_THOUSAND} a minute",
        *(_BIO, unknown_names, 10_000),
        seconds=MINUTE,
        noop_too=True,
    ),
    Flood(f"/bio, {_TEN_THOUSAND}", _BIO, unknown_names, 10_000, 64, noop_too=True),
    Flood(f"autocomplete, {_TEN_THOUSAND}", _TYPED, unknown_names, 10_000, 64, noop_too=True),
    Flood("/bio, 1,000 people at once", _BIO, unknown_names, 1_000, 1_000, noop_too=True),
    Flood("/suggest, 1,000 of 4,000 characters", _suggesting, _suggestions, 1_000),
)
LIMITED = (
    Flood(
        f"/bio, {_TEN_THOUSAND} a minute, one person",
        *(_BIO, unknown_names, 10_000),
        seconds=MINUTE,
        people=1,
    ),
    Flood("/bio, 1,000 people at once", _BIO, unknown_names, 1_000, 1_000),
    Flood("/suggest, 1,000 of 4,000 characters", _suggesting, _suggestions, 1_000),
)


class Scene:
    """A flooded bot on its simulator, and the one that idles beside it."""

    def __init__(self, simulator: Simulator, flooded: Bot, idle: Bot) -> None:
        self._flooded = flooded
        self._idle = idle
        here, elsewhere = simulator.state.guilds.values()
        self._people = [
            Caller(simulator, here, Person(simulator.state.new_id(), f"Member {number}"))
            for number in range(PEOPLE)
        ]
        self._ordinary = Caller(simulator, elsewhere, simulator.state.asker)

    async def felt(self, flood: Flood) -> Felt:
        """Return what the bots, and an ordinary asker, feel of a flood."""
        flooded, idle = await self._flooded.lag(), await self._idle.lag()
        outcomes, waits = Counter[str](), list[float]()
        begun = perf_counter()
        async with _meanwhile(self._ask_on(waits)):
            await self._flood(flood, outcomes)
        seconds = perf_counter() - begun
        flooded, idle = await self._flooded.lag() - flooded, await self._idle.lag() - idle
        return Felt(seconds, outcomes, flooded, idle, waits)

    async def _ask_on(self, waits: list[float]) -> None:
        names = questions()
        while True:
            begun = perf_counter()
            with suppress(TimeoutError):
                await self._ordinary.ask("bio", "name", next(names))
            waits.append(perf_counter() - begun)
            await asyncio.sleep(ORDINARY_PAUSE)

    async def _flood(self, flood: Flood, outcomes: Counter[str]) -> None:
        texts = flood.texts()

        async def one(number: int) -> None:
            person = self._people[number % flood.people]
            try:
                outcomes[_came_to(await flood.act(person, next(texts)))] += 1
            except TimeoutError:
                outcomes["silence"] += 1

        left = iter(range(flood.times))
        if flood.seconds:
            await _spread(one, left, flood.seconds / flood.times)
        else:

            async def again() -> None:
                for number in left:
                    await one(number)

            await asyncio.gather(*(again() for _ in range(flood.at_once)))


async def _spread(one: Doing, numbers: Iterator[int], pause: float) -> None:
    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            await asyncio.sleep(max(0.0, begun + number * pause - perf_counter()))
            group.create_task(one(number))


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    yield
    task.cancel()


def _came_to(outcome: AnswerState) -> str:
    if outcome.kind == "choices":
        return "answered"
    said = orjson.dumps(outcome.body)
    return "refused" if any(words in said for words in REFUSED) else "answered"


async def hostile() -> dict[tuple[str, str, str], Felt]:
    """Return what was felt of every flood: by the limits, the flood and the bot."""
    felt: dict[tuple[str, str, str], Felt] = {}
    for limits, lifted, floods in (("lifted", LIFTED, FLOODS), ("as shipped", {}, LIMITED)):
        async with AsyncExitStack() as stack:
            bots: dict[str, tuple[Simulator, Bot]] = {}
            for which in (OURS, NO_OP):
                simulator = await stack.enter_async_context(Simulator(clock, kept=10))
                starting = started(which, simulator, limits=lifted, watched=True)
                bots[which] = simulator, await stack.enter_async_context(starting)
                await settled(bots[which][1])
            (place, ours), (other_place, noop) = bots[OURS], bots[NO_OP]
            scenes = {OURS: Scene(place, ours, noop), NO_OP: Scene(other_place, noop, ours)}
            for flood in floods:
                for which, scene in scenes.items():
                    if which == OURS or flood.noop_too:
                        felt[limits, flood.what, which] = await scene.felt(flood)
    return felt
