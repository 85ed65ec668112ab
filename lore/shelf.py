"""The pack and one server's overlay as one, seen by one asker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from lore.answers import EntryView, QuoteView, Ref, Scope
from lore.matching.names import NameIndex
from lore.matching.passages import LIGHT, Hit
from lore.matching.scoring import How
from lore.model import Kind, Tier
from lore.overlay import VOICE, Overlay, id_of
from lore.texts import Spot, Texts
from lore.views import Views

# What a search can be narrowed to beside a kind of entries.
QUOTE: Final = "quote"

# So many entries of its own a server may have under the name of an entry of the pack.
NAMESAKES = 100

Sought = Kind | Literal["quote"] | None


def sought(kind: str) -> Sought:
    """What a search is narrowed to by its name, which may be empty."""
    return QUOTE if kind == QUOTE else Kind(kind) if kind else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that one asker may see: tiers obeyed, only their own server's additions."""

    views: Views
    overlay: Overlay
    scope: Scope
    names: NameIndex
    texts: Texts

    @property
    def is_pack(self) -> bool:
        """Whether the server has added nothing to the pack."""
        return not self.overlay.lore and not self.overlay.removed

    def ref(self, id: str) -> Ref | None:
        """The entry with that id, if there is one; it may be of a tier that is not shown."""
        if id in self.overlay.entries:
            return self.overlay.entries[id].ref
        return self.views.find(id)

    def entry(self, id: str) -> EntryView | None:
        """The entry with that id, if the asker may see it."""
        ref = self.ref(id)
        if ref is None or ref.tier not in self.scope.tiers:
            return None
        if id in self.overlay.entries:
            return self.overlay.entries[id]
        view = self.views.entry(id, self.scope.tiers)
        if self.is_pack or Tier.SERVER not in self.scope.tiers:
            return view
        notes = tuple(self.overlay.notes.get(id, ()))
        same = self.overlay.names.find(ref.name, limit=NAMESAKES, allow=self.overlay.is_live)
        own = (self.ref(id_of(match.key)) for match in same if match.how <= How.EXACT)
        return replace(view, notes=notes, namesakes=tuple(one for one in own if one))

    def quote(self, id: str) -> QuoteView | None:
        """The quote with that id, if the asker may see it."""
        quote = self.overlay.quotes.get(id) or self.views.quote(id, self.scope.tiers)
        return quote if quote and quote.tier in self.scope.tiers else None

    def quotes(self, speaker: str | None = None) -> list[str]:
        """Ids of the quotes in which someone speaks, or of all that the asker may see."""
        own: Iterable[str] = ()
        if Tier.SERVER in self.scope.tiers:
            overlay = self.overlay
            own = overlay.quotes if speaker is None else overlay.spoken.get(speaker, ())
        return [*self.views.quotes_of(speaker, self.scope.tiers), *own]

    def tier_of_quote(self, id: str) -> Tier:
        """How a quote that the asker may see is known."""
        return self.views.tier_of_quote(id) or Tier.SERVER

    def named(self, key: str) -> Ref | None:
        """What a key of the names stands for; a speaker without an entry is only a name."""
        if not key.startswith(VOICE):
            return self.ref(id_of(key))
        [said, *_] = self.overlay.said_by(key)
        called = said.lines[0].speaker or ""
        return Ref(called, called, Kind.CHARACTER, Tier.SERVER)

    def speaks(self, key: str) -> bool:
        """Whether a key of the names stands for a speaker whom the asker may hear."""
        if key.startswith(VOICE):
            return Tier.SERVER in self.scope.tiers and self.overlay.is_live(key)
        ref = self.ref(id_of(key)) if self.visible()(key) else None
        return ref is not None and ref.kind is not Kind.EVENT and bool(self.quotes(ref.id))

    def said_by(self, key: str) -> list[str]:
        """Ids of the quotes of whom a key of the names stands for."""
        if key.startswith(VOICE):
            return [quote.id for quote in self.overlay.said_by(key)]
        return self.quotes(id_of(key))

    def visible(self, kind: Kind | None = None) -> Callable[[str], bool]:
        """Whether a key of the names stands for an entry that the asker may see, of that kind."""

        def allow(key: str) -> bool:
            if key.startswith(VOICE) or not self.overlay.is_live(key):
                return False
            ref = self.ref(id_of(key))
            return ref is not None and ref.tier in self.scope.tiers and kind in (None, ref.kind)

        return allow

    def quotes_like(self, words: str, limit: int, of: Collection[str] | None) -> list[Hit]:
        """The quotes, of those ids if any are given, that the words may be of, best first."""
        index = self.texts.quotes.joined(self.overlay.texts.quotes)

        def allow(key: str) -> bool:
            return self._readable(key) and (of is None or id_of(self.spot(key).key) in of)

        return index.find(words, limit=limit, allow=allow)

    def search(self, words: str, kind: Sought, limit: int) -> list[Hit]:
        """The passages of entries and quotes that hold the words, best first."""
        passages = self.texts.entries.joined(self.overlay.texts.entries)
        if kind in (None, QUOTE):
            passages = passages.joined(self.texts.quotes).joined(self.overlay.texts.quotes)

        def allow(key: str) -> bool:
            at = self.spot(key).at
            if at is None or not self._readable(key):
                return at is None and kind in (None, QUOTE) and self._readable(key)
            ref = self.ref(at)
            return ref is not None and ref.tier in self.scope.tiers and kind in (None, ref.kind)

        return passages.find(words, limit=limit, allow=allow, light=LIGHT)

    def spot(self, key: str) -> Spot:
        """Where the passage with that key stands."""
        return self.overlay.texts.spots.get(key) or self.texts.spots[key]

    def _readable(self, key: str) -> bool:
        spot = self.spot(key)
        return spot.tier in self.scope.tiers and self.overlay.is_live(spot.key)
