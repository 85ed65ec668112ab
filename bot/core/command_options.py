"""What commands are declared with: kinds of entries, and where and to whom they are offered."""

from __future__ import annotations

import discord
from discord import app_commands

from lore.pack.model import Kind
from lore.query.visible_lore import QUOTE

KINDS = [app_commands.Choice(name=kind.value.capitalize(), value=kind.value) for kind in Kind]
KINDS_AND_QUOTE = [*KINDS, app_commands.Choice(name="Quote", value=QUOTE)]


# What is left open, the tree would fill in with everywhere.
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
OF_SERVERS = app_commands.AppInstallationType(guild=True, user=False)

# To whom Discord shows them; who may is judged at every click.
FOR_CURATORS = discord.Permissions(manage_guild=True)

# Offered where a server takes suggestions.
SUGGEST = "suggest"
