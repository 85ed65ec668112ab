"""Puts load on this bot and on a no-op bot, side by side over the rehearsal, and writes the table.

Each bot is a process of its own; the rehearsal and the askers share this one. In turns, so that
whatever else the machine does falls on both.
"""

import asyncio
import gc
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, product
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.__main__ import clock
from bot.rehearsal.interactions import Kind, Place
from bot.rehearsal.server import TOKEN, Rehearsal
from lore.pack import read

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds"
RESULTS = HERE / "RESULTS.md"

IN_FLIGHT = (1, 8, 64)
SERVERS = (1, 1_000, 10_000)
ASKED = {1: 300, 8: 1_500, 64: 3_000}
ROUNDS = 5
WARM_UP = 200
STARTS = 5

LOREBOT = """
import sys
from discord.http import Route
Route.BASE = sys.argv.pop(1)
from bot.__main__ import main
main()
"""
NO_OP, PAGE, OURS = BOTS = ("no-op", "no-op with a page", "lorebot")
ACTS = {"/bio": Kind.COMMAND, "autocomplete": Kind.AUTOCOMPLETE}


@dataclass
class Bot:
    """A bot that was started, and when it was ready."""

    process: asyncio.subprocess.Process
    ready_after: float

    def cpu(self) -> float:
        """Seconds of processor time spent until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024


@asynccontextmanager
async def started(which: str, rehearsal: Rehearsal) -> AsyncIterator[Bot]:
    """One of the two bots, online on the rehearsal."""
    with tempfile.TemporaryDirectory() as data:
        lorebot = ("-c", LOREBOT, rehearsal.api, "run", "--data", data)
        noop = ("-m", "tests.bench.noop", rehearsal.api, "page" if which == PAGE else "word")
        chosen = {
            "DISCORD_TOKEN": TOKEN,
            "LORE_HEALTH_PORT": "0",
            "LORE_LOG_LEVEL": "ERROR",
            "LORE_PERSON_PER_MINUTE": "100000000",
            "LORE_SERVER_PER_MINUTE": "100000000",
        }
        begun = perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *(lorebot if which == OURS else noop)),
            env=os.environ | chosen,  # noqa: TID251  # a child is started with it
        )
        async with asyncio.timeout(60):
            await rehearsal.bot_online()
        try:
            yield Bot(process, perf_counter() - begun)
        finally:
            process.terminate()
            await process.wait()


@dataclass
class Figures:
    """What was measured of one bot doing one thing with so many in flight."""

    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def latency(self, share: float) -> float:
        """Milliseconds within which this share was answered."""
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))] * 1000


def questions() -> Iterator[str]:
    """What is asked, in turn: the names of all characters, every other one misspelt."""
    names = [entry.name for entry in read.read(SEEDS).entries if entry.kind == "character"]
    return cycle([name if n % 2 else name[:-2] + name[-1:] for n, name in enumerate(names)])


def typed() -> Iterator[str]:
    """What stands in the field while a name is typed, in turn."""
    return cycle(["", "a", "to", "ton", "wanda", "ul", "nick f", "stee", "s", "vis"])


class Askers:
    """So many people who ask, each again as soon as they are answered."""

    def __init__(self, rehearsal: Rehearsal, act: str, words: Iterator[str] | None = None) -> None:
        self._rehearsal = rehearsal
        self._kind = ACTS[act]
        self._words = words or (questions() if act == "/bio" else typed())
        guild = next(iter(rehearsal.world.guilds.values()))
        self._place = Place(guild.channels[0], guild)
        self._command = next(c for c in rehearsal.world.commands[None] if c["name"] == "bio")

    async def ask(self, times: int, in_flight: int) -> list[float]:
        """Ask so often; how many seconds each answer took."""
        left, seconds = iter(range(times)), list[float]()

        async def asker() -> None:
            for _ in left:
                seconds.append(await self._once())

        await asyncio.gather(*(asker() for _ in range(in_flight)))
        self._place.channel.messages.clear()
        return seconds

    async def _once(self) -> float:
        data: dict[str, Any] = {key: self._command[key] for key in ("id", "name", "type")}
        option = {"type": 3, "name": "name", "value": next(self._words)}
        if self._kind is Kind.AUTOCOMPLETE:
            option["focused"] = True
        begun = perf_counter()
        interaction = self._rehearsal.answers.begin(
            self._kind,
            self._rehearsal.world.asker,
            self._place,
            data | {"options": [option], "resolved": {}},
        )
        await self._rehearsal.deliver(interaction)
        async with asyncio.timeout(10):
            await interaction.outcomes.get()
        return perf_counter() - begun


@dataclass
class Measured:
    """Everything that one run found out, of both bots."""

    figures: dict[tuple[str, str, int], Figures] = field(default_factory=dict)
    starts: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[tuple[str, int], int] = field(default_factory=dict)

    def share(self, act: str, in_flight: int, bot: str = OURS, of: str = NO_OP) -> float:
        """A bot's answers a second by those of another: the median over the rounds."""
        rates = (self.figures[one, act, in_flight].rates for one in (bot, of))
        return statistics.median(ours / theirs for ours, theirs in zip(*rates, strict=True))

    def each_server(self, bot: str) -> float:
        """Bytes for each further server."""
        few, many = SERVERS[0], SERVERS[-1]
        return (self.memory[bot, many] - self.memory[bot, few]) / (many - few)


async def throughput(measured: Measured) -> None:
    """Both bots doing everything, in turns."""
    async with AsyncExitStack() as stack:
        contenders: dict[str, tuple[Rehearsal, Bot]] = {}
        for which in BOTS:
            rehearsal = await stack.enter_async_context(Rehearsal(clock, guilds=1, kept=10))
            bot = await stack.enter_async_context(started(which, rehearsal))
            contenders[which] = rehearsal, bot
        for act in ACTS:
            askers = {which: Askers(stage, act) for which, (stage, _) in contenders.items()}
            for asking in askers.values():
                await asking.ask(WARM_UP, 8)
            for in_flight, _ in product(IN_FLIGHT, range(ROUNDS)):
                for which, (_, bot) in contenders.items():
                    figures = measured.figures.setdefault((which, act, in_flight), Figures())
                    await ask_around(figures, askers[which], bot, in_flight)


async def ask_around(figures: Figures, askers: Askers, bot: Bot, in_flight: int) -> None:
    """One round."""
    times = ASKED[in_flight]
    cpu, begun = bot.cpu(), perf_counter()
    figures.seconds += await askers.ask(times, in_flight)
    figures.rates.append(times / (perf_counter() - begun))
    figures.cpu.append((bot.cpu() - cpu) / times)


async def starts_and_memory(measured: Measured) -> None:
    """Each bot started anew, with ever more servers."""
    for servers, which in product(SERVERS, (NO_OP, OURS)):
        async with Rehearsal(clock, guilds=servers, kept=10) as rehearsal:
            for _ in range(STARTS if servers == SERVERS[0] else 1):
                async with started(which, rehearsal) as bot:
                    await settled(bot)
                    measured.memory[which, servers] = bot.memory()
                    if servers == SERVERS[0]:
                        measured.starts.setdefault(which, []).append(bot.ready_after)


async def settled(bot: Bot) -> None:
    """Wait until the bot has read all that it was sent, and does nothing any more."""
    busy = -1.0
    while bot.cpu() - busy > 0.01:
        busy = bot.cpu()
        await asyncio.sleep(1)


def report(measured: Measured, date: str) -> str:
    """The table, with the goals and whether they were reached."""
    machine = f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        (
            "# Under load",
            "",
            "Written by `make bench`: this bot beside bots that only answer, with a word or with a",
            "page as long as an article, and always offer the same 25 names. In turns, each in a",
            "process of its own; the rehearsal and the askers are another, and share the machine.",
            "Compare within the table only. Half of the names asked for are misspelt.",
            "",
            "A page costs discord.py and the rehearsal, which judges every part of it, more than a",
            "word does, whoever sends it: what the bot itself adds shows beside the page.",
            "",
            f"{date}, {machine}, load when it began {os.getloadavg()[0]:.1f}.",
            "",
            "| | in flight | answers/s | of no-op | of a page's | p50 ms | p99 ms | CPU µs |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            *_rows(measured),
            "",
            "| | start to READY s | MB, 1 server | MB, 1,000 | MB, 10,000 | kB a further server |",
            "|---|--:|--:|--:|--:|--:|",
            *_sizes(measured),
            "",
            "Start: median of several. Servers of the rehearsal are small: 3 channels, 4 roles.",
            "",
            "| goal | measured | reached |",
            "|---|--:|---|",
            *_goals(measured),
            "",
        )
    )


def _rows(measured: Measured) -> Iterator[str]:
    for act, in_flight, which in product(ACTS, IN_FLIGHT, BOTS):
        figures = measured.figures[which, act, in_flight]
        shares = (measured.share(act, in_flight, which, of) for of in (NO_OP, PAGE))
        yield (
            f"| {act}: {which} | {in_flight} | {figures.rate:,.0f} "
            f"| {' | '.join(f'{share:.2f}' for share in shares)} "
            f"| {figures.latency(0.5):.2f} | {figures.latency(0.99):.2f} "
            f"| {statistics.median(figures.cpu) * 1e6:.0f} |"
        )


def _sizes(measured: Measured) -> Iterator[str]:
    for which in (NO_OP, OURS):
        sizes = " | ".join(f"{measured.memory[which, n] / 1e6:.0f}" for n in SERVERS)
        start = statistics.median(measured.starts[which])
        yield f"| {which} | {start:.2f} | {sizes} | {measured.each_server(which) / 1000:.1f} |"


def _goals(measured: Measured) -> Iterator[str]:
    compared = [("/bio", NO_OP), ("/bio", PAGE), ("autocomplete", NO_OP)]
    for (act, of), in_flight in product(compared, IN_FLIGHT):
        share = measured.share(act, in_flight, of=of)
        what = f"{act}, {in_flight} in flight: 0.85 of {of}"
        yield _goal(what, f"{share:.2f}", share >= 0.85)
    start = statistics.median(measured.starts[OURS])
    yield _goal("start to READY under 2 s", f"{start:.2f}", start < 2)
    memory = measured.memory[OURS, SERVERS[0]] / 1e6
    yield _goal("under 100 MB with one server", f"{memory:.0f}", memory < 100)
    each = measured.each_server(OURS) / 1000
    yield _goal("under 30 kB for each further server", f"{each:.1f}", each < 30)


def _goal(what: str, measured: str, reached: bool) -> str:
    return f"| {what} | {measured} | {'yes' if reached else 'no'} |"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "?")


async def main() -> None:
    """Measure everything and write the table."""
    # A collection here would stop the clock for whichever bot is being asked.
    gc.disable()
    measured = Measured()
    await throughput(measured)
    await starts_and_memory(measured)
    RESULTS.write_text(report(measured, clock().date().isoformat()), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    asyncio.run(main())
