"""Menus that lead from an answer to other entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import discord

from bot.core.limits import MENU_OPTIONS, OPTION_TEXT
from bot.core.page import Button, Pager, Row, Select
from bot.core.rendering import RenderOptions, label
from bot.core.text import cut, flat
from bot.features.lookup.ids import JumpToEntry, ShowPage
from lore.query.answers import Ref

Option = discord.SelectOption


def jumps(options: RenderOptions, refs: Iterable[tuple[Ref, str]]) -> Iterator[Row]:
    """Yield a select that leads to other entries; each ref comes with its relation to this one."""
    leading = _leading(options, refs)
    if len(leading) > MENU_OPTIONS:
        remark = f" (the first {MENU_OPTIONS} of {len(leading)})"
        yield _menu(leading[:MENU_OPTIONS], f"Go to …{remark}")
    elif leading:
        yield _menu(leading, "Go to …")


def entry_menu(
    options: RenderOptions,
    refs: Iterable[tuple[Ref, str]],
    shown: ShowPage,
    buttons: Sequence[Button] = (),
) -> Iterator[Row]:
    """Yield the select of a page of an entry: buttons that have no room, then other entries.

    Where there are more of them than it has room for, its last option shows the next ones.
    """
    first = [Option(label=str(one.label), value=str(one.custom_id)) for one in buttons]
    leading = _leading(options, refs)
    placeholder = " · ".join([*(one.label for one in first), "Go to …"])
    if len(first) + len(leading) <= MENU_OPTIONS:
        if first or leading:
            yield _menu([*first, *leading], placeholder)
        return
    per_menu = MENU_OPTIONS - len(first) - 1
    pager = Pager(shown.menu or 0, len(leading), per_menu)
    following = Pager((pager.page + 1) % pager.count, len(leading), per_menu)
    others = Option(
        label="Others …",
        value=str(replace(shown, menu=following.page)),
        description=_numbers(following, leading),
    )
    placeholder += f" ({_numbers(pager, leading)})"
    yield _menu([*first, *pager.shown(leading), others], placeholder)


def _numbers(pager: Pager, leading: Sequence[Option]) -> str:
    return f"{pager.first + 1} to {pager.first + len(pager.shown(leading))} of {len(leading)}"


def _leading(options: RenderOptions, refs: Iterable[tuple[Ref, str]]) -> list[Option]:
    unique: dict[str, tuple[Ref, str]] = {}
    for ref, relation in refs:
        unique.setdefault(ref.id, (ref, relation))
    return [
        Option(
            label=label(ref, options, OPTION_TEXT),
            value=ref.id,
            description=cut(flat(relation), OPTION_TEXT),
        )
        for ref, relation in unique.values()
    ]


def _menu(chosen_from: list[Option], placeholder: str) -> Row:
    select: Select = discord.ui.Select(
        custom_id=str(JumpToEntry(0)), placeholder=placeholder, options=chosen_from
    )
    return discord.ui.ActionRow(select)
