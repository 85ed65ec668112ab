"""The Discord face of the lore: settings, client, commands, layouts and the rehearsal."""
