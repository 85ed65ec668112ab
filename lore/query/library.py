"""Answers questions from the pack and the asker's server, within what the asker may see."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lore import ids
from lore.errors import HiddenHereError, StoryChangedError
from lore.ledger.port import Entries
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind, PackInfo, Tier
from lore.query.answers import (
    Choice,
    CitedText,
    DidYouMean,
    EntryAnswer,
    EntryView,
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
from lore.query.open_pack import MAX_QUESTION, OpenPack
from lore.query.passages import NAMES_JOINED
from lore.query.questions.asking import answered_in_search, asked
from lore.query.questions.parsing import is_question, is_short_question
from lore.query.questions.words import stems
from lore.query.quotes import (
    AFTER_ID,
    Nobody,
    find_speaker,
    plain_id,
    quote_by_typed_id,
    quote_completions,
    quotes_of,
    said_by,
)
from lore.query.resolve import NEAREST, by_id, choices, completions, id_of_label
from lore.query.server_layer import Drawn, ServerLayer, id_of, view_of
from lore.query.server_layers import SERVERS, ServerLayers
from lore.query.visible_lore import QUOTE, Sought, VisibleLore
from lore.recent import Recent
from lore.search.names import Match, Verdict, verdict
from lore.search.normalise import norm, without_filler
from lore.search.passages import LIGHT, PLAUSIBLE, Hit
from lore.search.passages import verdict as passages_verdict

MAX_EXPLAINED = 10

# How many passages a search looks at, and how many quotes half-remembered words may be of.
MAX_HITS = 60
MAX_QUOTES = 60

# A search shows passages with this share of its words and this score, a few of each entry; where
# there are none, those that have some of several words.
ENOUGH_WORDS = 0.55
SOME_WORDS = 0.42
MIN_SCORE = 10.0
MAX_OF_ONE = 2

# Of the quotes that are drawn, so many are of the story itself, as far as it has some.
OWN_SHARE = 0.75

# So many quotes that a server was shown are remembered.
MOST_DRAWN = 500

# Operators of other search engines, which people type out of habit.
_OPERATORS = re.compile(r"\b(?:AND|OR|NOT|NEAR)\b")


class OpenLore:
    """Holds the open packs and each server's own lore over them; a reload replaces it whole."""

    def __init__(self, packs: Sequence[OpenPack], ledger: Entries) -> None:
        self.packs = tuple(packs)
        # Answering from several at once is not there yet.
        [self.pack] = self.packs
        self.layers = ServerLayers(ledger, self.pack.find_certain, current=self.pack.current)
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
            # What is seen goes with the layer that it holds, however many may see it.
            self._servers.drop_if(lambda one: not self._keeps(one))
        return visible

    def forget(self, guild_id: int) -> None:
        """Drop a server's own lore, all of which was deleted."""
        self.layers.forget(guild_id)
        self._servers = Recent(SERVERS)

    def _keeps(self, visible: VisibleLore) -> bool:
        guild_id = visible.scope.guild_id
        return guild_id is not None and self.layers.keeps(guild_id, visible.layer)


class Library:
    """Answers whatever can be asked; `rng` draws the random quotes."""

    def __init__(self, packs: Sequence[OpenPack], rng: random.Random, ledger: Entries) -> None:
        self._rng = rng
        self._ledger = ledger
        # What each server was shown, the latest last.
        self._drawn_in: Recent[int | None, dict[str, None]] = Recent(SERVERS)
        self._open = OpenLore(packs, ledger)

    def replace_packs(self, packs: Sequence[OpenPack]) -> None:
        """Answer from these packs from now on; questions under way get the old ones."""
        self._open = OpenLore(packs, self._ledger)

    @property
    def info(self) -> PackInfo:
        """Return what the pack says of itself."""
        return self._open.pack.info

    @property
    def digest(self) -> str:
        """Return the sum of the pack's files, which tells editions apart."""
        return self._open.pack.digest

    @property
    def stats(self) -> PackStats:
        """Return how many entries and quotes the pack has."""
        return self._open.pack.stats

    async def look_up(self, query: str, scope: Scope, kind: Kind | None = None) -> EntryAnswer:
        """Return the entry that a name or id means; one of another kind only if no other fits."""
        # The packs may be replaced while the server's own lore is read.
        opened = self._open
        visible = await opened.visible(scope)
        asks = is_question(query) or is_short_question(query)
        if asks:
            await opened.pack.prepare_questions()
        if len(query) > MAX_QUESTION:
            return asked(visible, query, kind)
        if visible.is_pack:
            return opened.pack.look_up(query, scope.tiers, kind)
        if (visible.hides and asks) or not visible.is_settled_by_pack(
            id_of_label(visible, query), kind
        ):
            return asked(visible, query, kind)
        answer = opened.pack.look_up(query, scope.tiers, kind)
        if not isinstance(answer, Found):
            return answer
        view = visible.entry(answer.view.ref.id)
        if view is None:
            # Its id is what another entry is called.
            return asked(visible, query, kind)
        return answer if view is answer.view else replace(answer, view=view)

    async def why_hidden(
        self, typed: str, scope: Scope, sought: Sought = None
    ) -> ServerEntry | None:
        """Return by what a server hides the entry, or quote, that would have been found."""
        opened = self._open
        visible = await opened.visible(scope)
        if not visible.hides or len(typed) > MAX_QUESTION:
            return None
        whole = opened.pack.visible(scope.tiers)
        if sought == QUOTE:
            quote = quote_by_typed_id(whole, typed)
            if quote is None and (like := whole.quotes_like(typed, 1, None)):
                likely = like[0].score >= PLAUSIBLE
                quote = whole.quote(whole.locate(like[0].key).key) if likely else None
            return visible.hider_of_quote(quote) if quote else None
        named = visible.layer.aliases.names.called(typed)
        if hider := next(filter(None, (visible.hider_of(one.key) for one in named)), None):
            return hider
        answer = opened.pack.look_up(typed, scope.tiers, sought)
        match answer:
            case Found(view):
                return visible.hider_of(view.ref.id)
            case DidYouMean():
                meant = (one.ref.id for one in answer.choices if one.match and one.match.is_whole)
                return next(filter(None, map(visible.hider_of, meant)), None)
        return None

    async def tier_not_shown(self, typed: str, scope: Scope, sought: Sought = None) -> Tier | None:
        """Return of what tier is what would have been found, were all of them shown."""
        every = Scope(scope.guild_id, self.info.every_tier)
        if len(typed) > MAX_QUESTION or every.tiers == scope.tiers:
            return None
        visible = await self._open.visible(every)
        if sought == QUOTE:
            quote = quote_by_typed_id(visible, typed)
            tier = quote.tier if quote else None
        else:
            meant = await self.look_up(typed, every, sought)
            ref = meant.view.ref if isinstance(meant, Found) else await self.speaker(typed, every)
            tier = ref.tier if isinstance(ref, Ref) else None
        return None if tier in scope.tiers else tier

    async def quotes_not_shown(self, speaker: str, scope: Scope) -> int:
        """Return how many quotes of an entry are hidden in a server, or of tiers it leaves out."""
        every = Scope(scope.guild_id, self.info.every_tier)
        told = {
            *self._open.pack.visible(every.tiers).quotes(speaker),
            *(await self._open.visible(every)).quotes(speaker),
        }
        return len(told) - len((await self._open.visible(scope)).quotes(speaker))

    async def called(self, name: str, scope: Scope) -> tuple[Ref, ...]:
        """Return the entries that have exactly that name or alias, however it is spelt."""
        visible = await self._open.visible(scope)
        return tuple(one.ref for one in choices(visible, visible.names(None).called(name)))

    async def explain(
        self, query: str, scope: Scope, kind: Kind | None = None, limit: int = MAX_EXPLAINED
    ) -> Explained:
        """Return the candidates for a name, each with the reason why it is one."""
        visible = await self._open.visible(scope)
        query = id_of_label(visible, query)
        matches = visible.names(kind).find(query, limit=limit)
        return Explained(query, choices(visible, matches), verdict(matches))

    async def entry(self, id: str, scope: Scope) -> Found | Removed | Unknown:
        """Return the entry with that id.

        StoryChangedError if it is of another story, HiddenHereError if the server hides it.
        """
        return by_id(await self._visible_of(scope, id), id) or Unknown(id)

    async def complete(
        self, typed: str, scope: Scope, kind: Kind | None = None
    ) -> tuple[Choice, ...]:
        """Return up to 25 entries whose names begin as typed, likeliest first."""
        opened = self._open
        visible = await opened.visible(scope)
        if visible.is_pack and len(typed) <= MAX_QUESTION:
            return opened.pack.complete(typed, scope.tiers, kind)
        return completions(visible, typed, visible.names(kind))

    async def complete_speaker(self, typed: str, scope: Scope) -> tuple[Choice, ...]:
        """Return up to 25 speakers of quotes whose names begin as typed."""
        visible = await self._open.visible(scope)
        return completions(visible, typed, visible.speakers)

    async def quote(
        self, scope: Scope, speaker: str | None = None, *, alike: bool = False
    ) -> QuoteAnswer:
        """Draw a quote, of that speaker if one is named; `alike` if no tiers come before others."""
        visible = await self._open.visible(scope)
        quotes = visible.quotes() if speaker is None else quotes_of(visible, speaker)
        if not isinstance(quotes, Sequence):
            return quotes
        among = quotes if alike else self._mostly_own(visible, quotes)
        return self._drawn(visible, among, scope.guild_id) if among else NoQuote("")

    async def complete_quote(self, typed: str, scope: Scope) -> tuple[QuoteView, ...]:
        """Return up to 25 quotes whose id or words hold what is typed."""
        return quote_completions(await self._open.visible(scope), typed)

    async def quote_by_id(self, typed: str, scope: Scope) -> QuoteAnswer:
        """Return the quote with that id, however the id is typed."""
        visible = await self._open.visible(scope)
        if quote := quote_by_typed_id(visible, typed):
            return Quoted(quote)
        id = plain_id(typed.partition(AFTER_ID)[0])
        return Removed(id) if id in visible.layer.removed else NoQuote(typed)

    async def pressed_quote(self, id: str, scope: Scope) -> QuoteAnswer:
        """Return the quote with exactly that id.

        StoryChangedError if it is of another story, HiddenHereError if the server hides it.
        """
        self.check_open(id)
        if (await self._open.visible(scope)).hides_quote(id):
            raise HiddenHereError
        return await self.quote_by_id(id, scope)

    async def find_quote(self, id: str, scope: Scope) -> QuoteView | None:
        """Return the quote with exactly that id; None if it is gone, or of another story."""
        return (await self._open.visible(scope)).quote(id)

    async def find_entry(self, id: str, scope: Scope) -> Ref | None:
        """Return the entry with that id; None if the asker sees none, or it is of another story."""
        view = (await self._open.visible(scope)).entry(id)
        return view.ref if view else None

    def is_open(self, id: str) -> bool:
        """Tell whether an id is of an open pack; a name or a server's id counts as one."""
        return ids.pack_number(id) in (None, *(pack.number for pack in self._open.packs))

    def check_open(self, *wanted: str) -> None:
        """Raise StoryChangedError if one of the ids is of another story."""
        if not all(map(self.is_open, wanted)):
            raise StoryChangedError(self.info.title)

    async def _visible_of(self, scope: Scope, *wanted: str) -> VisibleLore:
        """Return all that one asker may see, if these ids are of the story and not hidden."""
        self.check_open(*wanted)
        visible = await self._open.visible(scope)
        if any(map(visible.hidden, wanted)):
            raise HiddenHereError
        return visible

    async def check_named(self, scope: Scope, *named: str) -> None:
        """Raise StoryChangedError if a button is of another story.

        HiddenHereError if the server hides what it leads to. It holds an id, and names as they were
        typed, which may look like an id.
        """
        opened = self._open
        visible = await opened.visible(scope)
        if any(map(visible.hidden, named)):
            raise HiddenHereError
        layer = visible.layer
        own = any(ids.is_of_server(one) or layer.voice(one) for one in named if one)
        numbers = {ids.pack_number(one) for one in named} - {None}
        open_numbers = {pack.number for pack in opened.packs}
        if numbers - {ids.FIRST} - open_numbers or not (
            own or not numbers or numbers & open_numbers
        ):
            raise StoryChangedError(self.info.title)

    async def quote_like(self, words: str, scope: Scope, speaker: str | None = None) -> QuoteAnswer:
        """Return the quote that half-remembered words are of; several when in doubt."""
        visible = await self._open.visible(scope)
        of: set[str] | None = None
        if speaker is not None:
            spoken = quotes_of(visible, speaker)
            if not isinstance(spoken, Sequence):
                return spoken
            of = set(spoken)
        like = visible.quotes_like(words, MAX_QUOTES, of)
        # What says all the words of a question is offered, however common they are.
        told = _has_telling_word(words)
        hits = [hit for hit in like if hit.score >= PLAUSIBLE or (told and hit.whole)]
        quotes = [visible.quote(id_of(visible.locate(hit.key).key)) for hit in hits]
        found = tuple(quote for quote in quotes if quote)
        if not found:
            return NoQuote(words)
        if passages_verdict(hits) is Verdict.SURE:
            return Quoted(found[0])
        return QuoteChoices(words, found, speaker or "", left_out=len(hits) == MAX_QUOTES)

    async def search(self, words: str, scope: Scope, kind: Sought = None) -> Hits:
        """Return the passages of entries and quotes that hold half-remembered words, best first."""
        opened = self._open
        visible = await opened.visible(scope)
        if not kind and is_question(words):
            await opened.pack.prepare_questions()
            answer, closest = answered_in_search(visible, words)
            if closest:
                return Hits(words, (), closest=closest)
        else:
            answer = None
        asked = without_filler(norm(_OPERATORS.sub(" ", words)))
        found = visible.search(asked, kind, MAX_HITS) if _has_telling_word(asked) else []
        shown = [hit for hit in found if hit.likeness >= ENOUGH_WORDS and hit.score >= MIN_SCORE]
        if nearest := not shown:
            of_kind = visible.names(None if kind == QUOTE else kind)
            named = of_kind.said_in(words, limit=NEAREST)
            near = (hit for hit in found if hit.likeness >= SOME_WORDS and hit.score >= MIN_SCORE)
            shown = [hit for hit in near if _is_about(visible, hit, named)]
        if not shown:
            elsewhere = (await self.search(words, scope)).passages if kind else ()
            others = [one for one in elsewhere if (one.ref.kind if one.ref else QUOTE) != kind]
            near_by = choices(visible, named)
            return Hits(words, (), named=near_by, elsewhere=len(others), answer=answer)
        # Of passages that are equally good those come first that name what was asked for.
        shown.sort(key=lambda hit: (-round(hit.likeness, 1), not visible.locate(hit.key).names))
        called = {match.key for match in visible.names(None).called(words)}
        by_entry = list(_by_entry(visible, shown, called, answer))
        few = list(_few_of_each(visible, by_entry, called))
        left_out = len(few) < len(shown) or len(shown) == MAX_HITS
        passages = _without_repeats([_passage(visible, one) for one in few])
        return Hits(words, passages, nearest, left_out=left_out, answer=answer)

    async def quotes_of(self, id: str, scope: Scope) -> tuple[QuoteView, ...]:
        """Return the quotes in which an entry speaks, or that were said at an event.

        StoryChangedError if it is of another story, HiddenHereError if the server hides it.
        """
        visible = await self._visible_of(scope, id)
        return tuple(quote for one in visible.quotes(id) if (quote := visible.quote(one)))

    async def quotes_by(self, speaker: str, scope: Scope) -> tuple[QuoteView, ...]:
        """Return the quotes of a speaker, by the id of their entry or, without one, their name."""
        visible = await self._open.visible(scope)
        return tuple(quote for id in said_by(visible, speaker) if (quote := visible.quote(id)))

    async def speaker(self, name: str, scope: Scope) -> Ref | Nobody:
        """Return whom a name means as a speaker; without an entry, their name stands for the id."""
        visible = await self._open.visible(scope)
        key = find_speaker(visible, name)
        return (visible.named(key) or Unknown(name)) if isinstance(key, str) else key

    async def quote_ids(self, scope: Scope, speaker: str | None = None) -> tuple[str, ...]:
        """Return the ids of all quotes, or of those of a speaker."""
        visible = await self._open.visible(scope)
        return tuple(visible.quotes() if speaker is None else said_by(visible, speaker))

    async def entries(self, scope: Scope) -> tuple[Ref, ...]:
        """Return all entries that are shown."""
        return tuple((await self._open.visible(scope)).entries())

    async def quotes_apart(self, scope: Scope) -> frozenset[str]:
        """Return the ids of the quotes that are not of the story itself."""
        visible = await self._open.visible(scope)
        return frozenset(self._apart(visible, visible.quotes()))

    async def timeline(self, scope: Scope, who: str | None, place: str | None) -> Timeline:
        """Return the events in the order of the story: all, or those of a character or place by id.

        StoryChangedError if one is of another story, HiddenHereError if the server hides it.
        """
        visible = await self._visible_of(scope, *filter(None, (who, place)))
        return Timeline(
            visible.events(who, place),
            visible.event,
            visible.undated(who, place),
            visible.ref(who) if who else None,
            visible.ref(place) if place else None,
        )

    def may_relate(self, type: str, begin: Kind | None, end: Kind | None) -> bool:
        """Tell whether the pack has relations of a type between such kinds, or none of that type.

        A kind that is not known yet may be any.
        """
        ends = self._open.pack.visible(self.info.every_tier).views.relation_ends.get(type)
        pairs = zip(ends, (begin, end), strict=True) if ends else ()
        return all(kind is None or kind in kinds for kinds, kind in pairs)

    async def refs(self, guild_id: int) -> Callable[[str], Ref | None]:
        """Return what finds an entry of any tier by its id, as a server's curators name them."""
        return (await self._open.visible(Scope(guild_id, self.info.every_tier))).ref

    async def layer(self, guild_id: int) -> ServerLayer:
        """Return what a server has added to the pack, as it is now."""
        return await self._open.layers.of(guild_id)

    def of_pack(self, id: str) -> Ref | None:
        """Return the entry of the pack with that id, if there is one."""
        return self._open.pack.find(id)

    def quote_of_pack(self, id: str) -> QuoteView | None:
        """Return the quote of the pack with that id, if there is one."""
        return self._open.pack.visible(self.info.every_tier).quote(id)

    async def drawn(self, entry: ServerEntry, scope: Scope) -> Drawn:
        """Return the view of something that a server wrote, as one asker would see it."""
        opened = self._open
        view = view_of(entry, opened.pack.find_certain)
        if not isinstance(view, EntryView):
            return view
        return (await opened.visible(scope)).detailed(entry, view)

    def changed(self, guild_id: int) -> None:
        """Read a server's own lore anew at the next question."""
        self._open.layers.changed(guild_id)

    def forget(self, guild_id: int) -> None:
        """Drop a server's own lore, all of which was deleted."""
        self._open.forget(guild_id)

    def forget_all(self) -> None:
        """Drop every server's own lore, as the ledger may hold other rows now."""
        self.replace_packs(self._open.packs)

    def _mostly_own(self, visible: VisibleLore, quotes: Sequence[str]) -> Sequence[str]:
        """Return those of the quotes that are of the story itself, at times those that are not."""
        apart = self._apart(visible, quotes)
        own = [id for id in quotes if id not in apart]
        return own if own and (not apart or self._rng.random() < OWN_SHARE) else [*apart]

    def _apart(self, visible: VisibleLore, quotes: Sequence[str]) -> dict[str, None]:
        """Return those of the quotes that are of tiers apart, in their order."""
        apart = self.info.apart & visible.scope.tiers
        if not apart:
            return {}
        return dict.fromkeys(id for id in quotes if visible.tier_of_quote(id) in apart)

    def _drawn(
        self, visible: VisibleLore, among: Sequence[str], guild_id: int | None
    ) -> QuoteAnswer:
        """Draw one of the quotes, none soon again in a server."""
        drawn = self._drawn_in.find(guild_id) or {}
        unseen = [id for id in among if id not in drawn]
        id = self._rng.choice(unseen) if unseen else next(filter({*among}.__contains__, drawn))
        latest = islice(drawn, max(0, len(drawn) - MOST_DRAWN), None)
        self._drawn_in.keep(guild_id, dict.fromkeys((*(one for one in latest if one != id), id)))
        quote = visible.quote(id)
        return Quoted(quote) if quote else NoQuote("")


def _by_entry(
    visible: VisibleLore, hits: Sequence[Hit], called: Collection[str], answer: Found | None
) -> Iterator[Hit]:
    """Yield the hits entry by entry, those with the best hits first.

    Before all others comes what is called so, then what says most of an answer.
    """
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(visible.locate(hit.key).key, []).append(hit)
    sentences = answer.answer.sentences if answer and answer.answer else ()
    told = {*stems(" ".join(one.says for one in sentences))} - LIGHT

    def rank(key: str) -> tuple[bool, int]:
        return key not in called, -max(len(told & {*stems(hit.text)}) for hit in groups[key])

    for key in sorted(groups, key=rank):
        yield from groups[key]


def _few_of_each(
    visible: VisibleLore, hits: Sequence[Hit], called: Collection[str]
) -> Iterator[Hit]:
    """Yield the hits, but only a few of each entry.

    A name is a hit only of what is called just so, or of an entry that has no other.
    """
    located = [visible.locate(hit.key) for hit in hits]
    telling = {passage.key for passage in located if not passage.names} - {*called}
    shown: Counter[str] = Counter()
    for hit, passage in zip(hits, located, strict=True):
        if shown[passage.key] < MAX_OF_ONE and not (
            passage.names and (passage.key in telling or shown[passage.key])
        ):
            shown[passage.key] += 1
            yield hit


def _has_telling_word(words: str) -> bool:
    """Tell whether any of the words is more than a filler."""
    return not LIGHT.issuperset(norm(words).split())


def _is_about(visible: VisibleLore, hit: Hit, named: Sequence[Match]) -> bool:
    """Tell whether a hit has a telling word beside the names of these entries, or two."""
    marked = {norm(hit.text[start:end]) for start, end in hit.marks} - LIGHT
    if not named:
        return len(marked) > 1
    text, at = norm(hit.text), visible.locate(hit.key).at
    names = {norm(one.name.text): id_of(one.key) for one in named}
    marked = {word for word in marked if not any(word.rstrip("s") in name for name in names)}
    return bool(marked) and any(name in text or id == at for name, id in names.items())


def _passage(visible: VisibleLore, found: Hit) -> FoundPassage:
    passage = visible.locate(found.key)
    ref = visible.ref(passage.at) if passage.at else None
    quote = None if passage.at else visible.quote(id_of(passage.key))
    if ref and passage.names:
        return _named(visible, ref, found, found_by=passage.found_by)
    return FoundPassage(
        ref,
        None if passage.at else id_of(passage.key),
        found.text,
        found.marks,
        passage.tier,
        passage.cites,
        before=passage.before,
        # The name of an entry is shown above what it says.
        implied=tuple(name for name in found.implied if not ref or name != ref.name),
        speakers=_speakers(quote) if quote else (),
        told_by=id_of(passage.key),
    )


def _named(visible: VisibleLore, ref: Ref, found: Hit, *, found_by: bool) -> FoundPassage:
    """Return an entry that is found by a name of it: by what is told first of it."""
    view = visible.entry(ref.id)
    texts = (view.lead, *view.text) if view else ()
    first = next(filter(None, texts), CitedText("", (), ref.tier))
    passage = FoundPassage(ref, None, first.says, (), first.tier, first.cites)
    name = _name_in(found)
    if name == ref.name:
        return passage
    return replace(passage, found_by=name) if found_by else replace(passage, implied=(name,))


def _name_in(found: Hit) -> str:
    """Return the first of the names in a hit that holds what was asked for."""
    names, end = found.text.split(NAMES_JOINED), 0
    first = found.marks[0][0] if found.marks else 0
    for name in names:
        end += len(name) + len(NAMES_JOINED)
        if first < end:
            return name
    return names[0]


def _without_repeats(passages: Sequence[FoundPassage]) -> tuple[FoundPassage, ...]:
    """Leave out what stands below a name where the same was found by its own words as well."""
    found = {(one.ref, one.text) for one in passages if one.marks}
    return tuple(one for one in passages if one.marks or (one.ref, one.text) not in found)


def _speakers(quote: QuoteView) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.speaker for line in quote.lines if line.speaker))
