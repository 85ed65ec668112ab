"""Every page of the shipped pack: within Discord's limits, and complete."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from discord import MessageFlags

from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.lookup import accounts, entry, offers, sources
from bot.features.quotes import views as quote
from bot.features.timeline import views as timeline
from bot.simulator.limits import judge_choices, judge_message
from bot.simulator.reading import text_of
from lore.catalogue.database import Catalogue
from lore.pack.model import Kind, Tier
from lore.query.answers import Choice, CitedText, EntryView, Found, Position, QuoteView
from lore.query.answers import Timeline as Events
from lore.query.views import Views
from lore.text.wording import clause
from tests.tiers import CANON, EVERY_TIER, FAN, FILM

pytestmark = pytest.mark.thorough

LABELS = {FILM: "Film", CANON: "Other canon", FAN: "Fan fiction"}
WORD = re.compile(r"[^\W⁰¹²³⁴⁵⁶⁷⁸⁹]+")

Judge = Callable[[str, str, Any], list[str]]


@pytest.fixture(scope="module")
def views(catalogue: Catalogue) -> Views:
    return Views(catalogue)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(("public", 1), id="public"),
        pytest.param(("private", 4), id="private, a sample"),
        pytest.param(("spoilered", 4), id="spoilered, a sample"),
        pytest.param(("private", 1), id="private", marks=pytest.mark.slow),
        pytest.param(("spoilered", 1), id="spoilered", marks=pytest.mark.slow),
    ],
)
def way(request: pytest.FixtureRequest) -> tuple[str, int]:
    """Return how the pack is asked for, and of how many entries and quotes one is."""
    asked: tuple[str, int] = request.param
    return asked


@pytest.fixture(scope="module")
def options(way: tuple[str, int], catalogue: Catalogue) -> RenderOptions:
    """Return how it is asked for: publicly, privately, or where other works hide behind bars."""
    spoilered = frozenset({CANON}) if way[0] == "spoilered" else frozenset[Tier]()
    return RenderOptions(catalogue.info, way[0] == "private", spoilered)


@pytest.fixture(scope="module")
def entries(views: Views, way: tuple[str, int]) -> list[EntryView]:
    return entries_of(views)[:: way[1]]


@pytest.fixture
def judged(discord_judge: Judge | None) -> Callable[[Layout], str]:
    """Judge a layout as Discord would, and return the text that is read."""

    def judged(layout: Layout) -> str:
        flags = MessageFlags(components_v2=True).value
        message = {"components": components(layout), "flags": flags}
        judge_message(message)
        if discord_judge:
            callback = {"type": 4, "data": message}
            assert discord_judge("POST", "/interactions/1/token/callback", callback) == []
        return text_of(message, lambda _: None)

    return judged


Judged = Callable[[Layout], str]


def components(layout: Layout) -> list[dict[str, Any]]:
    return layout.to_components()  # type: ignore[no-any-return,no-untyped-call]


def entries_of(views: Views) -> list[EntryView]:
    shown = (id for id, view in views.everything() if isinstance(view, EntryView))
    return [views.entry(id, EVERY_TIER) for id in shown]


def quotes_of(views: Views) -> list[QuoteView]:
    return [view for _, view in views.everything() if isinstance(view, QuoteView)]


def pages(view: EntryView, options: RenderOptions) -> Iterator[Layout]:
    """Yield every page of an entry, of its sources and of the accounts that differ."""
    _, pager = entry.blocks(Found(view), options, 0)
    yield from (entry.entry_page(Found(view), options, page) for page in range(pager.count))
    yield from until_the_last(lambda page: sources.sources_page(Found(view), options, page))
    if view.disagreements:
        yield from until_the_last(lambda page: accounts.accounts_page(Found(view), options, page))


def until_the_last(layout: Callable[[int], Layout]) -> Iterator[Layout]:
    """Yield pages, as the button "Next" leads to them."""
    for page in count():
        yield (shown := layout(page))
        if "'label': 'Next'" not in str(components(shown)):
            return


def told(view: EntryView) -> Iterator[CitedText]:
    """Yield all that an entry says."""
    yield from view.text
    yield from (view.lead,) if view.lead else ()
    yield from view.aliases
    yield from (named.told for named in view.credits)
    yield from (named.told for named in view.facts)
    yield from (account for one in view.disagreements for account in one.accounts)
    if view.happening:
        yield from (view.happening.outcome,) if view.happening.outcome else ()


async def test_discord_accepts_every_page_of_every_entry(
    entries: list[EntryView], options: RenderOptions, judged: Judged
) -> None:
    for view in entries:
        texts = [judged(page) for page in pages(view, options)]

        assert all(view.ref.name in text.split("\n")[0] for text in texts)
        assert len(set(texts)) == len(texts)


async def test_pages_show_everything_about_every_entry(
    entries: list[EntryView], options: RenderOptions, judged: Judged
) -> None:
    for view in entries:
        read = " ".join(map(judged, pages(view, options)))
        words = set(WORD.findall(read))
        said = {word for one in told(view) for word in WORD.findall(one.says)}

        assert said <= words, (view.ref.id, said - words)
        # What stands after a name loses its capital.
        deeds = [deed.told for deed in view.happening.deeds] if view.happening else []
        deeds += [view.status] if view.status else []
        assert all(clause(one.says) in read for one in deeds), view.ref.id


async def test_every_page_names_the_sources_of_its_marks(
    entries: list[EntryView], options: RenderOptions, judged: Judged
) -> None:
    for view in entries:
        for page in pages(view, options):
            *body, last = judged(page).splitlines()
            marks = re.findall(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", "\n".join(body))

            assert list(dict.fromkeys(marks)) == re.findall(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+) [A-Z]", last), (
                view.ref.id
            )


async def test_every_entry_shows_its_tier(entries: list[EntryView], options: RenderOptions) -> None:
    for view in entries:
        label = f"{view.ref.kind.value.capitalize()} · {LABELS[view.ref.tier]}"

        assert label in str(components(entry.entry_page(Found(view), options)))


async def test_every_quote_is_accepted_and_shows_speaker_tier_and_source(
    views: Views, way: tuple[str, int], options: RenderOptions, judged: Judged
) -> None:
    for view in quotes_of(views)[:: way[1]]:
        text = judged(quote.quote_page(view, options))

        assert f"\n{LABELS[view.tier]} · " in text
        assert all((line.speaker or "an unnamed speaker") in text for line in view.lines)
        assert all(options.info.source(cite.source).title in text for cite in view.cites)
        cited = judged(quote.sources_page(view, options))
        assert all(line.words in cited for line in view.lines)
        assert f"Quote {view.id}" in cited or f"Quote [spoiler: {view.id}]" in cited


async def test_discord_accepts_every_list_of_quotes(
    views: Views, entries: list[EntryView], options: RenderOptions, judged: Judged
) -> None:
    for view in entries:
        found = [views.quote(id, EVERY_TIER) for id in view.quotes]
        quotes = [one for one in found if one]
        for page in range(-(-len(quotes) // quote.PER_PAGE)):
            judged(quote.quotes_of_entry_page(view.ref.id, quotes, options, page))


async def test_discord_accepts_every_step_of_every_timeline(
    views: Views, way: tuple[str, int], options: RenderOptions, judged: Judged
) -> None:
    for character, place in ((None, None), ("ultron", None), (None, "sokovia")):
        events = views.events(EVERY_TIER, character, place)
        told = [views.entry(event.id, EVERY_TIER) for event in events]
        who, where = views.find(character or ""), views.find(place or "")
        asked = replace(Events.of(told), character=who, place=where)
        for event in events[:: way[1]]:
            whole = any(other.part_of == event.id for other in events)
            at = Position(event.order or 0)
            text = judged(timeline.timeline_page(asked, options, at))
            ref = views.find(event.id)
            assert whole or (ref and f" {ref.name}" in text.replace("[spoiler: ", ""))


def test_every_completion_is_within_limits_and_distinct(views: Views, catalogue: Catalogue) -> None:
    choices = [Choice(view.ref) for view in entries_of(views)]
    for start in range(0, len(choices), 25):
        found = offers(choices[start : start + 25], catalogue.info)
        judge_choices({"choices": [one.to_dict() for one in found]})

        assert len({one.name for one in found}) == len(choices[start : start + 25])


def test_every_completion_of_fan_fiction_is_labelled(views: Views, catalogue: Catalogue) -> None:
    fan = [view.ref for view in entries_of(views) if view.ref.tier == FAN]

    assert {ref.kind for ref in fan} >= {Kind.CHARACTER, Kind.EVENT}
    assert all("Fan fiction" in one.name for one in offers(map(Choice, fan), catalogue.info))
