"""Buttons and menus that work after any restart: all they need to know is in their custom_id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import discord

from bot.core.ids import ComponentId
from bot.core.text import cut, flat
from bot.core.tiers import LABEL

Row = discord.ui.ActionRow[discord.ui.LayoutView]
Button = discord.ui.Button[discord.ui.LayoutView]
Select = discord.ui.Select[discord.ui.LayoutView]

# Discord's limits.
OPTION = 100
ROW = 5
OPTIONS = 25


@dataclass(frozen=True)
class RemoveAnswer(ComponentId):
    """Take an answer down again."""

    family = "remove"


def button(words: str, id: ComponentId, *, disabled: bool = False) -> Button:
    """Return a grey button."""
    return discord.ui.Button(label=cut(flat(words), LABEL), custom_id=str(id), disabled=disabled)


def remove_button() -> Button:
    """Return the button that lets the asker take an answer down again."""
    return button("Delete", RemoveAnswer())


def rows(buttons: Iterable[Button]) -> Iterator[Row]:
    """Yield the buttons in rows as wide as Discord allows."""
    rest = iter(buttons)
    while some := list(islice(rest, ROW)):
        yield discord.ui.ActionRow(*some)
