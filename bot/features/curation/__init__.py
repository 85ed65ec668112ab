"""`/entry` and `/suggest`: what servers add to the lore themselves."""

from bot.features.curation.draft_sessions import DraftSessions

__all__ = ["DraftSessions"]
