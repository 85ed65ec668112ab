"""A server's problems, reported to its curators after their commands."""

from bot.features.problems.telling import LOG_CHANNEL, curating, report_problems

__all__ = ["LOG_CHANNEL", "curating", "report_problems"]
