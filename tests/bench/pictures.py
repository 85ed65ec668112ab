"""What pictures cost: CPU for each, memory, and how late the loop is while 64 are asked for.

Run as `python -m tests.bench.pictures`.
"""

from __future__ import annotations

import asyncio
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lore.catalogue.database import compile_if_changed
from lore.pictures.drawing import Drawing, Legend
from lore.pictures.quotes import quote_card
from lore.pictures.relations import relations
from lore.pictures.service import Pictures, TooManyPicturesError, open_pictures
from lore.pictures.timelines import timeline
from lore.query.answers import Timeline
from lore.query.arrangement import position
from lore.query.open_pack import OpenPack

SEEDS = Path(__file__).parents[2] / "seeds"
AT_ONCE = 64

# The loop is asked this often, in seconds, whether it is on time.
TICK = 0.001


def drawings(opened: OpenPack) -> Iterator[Drawing]:
    """Yield the drawing of every quote, every entry with relations, and each page of a timeline."""
    tiers, legend = opened.info.every_tier, Legend(opened.info)
    visible = opened.visible(tiers)
    for id in visible.quotes():
        if quote := visible.quote(id):
            yield quote_card(quote, legend)
    for id in visible.views.ids():
        if drawn := relations(visible.views.entry(id, tiers), legend):
            yield drawn
    events = [visible.views.entry(event.id, tiers) for event in visible.views.events(tiers)]
    asked = Timeline.of(events)
    for event in asked.events[::5]:
        if drawn := timeline(asked, legend, position(event), ringed=True):
            yield drawn


def memory() -> float:
    """Return the most memory that this process has used, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def lags(pictures: Pictures, wanted: list[Drawing]) -> tuple[list[float], int]:
    """Return how late the loop was while all are asked for at once, and how many were refused."""
    late = list[float]()

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            late.append(time.perf_counter() - before - TICK)

    watching = asyncio.create_task(watch())
    answers = await asyncio.gather(*map(pictures.asked, wanted), return_exceptions=True)
    watching.cancel()
    return sorted(late), sum(isinstance(one, TooManyPicturesError) for one in answers)


async def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = compile_if_changed(SEEDS, Path(folder) / "catalogue.db")
        every = list(drawings(OpenPack(compiled.numbered(1))))
    before = memory()
    async with open_pictures() as pictures:
        assert pictures
        spent = list[float]()
        for one in every:
            began = time.process_time()
            await pictures.asked(one)
            spent.append(time.process_time() - began)
        spent.sort()
        print(
            f"{len(every)} pictures, CPU in ms: median {spent[len(spent) // 2] * 1000:.0f}", end=""
        )
        print(f", 95 % {spent[len(spent) * 95 // 100] * 1000:.0f}, most {spent[-1] * 1000:.0f}")
        print(f"memory: {memory() - before:.0f} MB more than before")
        late, refused = await lags(pictures, every[:AT_ONCE])
        print(f"{AT_ONCE} at once: {refused} refused; the loop is late, in ms:", end="")
        print(f" 99 % {late[len(late) * 99 // 100] * 1000:.1f}, most {late[-1] * 1000:.1f}")


if __name__ == "__main__":
    asyncio.run(main())
