"""Holds a pack against the documents that it was curated from: hashes, cites, quotes."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path

from lore.errors import LoreError
from lore.files import plain_file
from lore.pack.model import (
    UNNUMBERED,
    Cite,
    PackInfo,
    ParagraphsBy,
    Source,
    Statement,
    cites_in,
    parts_of,
)
from lore.pack.problems import FileLine, PackProblem
from lore.pack.reader import PACK_FILE, Progress, Reading
from lore.pack.salvage import UNREAD_NUMBER
from lore.pack.text_files import NotTextError, text_of
from lore.pack.words import closest, find_whole, places, same_case, same_signs
from lore.text.wording import counted, did_you_mean

_LINE_BREAK = re.compile(r"\r\n?|\n")
# A text of that many characters without a line break was not written so.
_LONG = 20_000
# Among so many characters of documents something similar is looked for, all in all.
_LOOKED_THROUGH = 30_000_000
_CHANGED = "{} was changed since; lorebot source update moves the cites with their words"
# A part of the paragraphs, as which more than a few are in the middle of a sentence.
_PART = 4
# So many places are named where words stand in more than one.
_NAMED = 3


class DocumentError(LoreError):
    """There is no folder of documents."""


@dataclass(frozen=True)
class Document:
    """A source's text by paragraphs, which have single blanks between their words."""

    source: Source
    paragraphs: tuple[str, ...]
    sha256: str

    def paragraph(self, number: int) -> str:
        """Return the paragraph with that number, counted from 1; empty when there is none."""
        return self.paragraphs[number - 1] if 1 <= number <= len(self.paragraphs) else ""

    @cached_property
    def plain(self) -> list[str]:
        """Return its paragraphs with plain signs."""
        return list(map(same_signs, self.paragraphs))

    @cached_property
    def small(self) -> list[str]:
        """Return its paragraphs with plain signs and small letters."""
        return list(map(same_case, self.paragraphs))


def load(info: PackInfo, folder: Path) -> tuple[dict[str, Document], list[PackProblem]]:
    """Load the documents of a pack by source id, and say what is wrong with the others.

    DocumentError if there is no such folder.
    """
    if not folder.is_dir():
        raise DocumentError(f"There is no folder {folder}. Name that of the documents.")
    documents, unread = {}, []
    for number, source in enumerate(info.sources):
        try:
            documents[source.id] = read_document(source, folder / source.file)
        except (NotTextError, OSError, ValueError) as error:
            why = f"cannot be read: {_reason(error)}"
            if isinstance(error, NotTextError):
                why = str(error)
            elif isinstance(error, FileNotFoundError):
                why = f"is not there{did_you_mean(source.file, _names(folder))}"
            where = FileLine(PACK_FILE, ("sources", number, "file"))
            unread.append(PackProblem(where, f"{folder / source.file} {why}"))
    return documents, unread


def _reason(error: Exception) -> str:
    return str(error.strerror) if isinstance(error, OSError) else str(error)


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def read_document(source: Source, file: Path) -> Document:
    """Read the text of a source; NotTextError or OSError if the file holds none."""
    raw = plain_file(file).read_bytes()
    lines = [" ".join(line.split()) for line in _LINE_BREAK.split(text_of(raw))]
    if source.paragraphs_by is ParagraphsBy.BLANK_LINE:
        lines = [" ".join(group) for filled, group in groupby(lines, bool) if filled]
    return Document(source, tuple(filter(None, lines)), hashlib.sha256(raw).hexdigest())


def breaks_off(document: Document) -> bool:
    """Tell whether many paragraphs go on in the next one, as in a hard-wrapped text."""
    pairs = list(pairwise(document.paragraphs))
    wrapped = sum(
        before[-1].isalnum() or before[-1] == "," for before, after in pairs if after[0].islower()
    )
    return wrapped > len(pairs) // _PART


def compare(
    reading: Reading, documents: Mapping[str, Document], progress: Progress | None = None
) -> list[Source]:
    """Add to what is wrong with a pack every way in which it does not match its documents.

    Return those of which the document was changed.
    """
    changed: dict[str, Source] = {}
    for number, source in enumerate(reading.info.sources if reading.info else ()):
        if document := documents.get(source.id):
            where = FileLine(PACK_FILE, ("sources", number))
            if _was_changed(reading, where, document):
                changed[source.id] = source
                reading.add(PackProblem(where.at("sha256"), _CHANGED.format(source.file)))
            else:
                reading.add(*document_problems(where, document))
            reading.remarks += _document_remarks(where, document)
    found = list(_Comparison(documents).problems(passages_of(reading), progress))
    reading.forget([place for passage, _ in found for place in passage.places])
    for passage, problem in found:
        # What is moved now would keep an update from knowing where the rest went.
        mend = None if passage.cite.source in changed else problem.mend
        reading.add(replace(problem, mend=mend))
    for part in (*reading.entries, *reading.quotes):
        for path, statement in parts_of(part.it, Statement):
            if statement.verbatim and not _stands_so(statement, documents):
                what = (
                    "verbatim, but the sentence does not stand so in a paragraph that it cites; "
                    "copy it from there, or leave verbatim out"
                )
                reading.add(PackProblem(part.where.at(*path, "says"), what))
    return list(changed.values())


def _was_changed(reading: Reading, where: FileLine, document: Document) -> bool:
    """Tell whether a document differs from the one the pack was written from, by its hash."""
    has_hash = not reading.is_unread(where.at("sha256"))
    return has_hash and document.sha256 != document.source.sha256


def _stands_so(statement: Statement, documents: Mapping[str, Document]) -> bool:
    """Tell whether a sentence stands whole in a cited paragraph, or may in one not at hand."""
    says = " ".join(statement.says.split())
    return any(
        cite.source not in documents
        or find_whole(says, documents[cite.source].paragraph(cite.paragraph)) >= 0
        for cite in statement.cites
    )


def document_problems(where: FileLine, document: Document) -> Iterator[PackProblem]:
    """Return in what a document is not the one that the pack was written from."""
    source, count = document.source, len(document.paragraphs)
    if document.sha256 != source.sha256:
        what = f"{source.file} has another sha256, {document.sha256}"
        yield PackProblem(where.at("sha256"), what, document.sha256)
    if count != source.paragraphs:
        has = counted(count, "paragraph")
        what = f"{source.file} has {has}, not {source.paragraphs:,}"
        yield PackProblem(where.at("paragraphs"), what, count or None)


def _document_remarks(where: FileLine, document: Document) -> Iterator[PackProblem]:
    if len(document.paragraphs) == 1 and len(document.paragraphs[0]) > _LONG:
        what = (
            f"{document.source.file} has no line breaks, so all of it "
            "is paragraph 1; put each paragraph on a line of its own"
        )
        yield PackProblem(where.at("file"), what)


@dataclass(frozen=True, slots=True)
class WrittenWords:
    """Words that have to stand in a paragraph, and where the pack says so.

    A line of a quote has its `words` and its `paragraph` apart.
    """

    where: FileLine
    cite: Cite
    is_line: bool = False

    @property
    def places(self) -> tuple[FileLine, ...]:
        """Return where the pack is at fault if the words do not stand there."""
        return (self.where, self.where.beside("paragraph")) if self.is_line else (self.where,)

    def mended(self, cite: Cite) -> tuple[FileLine, str | int]:
        """Return what to write, and where, so that it becomes that cite."""
        if not self.is_line:
            return self.where, str(cite)
        if cite.paragraph != self.cite.paragraph:
            return self.where.beside("paragraph"), cite.paragraph
        return self.where, cite.words


def passages_of(reading: Reading) -> Iterator[WrittenWords]:
    """Return all words that have to stand in a document: those of cites, and lines of quotes."""
    for entry in reading.entries:
        for path, cite in cites_in(entry.it):
            yield WrittenWords(entry.where.at(*path, near=str(cite)), cite)
    for quote in reading.quotes:
        for path, cite in cites_in(quote.it):
            yield WrittenWords(quote.where.at(*path, near=str(cite)), cite)
        for number, spoken in enumerate(quote.it.spoken()):
            at = quote.where.at("lines", number, "words", near=spoken.words)
            if spoken.paragraph != UNREAD_NUMBER:
                yield WrittenWords(at, spoken, is_line=True)


class _Comparison:
    """Compares passages with documents, and says of those that do not match what would."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._to_look_through = _LOOKED_THROUGH

    def problems(
        self, passages: Iterable[WrittenWords], progress: Progress | None
    ) -> Iterator[tuple[WrittenWords, PackProblem]]:
        """Yield what is wrong with passages, each with the passage."""
        missing: dict[str, list[WrittenWords]] = defaultdict(list)
        for passage in passages:
            document = self._documents.get(passage.cite.source)
            if document and not _stands(passage.cite, document):
                missing[passage.cite.source].append(passage)
        lost: list[WrittenWords] = []
        for done, (source, there) in enumerate(missing.items()):
            if progress:
                progress(done, len(missing))
            yield from self._of(self._documents[source], there, lost)
        elsewhere = self._elsewhere({passage.cite.words for passage in lost})
        for passage in lost:
            yield passage, self._lost(passage, elsewhere[passage.cite.words])

    def _of(
        self, document: Document, missing: Sequence[WrittenWords], lost: list[WrittenWords]
    ) -> Iterator[tuple[WrittenWords, PackProblem]]:
        """Yield what is wrong with passages of a document, but for those that are not in it."""
        as_written = places(document.paragraphs, {passage.cite.words for passage in missing})
        nowhere = {words for words, there in as_written.items() if not there}
        by_signs = places(document.plain, map(same_signs, nowhere))
        by_case = places(document.small, map(same_case, nowhere))
        for passage in missing:
            words, number = passage.cite.words, passage.cite.paragraph
            if find_whole(same_signs(words), same_signs(document.paragraph(number))) >= 0:
                yield passage, _spelt(passage, document, [number], same_signs)
            elif there := as_written[words]:
                yield passage, _standing(passage, document, there)
            elif there := by_signs[same_signs(words)]:
                yield passage, _spelt(passage, document, there, same_signs)
            elif there := by_case[same_case(words)]:
                yield passage, _spelt(passage, document, there, same_case)
            else:
                lost.append(passage)

    def _elsewhere(self, words: set[str]) -> dict[str, list[str]]:
        """Return in which paragraphs of any document words stand."""
        found: dict[str, list[str]] = {one: [] for one in words}
        for source, document in self._documents.items() if words else ():
            for one, numbers in places(document.paragraphs, words).items():
                found[one] += [f"{source}:{number}" for number in numbers]
        return found

    def _lost(self, passage: WrittenWords, elsewhere: Sequence[str]) -> PackProblem:
        cite, document = passage.cite, self._documents[passage.cite.source]
        hint = f"; it stands in {_listed(elsewhere)}" if elsewhere else ""
        number, near = (0, "") if elsewhere else self._nearest(cite, document)
        if near:
            hint = f"; {cite.source}:{number} has it as “{near}”"
        return PackProblem(passage.where, _wrong(cite, document) + hint)

    def _nearest(self, cite: Cite, document: Document) -> tuple[int, str]:
        """Return the paragraph that has something like these words, and what it has."""
        best: tuple[float, int, str] = (0, 0, "")
        numbers = range(1, len(document.paragraphs) + 1)
        for number in (cite.paragraph, *numbers):
            paragraph = document.paragraph(number)
            if self._to_look_through < len(paragraph):
                break
            self._to_look_through -= len(paragraph)
            score, near = closest(cite.words, paragraph)
            if score > best[0]:
                best = score, number, near
                if number == cite.paragraph:
                    break
        return best[1:]


def _stands(cite: Cite, document: Document) -> bool:
    words = " ".join(cite.words.split())
    return find_whole(words, document.paragraph(cite.paragraph)) >= 0


def _wrong(cite: Cite, document: Document) -> str:
    place = f"{cite.source}:{cite.paragraph}".removesuffix(f":{UNNUMBERED}")
    if cite.words in document.paragraph(cite.paragraph):
        return f'"{cite.words}" begins or ends inside a word of {place}'
    return f'"{cite.words}" does not stand in {place}'


def _standing(passage: WrittenWords, document: Document, numbers: Sequence[int]) -> PackProblem:
    """Return words that stand in other paragraphs of their document."""
    cite = passage.cite
    hint = f"it stands in {_listed([f'{cite.source}:{number}' for number in numbers])}"
    where, mend = passage.mended(replace(cite, paragraph=numbers[0]))
    wrong = _wrong(cite, document)
    if cite.paragraph == UNNUMBERED:
        wrong = f'cite "{cite}" has no paragraph number'
    what = f"{wrong}; {hint}"
    return PackProblem(where, what, mend if len(numbers) == 1 else None)


def _spelt(
    passage: WrittenWords, document: Document, numbers: Sequence[int], alike: Callable[[str], str]
) -> PackProblem:
    """Return words that a document has with other signs or capitals."""
    cite = passage.cite
    is_sure = cite.paragraph in numbers or len(numbers) == 1
    number = cite.paragraph if cite.paragraph in numbers else numbers[0]
    paragraph = document.paragraph(number)
    start = find_whole(alike(cite.words), alike(paragraph))
    written = paragraph[start : start + len(cite.words)]
    where, mend = passage.mended(replace(cite, paragraph=number, words=written))
    what = f"{_wrong(cite, document)}; {cite.source}:{number} has it as “{written}”"
    return PackProblem(where, what, mend if is_sure else None)


def _listed(places: Sequence[str]) -> str:
    named = ", ".join(places[:_NAMED])
    return f"{named} and {len(places) - _NAMED} more" if len(places) > _NAMED else named
