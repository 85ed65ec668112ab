"""The custom_ids of privacy; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.ids import ComponentId


@dataclass(frozen=True)
class OwnData(ComponentId):
    """Show people what is stored about them, or delete it."""

    family = "mine"
    act: Literal["show", "ask", "delete"]
