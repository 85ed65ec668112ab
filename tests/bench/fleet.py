"""Measures several processes on one ledger in PostgreSQL, and writes FLEET.md above its proofs.

Fleets of 1, 2 and 4 processes answer in turns, so that whatever else the machine does falls on all.
"""

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import asyncpg

from bot.cli import clock
from bot.simulator.server import Simulator
from lore.ledger.postgres.database import open_postgres
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from tests.bench.bots import LIFTED, OURS, Bot, settled, started
from tests.bench.callers import Caller, questions
from tests.faults.test_hot_spare import posts, schedule
from tests.postgres import OwnServer, own_server
from tests.waiting import eventually

RESULTS = Path(__file__).parent / "FLEET.md"
PROOFS = "## Proofs in full size"
FLEETS = (1, 2, 4)
GUILDS, SHARDS, ASKED, IN_FLIGHT, POSTS = 32, 4, 1_000, 8, 200
WARM = 1_000
_COUNTS = "shared_preload_libraries=pg_stat_statements"

_GATEWAY = """
from discord.gateway import DiscordWebSocket
from yarl import URL
DiscordWebSocket.DEFAULT_GATEWAY = URL("{}")
"""

# Writes a byte for each statement on the ledger in a file.
_TRACED = """
import os, sqlite3
seen = open(os.environ["SEEN"], "ab", buffering=0)
def traced(path, *given, connect=sqlite3.connect, **named):
    db = connect(path, *given, **named)
    if "ledger.db" in str(path):
        db.set_trace_callback(lambda _: seen.write(b"."))
    return db
sqlite3.connect = traced
"""

Count = Callable[[], Awaitable[int]]


@dataclass
class Measured:
    """What one run found out; seconds of the processor per answer by the number of processes."""

    cpu: dict[int, list[float]] = field(default_factory=dict)
    warm: tuple[int, int] = (0, 0)  # statements for answers, and in as long a time without
    per_post: dict[str, float] = field(default_factory=dict)


class Fleet:
    """So many processes that are online, and people in many servers."""

    def __init__(self, simulator: Simulator, bots: list[Bot]) -> None:
        guilds, asker = simulator.state.guilds.values(), simulator.state.asker
        self._bots = bots
        self._callers = cycle([Caller(simulator, guild, asker) for guild in guilds])
        self._names = questions()

    async def ask(self, times: int) -> float:
        """Ask so often, each process several at a time; return the CPU seconds of an answer."""
        begun, left = self._cpu(), iter(range(times))

        async def asker() -> None:
            for _ in left:
                await next(self._callers).ask("bio", "name", next(self._names))

        await asyncio.gather(*(asker() for _ in range(IN_FLIGHT * len(self._bots))))
        return (self._cpu() - begun) / times

    def _cpu(self) -> float:
        return sum(bot.cpu() for bot in self._bots)

    async def settled(self) -> None:
        for bot in self._bots:
            await settled(bot)


@asynccontextmanager
async def online(server: OwnServer, processes: int) -> AsyncIterator[Fleet]:
    """Start so many processes on a ledger of their own."""
    ledger = await server.make(f"of_{processes}")
    # The server has room for fifty of all.
    settings = LIFTED | {"LORE_LEDGER_URL": ledger.url, "LORE_LEDGER_CONNECTIONS": "3"}
    if processes > 1:
        settings |= {"LORE_PROCESSES": str(processes), "LORE_SHARD_COUNT": str(SHARDS)}
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(
            Simulator(clock, guilds=GUILDS, shards=SHARDS, kept=10, max_concurrency=16)
        )
        # Who is told its shards does not ask Discord for the address.
        address = _GATEWAY.format(simulator.gateway_url)
        starting = (
            started(OURS, simulator, limits=settings, before=address) for _ in range(processes)
        )
        yield Fleet(simulator, await asyncio.gather(*map(stack.enter_async_context, starting)))


async def answers(server: OwnServer, measured: Measured, rounds: int) -> None:
    """Have all fleets answer in turns."""
    async with AsyncExitStack() as stack:
        fleets = {n: await stack.enter_async_context(online(server, n)) for n in FLEETS}
        for fleet in fleets.values():
            await fleet.ask(4 * ASKED)
            await fleet.settled()
        for _ in range(rounds):
            for processes, fleet in fleets.items():
                measured.cpu.setdefault(processes, []).append(await fleet.ask(ASKED))
        counted = counter(server, f"of_{FLEETS[0]}")
        loop = asyncio.get_running_loop()
        before, begun = await counted(), loop.time()
        await fleets[FLEETS[0]].ask(WARM)
        between, took = await counted(), loop.time() - begun
        await asyncio.sleep(took)
        measured.warm = between - before, await counted() - between


def counter(server: OwnServer, database: str) -> Count:
    """Return what counts the statements on a database until now, but for renewals of its slot."""

    async def count() -> int:
        connection = await asyncpg.connect(server.url)
        number: int = await connection.fetchval(
            "SELECT CAST(coalesce(sum(calls), 0) AS BIGINT) FROM pg_stat_statements"
            " JOIN pg_database ON oid = dbid"
            " WHERE datname = $1 AND query NOT LIKE '%UPDATE slot%'",
            database,
        )
        await connection.close()
        return number

    return count


async def statements_per_post(server: OwnServer, data: Path) -> dict[str, float]:
    """Return how many statements a post costs on each engine, with those of the loops meanwhile."""
    address, seen = await server.make("posting"), data / "seen"

    async def in_file() -> int:
        return seen.stat().st_size if seen.exists() else 0

    of_file, of_server = {"SEEN": str(seen)}, {"LORE_LEDGER_URL": address.url}
    file, on_server = open_store(data / "ledger.db"), open_postgres(address)
    return {
        "SQLite": await _per_post(file, in_file, of_file, data, _TRACED),
        "PostgreSQL": await _per_post(
            on_server, counter(server, "posting"), of_server, data / "postgres"
        ),
    }


async def _per_post(
    ledger: AbstractAsyncContextManager[Database],
    count: Count,
    settings: dict[str, str],
    data: Path,
    before: str = "",
) -> float:
    """Let posts be due once the bot has settled, and count until each has come."""
    async with Simulator(clock, guilds=POSTS, kept=10) as simulator:
        async with ledger as database:
            await schedule(database, simulator, minutes=2)
        limits = LIFTED | settings
        async with started(OURS, simulator, limits=limits, data=data, before=before) as bot:
            await settled(bot)
            begun = await count()
            while not any(posts(simulator)):
                begun = await count()
                await asyncio.sleep(0.1)
            await eventually(lambda: all(posts(simulator)))
            await settled(bot)
            return (await count() - begun) / POSTS


def report(measured: Measured) -> str:
    """Return the figures, and the proofs as they stand in the file."""
    told = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else f"{PROOFS}\n"
    answers, idle = measured.warm
    alone = measured.cpu[1]
    rows = []
    for processes, seconds in measured.cpu.items():
        ratio = statistics.median(a / b for a, b in zip(seconds, alone, strict=True))
        cost = statistics.median(seconds) * 1e6
        rows.append(f"| {processes} | {cost:.0f} | {ratio:.2f} | {_reached(ratio <= 1.10)} |")
    return "\n".join(
        (
            "# Several processes",
            "",
            "Written by `make bench-fleet`: processes on one ledger in PostgreSQL, on one machine",
            "with the simulator, the server and those who ask. Compare within a table only.",
            "",
            f"{clock().date()}, {os.cpu_count()} cores, Python {platform.python_version()}, load",
            f"when it ended {os.getloadavg()[0]:.1f}; {len(alone)} rounds of {ASKED:,} answers,",
            f"{IN_FLIGHT} in flight to each process.",
            "",
            "| processes | CPU µs an answer | of one process's | at most 1.10 |",
            "|--:|--:|--:|---|",
            *rows,
            "",
            f"{WARM:,} answers that memory has: {answers} statements on the ledger meanwhile, and",
            f"{idle} in as long a time without questions, which are those of the loops.",
            "",
            "| ledger | statements a post |",
            "|---|--:|",
            *(f"| {name} | {cost:.1f} |" for name, cost in measured.per_post.items()),
            "",
            f"Of {POSTS} posts, with BEGIN, COMMIT and what loops do meanwhile; renewals of slots",
            "are counted nowhere.",
            "",
            "Not measured: real machines, a network between them, and Discord itself.",
            "",
            told[told.index(PROOFS) :],
        )
    )


def _reached(is_reached: bool) -> str:
    return "yes" if is_reached else "**no**"


async def main(rounds: int) -> None:
    """Measure everything and write the figures."""
    measured = Measured()
    with own_server(None, _COUNTS) as server, tempfile.TemporaryDirectory() as folder:
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE EXTENSION pg_stat_statements")
        await connection.close()
        await answers(server, measured, rounds)
        measured.per_post = await statements_per_post(server, Path(folder))
    RESULTS.write_text(report(measured), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    asyncio.run(main(parser.parse_args().rounds))
