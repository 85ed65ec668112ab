"""What of the documents the pack leaves out: sentences without a cite, names without an entry."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lore.files import plain_file
from lore.pack.documents import Document
from lore.pack.model import Pack, cites_in

# A full stop after these ends no sentence; the longest has three letters.
_ABBREVIATION = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Jr|No|vs|[A-Z])|\.\.)$")
# Only the first of several stops begins an end, and only a quote stands between its footnotes: else
# a long row of either would be read once more for each of its signs.
_END = re.compile(
    r"(?<![.!?…])[.!?…]+(?:\[\d\])*(?:[\"”'](?:\[\d\])*)?(?=\s|[A-Z\"“]|$)|[。！？]+[」』”’]*"
)
_NAME = re.compile(r"[A-Z](?:\.[A-Z])+\b|[A-Z][\w’'-]*")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one paragraph of a document."""

    source: str
    paragraph: int
    text: str

    def __str__(self) -> str:
        return f"{self.source}:{self.paragraph} {self.text}"


def sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a paragraph."""
    start = 0
    for end in _END.finditer(paragraph):
        if _ABBREVIATION.search(paragraph, max(start, end.start() - 3), end.start()):
            continue
        if paragraph[start : end.end()].strip():
            yield start, end.end()
        start = end.end()
    if paragraph[start:].strip():
        yield start, len(paragraph)


def unexplained(pack: Pack, documents: Mapping[str, Document], readme: Path) -> Iterator[Span]:
    """Yield what the pack leaves out and `readme` does not explain, named in backticks."""
    explained = plain_file(readme).read_text(encoding="utf-8") if readme.exists() else ""
    for span in (*uncited(pack, documents), *unknown_names(pack, documents)):
        if f"`{span.text}`" not in explained:
            yield span


def uncited(pack: Pack, documents: Mapping[str, Document]) -> Iterator[Span]:
    """Yield every sentence of the documents that no cite or quote touches."""
    touched: dict[tuple[str, int], list[str]] = defaultdict(list)
    cites = chain(
        (cite for entry in pack.entries for _, cite in cites_in(entry)),
        (cite for quote in pack.quotes for cite in quote.cites()),
    )
    for cite in cites:
        touched[cite.source, cite.paragraph].append(cite.words)
    for document in documents.values():
        for number, paragraph in enumerate(document.paragraphs, 1):
            spots = [
                at.span()
                for words in touched[document.source.id, number]
                for at in re.finditer(re.escape(words), paragraph)
            ]
            for start, end in sentences(paragraph):
                if not any(begin < end and start < stop for begin, stop in spots):
                    yield Span(document.source.id, number, paragraph[start:end].strip())


def unknown_names(pack: Pack, documents: Mapping[str, Document]) -> Iterator[Span]:
    """Yield every capitalised word that is in no name the pack knows, where first seen."""
    known = set(_words(_known_names(pack)))
    texts = [paragraph for document in documents.values() for paragraph in document.paragraphs]
    lower = {word for text in texts for word in re.findall(r"\b[a-z][\w’']*", text)}
    for document in documents.values():
        for number, paragraph in enumerate(document.paragraphs, 1):
            for word in _NAME.findall(paragraph):
                plain = _plain(word)
                if plain not in known and plain not in lower:
                    known.add(plain)
                    yield Span(document.source.id, number, word)


def _known_names(pack: Pack) -> Iterator[str]:
    for entry in pack.entries:
        yield from (entry.name, *(other.name for other in entry.found_by))
        yield from (alias.name for alias in entry.aliases)
        yield from (credit.name for credit in entry.credits)


def _words(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from map(_plain, re.findall(r"[\w’'.-]+", name))


def _plain(word: str) -> str:
    return re.sub(r"[’']s?$", "", word).replace(".", "").casefold()
