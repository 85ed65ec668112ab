"""Answers questions from the pack and the asker's server, within what the asker may see."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lore import ids
from lore.errors import StoryChangedError
from lore.ledger.port import Entries
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind, PackInfo
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
from lore.query.open_pack import MAX_QUESTION, OpenPack
from lore.query.resolve import NEAREST, by_id, choices, completions, looked_up
from lore.query.server_layer import Drawn, ServerLayer, id_of, view_of
from lore.query.server_layers import SERVERS, ServerLayers
from lore.query.speakers import Nobody, meant, quotes_of, said_by
from lore.query.visible_lore import QUOTE, Sought, VisibleLore
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


class OpenLore:
    """The open packs, and each server's own lore over them; replaced whole by another edition."""

    def __init__(self, packs: Sequence[OpenPack], ledger: Entries) -> None:
        self.packs = tuple(packs)
        # Answering from several at once is not there yet.
        [self.pack] = self.packs
        self.layers = ServerLayers(ledger, self.pack.find_certain)
        self._servers: Recent[Scope, VisibleLore] = Recent(SERVERS)

    async def visible(self, scope: Scope) -> VisibleLore:
        """Return all that one asker may see."""
        of_pack = self.pack.visible(scope.tiers)
        if scope.guild_id is None:
            return of_pack
        layer = await self.layers.of(scope.guild_id)
        if not layer.lore and not layer.removed:
            return of_pack
        visible = self._servers.find(scope)
        if visible is None or visible.layer is not layer:
            visible = of_pack.with_own(scope.guild_id, layer)
            self._servers.keep(scope, visible)
        return visible

    def forget(self, guild_id: int) -> None:
        """Drop a server's own lore, all of which was deleted."""
        self.layers.forget(guild_id)
        self._servers = Recent(SERVERS)


class Library:
    """Everything that can be asked; `rng` draws the random quotes."""

    def __init__(self, packs: Sequence[OpenPack], rng: random.Random, ledger: Entries) -> None:
        self._rng = rng
        self._ledger = ledger
        self._open = OpenLore(packs, ledger)

    def replace_packs(self, packs: Sequence[OpenPack]) -> None:
        """Answer from these packs from now on; who has asked already is answered from the old."""
        self._open = OpenLore(packs, self._ledger)

    @property
    def info(self) -> PackInfo:
        """What the pack says of itself."""
        return self._open.pack.info

    @property
    def stats(self) -> PackStats:
        """How much the pack holds."""
        return self._open.pack.stats

    async def look_up(self, query: str, scope: Scope, kind: Kind | None = None) -> EntryAnswer:
        """The entry that a name or id means; one of another kind only if it alone is meant."""
        # The packs may be replaced while the server's own lore is read.
        opened = self._open
        visible = await opened.visible(scope)
        if len(query) > MAX_QUESTION:
            return looked_up(visible, query, kind)
        if visible.is_pack:
            return opened.pack.look_up(query, scope.tiers, kind)
        if not visible.leaves(meant_by_label(visible, query), kind):
            return looked_up(visible, query, kind)
        answer = opened.pack.look_up(query, scope.tiers, kind)
        if not isinstance(answer, Found):
            return answer
        view = visible.entry(answer.view.ref.id) or answer.view
        return answer if view is answer.view else replace(answer, view=view)

    async def explain(
        self, query: str, scope: Scope, kind: Kind | None = None, limit: int = EXPLAINED
    ) -> Explained:
        """The candidates for a name and why each is one."""
        visible = await self._open.visible(scope)
        query = meant_by_label(visible, query)
        matches = visible.names(kind).find(query, limit=limit)
        return Explained(query, choices(visible, matches), verdict(matches))

    async def entry(self, id: str, scope: Scope) -> Found | Removed | Unknown:
        """The entry with that id; StoryChangedError if it is of another story."""
        self.check_open(id)
        return by_id(await self._open.visible(scope), id) or Unknown(id)

    async def complete(
        self, typed: str, scope: Scope, kind: Kind | None = None
    ) -> tuple[Choice, ...]:
        """Up to 25 entries that what is typed so far may become, likeliest first."""
        opened = self._open
        visible = await opened.visible(scope)
        if visible.is_pack and len(typed) <= MAX_QUESTION:
            return opened.pack.complete(typed, scope.tiers, kind)
        return completions(visible, typed, visible.names(kind))

    async def complete_speaker(self, typed: str, scope: Scope) -> tuple[Choice, ...]:
        """Up to 25 speakers of quotes that what is typed so far may become."""
        visible = await self._open.visible(scope)
        return completions(visible, typed, visible.speakers)

    async def quote(self, scope: Scope, speaker: str | None = None) -> QuoteAnswer:
        """A quote by chance, of that speaker if one is named."""
        visible = await self._open.visible(scope)
        quotes = visible.quotes() if speaker is None else quotes_of(visible, speaker)
        if not isinstance(quotes, Sequence):
            return quotes
        return self._drawn(visible, quotes) if quotes else NoQuote("")

    async def complete_quote(self, typed: str, scope: Scope) -> tuple[QuoteView, ...]:
        """Up to 25 quotes whose id or words may become what is typed so far."""
        return quote_ids.completions(await self._open.visible(scope), typed)

    async def quote_by_id(self, typed: str, scope: Scope) -> QuoteAnswer:
        """The quote with that id, however it is typed."""
        visible = await self._open.visible(scope)
        if quote := quote_ids.typed(visible, typed):
            return Quoted(quote)
        id = quote_ids.plain(typed.partition(quote_ids.AFTER)[0])
        return Removed(id) if id in visible.layer.removed else NoQuote(typed)

    async def pressed_quote(self, id: str, scope: Scope) -> QuoteAnswer:
        """The quote with that very id; StoryChangedError if it is of another story."""
        self.check_open(id)
        return await self.quote_by_id(id, scope)

    async def find_quote(self, id: str, scope: Scope) -> QuoteView | None:
        """The quote with that very id; None if it is gone, or of another story."""
        return (await self._open.visible(scope)).quote(id)

    async def find_entry(self, id: str, scope: Scope) -> Ref | None:
        """The entry with that id; None if the asker sees none, or it is of another story."""
        view = (await self._open.visible(scope)).entry(id)
        return view.ref if view else None

    def is_open(self, id: str) -> bool:
        """Whether an id is of a story that is told now; a name or a server's own is of each."""
        return ids.pack_number(id) in (None, *(pack.number for pack in self._open.packs))

    def check_open(self, *wanted: str) -> None:
        """Raise StoryChangedError if one of the ids is of another story."""
        if not all(map(self.is_open, wanted)):
            raise StoryChangedError(self.info.title)

    async def check_named(self, scope: Scope, *named: str) -> None:
        """Raise StoryChangedError if what a button names is of another story.

        It names an id, and beside it names as they were typed, which may look like an id.
        """
        opened = self._open
        layer = (await opened.visible(scope)).layer
        own = any(ids.is_of_server(one) or layer.voice(one) for one in named if one)
        numbers = {ids.pack_number(one) for one in named} - {None}
        open_numbers = {pack.number for pack in opened.packs}
        if numbers - {ids.FIRST} - open_numbers or not (
            own or not numbers or numbers & open_numbers
        ):
            raise StoryChangedError(self.info.title)

    async def quote_like(self, words: str, scope: Scope, speaker: str | None = None) -> QuoteAnswer:
        """The quote that half-remembered words are of; several to choose from when in doubt."""
        visible = await self._open.visible(scope)
        of: set[str] | None = None
        if speaker is not None:
            spoken = quotes_of(visible, speaker)
            if not isinstance(spoken, Sequence):
                return spoken
            of = set(spoken)
        like = visible.quotes_like(words, QUOTES, of)
        hits = [
            hit
            for hit in like
            if hit.score >= PLAUSIBLE or (_tells(words) and hit.likeness >= WHOLLY)
        ]
        quotes = [visible.quote(id_of(visible.locate(hit.key).key)) for hit in hits]
        found = tuple(quote for quote in quotes if quote)
        if not found:
            return NoQuote(words)
        if passages_verdict(hits) is Verdict.SURE:
            return Quoted(found[0])
        return QuoteChoices(words, found, speaker or "")

    async def search(self, words: str, scope: Scope, kind: Sought = None) -> Hits:
        """The passages of entries and quotes that hold half-remembered words, best first."""
        visible = await self._open.visible(scope)
        asked = without_filler(norm(_OPERATORS.sub(" ", words)))
        found = visible.search(asked, kind, HITS) if _tells(asked) else []
        told = [hit for hit in found if hit.likeness >= LIKE and hit.score >= SAID]
        if nearest := not told:
            of_kind = visible.names(None if kind == QUOTE else kind)
            named = of_kind.said_in(words, limit=NEAREST)
            near = (hit for hit in found if hit.likeness >= NEAR and hit.score >= SAID)
            told = [hit for hit in near if _is_about(visible, hit, named)]
        if not told:
            elsewhere = (await self.search(words, scope)).passages if kind else ()
            others = [one for one in elsewhere if (one.ref.kind if one.ref else QUOTE) != kind]
            return Hits(words, (), named=choices(visible, named), elsewhere=len(others))
        # Of passages that are equally good those come first that name what was asked for.
        told.sort(key=lambda hit: (-round(hit.likeness, 1), not visible.locate(hit.key).names))
        shown = list(_few_each(visible, told))
        left_out = len(shown) < len(told) or len(told) == HITS
        passages = tuple(_passage(visible, one) for one in shown)
        return Hits(words, passages, nearest, left_out=left_out)

    async def quotes_of(self, id: str, scope: Scope) -> tuple[QuoteView, ...]:
        """The quotes in which an entry speaks, or that were said at an event.

        StoryChangedError if it is of another story.
        """
        self.check_open(id)
        visible = await self._open.visible(scope)
        return tuple(quote for one in visible.quotes(id) if (quote := visible.quote(one)))

    async def speaker(self, name: str, scope: Scope) -> Ref | Nobody:
        """Whom a name means as a speaker; who has no entry goes by their name instead of an id."""
        visible = await self._open.visible(scope)
        key = meant(visible, name)
        return (visible.named(key) or Unknown(name)) if isinstance(key, str) else key

    async def quote_ids(self, scope: Scope, speaker: str | None = None) -> tuple[str, ...]:
        """Ids of all quotes, or of those of a speaker as `speaker` names them."""
        visible = await self._open.visible(scope)
        return tuple(visible.quotes() if speaker is None else said_by(visible, speaker))

    async def timeline(self, scope: Scope, who: str | None, place: str | None) -> Timeline:
        """The events in the order of the story: all, a character's, a place's; ids, not names.

        StoryChangedError if one is of another story.
        """
        self.check_open(*filter(None, (who, place)))
        visible = await self._open.visible(scope)
        events = visible.views.events(scope.tiers, who, place)
        return Timeline(
            tuple(visible.views.entry(event.id, scope.tiers) for event in events),
            visible.ref(who) if who else None,
            visible.ref(place) if place else None,
        )

    async def layer(self, guild_id: int) -> ServerLayer:
        """All that a server has added to the pack, as it is now."""
        return await self._open.layers.of(guild_id)

    def of_pack(self, id: str) -> Ref | None:
        """The entry of the pack with that id."""
        return self._open.pack.find(id)

    def drawn(self, entry: ServerEntry) -> Drawn:
        """Something that a server wrote, as it will be shown."""
        return view_of(entry, self._open.pack.find_certain)

    def changed(self, guild_id: int) -> None:
        """A server's own lore was changed: read it anew at the next question."""
        self._open.layers.changed(guild_id)

    def forget(self, guild_id: int) -> None:
        """All of a server's own lore was deleted."""
        self._open.forget(guild_id)

    def _drawn(self, visible: VisibleLore, quotes: Sequence[str]) -> QuoteAnswer:
        """One of the quotes by chance; each tier comes as often, however many quotes it has."""
        tiers = sorted({visible.tier_of_quote(id) for id in quotes})
        tier = tiers[self._rng.randrange(len(tiers))]
        alike = [id for id in quotes if visible.tier_of_quote(id) == tier]
        quote = visible.quote(alike[self._rng.randrange(len(alike))])
        return Quoted(quote) if quote else NoQuote("")


def _few_each(visible: VisibleLore, hits: Sequence[Hit]) -> Iterator[Hit]:
    """The hits, but no more than a few of each entry."""
    shown: Counter[str] = Counter()
    for hit in hits:
        spot = visible.locate(hit.key)
        # A name that no source has is shown only where it alone is what was found.
        if shown[spot.key] < (1 if spot.found_by else EACH):
            shown[spot.key] += 1
            yield hit


def _tells(words: str) -> bool:
    """Whether any of the words tells what is looked for."""
    return not LIGHT.issuperset(norm(words).split())


def _is_about(visible: VisibleLore, hit: Hit, named: Sequence[Match]) -> bool:
    """Whether a hit says more than one telling word, of one of these entries if there are any."""
    marked = {norm(hit.text[start:end]) for start, end in hit.marks} - LIGHT
    if not named:
        return len(marked) > 1
    text, at = norm(hit.text), visible.locate(hit.key).at
    names = {norm(one.name.text): id_of(one.key) for one in named}
    marked = {word for word in marked if not any(word.rstrip("s") in name for name in names)}
    return bool(marked) and any(name in text or id == at for name, id in names.items())


def _passage(visible: VisibleLore, found: Hit) -> FoundPassage:
    spot = visible.locate(found.key)
    ref = visible.ref(spot.at) if spot.at else None
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
