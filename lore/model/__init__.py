"""What a pack holds, in the shapes that TOML is read into and that the catalogue keeps."""

from lore.model.cite import Cite, Statement
from lore.model.entry import (
    Alias,
    Credit,
    Difference,
    Entry,
    Event,
    Participant,
    Place,
    Relation,
    Year,
)
from lore.model.pack import Pack, PackInfo, RelationType, Source, TierInfo
from lore.model.quote import Quote, QuoteLine
from lore.model.words import SERVER, Attribution, Kind, Model, Tier, Tiers

__all__ = [
    "SERVER",
    "Alias",
    "Attribution",
    "Cite",
    "Credit",
    "Difference",
    "Entry",
    "Event",
    "Kind",
    "Model",
    "Pack",
    "PackInfo",
    "Participant",
    "Place",
    "Quote",
    "QuoteLine",
    "Relation",
    "RelationType",
    "Source",
    "Statement",
    "Tier",
    "TierInfo",
    "Tiers",
    "Year",
]
