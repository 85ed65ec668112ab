"""Buttons and selects that work after any restart: all they need to know is in their custom_id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import discord

from bot.core.render_options import Manner
from bot.core.text import cut, flat
from bot.core.tiers import LABEL, label
from lore.ids import FIRST, pack_number, qualified
from lore.query.answers import Ref

Row = discord.ui.ActionRow[discord.ui.LayoutView]
Button = discord.ui.Button[discord.ui.LayoutView]
Select = discord.ui.Select[discord.ui.LayoutView]
# Privately or not, and the id of what was meant: the custom_id of a button that asks for it.
Meant = Callable[[bool, str], str]

# Of a question, beside page and kind, in a custom_id of 100 characters.
SEARCHED = 75
CUT = "…"

# Of the name of a speaker, who may have no entry.
SPEAKER = 60

# Discord's limits.
CUSTOM_ID = 100
OPTION = 100
ROW = 5
OPTIONS = 25


def button(words: str, custom_id: str, *, disabled: bool = False) -> Button:
    """A grey button."""
    return discord.ui.Button(label=cut(flat(words), LABEL), custom_id=custom_id, disabled=disabled)


def remove() -> Button:
    """Lets the asker take an answer down again."""
    return button("Delete", "remove")


def go(id: str, page: int = 0) -> str:
    """The custom_id that turns an answer to a page of an entry."""
    return f"go:{page}:{id}"


def accounts(id: str, page: int = 0) -> str:
    """The custom_id that turns an answer to a page of the accounts that differ about an entry."""
    return f"accounts:{page}:{id}"


def timeline(event: Ref, order: int, who: str = "", place: str = "") -> str:
    """The custom_id that opens the timeline at an event, which has that order in its story."""
    at = qualified(pack_number(event.id) or FIRST, str(order))
    return f"timeline:{at}:{who}:{place}"


def search(page: int, kind: str, query: str) -> str:
    """The custom_id that turns to a page of a search."""
    return f"search:{page}:{kind}:{searched(query)}"


def searched(words: str) -> str:
    """So much of a question as has room in the buttons that turn its pages, ending in CUT."""
    words = words.strip()
    if len(words) <= SEARCHED:
        return words
    whole = words[:SEARCHED].rpartition(" ")[0] or cut(words, SEARCHED).removesuffix(CUT)
    return whole[: SEARCHED - 1].rstrip() + CUT


def ask(private: bool, id: str) -> str:
    """The custom_id that answers with an entry."""
    return f"ask:{int(private)}:{id}"


def like(private: bool, page: int, speaker: str, words: str) -> str | None:
    """The custom_id that turns to a page of quotes with such words; None if it has no room."""
    custom_id = f"like:{int(private)}:{page}:{_part(speaker)}:{_part(words)}"
    return custom_id if len(custom_id) <= CUSTOM_ID else None


def said(words: str) -> Meant:
    """The custom_id that answers with a quote of a speaker, by words or by chance."""

    def meant(private: bool, speaker: str) -> str:
        start = f"said:{int(private)}:{_part(speaker)[:SPEAKER]}:"
        return start + _part(words)[: CUSTOM_ID - len(start)]

    return meant


def walk(asked: Sequence[str], number: int) -> Meant:
    """The custom_id that opens a timeline as it was asked for, but for the option meant."""

    def meant(private: bool, id: str) -> str:
        start = f"walk:{int(private)}:"
        room = (CUSTOM_ID - len(start) - len(id) - 2) // 2
        parts = [id if n == number else _part(name)[:room] for n, name in enumerate(asked)]
        return start + ":".join(parts)

    return meant


def _part(words: str) -> str:
    return words.strip().replace(":", " ")


def rows(buttons: Iterable[Button]) -> Iterator[Row]:
    """Buttons in rows as wide as Discord allows."""
    rest = iter(buttons)
    while some := list(islice(rest, ROW)):
        yield discord.ui.ActionRow(*some)


def jumps(manner: Manner, refs: Iterable[tuple[Ref, str]], at_most: int = 4) -> Iterator[Row]:
    """Selects that jump to other entries; each ref comes with what ties it to this one."""
    unique: dict[str, tuple[Ref, str]] = {}
    for ref, tie in refs:
        unique.setdefault(ref.id, (ref, tie))
    room = at_most * OPTIONS
    some = f" (the first {room} of {len(unique)})" if len(unique) > room else ""
    rest = iter(unique.values())
    for number in range(at_most):
        options = [
            discord.SelectOption(
                label=label(ref, manner, OPTION),
                value=ref.id,
                description=cut(flat(tie), OPTION),
            )
            for ref, tie in islice(rest, OPTIONS)
        ]
        if not options:
            return
        select: Select = discord.ui.Select(
            custom_id=f"jump:{number}", placeholder=f"Go to …{some}", options=options
        )
        yield discord.ui.ActionRow(select)
