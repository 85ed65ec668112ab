"""The bots that are compared, each in a process of its own, and what is read of them."""

import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.simulator.server import TOKEN, Simulator
from tests.ports import free_port

# What `lorebot` does, with the simulator in Discord's place.
LOREBOT = """
import sys
from discord.http import Route
Route.BASE = sys.argv.pop(1)
from bot.cli import main
main()
"""

# A bot that has nothing to do spends less than this of each second; one that is watched, most.
STILL = 0.1

# A watched bot feels the lag of its loop that often; of a wait between, so much may go unfelt.
FELT_EVERY = 0.005
WATCHED = f"from bot.ops import health_checks; health_checks.LAG_EVERY = {FELT_EVERY}"
NO_OP, PAGE, OURS = BOTS = ("no-op", "no-op with a page", "lorebot")

# In place of the operator's limits: what the work itself costs is to be seen.
LIFTED = dict.fromkeys(
    (
        "LORE_PERSON_PER_MINUTE",
        "LORE_SERVER_PER_MINUTE",
        "LORE_SUGGESTIONS_WAITING",
        "LORE_SUGGESTIONS_PER_DAY",
    ),
    "100000000",
)

# How late the loop was, by the bounds of the metric's buckets in seconds, and how often.
Lag = Counter[float]


def within(lag: Lag, share: float) -> float:
    """Return within how many seconds this share of the readings was, and what went unfelt."""
    readings = sorted(lag.elements())
    return readings[int(share * (len(readings) - 1))] + FELT_EVERY


@dataclass
class Bot:
    """A bot that was started, and when it was ready."""

    process: asyncio.subprocess.Process
    ready_after: float
    port: int

    def cpu(self) -> float:
        """Return seconds of processor time spent until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Return bytes in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    async def lag(self) -> Lag:
        """Return how late its loop has been until now."""
        address = f"http://127.0.0.1:{self.port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            families = text_string_to_metric_families(await answer.text())
        [felt] = (family for family in families if family.name == "lorebot_loop_lag_seconds")
        lag, below = Lag(), 0
        for sample in felt.samples:
            if sample.name.endswith("_bucket"):
                lag[float(sample.labels["le"])] = int(sample.value) - below
                below = int(sample.value)
        return lag


@asynccontextmanager
async def started(
    which: str,
    simulator: Simulator,
    *,
    limits: dict[str, str] = LIFTED,
    watched: bool = False,
    data: Path | None = None,
    before: str = "",
) -> AsyncIterator[Bot]:
    """Start one of the bots on the simulator; `lag` can be read of one that is watched.

    Ours keeps its data in a folder that is given, and runs some code before it starts.
    """
    port = free_port() if watched else 0
    with tempfile.TemporaryDirectory() as folder:
        code = WATCHED * watched + before + LOREBOT
        lorebot = ("-c", code, simulator.api, "run", "--data", str(data or folder))
        answer = "page" if which == PAGE else "word"
        noop = ("-m", "tests.bench.noop", simulator.api, answer, str(port))
        chosen = {
            "DISCORD_TOKEN": TOKEN,
            "LORE_HEALTH_PORT": str(port),
            "LORE_LOG_LEVEL": "ERROR",
        }
        begun = perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *(lorebot if which == OURS else noop)),
            env=os.environ | chosen | limits,  # noqa: TID251  # a child is started with it
        )
        try:
            async with asyncio.timeout(60):
                await simulator.bot_online()
            yield Bot(process, perf_counter() - begun, port)
        finally:
            process.terminate()
            await process.wait()


async def settled(bot: Bot) -> None:
    """Wait until the bot has read all that it was sent, and does hardly anything any more."""
    busy = -1.0
    while bot.cpu() - busy > STILL:
        busy = bot.cpu()
        await asyncio.sleep(1)
