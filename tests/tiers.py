"""The tiers of the pack that ships, for tests of what each of them does."""

from typing import Final

from lore.pack.model import SERVER, Tiers

FILM: Final = "film"
CANON: Final = "canon"
FAN: Final = "fan"
EVERY_TIER: Tiers = frozenset({FILM, CANON, FAN, SERVER})
