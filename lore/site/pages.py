"""The pages of the site, each from the views that the bot answers with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from lore.catalogue.database import Catalogue
from lore.pack.model import SERVER, Cite, DifferenceKind, Kind, Picture, Source, Tier, Tiers
from lore.pack.pictures import picture_file
from lore.query.answers import (
    CitedText,
    DifferenceView,
    EntryView,
    Link,
    QuoteView,
    Ref,
    Timeline,
)
from lore.query.arrangement import busiest, by_whole, came_of, speakers, statements, steps
from lore.query.views import Views
from lore.site import addresses
from lore.site.pictures import SitePicture, SitePictures
from lore.site.search_data import search_data
from lore.site.templates import Section, Templates, plural
from lore.text.wording import counted, ranges

# So many entries of each kind are on the first page, the most important; a page of names has all.
FIRST_OF_A_KIND = 9

# A page of more would be slow to open.
DIFFERENCES_ON_A_PAGE = 100

# Of a source that is cited more often, another page says by what.
CITED_ON_THE_PAGE = 500

# So many characters have a lane in the timeline.
LANES = 6

ASSETS = ("site.css", "choices.js", "site.js", "minisearch.js", "minisearch-LICENSE.txt")


@dataclass(frozen=True, slots=True)
class SitePage:
    """A file of the site, and its path from the root."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A picture that the pack has of an entry: its path from the root, and the file in the pack."""

    path: str
    picture: Picture
    file: Path

    @property
    def alt(self) -> str:
        """Return what the picture shows, in words."""
        return self.picture.alt


@dataclass(frozen=True, slots=True)
class StoryStep:
    """An event in somebody's story, and what is told of it there."""

    event: Ref
    told: CitedText
    dated: bool = True


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source, how what it says is known, and what cites each of its paragraphs."""

    source: Source
    tiers: Sequence[Tier]
    cited_by: dict[int, list[EntryView | QuoteView]]

    @property
    def is_apart(self) -> bool:
        """Return whether what cites it is on a page of its own."""
        return sum(map(len, self.cited_by.values())) > CITED_ON_THE_PAGE

    @property
    def paragraphs(self) -> str:
        """Return the paragraphs that are cited, such as `2, 6–8`."""
        return ranges(sorted(self.cited_by))


class Site:
    """All pages of one pack, as far as these tiers tell it; `url` is where it will stand.

    Pictures that the pack has of entries are taken from its folder.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        tiers: Tiers,
        url: str = "",
        pictures: SitePictures | None = None,
        folder: Path | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._info = catalogue.info
        self._views = Views(catalogue)
        self._tiers = tiers - {SERVER}
        self._pictures = pictures
        self._folder = folder
        # Each page of an event asks for the same order.
        self._in_order = lru_cache(32)(self._ordered)
        self._templates = Templates(self._info, self._tiers, [*self._sections()], url)

    @cached_property
    def makers(self) -> Sequence[Callable[[], SitePage]]:
        """Return what makes each file; the same pack makes the same bytes."""
        pages: list[Callable[[], SitePage]] = [self._index]
        pages += [partial(self._kind, kind) for kind in self._by_kind]
        pages += [partial(self._entry, view) for view in self._entries]
        pages += [partial(self._quote, quote) for quote in self._quotes]
        overviews: dict[str, Callable[[], SitePage]] = {
            addresses.TIMELINE: self._timeline,
            addresses.QUOTES: self._all_quotes,
            addresses.DIFFERENCES: partial(self._differences_page, 1),
            addresses.SOURCES: self._sources,
        }
        pages += [overviews[section.path] for section in self._sections()]
        further = range(2, len(self._difference_pages) + 1)
        pages += [partial(self._differences_page, number) for number in further]
        pages += [partial(self._source, one) for one in self._cited_sources if one.is_apart]
        pages += [partial(_copied, one) for one in self._own_pictures.values()]
        if self._pictures:
            # Two pages may have the very same picture.
            pictures = {one.path: one for one in self._pictures_by_page.values()}
            pages += [partial(_drawn, self._pictures, one) for one in pictures.values()]
        return [*pages, self._search_data, self._tier_styles, *(partial(_asset, n) for n in ASSETS)]

    @cached_property
    def _entries(self) -> list[EntryView]:
        """Return the entries, the most important first."""
        shown = self._views.ids_shown(self._tiers, None)
        return [self._views.entry(id, self._tiers) for id in self._views.ids() if id in shown]

    @cached_property
    def _by_kind(self) -> dict[Kind, list[EntryView]]:
        of = {kind: [one for one in self._entries if one.ref.kind is kind] for kind in Kind}
        return {kind: entries for kind, entries in of.items() if entries}

    @cached_property
    def _quotes(self) -> list[QuoteView]:
        ids = self._views.quotes_of(None, self._tiers)
        return [quote for id in ids if (quote := self._views.quote(id, self._tiers))]

    @cached_property
    def _differences(self) -> list[DifferenceView]:
        """Return all differences, each once."""
        return [one for view in self._entries for one in view.disagreements if one.at == view.ref]

    @cached_property
    def _difference_pages(self) -> list[Sequence[DifferenceView]]:
        """Return the differences of each page; those that contradict come before all others."""
        ordered = sorted(self._differences, key=_is_detail)
        begins = range(0, len(ordered), DIFFERENCES_ON_A_PAGE)
        return [ordered[begin : begin + DIFFERENCES_ON_A_PAGE] for begin in begins]

    @cached_property
    def _events(self) -> list[EntryView]:
        """Return the events in the order of the story."""
        return [self._views.entry(e.id, self._tiers) for e in self._views.events(self._tiers)]

    @cached_property
    def _pictures_by_page(self) -> dict[str, SitePicture]:
        """Return the picture of each entry and quote that has one, by the path of its page."""
        if self._pictures is None:
            return {}
        drawn = {
            addresses.entry_page(view.ref.id): self._pictures.of_entry(view, self._events)
            for view in self._entries
        }
        drawn |= {
            addresses.quote_page(quote.id): self._pictures.of_quote(quote) for quote in self._quotes
        }
        return {page: picture for page, picture in drawn.items() if picture}

    @cached_property
    def _own_pictures(self) -> dict[str, OwnPicture]:
        """Return the picture that the pack has of an entry, by the path of the entry's page."""
        if self._folder is None:
            return {}
        return {
            addresses.entry_page(view.ref.id): OwnPicture(
                addresses.image(view.ref.id, file.ending), view.picture, file.path
            )
            for view in self._entries
            if view.picture and (file := picture_file(self._folder, view.picture))
        }

    def _sections(self) -> Iterator[Section]:
        """Yield the pages that every other one leads to, as far as there is something on them."""
        if Kind.EVENT in self._by_kind:
            yield Section(addresses.TIMELINE, "Timeline")
        if self._quotes:
            yield Section(addresses.QUOTES, "Quotes")
        if self._differences:
            yield Section(addresses.DIFFERENCES, "Where sources differ")
        yield Section(addresses.SOURCES, "Sources")

    def _page(self, path: str, template: str, title: str, about: str, **values: Any) -> SitePage:
        drawn, own = self._pictures_by_page.get(path), self._own_pictures.get(path)
        values |= {"picture": drawn, "own_picture": own, "unfurled": own or drawn}
        return SitePage(path, self._templates.filled(path, template, title, about, **values))

    def _index(self) -> SitePage:
        held = (
            counted(len(self._entries), "entry", "entries"),
            counted(len(self._quotes), "quote"),
            counted(
                len(self._differences), "difference between sources", "differences between sources"
            ),
        )
        first = {kind: entries[:FIRST_OF_A_KIND] for kind, entries in self._by_kind.items()}
        return self._page(
            *(addresses.INDEX, "index.html", "", self._info.about),
            held=held, first=first, counts={kind: len(all) for kind, all in self._by_kind.items()},
        )  # fmt: skip

    def _kind(self, kind: Kind) -> SitePage:
        entries = sorted(self._by_kind[kind], key=lambda one: (one.ref.name.casefold(), one.ref.id))
        about = f"{counted(len(entries), kind.value)} of {self._info.title}"
        path = addresses.kind_page(kind)
        return self._page(path, "kind.html", plural(kind), about, kind=kind, entries=entries)

    def _entry(self, view: EntryView) -> SitePage:
        quotes = (self._views.quote(id, self._tiers) for id in view.quotes)
        return self._page(
            *(addresses.entry_page(view.ref.id), "entry.html", view.ref.name, came_of(view).says),
            view=view,
            related=_by_label(view.links),
            story=[*self._story(view)],
            steps=[self._step(part) for part in view.happening.parts] if view.happening else [],
            earlier=self._way(view, -1),
            later=self._way(view, 1),
            quotes=[quote for quote in quotes if quote],
        )  # fmt: skip

    def _step(self, event: Ref) -> StoryStep:
        return StoryStep(event, came_of(self._views.entry(event.id, self._tiers)))

    def _story(self, view: EntryView) -> Iterator[StoryStep]:
        """Yield the events that an entry had a part in, or that took place in it."""
        id, tiers = view.ref.id, self._views.counted(view.ref.id, self._tiers)
        if view.ref.kind is Kind.EVENT:
            return
        who, place = (None, id) if view.ref.kind is Kind.PLACE else (id, None)
        dated = [event.id for event in self._views.events(tiers, who, place)]
        undated = [event.id for event in self._views.undated(tiers, who, place)]
        for one in (*dated, *undated):
            event = self._views.entry(one, self._tiers)
            deeds = event.happening.deeds if event.happening else ()
            told = next((deed.told for deed in deeds if deed.who.id == id), came_of(event))
            yield StoryStep(event.ref, told, one in dated)

    def _way(self, view: EntryView, step: int) -> list[Ref]:
        """Return the next events that way, as far as one that is known as well as this one.

        Where a reader leaves some of their tiers out, the way leads to the next that is left.
        """
        way = list[Ref]()
        if view.happening is None or view.happening.position is None:
            return way
        ids, places = self._in_order(self._views.counted(view.ref.id, self._tiers))
        at = places[view.ref.id] + step
        while 0 <= at < len(ids):
            way.append(self._views.entry(ids[at], self._tiers).ref)
            if way[-1].tier == view.ref.tier:
                break
            at += step
        return way

    def _ordered(self, tiers: Tiers) -> tuple[list[str], dict[str, int]]:
        """Return the events in the order of the story, and the place of each among them."""
        ids = [event.id for event in self._views.events(tiers)]
        return ids, {id: place for place, id in enumerate(ids)}

    def _quote(self, quote: QuoteView) -> SitePage:
        words = " / ".join(line.words for line in quote.lines)
        who = " and ".join(speakers(quote.lines)) or "an unnamed speaker"
        path = addresses.quote_page(quote.id)
        return self._page(path, "quote.html", f"Quote of {who}", words, quote=quote)

    def _timeline(self) -> SitePage:
        asked = Timeline.of(self._events)
        events = list(map(asked.view, steps(asked.events)))
        return self._page(
            *(addresses.TIMELINE, "timeline.html", "Timeline"),
            f"{counted(len(events), 'event')} in the order of the story",
            groups=[*by_whole(events)],
            undated=self._views.undated(self._tiers, None, None),
            lanes=busiest(events, LANES),
        )  # fmt: skip

    def _all_quotes(self) -> SitePage:
        by_event: dict[Ref | None, list[QuoteView]] = defaultdict(list)
        for quote in self._quotes:
            by_event[quote.event].append(quote)
        order = {event.ref.id: at for at, event in enumerate(self._events)}

        def place(event: Ref | None) -> tuple[bool, int]:
            return event is None, order.get(event.id, len(order)) if event else 0

        grouped = {event: by_event[event] for event in sorted(by_event, key=place)}
        about = f"{counted(len(self._quotes), 'quote')}, word for word"
        return self._page(addresses.QUOTES, "quotes.html", "Quotes", about, by_event=grouped)

    def _differences_page(self, number: int) -> SitePage:
        shown = self._difference_pages[number - 1]
        contradictions = sum(not _is_detail(one) for one in self._differences)
        about = f"{counted(contradictions, 'contradiction')} between the sources"
        path = addresses.differences_page(number)
        return self._page(
            *(path, "differences.html", "Where sources differ", about),
            contradicting=[one for one in shown if not _is_detail(one)],
            details=[one for one in shown if _is_detail(one)],
            number=number,
            count=len(self._difference_pages),
        )

    @cached_property
    def _cited_sources(self) -> list[CitedSource]:
        cited_by: dict[str, dict[int, list[EntryView | QuoteView]]] = defaultdict(dict)
        for view, cites in self._citing():
            for source, paragraph in sorted({(cite.source, cite.paragraph) for cite in cites}):
                cited_by[source].setdefault(paragraph, []).append(view)
        return [
            CitedSource(
                source,
                self._info.ranked(tiers),
                cited_by[source.id],
            )
            for source in self._info.sources
            if (tiers := self._tiers & {source.tier, *source.tiers})
        ]

    def _sources(self) -> SitePage:
        about = f"The documents that {self._info.title} was curated from"
        path, sources = addresses.SOURCES, self._cited_sources
        return self._page(path, "sources.html", "Sources", about, sources=sources)

    def _source(self, one: CitedSource) -> SitePage:
        path, title = addresses.source_page(one.source.id), one.source.title
        return self._page(path, "source.html", title, "What cites each paragraph", one=one)

    def _citing(self) -> Iterator[tuple[EntryView | QuoteView, Iterator[Cite]]]:
        for view in self._entries:
            own = (one for one in view.disagreements if one.at == view.ref)
            accounts = (account.cites for one in own for account in one.accounts)
            said = (one.cites for one in statements(view))
            yield view, chain.from_iterable((*said, *accounts))
        yield from ((quote, iter(quote.cites)) for quote in self._quotes)

    def _search_data(self) -> SitePage:
        data = search_data(self._catalogue, self._entries, self._quotes, self._tiers)
        return SitePage("assets/search-data.js", data)

    def _tier_styles(self) -> SitePage:
        return self._page("assets/tiers.css", "tiers.css", "", "")


def _is_detail(difference: DifferenceView) -> bool:
    return difference.kind is DifferenceKind.DETAIL


def _drawn(pictures: SitePictures, picture: SitePicture) -> SitePage:
    return SitePage(picture.path, pictures.png(picture))


def _copied(picture: OwnPicture) -> SitePage:
    return SitePage(picture.path, picture.file.read_bytes())


def _asset(name: str) -> SitePage:
    return SitePage(f"assets/{name}", files(__package__).joinpath("static", name).read_bytes())


def _by_label(links: Iterable[Link]) -> dict[str, list[Link]]:
    """Return relations by their label, in the order in which the first of each stands."""
    by_label: dict[str, list[Link]] = {}
    for link in links:
        by_label.setdefault(link.label, []).append(link)
    return by_label
