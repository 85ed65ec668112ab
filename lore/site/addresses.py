"""Where everything stands in the site, from its root; what has been linked to stays there."""

from __future__ import annotations

from typing import Final

from lore.files import DEVICES
from lore.ids import bare
from lore.pack.model import Kind

INDEX: Final = "index.html"
TIMELINE: Final = "timeline.html"
QUOTES: Final = "quotes.html"
DIFFERENCES: Final = "differences.html"
SOURCES: Final = "sources.html"


def differences_page(number: int) -> str:
    """Return a page of differences, counted from 1."""
    return DIFFERENCES if number == 1 else f"differences-{number}.html"


def kind_page(kind: Kind) -> str:
    """Return the page that lists all entries of a kind."""
    return f"kind/{kind}.html"


def entry_page(id: str) -> str:
    """Return the page of an entry."""
    return f"entry/{_file(id)}"


def quote_page(id: str) -> str:
    """Return the page of a quote."""
    return f"quote/{_file(id)}"


def source_page(id: str) -> str:
    """Return the page of a source that is cited too often to say so among the others."""
    return f"source/{_file(id)}"


def image(id: str, ending: str) -> str:
    """Return the picture that the pack has of an entry."""
    return f"image/{_file(id).removesuffix('html')}{ending}"


def anchor(id: str) -> str:
    """Return where a quote stands among the others of a page."""
    return f"quote-{bare(id)}"


def _file(id: str) -> str:
    # On Windows a device has no file, and no id has such a sign.
    name = bare(id)
    return f"{name}_.html" if name in DEVICES else f"{name}.html"
