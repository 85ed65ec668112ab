"""Everything that can be found by half-remembered words: what entries and quotes say."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, replace

from lore.pack.model import SERVER, Cite, Tier
from lore.query.answers import CitedText, EntryView, Note, QuoteView
from lore.search.passages import Passage, PassageIndex


@dataclass(frozen=True, slots=True)
class PassageRef:
    """Where a passage stands: `key` is that of its entry, quote or note.

    `at` is the id of the entry that it is shown with, None for a quote. `names` is whether it holds
    the entry's names, `found_by` whether no source has those.
    """

    key: str
    at: str | None
    tier: Tier
    cites: tuple[Cite, ...] = ()
    names: bool = False
    found_by: bool = False


class Texts:
    """Indexes of what is said; each passage's key has its spot.

    The views come with their key: an id, or whatever else stands for one state of the view.
    """

    def __init__(self, views: Iterable[tuple[str, EntryView | QuoteView | Note]]) -> None:
        self.spots: MutableMapping[str, PassageRef] = {}
        quotes: list[Passage] = []
        entries: list[Passage] = []
        seen: set[str] = set()
        for key, view in views:
            match view:
                case QuoteView():
                    words = " / ".join(line.words for line in view.lines)
                    spot = PassageRef(key, None, view.tier, view.cites)
                    # Who has no entry is found with their words alone.
                    voices = tuple(one.speaker for one in view.lines if one.speaker and not one.ref)
                    quotes.append(self._passage(quote_key(key), words, spot, voices))
                    if said := view.occasion:
                        spot = PassageRef(key, None, view.tier, said.cites)
                        entries.append(self._passage(f"occasion {key}", said.says, spot))
                case EntryView():
                    entries += self._entry(key, view, seen)
                case Note():
                    spot = PassageRef(key, view.about, SERVER)
                    entries.append(self._passage(f"note {key}", view.text, spot))
        self.quotes = PassageIndex.build(quotes)
        self.entries = PassageIndex.build(entries)

    def joined(self, other: Texts) -> Texts:
        """Both as one, at no cost."""
        both = Texts([])
        both.spots = ChainMap(other.spots, self.spots)
        both.quotes = self.quotes.joined(other.quotes)
        both.entries = self.entries.joined(other.entries)
        return both

    def only(self, keys: Collection[str]) -> Texts:
        """The same, of which only the passages of these keys are found."""
        masked = Texts([])
        masked.spots = self.spots
        masked.quotes = self.quotes.only(keys)
        masked.entries = self.entries.only(keys)
        return masked

    def _entry(self, key: str, view: EntryView, seen: set[str]) -> Iterator[Passage]:
        for number, (text, spot) in enumerate((*_names(key, view), *_said(key, view))):
            # What several did in the same words is one hit.
            if spot.names or text not in seen:
                seen.add(text)
                yield self._passage(f"{key} {number}", text, spot, _unsaid(view, spot))

    def _passage(
        self, key: str, text: str, spot: PassageRef, unsaid: tuple[str, ...] = ()
    ) -> Passage:
        self.spots[key] = spot
        return Passage(key, text, unsaid)


def quote_key(key: str) -> str:
    """The key of the passage that a quote is, by the key that the quote came with."""
    return f"quote {key}"


def _unsaid(view: EntryView, spot: PassageRef) -> tuple[str, ...]:
    """Return the names of an entry, whose texts say "he" and "it" and hardly ever whom they mean.

    Whoever sees such a text sees the names that are known as it is, or as the entry is.
    """
    if spot.names:
        return ()
    aliases = (one.says for one in view.aliases if one.tier in (spot.tier, view.ref.tier))
    return view.ref.name, *aliases


def _names(key: str, view: EntryView) -> Iterator[tuple[str, PassageRef]]:
    """All names of an entry: what sources call it, and one by one what else it is found by."""
    spot = PassageRef(key, view.ref.id, view.ref.tier, names=True)
    yield " · ".join((view.ref.name, *(alias.says for alias in view.aliases))), spot
    for name in view.found_by:
        yield name, replace(spot, found_by=True)


def _said(key: str, view: EntryView) -> Iterator[tuple[str, PassageRef]]:
    """All that an entry says itself, passage by passage."""
    told = list(view.text)
    told += [view.status] if view.status else []
    if event := view.happening:
        told += [deed.told for deed in event.deeds]
        told += [event.outcome] if event.outcome else []
    for one in told:
        yield one.says, _spot(key, view, one)
    for credit in view.credits:
        yield f"{credit.role} {credit.told.says}", _spot(key, view, credit.told)
    # An account says "he" and "it" of what the difference is about.
    for about, one in ((it.about, one) for it in view.disagreements for one in it.accounts):
        yield f"{about}: {one.says}", _spot(key, view, one)


def _spot(key: str, view: EntryView, told: CitedText) -> PassageRef:
    return PassageRef(key, view.ref.id, told.tier, told.cites)
