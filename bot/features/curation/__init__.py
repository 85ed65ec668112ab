"""`/entry` and `/suggest`: the lore that servers add themselves."""

from bot.features.curation.draft_sessions import DraftSessions

__all__ = ["DraftSessions"]
