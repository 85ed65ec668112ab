"""What a picture shows, before it is drawn: a template, its data, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from lore.pack.model import SERVER, Cite, PackInfo, Tier, Tiers
from lore.pictures.texts import breakable, cut_at_word
from lore.query.arrangement import places

# Discord takes no longer description of a picture.
ALT_TEXT = 1024

# The colour of a tier that has none of its own.
_GREY = "#5b6270"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a picture shows; `alt` says it in words, `tiers` are how all of it is known."""

    template: str
    data: str
    alt: str
    tiers: Tiers
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class TierStyle:
    """What a tier is called, and its colour as `#rrggbb`."""

    label: str
    colour: str


@dataclass(frozen=True, slots=True)
class Legend:
    """How the tiers of a pack are shown, and that of what a server adds, where one does."""

    info: PackInfo
    added: TierStyle | None = None

    def style(self, tier: Tier) -> TierStyle:
        """Return how a tier is shown."""
        if tier == SERVER and self.added:
            return self.added
        known = self.info.tier(tier)
        return TierStyle(known.label if known else tier, (known and known.colour) or _GREY)

    def places(self, cites: Iterable[Cite]) -> str:
        """Return where cites stand, such as `Synopsis ¶6–7, Article ¶12`."""
        found = places(cites, self.info)
        return ", ".join(
            f"{source.title} ¶{numbers}" if numbers else source.title for source, numbers in found
        )

    def mark(self, tier: Tier, within: Tier) -> str:
        """Return what a tier is called among things of another; nothing if it is the same."""
        return "" if tier == within else self.style(tier).label


def drawing(
    template: str,
    data: Mapping[str, Any],
    words: Iterable[str],
    tiers: Iterable[Tier],
    cites: Iterable[Cite],
) -> Drawing:
    """Return what a template shows of the data, which these sentences say."""
    alt = cut_at_word(" ".join(filter(None, words)), ALT_TEXT)
    return Drawing(
        template, orjson.dumps(_breakable(data)).decode(), alt, frozenset(tiers), tuple(cites)
    )


def _breakable(data: Any) -> Any:
    """Return data in which every text has places where a line may end."""
    match data:
        case str():
            return breakable(data)
        case Mapping():
            return {key: _breakable(value) for key, value in data.items()}
        case list() | tuple():
            return [_breakable(value) for value in data]
    return data
