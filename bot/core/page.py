"""The frame of every answer: a box of text blocks, cut into pages where there is too much."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Self

import discord

from bot.core.buttons import Row
from bot.core.cutting import parts, shortened, weight

# Discord's limit on all text of a message, as `cutting.weight` counts it.
TEXT = 4000

# So much of it is for the blocks of a page; the rest is for heading and footnotes.
PAGE = 2600

# Discord counts 40 components in a message; the rest is for the box, selects and buttons.
BLOCKS = 15


class PreSerialized(list[dict[str, Any]]):
    """Components with the JSON that they are to Discord."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        super().__init__(components)
        # ASCII alone, which on its way through discord.py costs a fraction of other text.
        self.json = json.dumps(components, separators=(",", ":"))


class Layout(discord.ui.LayoutView):
    """A message of components; its buttons are answered by their custom_id, not by this object."""

    def __init__(
        self,
        blocks: Iterable[str],
        rows: Iterable[Row] = (),
        accent: discord.Colour | None = None,
        notice: str = "",
    ) -> None:
        super().__init__(timeout=None)
        self._custom_ids: set[str] = set()
        texts: list[discord.ui.Item[discord.ui.LayoutView]] = [
            discord.ui.TextDisplay(block) for block in _fitted(blocks, TEXT - len(notice))
        ]
        if notice:
            # Above the box, as the first text: what a push notice has room for.
            self.add_item(discord.ui.TextDisplay(notice))
        self.add_item(discord.ui.Container(*texts, accent_colour=accent))
        for row in rows:
            self.add_item(row)
        # A finished view is not kept in discord.py's memory; nobody would ever take it out again.
        self.stop()
        self._written: PreSerialized | None = None

    def add_item(self, item: discord.ui.Item[Any]) -> Self:
        """Add a part; of a row, only what is not on the page yet.

        Discord takes each custom_id once, and what has the same one does the same.
        """
        if not isinstance(item, discord.ui.ActionRow):
            return super().add_item(item)
        for part in item.children:
            custom_id = getattr(part, "custom_id", None)
            if custom_id in self._custom_ids:
                item.remove_item(part)
            elif custom_id:
                self._custom_ids.add(custom_id)
        return super().add_item(item) if item.children else self

    def to_components(self) -> list[dict[str, Any]]:
        return self._written or super().to_components()  # type: ignore[no-untyped-call]

    def written(self) -> Layout:
        """This layout, ready to be sent to many."""
        self._written = PreSerialized(self.to_components())
        return self


def _fitted(blocks: Iterable[str], room: int) -> list[str]:
    """The blocks that are not empty; the longest is cut where Discord would take none of them."""
    fitted = [block for block in blocks if block]
    weights = list(map(weight, fitted))
    # Of a block at least the ellipsis is left.
    while (over := sum(weights) - room) > 0 and max(weights) > weight("…"):
        longest = weights.index(max(weights))
        fitted[longest] = shortened(fitted[longest], max(0, weights[longest] - over))
        weights[longest] = weight(fitted[longest])
    return fitted


def pages(blocks: Sequence[str], size: int = PAGE) -> list[list[str]]:
    """The blocks shared out over pages that weigh at most `size`; longer blocks are split."""
    shared: list[list[str]] = [[]]
    room = size
    for block in blocks:
        for part in parts(block, size):
            if (weight(part) > room and shared[-1]) or len(shared[-1]) == BLOCKS:
                shared.append([])
                room = size
            shared[-1].append(part)
            room -= weight(part)
    return shared
