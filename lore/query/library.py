"""Answers questions from the pack and the asker's server, within what the asker may see."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from lore import ids
from lore.catalogue.database import Catalogue
from lore.errors import StoryChangedError
from lore.ledger.port import Entries
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind, PackInfo, Tiers
from lore.query import quote_ids
from lore.query.answers import (
    Choice,
    EntryAnswer,
    Explained,
    Found,
    FoundPassage,
    Hits,
    NoQuote,
    PackStats,
    QuoteAnswer,
    QuoteChoices,
    Quoted,
    QuoteView,
    Ref,
    Removed,
    Scope,
    Timeline,
    Unknown,
)
from lore.query.labels import meant as meant_by_label
from lore.query.resolve import NEAREST, by_id, choices, completions, looked_up
from lore.query.server_layer import Drawn, ServerLayer, id_of, view_of
from lore.query.server_layers import SERVERS, ServerLayers
from lore.query.speakers import Nobody, meant, quotes_of, said_by
from lore.query.visible_lore import QUOTE, PackIndex, Sought, VisibleLore
from lore.recent import Recent
from lore.search.names import Match, Verdict, verdict
from lore.search.normalise import norm, without_filler
from lore.search.passages import LIGHT, PLAUSIBLE, Hit
from lore.search.passages import verdict as passages_verdict

EXPLAINED = 10

# Whatever has all the words of a question is offered, however little they say.
WHOLLY = 0.99

# A search shows so many passages at most, and half-remembered words as many quotes.
HITS = 60
QUOTES = 60

# A search shows what has this share of its words, each a few times, unless they say nothing;
# where nothing has, of several words, what comes near.
LIKE = 0.55
NEAR = 0.42
SAID = 10.0
EACH = 3

# What people write who know other searches; here it would only be a word that nobody says.
_OPERATORS = re.compile(r"\b(?:AND|OR|NOT|NEAR)\b")

# So many answers of the pack alone are kept at hand, to questions of at most so many characters.
RECALLED = 2000
LONGEST_RECALLED = 100

# For so many sets of tiers what is shown of the pack alone is kept as well.
SHELVES = 32


class Library:
    """Everything that can be asked; `rng` draws the random quotes."""

    def __init__(self, catalogue: Catalogue, rng: random.Random, ledger: Entries) -> None:
        self.info: PackInfo = catalogue.info
        self._number = catalogue.number
        self._index = PackIndex.build(catalogue)
        self._surely: Callable[[str], Ref | None] = lru_cache(RECALLED)(self._meant)
        self._layers = ServerLayers(ledger, self._surely)
        self._pack: Callable[[Tiers], VisibleLore] = lru_cache(SHELVES)(self._pack_alone)
        self._servers: Recent[Scope, VisibleLore] = Recent(SERVERS)
        self._rng = rng
        # The pack does not change, and what many ask of it is often the same.
        self._pack_answer: Callable[[str, Tiers, Kind | None], EntryAnswer]
        self._pack_answer = lru_cache(RECALLED)(self._answered)
        self._pack_completions: Callable[[str, Tiers, Kind | None], tuple[Choice, ...]]
        self._pack_completions = lru_cache(RECALLED)(self._completed)
        self.stats = PackStats(len(catalogue.entries), len(catalogue.quotes))

    async def look_up(self, query: str, scope: Scope, kind: Kind | None = None) -> EntryAnswer:
        """The entry that a name or id means; one of another kind only if it alone is meant."""
        shelf = await self._visible(scope)
        if len(query) > LONGEST_RECALLED:
            return looked_up(shelf, query, kind)
        if shelf.is_pack:
            return self._pack_answer(query, scope.tiers, kind)
        if not shelf.leaves(meant_by_label(shelf, query), kind):
            return looked_up(shelf, query, kind)
        answer = self._pack_answer(query, scope.tiers, kind)
        if not isinstance(answer, Found):
            return answer
        view = shelf.entry(answer.view.ref.id) or answer.view
        return answer if view is answer.view else replace(answer, view=view)

    async def explain(
        self, query: str, scope: Scope, kind: Kind | None = None, limit: int = EXPLAINED
    ) -> Explained:
        """The candidates for a name and why each is one."""
        shelf = await self._visible(scope)
        query = meant_by_label(shelf, query)
        matches = shelf.names(kind).find(query, limit=limit)
        return Explained(query, choices(shelf, matches), verdict(matches))

    async def entry(self, id: str, scope: Scope) -> Found | Removed | Unknown:
        """The entry with that id; StoryChangedError if it is of another story."""
        self.check_open(id)
        return by_id(await self._visible(scope), id) or Unknown(id)

    async def complete(
        self, typed: str, scope: Scope, kind: Kind | None = None
    ) -> tuple[Choice, ...]:
        """Up to 25 entries that what is typed so far may become, likeliest first."""
        shelf = await self._visible(scope)
        if shelf.is_pack and len(typed) <= LONGEST_RECALLED:
            return self._pack_completions(typed, scope.tiers, kind)
        return completions(shelf, typed, shelf.names(kind))

    async def complete_speaker(self, typed: str, scope: Scope) -> tuple[Choice, ...]:
        """Up to 25 speakers of quotes that what is typed so far may become."""
        shelf = await self._visible(scope)
        return completions(shelf, typed, shelf.speakers)

    async def quote(self, scope: Scope, speaker: str | None = None) -> QuoteAnswer:
        """A quote by chance, of that speaker if one is named."""
        shelf = await self._visible(scope)
        quotes = shelf.quotes() if speaker is None else quotes_of(shelf, speaker)
        if not isinstance(quotes, Sequence):
            return quotes
        return self._drawn(shelf, quotes) if quotes else NoQuote("")

    async def complete_quote(self, typed: str, scope: Scope) -> tuple[QuoteView, ...]:
        """Up to 25 quotes whose id or words may become what is typed so far."""
        return quote_ids.completions(await self._visible(scope), typed)

    async def quote_by_id(self, typed: str, scope: Scope) -> QuoteAnswer:
        """The quote with that id, however it is typed."""
        shelf = await self._visible(scope)
        if quote := quote_ids.typed(shelf, typed):
            return Quoted(quote)
        id = quote_ids.plain(typed.partition(quote_ids.AFTER)[0])
        return Removed(id) if id in shelf.layer.removed else NoQuote(typed)

    async def pressed_quote(self, id: str, scope: Scope) -> QuoteAnswer:
        """The quote with that very id; StoryChangedError if it is of another story."""
        self.check_open(id)
        return await self.quote_by_id(id, scope)

    async def find_quote(self, id: str, scope: Scope) -> QuoteView | None:
        """The quote with that very id; None if it is gone, or of another story."""
        return (await self._visible(scope)).quote(id)

    async def find_entry(self, id: str, scope: Scope) -> Ref | None:
        """The entry with that id; None if the asker sees none, or it is of another story."""
        view = (await self._visible(scope)).entry(id)
        return view.ref if view else None

    def is_open(self, id: str) -> bool:
        """Whether an id is of a story that is told now; a name or a server's own is of each."""
        return ids.pack_number(id) in (None, self._number)

    def check_open(self, *wanted: str) -> None:
        """Raise StoryChangedError if one of the ids is of another story."""
        if not all(map(self.is_open, wanted)):
            raise StoryChangedError(self.info.title)

    async def check_named(self, scope: Scope, *named: str) -> None:
        """Raise StoryChangedError if what a button names is of another story.

        It names an id, and beside it names as they were typed, which may look like an id.
        """
        layer = (await self._visible(scope)).layer
        own = any(ids.is_of_server(one) or layer.voice(one) for one in named if one)
        numbers = {ids.pack_number(one) for one in named} - {None}
        told = self._number
        if numbers - {ids.FIRST, told} or not (own or told in numbers or not numbers):
            raise StoryChangedError(self.info.title)

    async def quote_like(self, words: str, scope: Scope, speaker: str | None = None) -> QuoteAnswer:
        """The quote that half-remembered words are of; several to choose from when in doubt."""
        shelf = await self._visible(scope)
        of: set[str] | None = None
        if speaker is not None:
            spoken = quotes_of(shelf, speaker)
            if not isinstance(spoken, Sequence):
                return spoken
            of = set(spoken)
        like = shelf.quotes_like(words, QUOTES, of)
        hits = [
            hit
            for hit in like
            if hit.score >= PLAUSIBLE or (_tells(words) and hit.likeness >= WHOLLY)
        ]
        quotes = [shelf.quote(id_of(shelf.spot(hit.key).key)) for hit in hits]
        found = tuple(quote for quote in quotes if quote)
        if not found:
            return NoQuote(words)
        if passages_verdict(hits) is Verdict.SURE:
            return Quoted(found[0])
        return QuoteChoices(words, found, speaker or "")

    async def search(self, words: str, scope: Scope, kind: Sought = None) -> Hits:
        """The passages of entries and quotes that hold half-remembered words, best first."""
        shelf = await self._visible(scope)
        asked = without_filler(norm(_OPERATORS.sub(" ", words)))
        found = shelf.search(asked, kind, HITS) if _tells(asked) else []
        told = [hit for hit in found if hit.likeness >= LIKE and hit.score >= SAID]
        if nearest := not told:
            of_kind = shelf.names(None if kind == QUOTE else kind)
            named = of_kind.said_in(words, limit=NEAREST)
            near = (hit for hit in found if hit.likeness >= NEAR and hit.score >= SAID)
            told = [hit for hit in near if _is_about(shelf, hit, named)]
        if not told:
            elsewhere = (await self.search(words, scope)).passages if kind else ()
            others = [one for one in elsewhere if (one.ref.kind if one.ref else QUOTE) != kind]
            return Hits(words, (), named=choices(shelf, named), elsewhere=len(others))
        # Of passages that are equally good those come first that name what was asked for.
        told.sort(key=lambda hit: (-round(hit.likeness, 1), not shelf.spot(hit.key).names))
        shown = list(_few_each(shelf, told))
        left_out = len(shown) < len(told) or len(told) == HITS
        passages = tuple(_passage(shelf, one) for one in shown)
        return Hits(words, passages, nearest, left_out=left_out)

    async def quotes_of(self, id: str, scope: Scope) -> tuple[QuoteView, ...]:
        """The quotes in which an entry speaks, or that were said at an event.

        StoryChangedError if it is of another story.
        """
        self.check_open(id)
        shelf = await self._visible(scope)
        return tuple(quote for one in shelf.quotes(id) if (quote := shelf.quote(one)))

    async def speaker(self, name: str, scope: Scope) -> Ref | Nobody:
        """Whom a name means as a speaker; who has no entry goes by their name instead of an id."""
        shelf = await self._visible(scope)
        key = meant(shelf, name)
        return (shelf.named(key) or Unknown(name)) if isinstance(key, str) else key

    async def quote_ids(self, scope: Scope, speaker: str | None = None) -> tuple[str, ...]:
        """Ids of all quotes, or of those of a speaker as `speaker` names them."""
        shelf = await self._visible(scope)
        return tuple(shelf.quotes() if speaker is None else said_by(shelf, speaker))

    async def timeline(self, scope: Scope, who: str | None, place: str | None) -> Timeline:
        """The events in the order of the story: all, a character's, a place's; ids, not names.

        StoryChangedError if one is of another story.
        """
        self.check_open(*filter(None, (who, place)))
        shelf = await self._visible(scope)
        events = shelf.views.events(scope.tiers, who, place)
        return Timeline(
            tuple(shelf.views.entry(event.id, scope.tiers) for event in events),
            shelf.ref(who) if who else None,
            shelf.ref(place) if place else None,
        )

    async def layer(self, guild_id: int) -> ServerLayer:
        """All that a server has added to the pack, as it is now."""
        return await self._layers.of(guild_id)

    def of_pack(self, id: str) -> Ref | None:
        """The entry of the pack with that id."""
        return self._index.views.find(id)

    def drawn(self, entry: ServerEntry) -> Drawn:
        """Something that a server wrote, as it will be shown."""
        return view_of(entry, self._surely)

    def changed(self, guild_id: int) -> None:
        """A server's own lore was changed: read it anew at the next question."""
        self._layers.changed(guild_id)

    def forget(self, guild_id: int) -> None:
        """All of a server's own lore was deleted."""
        self._layers.forget(guild_id)
        self._servers = Recent(SERVERS)

    def _meant(self, name: str) -> Ref | None:
        """The entry of the pack that a name surely means."""
        matches = self._index.names.find(name, limit=2)
        return self.of_pack(matches[0].key) if verdict(matches) is Verdict.SURE else None

    def _drawn(self, shelf: VisibleLore, quotes: Sequence[str]) -> QuoteAnswer:
        """One of the quotes by chance; each tier comes as often, however many quotes it has."""
        tiers = sorted({shelf.tier_of_quote(id) for id in quotes})
        tier = tiers[self._rng.randrange(len(tiers))]
        alike = [id for id in quotes if shelf.tier_of_quote(id) == tier]
        quote = shelf.quote(alike[self._rng.randrange(len(alike))])
        return Quoted(quote) if quote else NoQuote("")

    def _answered(self, query: str, tiers: Tiers, kind: Kind | None) -> EntryAnswer:
        return looked_up(self._pack(tiers), query, kind)

    def _completed(self, typed: str, tiers: Tiers, kind: Kind | None) -> tuple[Choice, ...]:
        shelf = self._pack(tiers)
        return completions(shelf, typed, shelf.names(kind))

    def _pack_alone(self, tiers: Tiers) -> VisibleLore:
        return VisibleLore(self._index, Scope(None, tiers))

    async def _visible(self, scope: Scope) -> VisibleLore:
        pack = self._pack(scope.tiers)
        if scope.guild_id is None:
            return pack
        layer = await self._layers.of(scope.guild_id)
        if not layer.lore and not layer.removed:
            return pack
        shelf = self._servers.find(scope)
        if shelf is None or shelf.layer is not layer:
            shelf = pack.with_own(scope.guild_id, layer)
            self._servers.keep(scope, shelf)
        return shelf


def _few_each(shelf: VisibleLore, hits: Sequence[Hit]) -> Iterator[Hit]:
    """The hits, but no more than a few of each entry."""
    shown: Counter[str] = Counter()
    for hit in hits:
        spot = shelf.spot(hit.key)
        # A name that no source has is shown only where it alone is what was found.
        if shown[spot.key] < (1 if spot.found_by else EACH):
            shown[spot.key] += 1
            yield hit


def _tells(words: str) -> bool:
    """Whether any of the words tells what is looked for."""
    return not LIGHT.issuperset(norm(words).split())


def _is_about(shelf: VisibleLore, hit: Hit, named: Sequence[Match]) -> bool:
    """Whether a hit says more than one telling word, of one of these entries if there are any."""
    marked = {norm(hit.text[start:end]) for start, end in hit.marks} - LIGHT
    if not named:
        return len(marked) > 1
    text, at = norm(hit.text), shelf.spot(hit.key).at
    names = {norm(one.name.text): id_of(one.key) for one in named}
    marked = {word for word in marked if not any(word.rstrip("s") in name for name in names)}
    return bool(marked) and any(name in text or id == at for name, id in names.items())


def _passage(shelf: VisibleLore, found: Hit) -> FoundPassage:
    spot = shelf.spot(found.key)
    ref = shelf.ref(spot.at) if spot.at else None
    quote_id = None if spot.at else id_of(spot.key)
    return FoundPassage(
        ref,
        quote_id,
        found.text,
        found.marks,
        spot.tier,
        spot.cites,
        is_name=spot.names,
        found_by=spot.found_by,
        # The name of an entry is shown above what it says.
        implied=tuple(name for name in found.implied if not ref or name != ref.name),
    )
