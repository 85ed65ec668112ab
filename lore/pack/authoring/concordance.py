"""Finds words and names in a pack's documents, each with its sentence and a cite ready to paste."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lore.pack.authoring.citing import MOST_WORDS, Stretch, cites
from lore.pack.coverage import sentences
from lore.pack.documents import Document
from lore.pack.model import Cite, is_cite
from lore.pack.words import closest, find_whole, places, same_case, same_signs

Documents = Mapping[str, Document]
# A sentence of more letters is shown around what was looked for.
_SHOWN = 300
# So many places are named that have something like the words.
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A cite, and the sentence that it stands in."""

    cite: Cite
    sentence: str


@dataclass(frozen=True, slots=True)
class WordsFound:
    """Where words stand; `is_near` is whether that is only something like them."""

    mentions: tuple[Mention, ...] = ()
    is_near: bool = False


def naming(documents: Documents, names: Iterable[str]) -> list[Mention]:
    """Find every sentence of the documents that has one of the names, in the order of the pack."""
    alike = {name: _spelling(documents, name) for name in names if name.strip()}
    return [
        mention
        for document in documents.values()
        for mention in _mentions(document, list(_sentences_naming(document, alike)))
    ]


def every_sentence(document: Document, paragraphs: Iterable[int]) -> list[Mention]:
    """Return each sentence of some paragraphs."""
    stretches = [
        Stretch(number, start, end, start)
        for number in paragraphs
        for start, end in sentences(document.paragraph(number))
    ]
    return _mentions(document, stretches)


def find(documents: Documents, words: str) -> WordsFound:
    """Find words as they stand in the documents, or with other quote signs or capitals.

    Where they stand nowhere, so does a run of them, or else what is most like them.
    """
    words = " ".join(words.split())
    for alike in (_as_written, same_signs, same_case):
        if found := _standing(documents, [words], alike):
            return WordsFound(tuple(found))
    parts = words.split()
    runs = [
        " ".join(parts[first : first + MOST_WORDS]) for first in range(len(parts) - MOST_WORDS + 1)
    ]
    near = _standing(documents, runs, same_case) or _nearest(documents, words)
    return WordsFound(tuple(near), is_near=True)


def _as_written(text: str) -> str:
    return text


def _paragraphs(document: Document, alike: Callable[[str], str]) -> Sequence[str]:
    if alike is _as_written:
        return document.paragraphs
    return document.plain if alike is same_signs else document.small


def _spelling(documents: Documents, name: str) -> Callable[[str], str]:
    """How a name is compared: with its own capitals if it has them somewhere."""
    plain = same_signs(name)
    has_capitals = any(
        find_whole(plain, paragraph) >= 0
        for document in documents.values()
        for paragraph in document.plain
    )
    return same_signs if has_capitals else same_case


def _sentences_naming(
    document: Document, alike: Mapping[str, Callable[[str], str]]
) -> Iterator[Stretch]:
    wanted = [(spelling(name), _paragraphs(document, spelling)) for name, spelling in alike.items()]
    for number, paragraph in enumerate(document.paragraphs, 1):
        here = [(name, texts[number - 1]) for name, texts in wanted if name in texts[number - 1]]
        for start, end in sentences(paragraph) if here else ():
            spots = (find_whole(name, text[start:end]) for name, text in here)
            if (first := min((spot for spot in spots if spot >= 0), default=-1)) >= 0:
                yield Stretch(number, start, end, start + first)


def _mentions(document: Document, stretches: Sequence[Stretch]) -> list[Mention]:
    return [
        Mention(cite, _shown(document, stretch))
        for stretch, cite in zip(stretches, cites(document, stretches), strict=True)
        if cite
    ]


def _shown(document: Document, stretch: Stretch) -> str:
    """The sentence that a stretch is, cut around its anchor where it is long."""
    start = max(stretch.start, min(stretch.anchor - _SHOWN // 2, stretch.end - _SHOWN))
    end = min(stretch.end, start + _SHOWN)
    text = document.paragraph(stretch.paragraph)[start:end].strip()
    before, after = "…" * (start > stretch.start), "…" * (end < stretch.end)
    return f"{before}{text}{after}"


def _standing(
    documents: Documents, wanted: Sequence[str], alike: Callable[[str], str]
) -> list[Mention]:
    """Where some of the wanted words stand, the first of them in each paragraph."""
    found: list[Mention] = []
    for document in documents.values():
        texts = _paragraphs(document, alike)
        spots: dict[int, tuple[int, int]] = {}
        by_words = places(texts, map(alike, wanted))
        for words, numbers in by_words.items():
            for number in numbers:
                at = find_whole(words, texts[number - 1])
                spots.setdefault(number, (at, at + len(words)))
        found += _around(document, sorted(spots.items()))
    return found


def _around(document: Document, spots: Sequence[tuple[int, tuple[int, int]]]) -> Iterator[Mention]:
    """The words at each spot with the sentence around them; a cite of it if they are none."""
    around, within = [], []
    for number, (start, end) in spots:
        paragraph = document.paragraph(number)
        first, last = next(
            (span for span in sentences(paragraph) if span[1] > start), (0, len(paragraph))
        )
        is_long = len(paragraph[start:end].split()) > MOST_WORDS
        around.append(Stretch(number, first, last, start))
        within.append(Stretch(number, start, end, start) if is_long else around[-1])
    for (number, (start, end)), sentence, made in zip(
        spots, around, cites(document, within), strict=True
    ):
        words = document.paragraph(number)[start:end]
        source = document.source.id
        cite = Cite(source, number, words) if is_cite(source, words) else made
        if cite:
            yield Mention(cite, _shown(document, sentence))


def _nearest(documents: Documents, words: str) -> list[Mention]:
    """What is most like the words, the best first."""
    found = []
    for source, document in documents.items():
        for number, paragraph in enumerate(document.paragraphs, 1):
            score, near = closest(words, paragraph)
            if score:
                at = paragraph.find(near)
                found.append((-score, source, number, (at, at + len(near))))
    best = sorted(found)[:_MOST_NEAR]
    return [
        mention
        for _, source, number, spot in best
        for mention in _around(documents[source], [(number, spot)])
    ]
