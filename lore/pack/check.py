"""Checks a pack in one pass: the form of its files, what they name, and its documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lore.errors import PackFault
from lore.pack import coverage, documents, licences, published
from lore.pack.checks import unnumbered
from lore.pack.coverage import Span
from lore.pack.model import Picture, Source, Statement, licence_of, parts_of
from lore.pack.problems import FileLine, PackProblem
from lore.pack.reader import PACK_FILE, Progress, Reading, reading

README = "README.md"
_UNSOLD = (
    " forbids to earn money with it; if nobody does with this bot, check with --non-commercial"
)


@dataclass
class Checked:
    """What a check found; `compared` is whether there were documents to compare with.

    `unread` are faults of documents that could not be read, `changed` are sources with another
    document than when the pack was written, `left_out` is what no cite touches.
    """

    reading: Reading
    compared: bool = False
    unread: tuple[PackProblem, ...] = ()
    changed: tuple[Source, ...] = ()
    left_out: list[Span] = field(default_factory=list)

    @cached_property
    def faults(self) -> tuple[PackFault, ...]:
        """Return all that is wrong, in order of files and lines."""
        found = self.reading
        return tuple(sorted({*found.faults(), *published.faults(found), *licences.faults(found)}))

    @property
    def remarks(self) -> tuple[PackFault, ...]:
        """Return what could be better without being a fault."""
        return tuple(map(self.reading.fault, self.reading.remarks))


def check(
    folder: Path,
    of_documents: Path | None = None,
    *,
    covered: bool = False,
    non_commercial: bool = False,
    progress: Progress | None = None,
) -> Checked:
    """Check the pack in a folder, with the documents that are named or that it names itself.

    `covered` asks what of the documents is left out, which is told of a pack without faults.
    `non_commercial` takes sentences and pictures that may not be used to earn money.
    """
    found = Checked(reading(folder, progress))
    if not non_commercial:
        found.reading.add(*_not_for_sale(found.reading))
    info = found.reading.info
    texts: dict[str, documents.Document] = {}
    if of_documents is None and info and info.documents:
        of_documents = folder / info.documents
        if not of_documents.is_dir():
            what = f"there is no folder {of_documents}; name that of the documents"
            found.reading.add(PackProblem(FileLine(PACK_FILE, ("documents",)), what))
            of_documents = None
    if of_documents is not None and info:
        texts, unread = documents.load(info, of_documents)
        found.compared, found.unread = True, tuple(unread)
        found.reading.add(*unread)
        found.changed = tuple(documents.compare(found.reading, texts, progress))
    found.reading.add(*unnumbered([*found.reading.entries, *found.reading.quotes], but=texts))
    found.reading.remarks += published.remarks(found.reading)
    if covered and found.compared and not found.faults:
        found.left_out += coverage.unexplained(found.reading.pack(), texts, folder / README)
    return found


def _not_for_sale(reading: Reading) -> Iterator[PackProblem]:
    """Yield what is taken over from works that may not be used to earn money."""
    sources = {source.id: source for source in reading.info.sources} if reading.info else {}
    for part in (*reading.entries, *reading.quotes):
        for path, statement in parts_of(part.it, Statement):
            licences = [
                sources[cite.source].licence for cite in statement.cites if cite.source in sources
            ]
            if statement.verbatim and (licence := _unsold(licences)):
                yield PackProblem(part.where.at(*path, "verbatim"), licence + _UNSOLD)
        for path, picture in parts_of(part.it, Picture):
            if licence := _unsold([picture.licence]):
                yield PackProblem(part.where.at(*path, "licence"), licence + _UNSOLD)


def _unsold(licences: Iterable[str | None]) -> str:
    """Return the first of these licences that forbids to earn money with what is under it."""
    return next((one for one in licences if one and not licence_of(one).is_for_sale), "")
