"""`/entry` and `/suggest`: the lore that servers add themselves."""

from bot.features.curation.draft_sessions import DraftSessions
from bot.features.curation.keeping import keep_typed
from bot.features.curation.views.words import reported_name

__all__ = ["DraftSessions", "keep_typed", "reported_name"]
