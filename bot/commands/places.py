"""Where commands of a server are offered: in servers that the bot was added to, nowhere else."""

from discord import app_commands

# What is left open, the tree would fill in with everywhere.
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
OF_SERVERS = app_commands.AppInstallationType(guild=True, user=False)
