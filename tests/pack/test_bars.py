"""Nothing that a server wants behind bars stands bare, in whatever answer it comes up."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.lookup import accounts, entry
from bot.features.qotd import views as qotd
from bot.features.quotes import views as quote
from bot.features.search import views as search
from bot.features.timeline import views as timeline
from bot.simulator.limits import walk
from lore.catalogue.database import Catalogue
from lore.pack.model import Tier
from lore.query.answers import (
    EntryView,
    Found,
    FoundPassage,
    Hits,
    QuoteChoices,
    QuoteView,
    Timeline,
)
from lore.query.views import Views
from tests.tiers import CANON, EVERY_TIER, FAN

DAY = date(2026, 5, 1)
WORD = re.compile(r"(?:[^\W\d]\.){2,}|[^\W⁰¹²³⁴⁵⁶⁷⁸⁹]+")
BEHIND_BARS = re.compile(r"\|\|.+?\|\|", re.DOTALL)

# Names and what is said of them stand side by side, but are not one statement.
PARTS = re.compile(r"\*\*|\n")

# So many words in a row are known again as part of a statement.
RUN = 5

Run = tuple[str, ...]


@pytest.fixture(scope="module")
def views(catalogue: Catalogue) -> Views:
    return Views(catalogue)


@pytest.fixture(scope="module", params=[CANON, FAN])
def options(request: pytest.FixtureRequest, catalogue: Catalogue) -> RenderOptions:
    return RenderOptions(catalogue.info, spoilered=frozenset({request.param}))


def entries_of(views: Views) -> list[EntryView]:
    shown = (id for id, view in views.everything() if isinstance(view, EntryView))
    return [views.entry(id, EVERY_TIER) for id in shown]


def quotes_of(views: Views) -> list[QuoteView]:
    return [view for _, view in views.everything() if isinstance(view, QuoteView)]


def statements(views: Views) -> Iterator[tuple[str, Tier]]:
    """Yield all that is said anywhere, and how it is known."""
    for view in entries_of(views):
        accounts = (account for one in view.disagreements for account in one.accounts)
        event = view.happening
        deeds = (deed.told for deed in event.deeds) if event else ()
        ends = (view.status, event.outcome if event else None)
        for told in (*view.text, *view.aliases, *accounts, *deeds, *filter(None, ends)):
            yield told.says, told.tier
    for one in quotes_of(views):
        yield from ((line.words, one.tier) for line in one.lines)
        yield from ((line.reason, one.tier) for line in one.lines if line.reason)
        if one.occasion:
            yield one.occasion.says, one.occasion.tier


def answers(views: Views, options: RenderOptions) -> Iterator[Layout]:
    """Yield every page of every answer that shows something of the pack."""
    quotes = quotes_of(views)
    for view in entries_of(views):
        found = Found(view)
        own = [one for one in quotes if one.id in view.quotes]
        yield from pages(partial(entry.entry_page, found, options))
        yield entry.entry_page(found, replace(options, short=True))
        if view.disagreements:
            yield from pages(partial(accounts.accounts_page, found, options))
        yield from pages(partial(quote.quotes_of_entry_page, "some", own, options))
    for one in quotes:
        yield quote.quote_page(one, options)
        yield quote.choices(QuoteChoices("asked", (one,)), options)
        yield qotd.queued(None, quote.quote_summary(one, options), ZoneInfo("UTC"))
        yield qotd.which(QuoteChoices("asked", (one,)), DAY, options, 1)
    events = tuple(views.entry(event.id, EVERY_TIER) for event in views.events(EVERY_TIER))
    for event in events:
        assert event.happening
        yield timeline.timeline_page(Timeline.of(events), options, event.happening.position)
    hits = Hits("asked", tuple(passages(views)))
    yield from pages(partial(search.search_page, hits, options, ""))


def passages(views: Views) -> Iterator[FoundPassage]:
    for view in entries_of(views):
        yield from (
            FoundPassage(view.ref, None, one.says, ((0, 1),), one.tier) for one in view.text
        )
    for said in quotes_of(views):
        yield FoundPassage(None, said.id, said.lines[0].words, (), said.tier)


def pages(layout: Callable[[int], Layout]) -> Iterator[Layout]:
    """Return all pages; a number too high shows the last again."""
    former: Any = None
    for number in count():
        page = layout(number)
        if page.to_components() == former:  # type: ignore[no-untyped-call]
            return
        former = page.to_components()  # type: ignore[no-untyped-call]
        yield page


def bare(layout: Layout) -> Iterator[str]:
    """Yield all that is read of an answer at once: outside of bars, on buttons and in menus."""
    components: list[Any] = layout.to_components()  # type: ignore[no-untyped-call]
    for one in walk(components):
        yield from PARTS.split(BEHIND_BARS.sub("|", one.get("content", "")))
        yield one.get("label", "")
        for option in one.get("options", ()):
            yield option["label"]
            yield option.get("description") or ""


def runs(texts: Iterable[str]) -> set[Run]:
    found: set[Run] = set()
    for text in texts:
        words = WORD.findall(text.casefold())
        found |= set(zip(*(words[start:] for start in range(RUN)), strict=False))
    return found


async def test_no_words_of_a_spoilered_tier_are_shown_without_bars(
    views: Views, options: RenderOptions
) -> None:
    plain = [says for says, tier in statements(views) if tier not in options.spoilered]
    points = [one.about for view in entries_of(views) for one in view.disagreements]
    spoilered = runs(says for says, tier in statements(views) if tier in options.spoilered)
    spoilered -= runs([*plain, *points])

    assert len(spoilered) > 500
    for layout in answers(views, options):
        assert spoilered & runs(bare(layout)) == set()
