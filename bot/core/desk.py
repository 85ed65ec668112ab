"""Where a question from Discord meets the library: who asks, where, and what they may see."""

from __future__ import annotations

import discord

from bot.core.render_options import Manner
from lore.ledger.port import Settings
from lore.ledger.records import GuildSettings
from lore.pack.model import PackInfo, Tiers
from lore.query.answers import Scope
from lore.query.library import Library

# Outside of servers everything is shown.
_EVERYWHERE = GuildSettings()


class Desk:
    """Takes questions from interactions to the library, within the server's settings."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self._settings = settings
        self._known: dict[int, GuildSettings] = {}
        self._changes = 0

    async def settings(self, guild_id: int | None) -> GuildSettings:
        """How the bot behaves in a server; read from the ledger only after `changed`."""
        if guild_id is None:
            return _EVERYWHERE
        if (known := self._known.get(guild_id)) is None:
            changes = self._changes
            known = await self._settings.of(guild_id)
            # What was read while they were being changed may be what they were before.
            if changes == self._changes:
                self._known[guild_id] = known
        return known

    def changed(self, guild_id: int) -> None:
        """A server's settings or lore were changed: read them anew at the next question."""
        self._changes += 1
        self._known.pop(guild_id, None)
        self.library.changed(guild_id)

    def forget(self, guild_id: int) -> None:
        """All that was kept of a server was deleted."""
        self.changed(guild_id)
        self.library.forget(guild_id)

    async def scope(self, interaction: discord.Interaction) -> Scope:
        """What the asker may see where they ask."""
        return await self.scope_of(interaction.guild_id)

    async def scope_of(self, guild_id: int | None) -> Scope:
        """What is shown in a server."""
        settings = await self.settings(guild_id)
        return Scope(guild_id, self.library.info.chosen(settings.tiers))

    async def manner(self, interaction: discord.Interaction, private: bool | None = None) -> Manner:
        """How to answer; `private` is what the asker wishes, None for the server's custom."""
        settings = await self.settings(interaction.guild_id)
        wanted = settings.private if private is None else private
        return Manner(self.library.info, wanted, _veiled(settings, self.library.info))

    async def manner_of(self, guild_id: int) -> Manner:
        """How to show a server what nobody there has asked for: without anyone's buttons."""
        settings = await self.settings(guild_id)
        return Manner(self.library.info, private=True, veiled=_veiled(settings, self.library.info))


def _veiled(settings: GuildSettings, info: PackInfo) -> Tiers:
    return frozenset(info.other_works) if settings.spoilers else frozenset()
