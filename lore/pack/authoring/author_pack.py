"""A pack as its author's tools see it: what could be read of it, and its documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lore.errors import LoreError, PackError, PackFault
from lore.pack.documents import Document, load
from lore.pack.model import PackInfo
from lore.pack.reader import Reading, reading


class NoDocumentsError(LoreError):
    """Nothing says where the documents of a pack lie."""

    def __init__(self) -> None:
        super().__init__(
            'pack.toml does not say where the documents lie. Write documents = "documents", or '
            "whatever their folder is called, above its first [table], or name it: --documents DIR"
        )


@dataclass(frozen=True, slots=True)
class AuthorPack:
    """A pack, however many faults its entries have; `unread` says which documents are missing."""

    reading: Reading
    info: PackInfo
    documents: dict[str, Document]
    unread: tuple[PackFault, ...]


def open_pack(folder: Path, of_documents: Path | None = None) -> AuthorPack:
    """Read a pack and the documents that are named, or that it names itself.

    PackError where its pack.toml cannot be used, NoDocumentsError where nothing names them.
    """
    found = reading(folder)
    if found.info is None:
        raise PackError([fault for fault in found.faults() if fault.file == "pack.toml"])
    if of_documents is None:
        if found.info.documents is None:
            raise NoDocumentsError
        of_documents = folder / found.info.documents
    documents, unread = load(found.info, of_documents)
    return AuthorPack(found, found.info, documents, tuple(map(found.fault, unread)))
