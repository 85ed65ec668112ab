"""What a pack holds, in the shapes that TOML is read into and that the catalogue keeps."""

from lore.pack.model.base import SERVER, Attribution, Kind, Model, Tier, Tiers
from lore.pack.model.cite import Cite, Statement
from lore.pack.model.entry import (
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
from lore.pack.model.pack import Pack, PackInfo, RelationType, Source, TierInfo
from lore.pack.model.quote import Quote, QuoteLine

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
