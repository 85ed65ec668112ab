"""The pictures of the documents: which they are, and how they are made small."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"

# So many colours keep the small print sharp, and a file at a third of its size.
COLOURS = 128

MARKDOWN = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)\s]+)\)")
HTML = re.compile(r"<img\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')


def named(document: Path) -> Iterator[tuple[Path, str]]:
    """Yield each picture that a document names, and its alt text."""
    text = document.read_text(encoding="utf-8")
    for found in MARKDOWN.finditer(text):
        yield document.parent / found["file"], found["alt"]
    for image in HTML.findall(text):
        given = dict(ATTRIBUTE.findall(image))
        yield document.parent / given["src"], given.get("alt", "")


def documents() -> list[Path]:
    """Return the documents that people read on the web."""
    return [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").glob("*.md")]


def take(folder: Path) -> None:
    """Take the pictures that the documents name from those of the tour, and make them small."""
    FOLDER.mkdir(exist_ok=True)
    for file in {file.resolve() for document in documents() for file, _ in named(document)}:
        picture = Image.open(folder / file.name).convert("RGB")
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(FOLDER / file.name, optimize=True)
