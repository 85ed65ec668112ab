"""The pictures of a site: the relations of an entry, an event among others, a quote as a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lore.pack.model import PackInfo
from lore.pictures.compiler import Compiler
from lore.pictures.drawing import Drawing, Legend
from lore.pictures.fonts import font_folders, read_glyphs
from lore.pictures.quotes import quote_card
from lore.pictures.relations import relations
from lore.pictures.timelines import timeline
from lore.query.answers import EntryView, QuoteView, Timeline


@dataclass(frozen=True, slots=True)
class SitePicture:
    """A drawing that a page shows, and its path from the root of the site."""

    path: str
    drawing: Drawing

    @property
    def alt(self) -> str:
        """Return what the drawing shows, in words."""
        return self.drawing.alt


class SitePictures:
    """Draws the pictures of a site; what a former run drew into its folder is taken from there."""

    def __init__(self, info: PackInfo, folder: Path, fonts: Path | None = None) -> None:
        folders = font_folders(fonts)
        self._legend = Legend(info)
        self._folder = folder
        self._compiler = Compiler(folders)
        self._glyphs = read_glyphs(folders)

    def of_entry(self, view: EntryView, events: Sequence[EntryView]) -> SitePicture | None:
        """Return an event among the others, or the relations of any other entry."""
        if view.happening is None or view.happening.position is None:
            return self._picture(relations(view, self._legend))
        at = view.happening.position
        return self._picture(timeline(Timeline.of(events), self._legend, at, ringed=True))

    def of_quote(self, quote: QuoteView) -> SitePicture | None:
        """Return a quote as a card."""
        return self._picture(quote_card(quote, self._legend))

    def png(self, picture: SitePicture) -> bytes:
        """Return the file of a picture."""
        before = self._folder / picture.path
        if before.is_file():
            return before.read_bytes()
        return self._compiler.png(picture.drawing)

    def _picture(self, drawing: Drawing | None) -> SitePicture | None:
        # What no font has would be boxes.
        if drawing is None or not self._glyphs.cover(drawing.data):
            return None
        return SitePicture(f"picture/{self._compiler.digest(drawing)[:24]}.png", drawing)
