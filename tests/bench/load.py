"""Puts load on this bot and on a no-op bot, side by side over the simulator, and writes the table.

Each bot is a process of its own; the simulator and the askers share this one. In turns, so that
whatever else the machine does falls on both.
"""

import asyncio
import gc
import json
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import product
from pathlib import Path
from time import perf_counter

from bot.cli import clock
from bot.simulator.interactions import InteractionKind
from bot.simulator.server import Simulator
from tests.bench.bots import BOTS, LIFTED, NO_OP, OURS, Bot, settled, started
from tests.bench.callers import Caller, questions, typed
from tests.bench.hostile import hostile
from tests.bench.load_report import ACTS, IN_FLIGHT, SERVERS, Figures, Measured, report

RESULTS = Path(__file__).parent / "RESULTS.md"

# Many short rounds: what disturbs the machine lasts longer than one, and falls on each bot alike.
ASKED = {1: 150, 8: 750, 64: 1_500}
ROUNDS = 40
WARM_UP = 200
STARTS = 5

# Writes at the end how many answers came from a cache and how many did not, by what was asked.
_COUNTED = """
import atexit, json, os
from lore.query.open_pack import OpenPack
def opened(self, *given, begin=OpenPack.__init__):
    begin(self, *given)
    def tell():
        kept = {"/bio": self.look_up, "autocomplete": self.complete}
        with open(os.environ["KEPT"], "w") as file:
            json.dump({act: asked.cache_info()[:2] for act, asked in kept.items()}, file)
    atexit.register(tell)
OpenPack.__init__ = opened
"""


class Askers:
    """So many people who ask, each again as soon as they are answered."""

    def __init__(self, simulator: Simulator, act: str) -> None:
        guild = next(iter(simulator.state.guilds.values()))
        self._caller = Caller(simulator, guild, simulator.state.asker)
        self._kind = InteractionKind.COMMAND if act == "/bio" else InteractionKind.AUTOCOMPLETE
        self._words: Iterator[str] = questions() if act == "/bio" else typed()

    async def ask(self, times: int, in_flight: int) -> list[float]:
        """Ask so often; how many seconds each answer took."""
        left, seconds = iter(range(times)), list[float]()

        async def asker() -> None:
            for _ in left:
                begun = perf_counter()
                await self._caller.ask("bio", "name", next(self._words), self._kind)
                seconds.append(perf_counter() - begun)

        await asyncio.gather(*(asker() for _ in range(in_flight)))
        return seconds


async def throughput(measured: Measured) -> None:
    """Measure both bots doing everything, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "kept")
        await _throughput(measured, LIFTED | {"KEPT": str(kept)})
        measured.kept = _shares(kept)


def _shares(kept: Path) -> dict[str, float]:
    """Return the share of answers that came from a cache, by what was asked."""
    counted = json.loads(kept.read_text(encoding="utf-8"))
    return {act: hits / (hits + misses) for act, (hits, misses) in counted.items()}


async def _throughput(measured: Measured, chosen: dict[str, str]) -> None:
    async with AsyncExitStack() as stack:
        contenders: dict[str, tuple[Simulator, Bot]] = {}
        for which in BOTS:
            simulator = await stack.enter_async_context(Simulator(clock, guilds=1, kept=10))
            starting = started(which, simulator, limits=chosen, before=_COUNTED)
            bot = await stack.enter_async_context(starting)
            contenders[which] = simulator, bot
        for act in ACTS:
            askers = {which: Askers(session, act) for which, (session, _) in contenders.items()}
            for asking in askers.values():
                await asking.ask(WARM_UP, 8)
            for in_flight, _ in product(IN_FLIGHT, range(ROUNDS)):
                for which, (_, bot) in contenders.items():
                    figures = measured.figures.setdefault((which, act, in_flight), Figures())
                    await ask_around(figures, askers[which], bot, in_flight)


async def ask_around(figures: Figures, askers: Askers, bot: Bot, in_flight: int) -> None:
    """Ask one round of questions."""
    times = ASKED[in_flight]
    cpu, begun = bot.cpu(), perf_counter()
    figures.seconds += await askers.ask(times, in_flight)
    figures.rates.append(times / (perf_counter() - begun))
    figures.cpu.append((bot.cpu() - cpu) / times)


async def starts_and_memory(measured: Measured) -> None:
    """Measure each bot, started anew with ever more servers."""
    for servers, which in product(SERVERS, (NO_OP, OURS)):
        async with Simulator(clock, guilds=servers, kept=10) as simulator:
            for _ in range(STARTS if servers == SERVERS[0] else 1):
                async with started(which, simulator) as bot:
                    await settled(bot)
                    measured.memory[which, servers] = bot.memory()
                    if servers == SERVERS[0]:
                        measured.starts.setdefault(which, []).append(bot.ready_after)


async def main() -> None:
    """Measure everything and write the table."""
    # A collection here would stop the clock for whichever bot is being asked.
    gc.disable()
    measured = Measured()
    await throughput(measured)
    await starts_and_memory(measured)
    measured.felt = await hostile()
    RESULTS.write_text(report(measured, clock().date().isoformat()), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    asyncio.run(main())
