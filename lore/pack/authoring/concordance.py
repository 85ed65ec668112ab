"""Finds words and names in a pack's documents, each with its sentence and a cite ready to paste."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from lore.pack.authoring.citing import MOST_WORDS, Stretch, cites
from lore.pack.coverage import sentences
from lore.pack.documents import Document
from lore.pack.model import Cite, is_cite
from lore.pack.words import closest, find_whole, places, same_case, same_signs

Documents = Mapping[str, Document]
# A sentence of more letters is shown around what was looked for.
_SHOWN = 300
# A choice among more sentences helps nobody, and each takes time to be cited.
_MOST_MENTIONS = 100
# So many places are named that have something like the words.
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A cite, and the sentence that it stands in."""

    cite: Cite
    sentence: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """The first sentences of those that were looked for, and how many more there are."""

    first: Sequence[Mention]
    more: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where words occur in a document: from one letter of a paragraph to another."""

    document: Document
    paragraph: int
    start: int
    end: int

    @property
    def words(self) -> str:
        """Return what stands there."""
        return self.document.paragraph(self.paragraph)[self.start : self.end]


def naming(
    documents: Documents, names: Iterable[str], only: Mapping[str, Collection[int]] | None = None
) -> Mentions:
    """Find the sentences of the documents that have one of the names, in the order of the pack.

    With `only`, in these paragraphs of the sources that it has.
    """
    alike: dict[str, Callable[[str], str]] = {}
    for forms in map(_forms, filter(str.strip, names)):
        alike |= dict.fromkeys(forms, _spelling(documents, forms))
    return _mentions(
        (document, _naming(document, alike, only.get(source, ()) if only else None))
        for source, document in documents.items()
    )


def every_sentence(document: Document, paragraphs: Iterable[int]) -> Mentions:
    """Return the sentences of some paragraphs."""
    stretches = (
        Stretch(number, start, end, start)
        for number in paragraphs
        for start, end in sentences(document.paragraph(number))
    )
    return _mentions([(document, stretches)])


def standing(documents: Documents, words: str) -> list[Occurrence]:
    """Return where words stand, in each paragraph the first time.

    It is where they do so with their quote signs and capitals; if nowhere, with others.
    """
    words = " ".join(words.split())
    ways = (
        _occurrences(documents, [words], alike) for alike in (_as_written, same_signs, same_case)
    )
    return next(filter(None, ways), [])


def nearly(documents: Documents, words: str) -> list[Occurrence]:
    """Return where long runs of words stand; if nowhere, what is most like them, the best first."""
    parts = words.split()
    runs = [
        " ".join(parts[first : first + MOST_WORDS]) for first in range(len(parts) - MOST_WORDS + 1)
    ]
    return _occurrences(documents, runs, same_case) or _nearest(documents, " ".join(parts))


def cited(occurrences: Iterable[Occurrence]) -> list[Mention]:
    """Cite the words at each occurrence; with more around them where they alone make no cite."""
    return [
        mention
        for _, here in groupby(occurrences, lambda occurrence: occurrence.document.source.id)
        for mention in _cited(list(here))
    ]


def _as_written(text: str) -> str:
    return text


def _paragraphs(document: Document, alike: Callable[[str], str]) -> Sequence[str]:
    if alike is _as_written:
        return document.paragraphs
    return document.plain if alike is same_signs else document.small


def _forms(name: str) -> list[str]:
    """Return a name as it stands within a sentence, and as it begins one: the Host, The Host."""
    first, _, rest = name.partition(" ")
    return [name, f"{first[:1].swapcase()}{first[1:]} {rest}"] if rest else [name]


def _spelling(documents: Documents, forms: Sequence[str]) -> Callable[[str], str]:
    """Return how a name is compared: with its own capitals if it has them somewhere."""
    has_capitals = any(
        find_whole(plain, paragraph) >= 0
        for plain in map(same_signs, forms)
        for document in documents.values()
        for paragraph in document.plain
    )
    return same_signs if has_capitals else same_case


def _naming(
    document: Document,
    alike: Mapping[str, Callable[[str], str]],
    only: Collection[int] | None,
) -> Iterator[Stretch]:
    """Yield the sentences of a document, or some paragraphs of it, that have one of the names."""
    wanted = [(spelling(name), _paragraphs(document, spelling)) for name, spelling in alike.items()]
    for number, paragraph in enumerate(document.paragraphs, 1):
        if only is not None and number not in only:
            continue
        here = [(name, texts[number - 1]) for name, texts in wanted if name in texts[number - 1]]
        for start, end in sentences(paragraph) if here else ():
            occurrences = (find_whole(name, text[start:end]) for name, text in here)
            if (
                first := min(
                    (occurrence for occurrence in occurrences if occurrence >= 0), default=-1
                )
            ) >= 0:
                yield Stretch(number, start, end, start + first)


def _mentions(found: Iterable[tuple[Document, Iterable[Stretch]]]) -> Mentions:
    """Cite the first of the stretches in each document, and count the others."""
    first: list[Mention] = []
    more = 0
    for document, stretches in found:
        rest = iter(stretches)
        here = list(islice(rest, _MOST_MENTIONS - len(first)))
        first += [
            Mention(cite, _shown(document, stretch))
            for stretch, cite in zip(here, cites(document, here), strict=True)
            if cite
        ]
        more += sum(1 for _ in rest)
    return Mentions(first, more)


def _shown(document: Document, stretch: Stretch) -> str:
    """Return the sentence that a stretch is, cut around its anchor where it is long."""
    start = max(stretch.start, min(stretch.anchor - _SHOWN // 2, stretch.end - _SHOWN))
    end = min(stretch.end, start + _SHOWN)
    text = document.paragraph(stretch.paragraph)[start:end].strip()
    before, after = "…" * (start > stretch.start), "…" * (end < stretch.end)
    return f"{before}{text}{after}"


def _occurrences(
    documents: Documents, wanted: Sequence[str], alike: Callable[[str], str]
) -> list[Occurrence]:
    """Return where some of the wanted words stand, the first of them in each paragraph."""
    found = []
    for document in documents.values():
        texts = _paragraphs(document, alike)
        occurrences: dict[int, Occurrence] = {}
        for words, numbers in places(texts, map(alike, wanted)).items():
            for number in numbers:
                at = find_whole(words, texts[number - 1])
                occurrences.setdefault(number, Occurrence(document, number, at, at + len(words)))
        found += [occurrence for _, occurrence in sorted(occurrences.items())]
    return found


def _nearest(documents: Documents, words: str) -> list[Occurrence]:
    found = []
    for document in documents.values():
        for number, paragraph in enumerate(document.paragraphs, 1):
            score, near = closest(words, paragraph)
            if score:
                at = paragraph.find(near)
                found.append((score, Occurrence(document, number, at, at + len(near))))
    best = sorted(found, key=lambda one: one[0], reverse=True)
    return [occurrence for _, occurrence in best[:_MOST_NEAR]]


def _cited(occurrences: Sequence[Occurrence]) -> Iterator[Mention]:
    """Yield the words at occurrences of one document, each with the sentence around it."""
    document = occurrences[0].document
    source = document.source.id
    around = [_sentence(occurrence) for occurrence in occurrences]
    within = [
        Stretch(occurrence.paragraph, occurrence.start, occurrence.end, occurrence.start)
        if len(occurrence.words.split()) > MOST_WORDS
        else sentence
        for occurrence, sentence in zip(occurrences, around, strict=True)
    ]
    for occurrence, sentence, made in zip(
        occurrences, around, cites(document, within), strict=True
    ):
        is_one = is_cite(source, occurrence.words)
        cite = Cite(source, occurrence.paragraph, occurrence.words) if is_one else made
        if cite:
            yield Mention(cite, _shown(document, sentence))


def _sentence(occurrence: Occurrence) -> Stretch:
    paragraph = occurrence.document.paragraph(occurrence.paragraph)
    spans = (span for span in sentences(paragraph) if span[1] > occurrence.start)
    start, end = next(spans, (0, len(paragraph)))
    return Stretch(occurrence.paragraph, start, end, occurrence.start)
