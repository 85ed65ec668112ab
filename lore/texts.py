"""Everything that can be found by half-remembered words: what entries and quotes say."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass, replace

from lore.answers import EntryView, Note, QuoteView
from lore.matching.passages import Passage, PassageIndex
from lore.model import Kind, Tier


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a passage stands: in the entry of that key, or in a quote (then `kind` is None).

    `names` is whether it holds the entry's names, `found_by` whether no source has those.
    """

    key: str
    kind: Kind | None
    tier: Tier
    names: bool = False
    found_by: bool = False


class Texts:
    """Indexes of what is said; each passage's key has its spot.

    The views come with their key: an id, or whatever else stands for one state of the view.
    """

    def __init__(self, views: Iterable[tuple[str, EntryView | QuoteView | Note]]) -> None:
        self.spots: MutableMapping[str, Spot] = {}
        quotes: list[Passage] = []
        entries: list[Passage] = []
        seen: set[str] = set()
        for key, view in views:
            match view:
                case QuoteView():
                    self.spots[f"quote {key}"] = Spot(key, None, view.tier)
                    words = " / ".join(line.words for line in view.lines)
                    quotes.append(Passage(f"quote {key}", words))
                case EntryView():
                    entries += self._entry(key, view, seen)
                case Note():
                    pass
        self.quotes = PassageIndex.build(quotes)
        self.entries = PassageIndex.build(entries)

    def joined(self, other: Texts) -> Texts:
        """Both as one, at no cost."""
        both = Texts([])
        both.spots = ChainMap(other.spots, self.spots)
        both.quotes = self.quotes.joined(other.quotes)
        both.entries = self.entries.joined(other.entries)
        return both

    def _entry(self, key: str, view: EntryView, seen: set[str]) -> Iterator[Passage]:
        for number, (text, spot) in enumerate((*_names(key, view), *_said(key, view))):
            # What several did in the same words is one hit.
            if text not in seen:
                seen.add(text)
                self.spots[f"{key} {number}"] = spot
                yield Passage(f"{key} {number}", text)


def _names(key: str, view: EntryView) -> Iterator[tuple[str, Spot]]:
    """All names of an entry: what sources call it, and what else it is found by."""
    spot = Spot(key, view.ref.kind, view.ref.tier, names=True)
    yield " · ".join((view.ref.name, *(alias.says for alias in view.aliases))), spot
    if view.found_by:
        yield " · ".join(view.found_by), replace(spot, found_by=True)


def _said(key: str, view: EntryView) -> Iterator[tuple[str, Spot]]:
    """All that an entry says itself, passage by passage."""
    told = list(view.text)
    told += [view.status] if view.status else []
    if event := view.happening:
        told += [deed.told for deed in event.deeds]
        told += [event.outcome] if event.outcome else []
    for one in told:
        yield one.says, Spot(key, view.ref.kind, one.tier)
    for credit in view.credits:
        yield f"{credit.role} {credit.told.says}", Spot(key, view.ref.kind, credit.told.tier)
    # An account says "he" and "it" of what the difference is about.
    for about, one in ((it.about, one) for it in view.disagreements for one in it.accounts):
        yield f"{about}: {one.says}", Spot(key, view.ref.kind, one.tier)
