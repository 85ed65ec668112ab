"""Who may change what a server shows: asked anew at every click, as roles come and go."""

from __future__ import annotations

import discord

from lore.errors import LoreError
from lore.ledger.records import GuildSettings


class NotACuratorError(LoreError):
    """The person may not change this server's lore."""


def check_curator(interaction: discord.Interaction, settings: GuildSettings) -> int:
    """The server's id, if whoever clicks may curate it; NotACuratorError otherwise."""
    member = interaction.user
    if interaction.guild_id is None or not isinstance(member, discord.Member):
        raise NotACuratorError("This works in a server only.")
    has_role = any(role.id == settings.curator_role_id for role in member.roles)
    if not (interaction.permissions.manage_guild or has_role):
        raise NotACuratorError(
            "Only curators may do this: people with the permission Manage Server, or with the "
            "curator role if this server has set one."
        )
    return interaction.guild_id
