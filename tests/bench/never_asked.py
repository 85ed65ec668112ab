"""Asks the bot only what nobody has asked before, beside a bot that sends a page without thinking.

Run as `python -m tests.bench.never_asked`; it writes NEVER_ASKED.md beside it. The caches of
answers are off and no text comes twice; a page that was laid out once is kept for its entry, as in
the bot that ships. Some rows are of a server with lore of its own.
"""

from __future__ import annotations

import asyncio
import gc
import os
import platform
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bot.cli import clock
from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Guild
from bot.simulator.server import Simulator
from lore.curation.drafts import EntryDraft
from lore.curation.quota import Quota
from lore.ledger.records import Actor
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind
from lore.pack.reader import read
from tests.bench.bots import LIFTED, OURS, PAGE, Bot, started
from tests.bench.callers import SEEDS, Caller, unknown_names
from tests.bench.cases import made_up_names, typo

RESULTS = Path(__file__).parent / "NEVER_ASKED.md"

IN_FLIGHT = 8
ASKED = 100
ROUNDS = 5
OWN = 200
SEED = 20261130
GOALS = {"/bio, misspelt": 0.25, "/bio, names of nobody": 0.25, "autocomplete": 0.5}

# Before the bot starts: no answer is kept.
UNCACHED = "from lore.query import open_pack; open_pack.MAX_ANSWERS = 0\n"

COMMAND, TYPED = InteractionKind.COMMAND, InteractionKind.AUTOCOMPLETE


@dataclass(frozen=True)
class Row:
    """What is asked: a command with one option, and texts of which none comes twice."""

    what: str
    command: str
    option: str
    texts: Iterator[str]
    kind: InteractionKind = COMMAND


def rows() -> Iterator[Row]:
    """Yield what is asked; each row has texts of its own."""
    entries = read(SEEDS).entries
    of = {kind: [one.name for one in entries if one.kind == kind] for kind in Kind}
    every = [one.name for one in entries]
    people = of[Kind.CHARACTER]
    yield Row("/bio, misspelt", "bio", "name", misspelt(people))
    yield Row("/bio, names of nobody", "bio", "name", unknown_names())
    yield Row("/event, misspelt", "event", "name", misspelt(of[Kind.EVENT]))
    yield Row("/lore, misspelt", "lore", "name", misspelt(every))
    yield Row("/timeline, misspelt", "timeline", "character", misspelt(people))
    yield Row("/quote, misspelt", "quote", "speaker", misspelt(people))
    yield Row("/search", "search", "words", together(every))
    yield Row("autocomplete", "bio", "name", beginnings(every), TYPED)


def misspelt(names: Sequence[str]) -> Iterator[str]:
    """Yield names with a slip, or with two once those are rare; none twice."""
    rng, seen = random.Random(SEED), set[str]()
    long = [name for name in names if len(name) > 5]
    while True:
        text = typo(rng.choice(long), rng)
        text = typo(text, rng) if text in seen else text
        if text not in seen:
            seen.add(text)
            yield text


def beginnings(names: Sequence[str]) -> Iterator[str]:
    """Yield the beginnings of misspelt names, from the third letter on; none twice."""
    rng, seen = random.Random(SEED), set[str]()
    for text in misspelt(names):
        begun = text[: rng.randint(3, len(text))]
        if begun not in seen:
            seen.add(begun)
            yield begun


def together(names: Sequence[str]) -> Iterator[str]:
    """Yield two names and a number that makes the text a new one."""
    rng, number = random.Random(SEED), 0
    while number := number + 1:
        yield f"{rng.choice(names)} {rng.choice(names)} {number}"


class Asking:
    """Asks one bot, in one server, so many things at a time."""

    def __init__(self, simulator: Simulator, guild: Guild, bot: Bot) -> None:
        self._caller = Caller(simulator, guild, simulator.state.asker)
        self._bot = bot

    async def rate(self, row: Row, times: int) -> tuple[float, float]:
        """Return how many answers came in a second, and the CPU seconds of the bot for each."""
        left = iter(range(times))

        async def asker() -> None:
            for _ in left:
                await self._caller.ask(row.command, row.option, next(row.texts), row.kind)

        cpu, begun = self._bot.cpu(), perf_counter()
        await asyncio.gather(*(asker() for _ in range(IN_FLIGHT)))
        seconds = perf_counter() - begun
        return times / seconds, (self._bot.cpu() - cpu) / times


@dataclass
class Measured:
    """What came of a row, round by round: answers a second of ours and of the other, our CPU."""

    rates: list[float]
    others: list[float]
    cpu: list[float]

    @property
    def share(self) -> float:
        """Return how much of the other's speed we have: the median over the rounds."""
        pairs = zip(self.rates, self.others, strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)


async def add_own(data: Path, guild_id: int) -> None:
    """Give a server so many entries of its own."""
    rng = random.Random(SEED)
    async with open_store(data / "ledger.db") as database:
        entries = ledger_in(database, Quota(entries=OWN)).entries
        for number, name in enumerate(made_up_names(OWN, rng), 1):
            draft = EntryDraft(Kind.CHARACTER, name, f"{name} lives in the town.")
            await entries.publish(guild_id, draft, Actor(number, 1, clock()))


async def measured() -> dict[str, Measured]:
    """Ask both bots all rows, in turns; the server with lore of its own after the other."""
    found: dict[str, Measured] = {}
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = await stack.enter_async_context(Simulator(clock, guilds=2, kept=10))
        other = await stack.enter_async_context(Simulator(clock, guilds=1, kept=10))
        plain, own = ours.state.guilds.values()
        await add_own(data, own.id)
        starting = started(OURS, ours, limits=LIFTED, data=data, before=UNCACHED)
        bot = await stack.enter_async_context(starting)
        page = await stack.enter_async_context(started(PAGE, other))
        [place] = other.state.guilds.values()
        beside = Asking(other, place, page)
        for title, guild in (("", plain), (", with own lore", own)):
            asking = Asking(ours, guild, bot)
            for row in rows():
                await asking.rate(row, ASKED)
                found[row.what + title] = await _in_turns(asking, beside, row)
                print(row.what + title, f"{found[row.what + title].share:.2f}")
    return found


async def _in_turns(ours: Asking, other: Asking, row: Row) -> Measured:
    measured = Measured([], [], [])
    for _ in range(ROUNDS):
        same = Row(row.what, "bio", "name", unknown_names(), row.kind)
        measured.others.append((await other.rate(same, 2 * ASKED))[0])
        rate, cpu = await ours.rate(row, ASKED)
        measured.rates.append(rate)
        measured.cpu.append(cpu)
    return measured


def report(found: dict[str, Measured], date: str) -> str:
    """Return the page with the table."""
    return "\n".join(_report(found, date)) + "\n"


def _report(found: dict[str, Measured], date: str) -> Iterator[str]:
    yield "# What was never asked before\n"
    yield f"`make bench`, {date}: {os.cpu_count()} cores, Python {platform.python_version()}, load"
    yield f"{os.getloadavg()[0]:.1f}, {IN_FLIGHT} in flight. The caches of answers are off,"
    yield "no text comes twice. Beside it, in turns, a bot that sends a page as long as an article,"
    yield "or 25 names, without thinking (“no-op with a page”): compare the shares, not the figures"
    yield f"of other runs. A server with own lore has {OWN} entries of its own.\n"
    yield "| | answers/s | of no-op with a page | CPU µs | goal |"
    yield "|---|--:|--:|--:|---|"
    for what, one in found.items():
        goal = GOALS.get(what)
        reached = f"{goal}: {'yes' if one.share >= goal else 'no'}" if goal else ""
        yield (
            f"| {what} | {statistics.median(one.rates):,.0f} | {one.share:.2f} "
            f"| {statistics.median(one.cpu) * 1e6:,.0f} | {reached} |"
        )


def main() -> None:
    gc.disable()
    RESULTS.write_text(
        report(asyncio.run(measured()), clock().date().isoformat()), encoding="utf-8"
    )
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
