"""Holds a pack against the documents that it was curated from: hashes, cites, quotes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lore.errors import LoreError
from lore.files import plain_file
from lore.pack.model import Cite, Pack, Source
from lore.text.wording import counted


class DocumentError(LoreError):
    """A document of the pack is missing or is no text."""


@dataclass(frozen=True, slots=True)
class Document:
    """A source's text: its paragraphs are the lines that are not blank."""

    source: Source
    paragraphs: tuple[str, ...]
    sha256: str

    def paragraph(self, number: int) -> str:
        """The paragraph with that number, counted from 1; empty when there is none."""
        return self.paragraphs[number - 1] if number <= len(self.paragraphs) else ""


def load(pack: Pack, folder: Path) -> dict[str, Document]:
    """The pack's documents by source id; DocumentError when one cannot be read."""
    documents = {}
    for source in pack.info.sources:
        try:
            raw = plain_file(folder / source.file).read_bytes()
            lines = raw.decode("utf-8").split("\n")
        except OSError as error:
            raise _unreadable(source, folder, str(error.strerror)) from error
        except UnicodeDecodeError as error:
            raise _unreadable(source, folder, "it is not UTF-8 text") from error
        paragraphs = tuple(line for line in lines if line.strip())
        documents[source.id] = Document(source, paragraphs, hashlib.sha256(raw).hexdigest())
    return documents


def _unreadable(source: Source, folder: Path, why: str) -> DocumentError:
    return DocumentError(f"Source {source.id}: {folder / source.file} cannot be read: {why}.")


def discrepancies(pack: Pack, documents: Mapping[str, Document]) -> Iterator[str]:
    """Every way in which the pack does not match its documents, one sentence each."""
    for document in documents.values():
        yield from _document(document)
    for owner, cite in all_cites(pack):
        paragraph = documents[cite.source].paragraph(cite.paragraph)
        if cite.words not in paragraph:
            yield f'{owner}: "{cite.words}" does not stand in {cite.source}:{cite.paragraph}'
        elif not _whole(cite.words).search(paragraph):
            place = f"{cite.source}:{cite.paragraph}"
            yield f'{owner}: "{cite.words}" begins or ends inside a word of {place}'


def _whole(words: str) -> re.Pattern[str]:
    """These words where none of them goes on before or after them."""
    before = r"(?<!\w)" if re.match(r"\w", words) else ""
    after = r"(?!\w)" if re.search(r"\w$", words) else ""
    return re.compile(before + re.escape(words) + after)


def _document(document: Document) -> Iterator[str]:
    source = document.source
    if document.sha256 != source.sha256:
        yield f"source {source.id}: {source.file} has another sha256, {document.sha256}"
    if len(document.paragraphs) != source.paragraphs:
        count = counted(len(document.paragraphs), "paragraph")
        yield f"source {source.id}: {count}, {source.paragraphs} in pack.toml"


def all_cites(pack: Pack) -> Iterator[tuple[str, Cite]]:
    """Every cite of the pack with the entry or quote that it is of."""
    for entry in pack.entries:
        yield from ((f"{entry.kind}s/{entry.id}", cite) for cite in entry.cites())
    for quote in pack.quotes:
        yield from ((f"quote {quote.id}", cite) for cite in quote.cites())
