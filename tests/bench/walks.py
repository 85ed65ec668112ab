"""Counts what a person's act runs through: files, functions and calls of lore and bot.

Run by `python -m tests.bench.walks`; the goals are those of a design, not limits that a test holds.
"""

import asyncio
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from bot import settings as settings_
from bot.app import build_app
from bot.cli import clock
from bot.core.connection import rest
from bot.features.qotd import delivery
from bot.simulated import online
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("bot/simulator/", "bot/simulated.py")
QOTD = ("lore/qotd/*.py", "lore/ledger/verbs/qotd_*.py", "bot/features/qotd/*.py")
ANSWERING = ("CommandTree-invoker", "discord.py: on_", rest.NAME)

# What is played before an act, and the act itself.
WALKS = {
    "/bio, first time": ((), "/bio tony stark"),
    "/bio, cached": (("/bio tony stark",), "/bio tony stark"),
    "/bio, misspelt": ((), "/bio wnada maximof"),
    "autocomplete": ((), "complete /bio wand"),
    "/qotd now": (("as curator", "/qotd set channel:#quotes time:09:00 zone:UTC"), "/qotd now"),
    "publish, log channel": (
        (
            *("as curator", "/settings", "choose #lore"),
            *("/entry add kind:Place", "fill Name=Zorblax Text=Inn"),
        ),
        "press Publish",
    ),
}


@contextmanager
def counted() -> Iterator[Counter[tuple[str, str]]]:
    """Count the calls of our functions meanwhile, by file and name, in all threads."""
    found: Counter[tuple[str, str]] = Counter()
    folders = tuple(f"{ROOT}/{room}/" for room in ("lore", "bot"))

    def look(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(folders):
            file = code.co_filename.removeprefix(f"{ROOT}/")
            if not file.startswith(LEFT_OUT):
                found[file, code.co_qualname] += 1

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


async def settled() -> None:
    """Wait until all is done that follows an answer."""
    while tasks := [t for t in asyncio.all_tasks() if t.get_name().startswith(ANSWERING)]:
        await asyncio.wait(tasks)


async def started() -> None:
    """Wait until what a start begins is done: until nothing of ours has run for a while."""
    busy = True
    while busy:
        with counted() as found:
            await asyncio.sleep(0.3)
        busy = bool(found)


async def walk(before: tuple[str, ...], act: str, data: Path) -> Counter[tuple[str, str]]:
    """Play an act on a bot of its own, and count what it runs through."""
    chosen = settings_.load(data_dir=data, pack=ROOT / "seeds", backup_hours=0, health_port=0)

    async with (
        build_app(chosen, random.Random(7), clock) as app,
        Simulator(clock, bot_name="Lorebot") as simulator,
        online(app.bot, simulator),
    ):
        await app.bot.wait_until_ready()
        await started()
        session = SimSession(simulator, Timeouts(more=0.05))
        for line in before:
            await session.play(line)
        await settled()
        with counted() as found:
            await session.play(act)
            await settled()
    return found


async def main() -> None:
    """Print the table."""
    # No tick of the quote of the day falls among what is counted.
    delivery.TICK = 3600.0
    print("| act | files | functions | calls |\n|---|--:|--:|--:|")
    for name, (before, act) in WALKS.items():
        with tempfile.TemporaryDirectory() as data:
            found = await walk(before, act, Path(data))
        files = {file for file, _ in found}
        print(f"| {name} | {len(files)} | {len(found)} | {found.total():,} |")
    places = {place: len(list(ROOT.glob(place))) for place in QOTD}
    print(f"\nFiles of the quote of the day: {sum(places.values())} in {len(places)} places")


if __name__ == "__main__":
    asyncio.run(main())
