"""The frame of every answer: a box of text blocks, cut into pages, and the buttons below it."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any, Generic, Self, TypeVar

import discord

from bot.core.cutting import parts, shortened, weight
from bot.core.ids import ComponentId
from bot.core.limits import BUTTON_LABEL, BUTTONS_IN_ROW, MESSAGE_COMPONENTS, MESSAGE_TEXT
from bot.core.text import cut, flat
from lore.recent import Recent

Row = discord.ui.ActionRow[discord.ui.LayoutView]
Button = discord.ui.Button[discord.ui.LayoutView]
Select = discord.ui.Select[discord.ui.LayoutView]
Thing = TypeVar("Thing")
Made = TypeVar("Made")

# So much text, by its weight, is for the blocks of a page; the rest is for heading and footnotes.
PAGE = 2600

# So many parts of a message are blocks; the rest is for the box, menus and buttons.
BLOCKS = MESSAGE_COMPONENTS - 25


class Divider(Enum):
    """What sets two blocks apart: some room, or a line."""

    GAP = "gap"
    LINE = "line"


Block = str | Divider


@dataclass(frozen=True)
class RemoveAnswer(ComponentId):
    """Take an answer down again."""

    family = "remove"


def button(words: str, id: ComponentId) -> Button:
    """Return a grey button."""
    return discord.ui.Button(label=cut(flat(words), BUTTON_LABEL), custom_id=str(id))


def remove_button() -> Button:
    """Return the button that lets the asker take an answer down again."""
    return button("Delete", RemoveAnswer())


def rows(buttons: Iterable[Button]) -> Iterator[Row]:
    """Yield the buttons in rows as wide as Discord allows."""
    rest = iter(buttons)
    while some := list(islice(rest, BUTTONS_IN_ROW)):
        yield discord.ui.ActionRow(*some)


class Pager:
    """Which page of how many is shown, counted from 0; a page too high shows the last."""

    def __init__(self, page: int, items: int, per_page: int = 1) -> None:
        self.count = max(1, -(-items // per_page))
        self.page = max(0, min(page, self.count - 1))
        self.first = self.page * per_page
        self._per_page = per_page

    def __str__(self) -> str:
        return f"Page {self.page + 1} of {self.count}"

    def shown(self, items: Sequence[Thing]) -> Sequence[Thing]:
        """Return those of the items that are on the page."""
        return items[self.first : self.first + self._per_page]

    def buttons(
        self,
        to: Callable[[int], ComponentId | None],
        back: str = "Previous",
        on: str = "Next",
    ) -> list[Button]:
        """Return the buttons to the pages beside it, of which there may be one, both or none.

        `to` gives the custom_id of a page, None if it has no room in one.
        """
        beside = ((back, self.page - 1), (on, self.page + 1))
        there = ((words, to(page)) for words, page in beside if 0 <= page < self.count)
        return [button(words, id) for words, id in there if id]


class PreSerialized(list[dict[str, Any]]):
    """Components with the JSON that they are to Discord."""

    def __init__(self, components: list[dict[str, Any]], known_as: str = "") -> None:
        super().__init__(components)
        # ASCII alone, which on its way through discord.py costs a fraction of other text.
        self.json = known_as or json.dumps(components, separators=(",", ":"))

    def with_text(self, more: str) -> PreSerialized:
        """Return the components with more text in the first text of the box that they begin with.

        Only that is written anew.
        """
        box, *rows = self
        first, *others = box["components"]
        before, quote, after = self.json.partition(json.dumps(first["content"]))
        text = {**first, "content": first["content"] + more}
        return PreSerialized(
            [{**box, "components": [text, *others]}, *rows],
            before + quote[:-1] + json.dumps(more)[1:] + after,
        )


class Layout(discord.ui.LayoutView):
    """A message of components; its buttons are answered by their custom_id, not by this object."""

    def __init__(
        self,
        blocks: Iterable[Block],
        rows: Iterable[Row] = (),
        accent: discord.Colour | None = None,
        notice: str = "",
        picture: discord.ui.MediaGallery[Any] | None = None,
    ) -> None:
        super().__init__(timeout=None)
        self._custom_ids: set[str] = set()
        fitted = _fitted(_set_apart(blocks), MESSAGE_TEXT - len(notice))
        if notice:
            # Above the box, as the first text: what a push notice has room for.
            self.add_item(discord.ui.TextDisplay(notice))
        inside = [*([picture] if picture else []), *map(_item, fitted)]
        self.box = discord.ui.Container(*inside, accent_colour=accent)
        self.add_item(self.box)
        for row in rows:
            self.add_item(row)
        # A finished view is not kept in discord.py's memory; nobody would ever take it out again.
        self.stop()
        self._written: PreSerialized | None = None
        self._room = MESSAGE_TEXT - len(notice) - sum(map(_weight, fitted))

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

    def add_block(self, block: Block) -> None:
        """Add a block below the others in the box."""
        self.box.add_item(_item(block))

    def to_components(self) -> list[dict[str, Any]]:
        return self._written or super().to_components()  # type: ignore[no-untyped-call]

    def written(self) -> Layout:
        """Return this layout, ready to be sent to many."""
        self._written = PreSerialized(self.to_components())
        return self

    def with_lines(self, lines: Sequence[str]) -> Layout | None:
        """Return a written layout with more lines below its heading, the first text of the box.

        None if there is no room for them. Neither is changed any more once it is written.
        """
        if not lines:
            return self
        more = "".join(f"\n{line}" for line in lines)
        if self._written is None or weight(more) > self._room:
            return None
        layout = copy(self)
        layout._written = self._written.with_text(more)
        return layout


def _item(block: Block) -> discord.ui.Item[discord.ui.LayoutView]:
    if isinstance(block, str):
        return discord.ui.TextDisplay(block)
    return discord.ui.Separator(visible=block is Divider.LINE)


def _set_apart(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks that are not empty, and a divider only between two of them."""
    divider: Divider | None = None
    begun = False
    for block in blocks:
        if isinstance(block, Divider):
            divider = block if begun else None
        elif block:
            if divider:
                yield divider
            yield block
            begun, divider = True, None


def _weight(block: Block) -> int:
    return weight(block) if isinstance(block, str) else 0


def _fitted(blocks: Iterable[Block], room: int) -> list[Block]:
    """Return the blocks; the longest is cut where Discord would take none of them."""
    fitted = list(blocks)
    weights = list(map(_weight, fitted))
    # Of a block at least the ellipsis is left.
    while (over := sum(weights) - room) > 0 and max(weights) > weight("…"):
        longest = weights.index(max(weights))
        fitted[longest] = shortened(str(fitted[longest]), max(0, weights[longest] - over))
        weights[longest] = _weight(fitted[longest])
    return fitted


def pages(blocks: Iterable[Block], size: int = PAGE) -> list[list[Block]]:
    """Share the blocks out over pages that weigh at most `size`; longer blocks are split."""
    shared: list[list[Block]] = [[]]
    room = size
    for block in blocks:
        for part in parts(block, size) if isinstance(block, str) else (block,):
            if (_weight(part) > room and shared[-1]) or len(shared[-1]) == BLOCKS:
                shared.append([])
                room = size
            shared[-1].append(part)
            room -= _weight(part)
    return shared


class LayoutCache(Generic[Thing, Made]):
    """What was made of things, each known again by being the very same.

    Comparing two answers by what they hold would cost as much as laying one out.
    """

    def __init__(self, limit: int) -> None:
        self._kept: Recent[Hashable, tuple[Thing, Made]] = Recent(limit)

    def of(self, thing: Thing, way: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of the thing in this way; made now if it is not remembered."""
        key = id(thing), way
        kept = self._kept.find(key)
        if kept is None:
            # The thing is kept as well, so that no other one gets its id.
            kept = thing, make()
            self._kept.keep(key, kept)
        return kept[1]
