"""What servers asked us to remember: their lore and its history, suggestions, settings."""
