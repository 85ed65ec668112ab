"""How an answer is to be given to the one who asks."""

from __future__ import annotations

from dataclasses import dataclass

from lore.pack.model import PackInfo, Tiers


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Whether only the asker reads it, and which tiers hide behind bars."""

    info: PackInfo
    private: bool = False
    spoilered: Tiers = frozenset()
