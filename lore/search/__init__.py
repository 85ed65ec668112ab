"""Finds entries by names, and passages by half-remembered words, in any spelling.

`NameIndex` and `PassageIndex` are built once, never change, and can be joined at no cost: a
server's few thousand names over the pack's. `verdict` judges matches and `passages.verdict` hits,
each by the thresholds `SURE` and `PLAUSIBLE` of its module. All of it is pure: texts and keys in,
scored matches out.
"""

from lore.search import passages
from lore.search.candidates import Name
from lore.search.confidence import PLAUSIBLE, SURE
from lore.search.names import Match, NameIndex, Verdict, verdict
from lore.search.normalise import MAX_QUERY, norm, squash
from lore.search.passages import Hit, Passage, PassageIndex
from lore.search.scoring import MatchType

__all__ = [
    "MAX_QUERY",
    "PLAUSIBLE",
    "SURE",
    "Hit",
    "Match",
    "MatchType",
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
