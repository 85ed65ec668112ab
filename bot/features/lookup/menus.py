"""Menus that lead from an answer to other entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import discord

from bot.core.limits import MENU_OPTIONS, OPTION_TEXT
from bot.core.page import Row, Select
from bot.core.rendering import RenderOptions, label
from bot.core.text import cut, flat
from bot.features.lookup.ids import JumpToEntry
from lore.query.answers import Ref


def jumps(
    options: RenderOptions, refs: Iterable[tuple[Ref, str]], max_menus: int = 4
) -> Iterator[Row]:
    """Yield selects that lead to other entries; each ref comes with its relation to this one."""
    unique: dict[str, tuple[Ref, str]] = {}
    for ref, relation in refs:
        unique.setdefault(ref.id, (ref, relation))
    room = max_menus * MENU_OPTIONS
    remark = f" (the first {room} of {len(unique)})" if len(unique) > room else ""
    rest = iter(unique.values())
    for number in range(max_menus):
        entries = [
            discord.SelectOption(
                label=label(ref, options, OPTION_TEXT),
                value=ref.id,
                description=cut(flat(relation), OPTION_TEXT),
            )
            for ref, relation in islice(rest, MENU_OPTIONS)
        ]
        if not entries:
            return
        select: Select = discord.ui.Select(
            custom_id=str(JumpToEntry(number)), placeholder=f"Go to …{remark}", options=entries
        )
        yield discord.ui.ActionRow(select)
