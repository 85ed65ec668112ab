"""What a pack holds, in the shapes that TOML is read into and that the catalogue keeps."""

from lore.pack.model.base import LONGEST_ID, SERVER, Attribution, Kind, Model, Tier, Tiers
from lore.pack.model.cite import UNNUMBERED, Cite, Statement, cites_in, is_cite
from lore.pack.model.entry import (
    Alias,
    Credit,
    Difference,
    Entry,
    Event,
    Participant,
    Place,
    Reference,
    Relation,
    Year,
)
from lore.pack.model.pack import Pack, PackInfo, RelationType, Source, TierInfo
from lore.pack.model.quote import Quote, QuoteLine

__all__ = [
    "LONGEST_ID",
    "SERVER",
    "UNNUMBERED",
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
    "Reference",
    "Relation",
    "RelationType",
    "Source",
    "Statement",
    "Tier",
    "TierInfo",
    "Tiers",
    "Year",
    "cites_in",
    "is_cite",
]
