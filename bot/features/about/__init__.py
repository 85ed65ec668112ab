"""`/about` and `/help`: what the bot is, and what can be asked."""
