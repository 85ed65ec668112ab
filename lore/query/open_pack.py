"""One pack opened for questions: what is indexed of it, and its latest answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from lore.catalogue.database import Catalogue
from lore.errors import CatalogueError
from lore.pack.model import Kind, Tiers
from lore.query.answers import Choice, EntryAnswer, PackStats, Ref, Scope
from lore.query.questions.asking import asked
from lore.query.resolve import completions
from lore.query.visible_lore import PackIndex, VisibleLore
from lore.search.names import Verdict, verdict
from lore.search.stored import Sections, Stored

# So many answers are kept, to questions of at most so many characters.
MAX_ANSWERS = 2000
MAX_QUESTION = 100

# For so many sets of tiers the masks of what is visible are kept.
MAX_TIER_SETS = 32


class OpenPack:
    """A pack as it is asked, with all that is derived from it.

    Nothing that follows from the pack is kept elsewhere in `lore`, so that another edition of the
    pack takes the place of all of it at once.
    """

    def __init__(self, catalogue: Catalogue, index: Sections | None = None) -> None:
        """Open a catalogue by its index, which is made where it has none."""
        self.info = catalogue.info
        self.number = catalogue.number
        self.digest = catalogue.digest
        self.stats = PackStats(len(catalogue.entries), len(catalogue.quotes))
        self._index = _opened(catalogue, index)
        # Many people ask the same of a pack, and its answers do not change.
        self.visible: Callable[[Tiers], VisibleLore]
        self.visible = lru_cache(MAX_TIER_SETS)(self._visible)
        self.look_up: Callable[[str, Tiers, Kind | None], EntryAnswer]
        self.look_up = lru_cache(MAX_ANSWERS)(self._look_up)
        self.complete: Callable[[str, Tiers, Kind | None], tuple[Choice, ...]]
        self.complete = lru_cache(MAX_ANSWERS)(self._complete)
        self.find_certain: Callable[[str], Ref | None] = lru_cache(MAX_ANSWERS)(self._find_certain)

    async def prepare_questions(self) -> None:
        """Make what questions are answered from, in a thread, as the first is asked."""
        if not self._index.has_sentences:
            await asyncio.to_thread(lambda: self._index.sentences)

    def find(self, id: str) -> Ref | None:
        """Return the entry with that id, if the pack has one."""
        return self._index.views.find(id)

    def current(self, id: str) -> str:
        """Return the id by which an entry of the pack goes now."""
        return self._index.views.current(id)

    def _find_certain(self, name: str) -> Ref | None:
        """Return the entry that a name means beyond doubt."""
        matches = self._index.names.find(name, limit=2)
        return self.find(matches[0].key) if verdict(matches) is Verdict.SURE else None

    def _visible(self, tiers: Tiers) -> VisibleLore:
        """Return what is seen by those who see these tiers."""
        return VisibleLore(self._index, Scope(None, tiers))

    def _look_up(self, query: str, tiers: Tiers, kind: Kind | None) -> EntryAnswer:
        """Return the entry that a name or id means in the pack alone."""
        return asked(self.visible(tiers), query, kind)

    def _complete(self, typed: str, tiers: Tiers, kind: Kind | None) -> tuple[Choice, ...]:
        """Return the entries of the pack alone that a beginning may become."""
        visible = self.visible(tiers)
        return completions(visible, typed, visible.names(kind))


def _opened(catalogue: Catalogue, index: Sections | None) -> PackIndex:
    """Open the index of a catalogue; where it has none, or a damaged one, make it."""
    if index:
        with suppress(CatalogueError):
            return PackIndex.opened(catalogue, Stored(index))
    return PackIndex.build(catalogue)
