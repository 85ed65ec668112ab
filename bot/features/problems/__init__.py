"""What in a server is to be mended, told to its curators after their commands."""

from bot.features.problems.telling import LOG_CHANNEL, curating, tell_problems

__all__ = ["LOG_CHANNEL", "curating", "tell_problems"]
