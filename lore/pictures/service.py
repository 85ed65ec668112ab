"""Pictures as they are asked for: each is drawn once, one after another, those of posts first."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from lore.errors import LoreError
from lore.pictures.compiler import Compiler, PictureFailedError
from lore.pictures.drawing import Drawing
from lore.pictures.fonts import PACKAGES, Glyphs, font_folders, read_glyphs
from lore.recent import Recent

log = logging.getLogger(__name__)

# So many pictures are kept, and so many may wait to be drawn for those who ask for them.
KEPT = 64
MOST_WAITING = 8

# In seconds: for so long somebody who asks waits for a picture, and a post for its own.
PATIENCE = 10.0
PATIENCE_OF_POST = 2.0

# In seconds, from one picture for a post to the next.
BETWEEN_POSTS = 0.1


class TooManyPicturesError(LoreError):
    """More pictures are asked for than may wait."""

    def __init__(self) -> None:
        super().__init__("Many pictures are being drawn just now. Try again in a moment.")


def missing_packages() -> list[str]:
    """Return the packages without which no pictures are drawn, as far as they are missing."""
    return [name for name in ("typst", "fontTools", *PACKAGES) if find_spec(name) is None]


@dataclass(frozen=True, slots=True)
class _Lane:
    """What is drawn for some of those who wait, and whose turn it is next."""

    under_way: dict[Drawing, asyncio.Task[bytes]] = field(default_factory=dict)
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


@asynccontextmanager
async def open_pictures(fonts: Path | None = None) -> AsyncIterator[Pictures | None]:
    """Open what draws pictures, with fonts of one's own; None if a package is missing."""
    if missing_packages():
        yield None
        return
    folders = font_folders(fonts)
    pictures = Pictures(Compiler(folders), await asyncio.to_thread(read_glyphs, folders))
    try:
        yield pictures
    finally:
        pictures.close()


class Pictures:
    """Draws pictures in a thread of their own."""

    def __init__(self, compiler: Compiler, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self._compiler = compiler
        # One thread alone may use the compiler.
        self._thread = ThreadPoolExecutor(1, "pictures")
        self._drawn: Recent[Drawing, bytes] = Recent(KEPT)
        self._is_busy = False
        self._asked, self._posts = _Lane(), _Lane()
        self._next_post = 0.0

    def close(self) -> None:
        """End the thread, once it has drawn what it has begun."""
        self._thread.shutdown(cancel_futures=True)

    async def asked(self, drawing: Drawing) -> bytes:
        """Return the PNG file for somebody who waits for it.

        TooManyPicturesError if too many wait, PictureFailedError if it cannot be drawn in time.
        """
        if drawn := self._drawn.find(drawing):
            return drawn
        # One is drawn while the others wait.
        under_way = self._asked.under_way
        if drawing not in under_way:
            if len(under_way) > MOST_WAITING:
                raise TooManyPicturesError
            self._begin(drawing, self._asked)
        return await _awaited(under_way[drawing], PATIENCE)

    async def for_post(self, drawing: Drawing) -> bytes | None:
        """Return the PNG file for a post; None if it cannot be drawn soon."""
        if drawn := self._drawn.find(drawing):
            return drawn
        if drawing not in self._posts.under_way:
            now = asyncio.get_running_loop().time()
            turn = max(now, self._next_post)
            if turn - now >= PATIENCE_OF_POST:
                return None
            self._next_post = turn + BETWEEN_POSTS
            self._begin(drawing, self._posts, turn - now)
        try:
            return await _awaited(self._posts.under_way[drawing], PATIENCE_OF_POST)
        except PictureFailedError as error:
            log.warning("a post goes out without its picture: %r", error.__cause__)
            return None

    def _begin(self, drawing: Drawing, lane: _Lane, later: float = 0.0) -> None:
        """Begin to draw something in so many seconds."""
        task = asyncio.create_task(self._draw(drawing, lane, later))
        lane.under_way[drawing] = task

        def ended(task: asyncio.Task[bytes]) -> None:
            lane.under_way.pop(drawing)
            # Nobody may wait for it any more.
            if not task.cancelled():
                task.exception()

        task.add_done_callback(ended)

    async def _draw(self, drawing: Drawing, lane: _Lane, later: float) -> bytes:
        await asyncio.sleep(later)
        async with self._turn(lane):
            # The other lane may have drawn it meanwhile.
            if drawn := self._drawn.find(drawing):
                return drawn
            loop = asyncio.get_running_loop()
            png = await loop.run_in_executor(self._thread, self._compiler.png, drawing)
            self._drawn.keep(drawing, png)
        return png

    @asynccontextmanager
    async def _turn(self, lane: _Lane) -> AsyncIterator[None]:
        """Wait until nothing else is drawn, and no post waits that goes first."""
        if self._is_busy:
            turn = asyncio.get_running_loop().create_future()
            lane.waiting.append(turn)
            await turn
        self._is_busy = True
        try:
            yield
        finally:
            if waiting := self._posts.waiting or self._asked.waiting:
                waiting.popleft().set_result(None)
            else:
                self._is_busy = False


async def _awaited(task: asyncio.Task[bytes], seconds: float) -> bytes:
    """Wait for a picture, which goes on being drawn for others after that time."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        raise PictureFailedError
    return task.result()
