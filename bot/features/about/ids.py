"""The custom_ids of about; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.ids import ComponentId


@dataclass(frozen=True)
class TurnAbout(ComponentId):
    """Turn to another page of the sources."""

    family = "about"
    page: int
