"""The button “Picture”: quotes, relations and timelines, drawn; and how other features offer it."""

from bot.features.pictures.views import entry_picture, quote_picture, timeline_picture

__all__ = ["entry_picture", "quote_picture", "timeline_picture"]
