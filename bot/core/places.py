"""Where and to whom commands of a server are offered: where the bot was added, nowhere else."""

import discord
from discord import app_commands

# What is left open, the tree would fill in with everywhere.
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
OF_SERVERS = app_commands.AppInstallationType(guild=True, user=False)

# To whom Discord shows them; who may is judged at every click.
FOR_CURATORS = discord.Permissions(manage_guild=True)

# Offered where a server takes suggestions.
SUGGEST = "suggest"
