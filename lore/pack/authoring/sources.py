"""Adds documents to a pack, and follows those that were changed: cites go where their words do."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import tomlkit
from pydantic import ValidationError
from tomlkit.items import AoT

from lore.errors import PackError, PackFault
from lore.files import plain_file
from lore.pack.authoring import new_ids
from lore.pack.authoring.author_pack import AuthorPack
from lore.pack.authoring.entries import AuthorError
from lore.pack.authoring.writing import toml_text, write_new
from lore.pack.documents import (
    Document,
    WrittenWords,
    document_problems,
    passages_of,
    read_document,
)
from lore.pack.fix import replace_text, rewrite, text_in, write_licences
from lore.pack.model import UNNUMBERED, PackInfo, ParagraphsBy, Source
from lore.pack.problems import FileLine, PackProblem
from lore.pack.reader import PACK_FILE, Reading
from lore.pack.sentences import sentence
from lore.pack.text_files import NotTextError
from lore.pack.words import places
from lore.text.wording import did_you_mean, listed

DOCUMENTS = "documents"
ASK_FOR_LICENCE = (
    'Under which licence is it published? Say it, it is never assumed: --licence "CC BY-SA 3.0", '
    "--licence PD if it is in the public domain, --licence own if you wrote it"
)


@dataclass(frozen=True, slots=True)
class NewSource:
    """What an author says of a document; the rest is read from it."""

    file: Path
    licence: str
    title: str | None = None
    tier: str | None = None
    url: str | None = None
    revision: str | None = None
    id: str | None = None
    is_wrapped: bool = False


@dataclass
class Update:
    """What an update changed, and the cites that it could not move."""

    changes: list[PackFault] = field(default_factory=list)
    left: list[PackFault] = field(default_factory=list)


def source_of(new: NewSource, tier: str, taken: Sequence[str]) -> Source:
    """Return a document as a source: with an id that is not taken, its hash and paragraphs.

    AuthorError where it cannot be one.
    """
    if new.id in taken:
        raise AuthorError(f"The id {new.id} is taken by another source; name one: --id ID")
    id = new.id or new_ids.numbered(new_ids.made_from(new.file.stem, "source"), taken)
    by = ParagraphsBy.BLANK_LINE if new.is_wrapped else ParagraphsBy.LINE
    said = {
        **{"id": id, "title": new.title or new.file.stem, "file": new.file.name, "tier": tier},
        **{"paragraphs": 1, "paragraphs_by": by, "licence": new.licence},
        **{"url": new.url, "revision": new.revision},
    }
    try:
        raw = plain_file(new.file).read_bytes()
        source = Source.model_validate({**said, "sha256": hashlib.sha256(raw).hexdigest()})
        document = read_document(source, new.file)
    except NotTextError as error:
        raise AuthorError(f"{new.file} {error}") from error
    except FileNotFoundError as error:
        beside = new.file.parent.iterdir() if new.file.parent.is_dir() else ()
        hint = did_you_mean(new.file.name, [other.name for other in beside])
        raise AuthorError(f"{new.file} is not there{hint}") from error
    except OSError as error:
        raise AuthorError(f"{new.file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        wrong = listed([sentence(Source, one) for one in error.errors(include_url=False)])
        raise AuthorError(f"{new.file.name}: {wrong}") from error
    if not document.paragraphs:
        raise AuthorError(f"{new.file} holds no text.")
    return source.model_copy(update={"paragraphs": len(document.paragraphs)})


def source_table(source: Source) -> str:
    """Return a source as pack.toml has it."""
    lines = ["[[sources]]"]
    for key, value in source.model_dump(exclude_defaults=True, exclude_none=True).items():
        lines.append(f"{key} = {toml_text(value) if isinstance(value, str) else value}")
    return "\n".join(lines) + "\n"


def add_source(reading: Reading, new: NewSource) -> Source:
    """Copy a document into the pack's folder of them, and list it in pack.toml.

    AuthorError or NotWrittenError where that cannot be; then nothing is left behind.
    """
    info = _info(reading)
    source = source_of(new, _tier(info, new.tier), [one.id for one in info.sources])
    if same := next((one for one in info.sources if one.sha256 == source.sha256), None):
        raise AuthorError(f"{new.file} is in the pack already, as the source {same.id}.")
    text = text_in(reading.folder / PACK_FILE)
    if not isinstance(tomlkit.parse(text).get("sources", AoT([])), AoT):
        raise AuthorError(
            "pack.toml has its sources between [ and ]; write each as [[sources]] first."
        )
    folder = reading.folder / (info.documents or DOCUMENTS)
    copied = _copied(new.file, folder)
    source = source.model_copy(update={"file": _within(new.file, folder) or new.file.name})
    end = "\r\n" if "\r\n" in text else "\n"
    if info.documents is None:
        text = _above_tables(text, f'documents = "{DOCUMENTS}"{end}')
    added = text.rstrip() + (end * 2 + source_table(source).replace("\n", end))
    try:
        info = PackInfo.model_validate(tomlkit.parse(added).unwrap())
        replace_text(reading.folder / PACK_FILE, added)
    except BaseException:
        if copied:
            copied.unlink()
        raise
    write_licences(replace(reading, info=info), lambda _: None)
    return source


def update_sources(pack: AuthorPack) -> Update:
    """Move the cites of every document that was changed, and write its hash and paragraphs."""
    if pack.unread:
        raise PackError(pack.unread)
    done, mends = Update(), defaultdict[str, list[PackProblem]](list)
    by_source = defaultdict[str, list[WrittenWords]](list)
    for passage in passages_of(pack.reading):
        by_source[passage.cite.source].append(passage)
    for number, source in enumerate(pack.info.sources):
        where = FileLine(PACK_FILE, ("sources", number))
        document = pack.documents[source.id]
        found = list(document_problems(where, document))
        if found:
            move = _Move(document, by_source[source.id])
            found += [*move.passages(), *move.tiers(where)]
        for problem in found:
            if problem.mend is None:
                done.left.append(pack.reading.fault(problem))
            else:
                mends[problem.where.file].append(problem)
    # What holds the hashes comes last: until then an update that was cut off begins anew.
    for name in sorted(mends, key=lambda name: (name == PACK_FILE, name)):
        rewrite(pack.reading, pack.reading.folder / name, mends[name], done.changes.append)
    return done


class _Move:
    """Where the paragraphs of a changed document went, as the words tell that are cited of it."""

    def __init__(self, document: Document, passages: Sequence[WrittenWords]) -> None:
        self._source = document.source
        self._passages = [one for one in passages if one.cite.paragraph != UNNUMBERED]
        self._found = places(document.paragraphs, {_words(one) for one in self._passages})
        went = defaultdict[int, set[int]](set)
        for passage in self._passages:
            if len(there := self._found[_words(passage)]) == 1:
                went[passage.cite.paragraph] |= {there[0] - passage.cite.paragraph}
        # Beginning and end go with the document.
        went[0].add(0)
        end = self._source.paragraphs + 1
        went[end].add(len(document.paragraphs) + 1 - end)
        self._shifts = dict(went)
        self._numbers = sorted(went)

    def passages(self) -> Iterator[PackProblem]:
        """Return cites that have to be moved, and those of which it is not certain where to."""
        for passage in self._passages:
            old, there = passage.cite.paragraph, self._found[_words(passage)]
            if not there:
                yield PackProblem(passage.where, f'"{passage.cite.words}" stands nowhere any more')
                continue
            nearest = range(old + min(self._around(old)), old + max(self._around(old)) + 1)
            likely = there if len(there) == 1 else [one for one in there if one in nearest]
            if len(likely) != 1:
                names = listed([f"{self._source.id}:{number}" for number in there])
                yield PackProblem(passage.where, f'"{passage.cite.words}" stands in {names} now')
            elif likely[0] != old:
                where, mend = passage.mended(replace(passage.cite, paragraph=likely[0]))
                yield PackProblem(where, f"moved to {likely[0]}", mend)

    def tiers(self, where: FileLine) -> Iterator[PackProblem]:
        """Return paragraphs that are known otherwise than the rest, where their numbers changed."""
        for tier, numbers in self._source.tiers.items():
            for at, number in enumerate(numbers):
                shifts = self._around(number)
                place = where.at("tiers", tier, at)
                if len(shifts) > 1:
                    what = f"{self._source.id}:{number} of the tier {tier} may have another number"
                    yield PackProblem(place, what)
                elif shift := next(iter(shifts)):
                    yield PackProblem(place, f"moved to {number + shift}", number + shift)

    def _around(self, old: int) -> set[int]:
        """Return by how much the paragraph moved, or the nearest ones before and after it did."""
        at = bisect_left(self._numbers, old)
        if at < len(self._numbers) and self._numbers[at] == old:
            return self._shifts[old]
        near = self._numbers[max(0, at - 1) : at + 1]
        return set().union(*(self._shifts[number] for number in near))


def _words(passage: WrittenWords) -> str:
    return " ".join(passage.cite.words.split())


def _info(reading: Reading) -> PackInfo:
    if reading.info is None:
        raise PackError([fault for fault in reading.faults() if fault.file == PACK_FILE])
    return reading.info


def _tier(info: PackInfo, given: str | None) -> str:
    ids = [tier.id for tier in info.tiers]
    if given is None and len(ids) == 1:
        return ids[0]
    if given not in ids:
        hint = did_you_mean(given or "", ids) or "."
        what = f"There is no tier {given}{hint}" if given else "How is it known?"
        raise AuthorError(f"{what} Say one of the tiers: --tier {' or --tier '.join(ids)}")
    return given


def _within(file: Path, folder: Path) -> str | None:
    """Return the path of a file from a folder that it lies in; None if it does not."""
    with suppress(ValueError):
        return file.resolve().relative_to(folder.resolve()).as_posix()
    return None


def _copied(file: Path, folder: Path) -> Path | None:
    """Copy a document and return the copy; None where it, or the same, was there before."""
    target, raw = folder / file.name, file.read_bytes()
    if _within(file, folder) or (target.is_file() and target.read_bytes() == raw):
        return None
    write_new(target, raw)
    return target


def _above_tables(text: str, line: str) -> str:
    """Return a TOML text with another key above its first table, below what it begins with."""
    rows = text.splitlines(keepends=True)
    at = next((n for n, row in enumerate(rows) if not row.startswith("#")), len(rows))
    return "".join((*rows[:at], line, *rows[at:]))
