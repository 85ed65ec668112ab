"""Keeps the state of servers consistent when part of a gateway event cannot be read."""

from __future__ import annotations

import copy
import logging
from typing import Any

import discord
from discord.state import AutoShardedConnectionState

log = logging.getLogger(__name__)

# The parts of a server that the bot needs; the others may be unreadable.
_NEEDED = ("id", "unavailable", "name", "owner_id", "roles", "channels", "threads", "members")


class WholeState(AutoShardedConnectionState[Any]):
    """Reads each server by itself, and changes nothing if only part of it can be read.

    An unreadable server counts as unavailable, as in an outage: nothing is posted there until
    Discord sends it again. `unnamed` holds the shards whose list of servers has one without an id,
    so that an unknown server may still be one of ours.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.unnamed: set[int] = set()

    def parse_ready(self, data: Any) -> None:
        told = data.get("guilds")
        listed = told if isinstance(told, list) else [told]
        ids = [guild["id"] for guild in listed if _has_id(guild)]
        shard = data["shard"][0]
        if len(ids) == len(listed):
            self.unnamed.discard(shard)
        elif shard not in self.unnamed:
            self.unnamed.add(shard)
            log.error("Discord listed servers without saying which; the others are served")
        # discord.py drops all of them if it cannot read one.
        servers = [{"id": id, "unavailable": True} for id in ids]
        super().parse_ready(data | {"guilds": servers})

    def _get_create_guild(self, data: Any) -> discord.Guild:
        try:
            return super()._get_create_guild(_needed(data))
        except Exception:
            self._add_guild_from_data({"id": data["id"], "unavailable": True})  # type: ignore[typeddict-item]
            raise

    def parse_guild_update(self, data: Any) -> None:
        data = _needed(data)
        # If parsing fails, it fails here, before anything is changed. So do the others.
        discord.Guild(data=data, state=self)
        super().parse_guild_update(data)

    def parse_channel_update(self, data: Any) -> None:
        guild = self._get_guild(int(data["guild_id"]))
        channel: Any = guild and guild.get_channel(int(data["id"]))
        if channel:
            copy.copy(channel)._update(guild, data)
        super().parse_channel_update(data)

    def parse_guild_role_update(self, data: Any) -> None:
        if guild := self._get_guild(int(data["guild_id"])):
            discord.Role(guild=guild, state=self, data=data["role"])
        super().parse_guild_role_update(data)


def _has_id(guild: Any) -> bool:
    return isinstance(guild, dict) and str(guild.get("id")).isdecimal()


def _needed(guild: Any) -> Any:
    return {key: guild[key] for key in _NEEDED if key in guild}
