"""The custom_ids of searches; messages of years ago carry them, so none may change its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.core.ids import ComponentId
from bot.core.text import cut
from lore.query.visible_lore import sought

MAX_QUERY = 75
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
        """Read the custom_id of a page of results; ValueError if its kind is unknown."""
        hits = super().parse(custom_id)
        sought(hits.kind)
        return hits


def hits(page: int, kind: str, query: str) -> ShowHits:
    """Return the custom_id of a page of results, with the query shortened to fit."""
    return ShowHits(page, kind, shortened_query(query))


def shortened_query(words: str) -> str:
    """Return a query cut at a word to MAX_QUERY characters, ending in CUT if it was cut."""
    words = words.strip()
    if len(words) <= MAX_QUERY:
        return words
    whole = words[:MAX_QUERY].rpartition(" ")[0] or cut(words, MAX_QUERY).removesuffix(CUT)
    return whole[: MAX_QUERY - 1].rstrip() + CUT
