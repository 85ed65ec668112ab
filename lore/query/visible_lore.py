"""The pack and one server's overlay as one, seen by one asker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from threading import Lock
from typing import Final, Literal

from lore.catalogue.database import Catalogue
from lore.ids import qualified
from lore.pack.model import SERVER, Kind, PackInfo, Tier
from lore.query.answers import EntryView, QuoteView, Ref, Scope
from lore.query.pack_names import names
from lore.query.passages import PassageRef, Passages, quote_key
from lore.query.questions.facts import Facts
from lore.query.questions.sentences import Sentences
from lore.query.server_layer import EMPTY, VOICE, ServerLayer, id_of
from lore.query.views import Views
from lore.search.names import NameIndex
from lore.search.passages import LIGHT, Hit

# What a search can be narrowed to beside a kind of entries.
QUOTE: Final = "quote"

# So many entries of its own a server may have under the name of an entry of the pack.
NAMESAKES = 100

Sought = Kind | Literal["quote"] | None


def sought(kind: str) -> Sought:
    """Return what a search is narrowed to by its name, which may be empty."""
    return QUOTE if kind == QUOTE else Kind(kind) if kind else None


@dataclass(frozen=True)
class PackIndex:
    """What is found in the pack, and by what; the same for every library of that pack."""

    views: Views
    names: NameIndex
    passages: Passages
    info: PackInfo
    _making: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def build(cls, catalogue: Catalogue) -> PackIndex:
        """Index a catalogue, which takes longer than anything else at the start."""
        views = Views(catalogue)
        indexed = NameIndex.build(list(names(catalogue)))
        return cls(views, indexed, Passages.build(views.everything()), catalogue.info)

    @property
    def sentences(self) -> Sentences:
        """Return all that questions are answered from, which is made for the first of them."""
        with self._making:
            return self._sentences

    @property
    def has_sentences(self) -> bool:
        """Whether a question can be answered without delay."""
        return "_sentences" in self.__dict__

    @cached_property
    def _sentences(self) -> Sentences:
        tiers = self.info.every_tier
        facts = Facts(self.info, (self.views.entry(id, tiers) for id in self.views.ids()))
        return Sentences(facts, self.passages.entries.vocabulary)


class VisibleLore:
    """All that one asker may see: tiers obeyed, only their own server's additions.

    One serves all who may see the same until that changes: what they may not see is masked in the
    indexes once, when it is first asked for.
    """

    def __init__(
        self,
        pack: PackIndex,
        scope: Scope,
        layer: ServerLayer = EMPTY,
        pack_alone: VisibleLore | None = None,
    ) -> None:
        self._pack = pack
        self.views = pack.views
        self.scope = scope
        self.layer = layer
        self._below = pack_alone
        self.names: Callable[[Kind | None], NameIndex] = cache(self._names)
        self.passages: Callable[[Sought], Passages] = cache(self._passages)

    def with_own(self, guild_id: int, layer: ServerLayer) -> VisibleLore:
        """Return what a server's members may see who see this of the pack; they share its masks."""
        return VisibleLore(self._pack, replace(self.scope, guild_id=guild_id), layer, self)

    @property
    def sentences(self) -> Sentences:
        """All sentences of the pack, of every tier."""
        return self._pack.sentences

    @property
    def facts(self) -> Facts:
        """All typed facts of the pack, of every tier."""
        return self._pack.sentences.facts

    @property
    def is_pack(self) -> bool:
        """Whether the server has added nothing to the pack."""
        return self._below is None

    def ref(self, id: str) -> Ref | None:
        """Return the entry with that id, if there is one; it may be of a tier that is not shown."""
        if id in self.layer.entries:
            return self.layer.entries[id].ref
        return self.views.find(id)

    def full_id(self, text: str) -> str:
        """Return the full id for a pack's entry id as people see it; other texts as they are."""
        id = qualified(self.views.number, text)
        return id if self.views.find(id) else text

    def entry(self, id: str) -> EntryView | None:
        """Return the entry with that id, if the asker may see it."""
        ref = self._shown(id)
        if ref is None:
            return None
        if id in self.layer.entries:
            return self.layer.entries[id]
        view = self.views.entry(ref.id, self.scope.tiers)
        if self.is_pack or SERVER not in self.scope.tiers:
            return view
        known_as = self.views.ids_of(ref.id)
        notes = tuple(note for one in known_as for note in self.layer.notes.get(one, ()))
        same = self.layer.names.called(ref.name)[:NAMESAKES]
        namesakes = tuple(own for match in same if (own := self.ref(id_of(match.key))))
        # The very same view is known again by who laid it out before.
        return replace(view, notes=notes, namesakes=namesakes) if notes or namesakes else view

    def is_settled_by_pack(self, asked: str, kind: Kind | None) -> bool:
        """Return whether the server's own lore changes nothing about what a name or id means."""
        own = self.layer
        if self._below is None:
            return True
        if asked in own.entries or asked in own.removed:
            return False
        if self._is_of(self.full_id(asked), kind):
            return True
        return not own.names.called(asked) and bool(self._below.names(kind).called(asked))

    def quote(self, id: str) -> QuoteView | None:
        """Return the quote with that id, if the asker may see it."""
        quote = self.layer.quotes.get(id) or self.views.quote(id, self.scope.tiers)
        return quote if quote and quote.tier in self.scope.tiers else None

    def quotes(self, speaker: str | None = None) -> list[str]:
        """Return ids of the quotes in which someone speaks, or of all that the asker may see."""
        own: Iterable[str] = ()
        if SERVER in self.scope.tiers:
            layer = self.layer
            own = layer.quotes if speaker is None else layer.spoken.get(speaker, ())
        return [*self.views.quotes_of(speaker, self.scope.tiers), *own]

    def tier_of_quote(self, id: str) -> Tier:
        """Return how a quote that the asker may see is known."""
        return self.views.tier_of_quote(id) or SERVER

    def named(self, key: str) -> Ref | None:
        """Return what a key of the names stands for; a speaker without an entry is only a name."""
        if not key.startswith(VOICE):
            return self.ref(id_of(key))
        [said, *_] = self.layer.said_by(key)
        called = said.lines[0].speaker or ""
        return Ref(called, called, Kind.CHARACTER, SERVER)

    @cached_property
    def speaker_keys(self) -> frozenset[str]:
        """Return the keys of all speakers the asker may see, with an entry or without one."""
        own = self.layer if SERVER in self.scope.tiers else EMPTY
        of_pack = self._below.speaker_keys if self._below else filter(self.quotes, self.views.ids())
        ids = {*of_pack, *own.spoken}
        refs = (ref for id in ids if (ref := self._shown(id)) and ref.kind is not Kind.EVENT)
        return frozenset([*(own.key(ref.id) for ref in refs), *own.voice_keys()])

    @cached_property
    def speakers(self) -> NameIndex:
        """Return the index of all speakers' names that the asker may see."""
        return self._pack.names.joined(self.layer.names).only(self.speaker_keys)

    def said_by(self, key: str) -> list[str]:
        """Return ids of the quotes of whom a key of the names stands for."""
        if key.startswith(VOICE):
            return [quote.id for quote in self.layer.said_by(key)]
        return self.quotes(id_of(key))

    def quotes_like(self, words: str, limit: int, of: Collection[str] | None) -> list[Hit]:
        """The quotes, of those ids if any are given, that the words may be of, best first."""
        quotes = self.passages(QUOTE).quotes
        if of is not None:
            quotes = quotes.only({quote_key(self.layer.key(id)) for id in of})
        return quotes.find(words, limit=limit)

    def search(self, words: str, kind: Sought, limit: int) -> list[Hit]:
        """Return the passages of entries and quotes that hold the words, best first."""
        passages = self.passages(kind)
        index = passages.entries
        if kind in (None, QUOTE):
            index = index.joined(passages.quotes)
        return index.find(words, limit=limit, light=LIGHT)

    def locate(self, key: str) -> PassageRef:
        """Return where the passage with that key stands."""
        return self.layer.passages.refs.get(key) or self._pack.passages.refs[key]

    def _names(self, kind: Kind | None) -> NameIndex:
        """Return the names of the entries that the asker may see, of that kind."""
        if self._below is None:
            return self._pack.names.only(self.views.ids_shown(self.scope.tiers, kind))
        own = set(map(self.layer.key, self._own_ids(kind)))
        return self._below.names(kind).joined(self.layer.names.only(own))

    def _passages(self, kind: Sought) -> Passages:
        """Return the passages that the asker may see, of that kind."""
        every = self.layer.passages if self._below else self._pack.passages
        tiers, with_quotes = self.scope.tiers, kind in (None, QUOTE)
        of_pack = frozenset[str]() if kind == QUOTE else self.views.ids_shown(tiers, kind)
        own = self._own_ids(kind)
        shown = {
            key
            for key, ref in every.refs.items()
            if ref.tier in tiers
            and (with_quotes if (at := ref.at) is None else at in of_pack or at in own)
        }
        passages = every.only(shown)
        return self._below.passages(kind).joined(passages) if self._below else passages

    def _own_ids(self, kind: Sought) -> set[str]:
        """Return the ids of the server's own entries that the asker may see, of that kind."""
        return {id for id in self.layer.entries if self._is_of(id, kind)}

    def _is_of(self, id: str, kind: Sought) -> bool:
        ref = self._shown(id)
        return ref is not None and kind in (None, ref.kind)

    def _shown(self, id: str) -> Ref | None:
        """Return the entry with that id, if its tier is shown."""
        ref = self.ref(id)
        return ref if ref and ref.tier in self.scope.tiers else None
