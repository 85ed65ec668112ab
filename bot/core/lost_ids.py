"""Ids that a server's settings hold although Discord knows them there no more."""

from __future__ import annotations

from collections.abc import Iterable

import discord


def lost(guild: discord.Guild | None, ids: Iterable[int | None]) -> frozenset[int]:
    """Return those of the roles and channels that the server has no more.

    While the server itself is not known, none of them is.
    """
    if guild is None or guild.unavailable or not guild.roles:
        return frozenset()
    return frozenset(
        id
        for id in ids
        if id and guild.get_role(id) is None and guild.get_channel_or_thread(id) is None
    )
