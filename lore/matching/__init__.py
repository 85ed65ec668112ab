"""Finds entries by names, and passages by half-remembered words, however they are spelt.

`NameIndex` and `PassageIndex` are built once, never change, and are joined at no cost: a server's
few thousand names over the pack's. `verdict` judges matches and `passages.verdict` hits, each by
the thresholds `SURE` and `PLAUSIBLE` of its module. All of it is pure: texts and keys in, scored
matches out.
"""

from lore.matching import passages
from lore.matching.doubt import PLAUSIBLE, SURE
from lore.matching.layer import Name
from lore.matching.names import Match, NameIndex, Verdict, verdict
from lore.matching.normalise import MAX_QUERY, norm, squash
from lore.matching.passages import Hit, Passage, PassageIndex
from lore.matching.scoring import How

__all__ = [
    "MAX_QUERY",
    "PLAUSIBLE",
    "SURE",
    "Hit",
    "How",
    "Match",
    "Name",
    "NameIndex",
    "Passage",
    "PassageIndex",
    "Verdict",
    "norm",
    "passages",
    "squash",
    "verdict",
]
