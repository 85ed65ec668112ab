"""Looks up the names of members, roles and channels by id, and which were deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import discord
from discord import AppCommandOptionType

from lore.text.ids_in_text import NameOf, replace_ids


def names(guild: discord.Guild | None, members: Iterable[discord.abc.User]) -> NameOf:
    """Return a function that names an id: one of these members, or anything in the server."""
    told = {member.id: member.display_name for member in members}

    def name_of(sign: str, id: int) -> str | None:
        if guild is None or (sign == "@" and id in told):
            return told.get(id)
        if sign == "#":
            channel = guild.get_channel_or_thread(id)
            return channel.name if channel else None
        if sign == "@&":
            role = guild.get_role(id)
            return role.name if role else None
        member = guild.get_member(id)
        return member.display_name if member else None

    return name_of


def spell_out_options(interaction: discord.Interaction) -> None:
    """Replace ids with names in the texts typed into a command's options."""
    data: Any = interaction.data
    for option in _typed(data.get("options", ())):
        if "<" in option["value"]:
            name_of = names(interaction.guild, [interaction.user])
            option["value"] = replace_ids(option["value"], name_of, is_name=True)


def _typed(options: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield the options with a text, also those of a command within a group."""
    for option in options:
        yield from _typed(option.get("options", ()))
        if option["type"] == AppCommandOptionType.string.value and isinstance(option["value"], str):
            yield option


def lost(guild: discord.Guild | None, ids: Iterable[int | None]) -> frozenset[int]:
    """Return those of the roles and channels that the server no longer has.

    While the server itself is unknown, none of them counts as lost.
    """
    if guild is None or guild.unavailable or not guild.roles:
        return frozenset()
    return frozenset(
        id
        for id in ids
        if id and guild.get_role(id) is None and guild.get_channel_or_thread(id) is None
    )
