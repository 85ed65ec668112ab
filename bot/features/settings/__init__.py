"""`/settings`: how the bot behaves in a server."""
