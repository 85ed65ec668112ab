"""The custom_ids of searches; messages of years ago carry them, so none may change its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.core.ids import ComponentId
from bot.core.text import cut
from lore.query.visible_lore import sought

SEARCHED = 75
CUT = "…"


@dataclass(frozen=True)
class ShowHits(ComponentId):
    """Turn to a page of a search."""

    family = "search"
    page: int
    kind: str
    query: str

    @classmethod
    def parse(cls, custom_id: str) -> Self:
        """Read the custom_id of a page of a search; ValueError if it is of no kind there is."""
        hits = super().parse(custom_id)
        sought(hits.kind)
        return hits


def hits(page: int, kind: str, query: str) -> ShowHits:
    """Return the custom_id of a page of a search, of which only so much is asked as has room."""
    return ShowHits(page, kind, searched(query))


def searched(words: str) -> str:
    """Return so much of a question as has room beside a page and a kind, ending in CUT."""
    words = words.strip()
    if len(words) <= SEARCHED:
        return words
    whole = words[:SEARCHED].rpartition(" ")[0] or cut(words, SEARCHED).removesuffix(CUT)
    return whole[: SEARCHED - 1].rstrip() + CUT
