"""How an answer is to be given to the one who asks."""

from __future__ import annotations

from dataclasses import dataclass

from lore.model import PackInfo, Tier


@dataclass(frozen=True, slots=True)
class Manner:
    """Whose buttons they are, whether only the asker reads it, and which tiers hide behind bars."""

    info: PackInfo
    asker: int
    private: bool = False
    veiled: frozenset[Tier] = frozenset()
