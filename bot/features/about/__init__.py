"""`/about` and `/help`: what the bot is, and what can be asked."""

from bot.features.about.operator import Operator

__all__ = ["Operator"]
