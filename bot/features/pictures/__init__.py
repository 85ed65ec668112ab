"""The button “Picture”: quotes, relations and timelines, drawn; and how other features offer it."""

from bot.features.pictures.views import (
    FILE,
    entry_picture,
    gallery,
    legend,
    quote_picture,
    timeline_picture,
)

__all__ = ["FILE", "entry_picture", "gallery", "legend", "quote_picture", "timeline_picture"]
