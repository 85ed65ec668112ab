"""Measures what grows with a pack: checking, compiling, starting, memory and answers.

Run as `python -m tests.bench.packs [SIZE …]`; it writes PACKS.md beside it. Each bot is a process
of its own, asked one thing at a time and never the same twice: no answer comes from a cache.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time

from bot.cli import clock
from bot.simulator.interactions import AnswerState, InteractionKind
from bot.simulator.server import Simulator
from tests.bench.approaches import with_fts5_trigram
from tests.bench.bots import LIFTED, OURS, Bot, settled, started
from tests.bench.callers import LONGEST, Caller
from tests.bench.cases import typo
from tests.bench.generated_packs import SEED, write_pack
from tests.bench.listings import as_names

RESULTS = Path(__file__).parent / "PACKS.md"
SIZES = (154, 1_000, 10_000)
# What is done once per pack is measured so often, and the least CPU counts.
TIMES = 3
ASKED = 300
# Memory is read after so many questions.
IN_ALL = 20_000
SHORTEST = 5

# Writes the CPU that each interaction takes on the bot's thread into a file, as it comes. Only its
# own steps count: while one waits, as for the ledger to count what was not found, others are
# answered.
_TIMED = """
import os, time, types
from bot.core.pipeline import Pipeline
run, spent = Pipeline.run, open(os.environ["SPENT"], "w", buffering=1)

@types.coroutine
def timed(*given, **more):
    steps, taken = run(*given, **more), 0.0
    while True:
        begun = time.thread_time()
        try:
            waits = steps.send(None)
        except StopIteration:
            return print(taken + time.thread_time() - begun, file=spent)
        taken += time.thread_time() - begun
        yield waits
Pipeline.run = timed
"""
_COMPILE = """
import sys
from pathlib import Path
from lore.catalogue.database import compile_if_changed
from lore.query.indexing import indexing
compile_if_changed(Path(sys.argv[1]), Path(sys.argv[2]), indexing())
"""


@dataclass
class Measured:
    """What was measured of one pack: CPU and time in seconds, bytes, milliseconds, shares."""

    size: int
    once: dict[str, tuple[float, float]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    answers: dict[str, list[float]] = field(default_factory=dict)
    right: dict[str, float] = field(default_factory=dict)
    load: float = 0.0


def measure(size: int) -> Measured:
    """Measure a pack of so many entries, which is written into a folder that is gone afterwards."""
    measured = Measured(size)
    with tempfile.TemporaryDirectory() as folder:
        pack, data = Path(folder, "pack"), Path(folder, "data")
        names = write_pack(pack, size)
        file = data / "catalogue.db"
        lorebot = (sys.executable, "-m", "bot")
        check = (*lorebot, "check", "--pack", str(pack), "--documents", str(pack / "documents"))
        measured.once["check"] = _cheapest(check)
        build = (sys.executable, "-c", _COMPILE, str(pack), str(file))
        measured.once["compile"] = _cheapest(build, lambda: shutil.rmtree(data, ignore_errors=True))
        one = next((pack / "characters").iterdir())
        measured.once["compile, one entry changed"] = _cheapest(
            build, lambda: one.write_text(one.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        )
        asyncio.run(_answers(measured, pack, data, names))
        _beside(measured, names)
    # The five minutes before: whoever else had the machine is told in the table.
    measured.load = os.getloadavg()[1]
    return measured


def _cheapest(
    command: Sequence[str], before: Callable[[], object] = lambda: None
) -> tuple[float, float]:
    """Run a command several times; the CPU and the time of the run that took the least CPU."""
    runs = []
    for _ in range(TIMES):
        before()
        used, begun = _children(), perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        runs.append((_children() - used, perf_counter() - begun))
    return min(runs)


def _children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _answers(measured: Measured, pack: Path, data: Path, names: Sequence[str]) -> None:
    """Start the bot several times, and ask the last one."""
    starts = []
    async with Simulator(clock, guilds=1, kept=10) as simulator:
        for last in (False,) * (TIMES - 1) + (True,):
            spent = data / "spent"
            chosen = LIFTED | {"LORE_PACK": str(pack), "SPENT": str(spent)}
            async with started(OURS, simulator, limits=chosen, data=data, before=_TIMED) as bot:
                starts.append((bot.cpu(), bot.ready_after))
                if last:
                    await _ask(measured, simulator, bot, spent, names)
    measured.once["start to READY"] = min(starts)


async def _ask(
    measured: Measured, simulator: Simulator, bot: Bot, spent: Path, names: Sequence[str]
) -> None:
    caller = Caller(simulator, next(iter(simulator.state.guilds.values())), simulator.state.asker)
    begun = perf_counter()
    await caller.ask("bio", "name", names[0])
    measured.once["first answer after READY"] = 0.0, perf_counter() - begun
    await settled(bot)
    asked = 0
    for what, (command, option, texts, kind) in _questions(names).items():
        before, right = len(_read(spent)), list[bool]()
        for text, meant in texts:
            answer = await caller.ask(command, option, text, kind)
            right.append(meant is not None and _shows(answer, meant))
        measured.answers[what] = [1000 * seconds for seconds in _read(spent)[before:]]
        if any(right):
            measured.right[what] = sum(right) / len(right)
        asked += len(right)
    rng = random.Random(SEED)
    for _ in range(IN_ALL - asked):
        await caller.ask("bio", "name", typo(rng.choice(names), rng))
    measured.memory = await asyncio.to_thread(_memory, bot)


def _memory(bot: Bot) -> dict[str, int]:
    """Return the bytes of a bot that are its own, and those of files that it has mapped."""
    told = Path(f"/proc/{bot.process.pid}/status").read_text().splitlines()
    status = dict(line.split(":", 1) for line in told)
    return {kind: int(status[kind].split()[0]) * 1024 for kind in ("RssAnon", "RssFile")}


def _read(spent: Path) -> list[float]:
    return [float(line) for line in spent.read_text().split()]


Asked = tuple[str, str, list[tuple[str, str | None]], InteractionKind]


def _questions(names: Sequence[str]) -> Mapping[str, Asked]:
    """Return what is asked, by its name in the table: texts, each with the name that it means."""
    rng = random.Random(SEED)
    long = [name for name in names if len(name) >= SHORTEST and names.count(name) == 1]
    some = [rng.choice(long) for _ in range(ASKED)]
    misspelt = list({typo(name, rng): name for name in some}.items())
    command, typed = InteractionKind.COMMAND, InteractionKind.AUTOCOMPLETE
    beginnings = list(dict.fromkeys(name[: rng.randint(2, 5)] for name in some))
    words = [" ".join(rng.sample(some, 2)) + f" {number}" for number in range(ASKED)]
    longest = [" ".join(rng.choices(names, k=LONGEST))[:LONGEST] for _ in range(ASKED)]
    return {
        "/bio, exact": ("bio", "name", [(name, name) for name in dict.fromkeys(some)], command),
        "/bio, misspelt": ("bio", "name", [(text, name) for text, name in misspelt], command),
        "autocomplete": ("bio", "name", [(text, None) for text in beginnings], typed),
        "/search": ("search", "words", [(text, None) for text in words], command),
        f"/search, {LONGEST:,} characters": (
            "search",
            "words",
            [(text, None) for text in longest],
            command,
        ),
        "/timeline": (
            "timeline",
            "character",
            [(name, None) for name in dict.fromkeys(some)],
            command,
        ),
        "/quote of somebody": (
            "quote",
            "speaker",
            [(name, None) for name in dict.fromkeys(some)],
            command,
        ),
        "/quote by chance": ("quote", "speaker", [("", None)] * ASKED, command),
    }


def _shows(answer: AnswerState, name: str) -> bool:
    """Tell whether an answer is the page of an entry."""
    return f"# {name}" in json.dumps(answer.body, ensure_ascii=False)


def _beside(measured: Measured, names: Sequence[str]) -> None:
    """Ask SQLite's full-text search by trigrams the same misspelt names."""
    search = with_fts5_trigram(as_names(names))
    texts = _questions(names)["/bio, misspelt"][2]
    spent, right = [], 0
    for text, meant in texts:
        begun = process_time()
        found = search(text, 25)
        spent.append(1000 * (process_time() - begun))
        right += bool(found.keys) and found.keys[0] == meant
    measured.answers["FTS5 trigram, misspelt"] = spent
    measured.right["FTS5 trigram, misspelt"] = right / len(texts)


def report(all_measured: list[Measured], date: str) -> str:
    """Return the page with the tables."""
    return "\n".join(_report(all_measured, date)) + "\n"


def _report(all_measured: list[Measured], date: str) -> Iterator[str]:
    yield "# What grows with a pack\n"
    yield f"`make bench-packs`, {date}: {os.cpu_count()} cores, Python {platform.python_version()}."
    yield "Packs as `generated_packs.py` writes them. Seconds are CPU of the process, the least of"
    yield f"{TIMES} runs, with the time by the clock behind. Milliseconds are CPU of the bot's"
    yield "thread for the steps of an interaction, so what it keeps the loop for: half of them, and"
    yield "99 of 100, take no longer. Nothing was asked twice. The last column is by how much"
    yield "ten times as many entries multiply the last figure of a row, as the last two packs tell."
    load = ", ".join(f"{one.load:.1f}" for one in all_measured)
    yield f"Load of the machine at the end of each: {load}; beyond 1 others were at work, and all"
    yield "times are longer than they would be alone.\n"
    yield "| entries |" + "".join(f" {one.size:,} |" for one in all_measured) + " × 10 |"
    yield "|---|" + "--:|" * (len(all_measured) + 1)
    columns = [dict(_column(one)) for one in all_measured]
    former, last = (all_measured[-2:] * 2)[-2:]
    decades = math.log10(last.size / former.size)
    for what in columns[0]:
        texts = "".join(f" {column[what][0]} |" for column in columns)
        before, now = (column[what][1] for column in (columns[-2:] * 2)[-2:])
        grown = f"{(now / before) ** (1 / decades):.1f}" if decades and before else ""
        yield f"| {what} |{texts} {grown} |"


def _column(one: Measured) -> Iterator[tuple[str, tuple[str, float]]]:
    """Yield the figures of one pack with their names, as they are shown and compared."""
    for what, (cpu, wall) in one.once.items():
        yield f"{what}, s", (f"{cpu:.2f} / {wall:.2f}", cpu or wall)
    for kind, bytes in one.memory.items():
        yield f"{kind} after {IN_ALL:,} questions, MB", (f"{bytes / 2**20:.0f}", bytes)
    for what, spent in one.answers.items():
        late = _late(spent)
        yield f"{what}, ms", (f"{statistics.median(spent):.2f} / {late:.2f}", late)
    for what, right in one.right.items():
        yield f"{what}, right first", (f"{right:.3f}", right)


def _late(values: Sequence[float]) -> float:
    return sorted(values)[int(0.99 * (len(values) - 1))]


def main() -> None:
    """Measure packs of the sizes that are given, and write the table."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    RESULTS.write_text(report([measure(size) for size in sizes], f"{clock():%F}"), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
