"""Pictures as they are asked for: each is drawn once, one after another, those of posts first."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
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

_Lane = deque[asyncio.Future[None]]


class TooManyPicturesError(LoreError):
    """More pictures are asked for than may wait."""

    def __init__(self) -> None:
        super().__init__("Many pictures are being drawn just now. Try again in a moment.")


def missing_packages() -> list[str]:
    """Return the packages without which no pictures are drawn, as far as they are missing."""
    return [name for name in ("typst", "fontTools", *PACKAGES) if find_spec(name) is None]


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
        self._under_way: dict[Drawing, asyncio.Task[bytes]] = {}
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
        if drawing not in self._under_way and len(self._under_way) > MOST_WAITING:
            raise TooManyPicturesError
        return await self._awaited(self._begun(drawing, self._asked), PATIENCE)

    async def for_post(self, drawing: Drawing) -> bytes | None:
        """Return the PNG file for a post; None if it cannot be drawn soon."""
        if drawn := self._drawn.find(drawing):
            return drawn
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next_post)
        if turn - now >= PATIENCE_OF_POST:
            return None
        self._next_post = turn + BETWEEN_POSTS
        await asyncio.sleep(turn - now)
        try:
            left = PATIENCE_OF_POST - (turn - now)
            return await self._awaited(self._begun(drawing, self._posts), left)
        except PictureFailedError as error:
            log.warning("a post goes out without its picture: %r", error.__cause__)
            return None

    def _begun(self, drawing: Drawing, lane: _Lane) -> asyncio.Task[bytes]:
        """Return the task that draws something, begun now if it is not under way."""
        if (task := self._under_way.get(drawing)) is None:
            task = asyncio.create_task(self._draw(drawing, lane))
            self._under_way[drawing] = task
            task.add_done_callback(lambda _: self._under_way.pop(drawing))
        return task

    async def _awaited(self, task: asyncio.Task[bytes], seconds: float) -> bytes:
        """Wait for a picture, which goes on being drawn for others after that time."""
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            raise PictureFailedError
        return task.result()

    async def _draw(self, drawing: Drawing, lane: _Lane) -> bytes:
        async with self._turn(lane):
            loop = asyncio.get_running_loop()
            png = await loop.run_in_executor(self._thread, self._compiler.png, drawing)
        self._drawn.keep(drawing, png)
        return png

    @asynccontextmanager
    async def _turn(self, lane: _Lane) -> AsyncIterator[None]:
        """Wait until nothing else is drawn, and no post waits that goes first."""
        if self._is_busy:
            turn = asyncio.get_running_loop().create_future()
            lane.append(turn)
            await turn
        self._is_busy = True
        try:
            yield
        finally:
            if waiting := self._posts or self._asked:
                waiting.popleft().set_result(None)
            else:
                self._is_busy = False
