"""Draws with typst; its one compiler may be used by one thread alone."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from lore.errors import LoreError
from lore.pictures.drawing import Drawing

if TYPE_CHECKING:
    import typst

_TEMPLATES = Path(__file__).with_name("templates")

# typst remembers what it laid out for ten compilations, which of pictures is tens of megabytes and
# helps none that is not the same: it forgets them over empty pages, in a millisecond or two.
_GENERATIONS = 10
_NOTHING = b"#set page(width: 1pt, height: 1pt)"

# Pictures are 440 points wide, which these make 1,080 pixels.
_PIXELS_PER_INCH = 72 * 1080 / 440

# The option of glibc's `mallopt`, and from how many bytes on memory goes back once it is free.
_MMAP_THRESHOLD = -3
_LARGE = 1 << 20


class PictureFailedError(LoreError):
    """A picture could not be drawn."""

    def __init__(self) -> None:
        super().__init__("This picture could not be drawn. The answer in words has all of it.")


class Compiler:
    """Makes PNG files of drawings."""

    def __init__(self, folders: Iterable[Path]) -> None:
        # An extra: whoever draws no pictures need not have it.
        import typst

        _give_back_large_memory()
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in folders],
        )
        self._families = json.dumps(sorted(self._fonts.families()))
        base = (_TEMPLATES / "base.typ").read_bytes()
        self._sources = {one.stem: base + one.read_bytes() for one in _TEMPLATES.glob("*.typ")}
        self._compiler: typst.Compiler | None = None

    def digest(self, drawing: Drawing) -> str:
        """Return what tells a picture from every other that would look otherwise."""
        made_of = (self._sources[drawing.template], drawing.data.encode(), self._families.encode())
        return sha256(b"\0".join(made_of)).hexdigest()

    def png(self, drawing: Drawing) -> bytes:
        """Return a drawing as a PNG file; PictureFailedError if it cannot be drawn."""
        from typst import Compiler as Typst

        compiler = self._compiler or Typst(font_paths=self._fonts)
        # One that has failed is not used again.
        self._compiler = None
        # Data is never part of the template: what looks like typst in it is shown, not run.
        data = {"data": drawing.data, "families": self._families}
        try:
            drawn = compiler.compile(
                self._sources[drawing.template],
                format="png",
                ppi=_PIXELS_PER_INCH,
                sys_inputs=data,
            )
        except BaseException as error:  # what goes wrong within typst is no Exception
            raise PictureFailedError from error
        if not isinstance(drawn, bytes):
            raise PictureFailedError
        for _ in range(_GENERATIONS):
            compiler.compile(_NOTHING, format="png", sys_inputs={})
        self._compiler = compiler
        return drawn


def _give_back_large_memory() -> None:
    """Have glibc give large memory back to the system as soon as it is free.

    After the first large piece it would keep the next ones, and each picture is megabytes of
    pixels: it would hold ten megabytes more between pictures.
    """
    # Other systems have no such option.
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
