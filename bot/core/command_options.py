"""Shared declarations of commands: kinds of entries, and where and to whom commands are offered."""

from __future__ import annotations

import discord
from discord import app_commands

from lore.pack.model import Kind
from lore.query.visible_lore import QUOTE

KINDS = [app_commands.Choice(name=kind.value.capitalize(), value=kind.value) for kind in Kind]
KINDS_AND_QUOTE = [*KINDS, app_commands.Choice(name="Quote", value=QUOTE)]


KINDS_TO_WRITE = [*KINDS_AND_QUOTE, app_commands.Choice(name="Dialogue", value="dialogue")]


# If left out, the tree would offer the command everywhere.
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
OF_SERVERS = app_commands.AppInstallationType(guild=True, user=False)

# Whom Discord shows the commands to; the permission itself is checked at every use.
FOR_CURATORS = discord.Permissions(manage_guild=True)

# The kinds offered where a server accepts suggestions.
SUGGEST = "suggest"
