"""The tiers of the shipped pack, for tests of what each of them does."""

from typing import Final

from lore.pack.model import SERVER, Tiers

FILM: Final = "film"
CANON: Final = "canon"
FAN: Final = "fan"
EVERY_TIER: Tiers = frozenset({FILM, CANON, FAN, SERVER})
