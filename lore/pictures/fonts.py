"""The fonts that pictures are drawn with, and which characters they have."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

log = logging.getLogger(__name__)

PACKAGES = (
    "fontpkg_noto_sans",
    "fontpkg_noto_serif",
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_thai",
)
# Fonts of which there is no package: emoji in colour, and Hebrew.
_VENDORED = Path(__file__).with_name("fonts")
_FONT = re.compile(r"\.(?:ttf|otf|ttc|otc)", re.IGNORECASE)

# These choose between forms of their neighbours; no font has to have them.
_NEVER_DRAWN = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0020, 0xE0080), 0x0A)))


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Which characters can be drawn."""

    characters: Set[str]

    def cover(self, text: str) -> bool:
        """Return whether every character of a text can be drawn."""
        missing = set(text) - self.characters - _NEVER_DRAWN
        return all(unicodedata.category(one) == "Cf" for one in missing)


def font_folders(extra: Path | None = None) -> list[Path]:
    """Return the folders of the installed fonts, and that of the operator's own."""
    specs = filter(None, map(find_spec, PACKAGES))
    installed = [Path(place) for spec in specs for place in spec.submodule_search_locations or ()]
    return [*installed, _VENDORED, *([extra] if extra else [])]


def read_glyphs(folders: Iterable[Path]) -> Glyphs:
    """Return the characters of all fonts in these folders; a damaged font is left out."""
    return Glyphs({one for file in font_files(folders) for one in _characters(file)})


def font_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the fonts in these folders and in those within them."""
    for folder in folders:
        yield from (file for file in sorted(folder.rglob("*")) if _FONT.fullmatch(file.suffix))


def _characters(file: Path) -> Iterator[str]:
    """Yield the characters that a font file has a glyph for."""
    # An extra: whoever draws no pictures need not have it.
    from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]

    try:
        with file.open("rb") as stream, TTFont(stream, fontNumber=0, lazy=True) as font:
            yield from map(chr, font.getBestCmap() or ())
    except (TTLibError, OSError, ValueError, LookupError) as error:
        log.warning("the font %s cannot be read: %s", file, error)
