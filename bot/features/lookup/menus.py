"""What leads from an answer to other entries."""

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
    options: RenderOptions, refs: Iterable[tuple[Ref, str]], at_most: int = 4
) -> Iterator[Row]:
    """Selects that jump to other entries; each ref comes with what ties it to this one."""
    unique: dict[str, tuple[Ref, str]] = {}
    for ref, tie in refs:
        unique.setdefault(ref.id, (ref, tie))
    room = at_most * MENU_OPTIONS
    some = f" (the first {room} of {len(unique)})" if len(unique) > room else ""
    rest = iter(unique.values())
    for number in range(at_most):
        entries = [
            discord.SelectOption(
                label=label(ref, options, OPTION_TEXT),
                value=ref.id,
                description=cut(flat(tie), OPTION_TEXT),
            )
            for ref, tie in islice(rest, MENU_OPTIONS)
        ]
        if not entries:
            return
        select: Select = discord.ui.Select(
            custom_id=str(JumpToEntry(number)), placeholder=f"Go to …{some}", options=entries
        )
        yield discord.ui.ActionRow(select)
