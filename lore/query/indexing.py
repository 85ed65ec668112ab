"""How a pack is indexed as it is compiled, so that it is opened without reading it."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from unicodedata import unidata_version

import lore
from lore.catalogue.database import Catalogue, FormerIndex, Indexing
from lore.pack.reader import Progress
from lore.query.visible_lore import store_index
from lore.search.stored import Storing

# An index depends on this code, and on how its words are sounded and its letters told apart.
_FOLDERS = ("query", "search", "text")
_LIBRARY = "jellyfish"


def indexing() -> Indexing:
    """Return how this version of the code indexes packs."""
    folders = (Path(lore.__path__[0], folder) for folder in _FOLDERS)
    code = sorted(path for folder in folders for path in folder.rglob("*.py"))
    made_by = hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()
    return Indexing(f"{made_by} {version(_LIBRARY)} {unidata_version}", _sections)


def _sections(
    catalogue: Catalogue, former: FormerIndex | None, progress: Progress | None
) -> dict[str, bytes]:
    storing = Storing()
    store_index(storing, catalogue, former, progress)
    return storing.sections
