"""Discord accepts pages of any pack, however long each part of it is."""

from dataclasses import replace
from typing import Any

import pytest
from discord import MessageFlags

from bot.core import choices
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.about import views as about
from bot.features.about.operator import Operator
from bot.features.lookup import accounts, entry
from bot.features.lookup.ids import AskForEntry
from bot.features.quotes import views as quote
from bot.features.quotes.ids import speaking
from bot.features.search import views as search
from bot.features.timeline import views as timeline
from bot.features.timeline.ids import opening
from bot.simulator.limits import judge_message
from lore.pack.model import Attribution, Cite, Kind, PackInfo, Source, TierInfo
from lore.query.answers import (
    Choice,
    CitedText,
    CreditedPerson,
    DidYouMean,
    DifferenceView,
    EntryView,
    EventDetails,
    EventPlace,
    EventYear,
    Found,
    FoundPassage,
    Hits,
    Link,
    PackStats,
    Participation,
    Position,
    QuoteChoices,
    QuoteView,
    Ref,
    SpokenLine,
    Timeline,
    Unknown,
)
from tests.tiers import CANON

pytestmark = pytest.mark.thorough

LINE, SENTENCE = "*" * 100, "_" * 600
URL = f"https://example.org/{'a' * 480}"
MANNER = RenderOptions(
    PackInfo(
        title=LINE,
        version=LINE,
        about=SENTENCE,
        tiers=tuple(
            TierInfo(id=id, label=LINE) for id in (*(f"{n:032}" for n in range(19)), CANON)
        ),
        sources=tuple(
            Source(id=f"{n:0100}", title=LINE, file="x", tier=CANON, sha256="0" * 64, paragraphs=9)
            for n in range(40)
        ),
    ),
    spoilered=frozenset({CANON}),
)
CITES = tuple(
    Cite(source=source.id, paragraph=9_999, words="a b") for source in MANNER.info.sources
)
TOLD = CitedText(SENTENCE, CITES, CANON)


def ref(number: int, kind: Kind = Kind.EVENT) -> Ref:
    return Ref(f"{number:032}", LINE, kind, CANON)


REFS = [ref(n) for n in range(150)]
EVENT = EntryView(
    ref=REFS[0],
    text=(TOLD,) * 60,
    aliases=(TOLD,) * 60,
    found_by=(LINE,) * 60,
    status=TOLD,
    credits=(CreditedPerson(LINE, TOLD),) * 60,
    links=tuple(Link(LINE, other, CITES, CANON) for other in REFS),
    disagreements=tuple(
        DifferenceView(at, LINE, SENTENCE, (TOLD,) * 6) for at in (REFS[0],) * 20 + (REFS[3],) * 40
    ),
    first_event=REFS[1],
    last_event=REFS[2],
    happening=EventDetails(
        position=Position(99_999),
        when=EventYear(99_999, True, CITES, CANON),
        where=EventPlace(ref(4, Kind.PLACE), CITES, CANON),
        part_of=REFS[5],
        parts=tuple(REFS),
        previous=REFS[6],
        next=REFS[7],
        deeds=tuple(Participation(who, TOLD) for who in REFS),
        outcome=TOLD,
    ),
    quotes=("q" * 32,) * 60,
)
QUOTE = QuoteView(
    id="q" * 32,
    tier=CANON,
    lines=tuple(
        SpokenLine("~" * 400, LINE, one, Attribution.INFERRED, f"{n}{SENTENCE[1:]}")
        for n, one in enumerate(REFS[:6])
    ),
    to=(LINE,) * 20,
    occasion=TOLD,
    event=REFS[9],
    cites=CITES,
)
QUOTES = [replace(QUOTE, id=f"{n:032}") for n in range(30)]
QUERY = "|" * 6_000
PASSAGES = [
    FoundPassage(ref(n), None, SENTENCE, ((n, n + 1), (n + 90, n + 95)), CANON, implied=(LINE,) * 9)
    for n in range(0, 600, 60)
] + [FoundPassage(None, f"{n:032}", SENTENCE, (), CANON, implied=(LINE,)) for n in range(10)]


@pytest.fixture(params=[False, True], ids=["public", "private"])
def options(request: pytest.FixtureRequest) -> RenderOptions:
    return replace(MANNER, private=request.param)


def judge(layout: Layout) -> None:
    flags = MessageFlags(components_v2=True).value
    components: list[Any] = layout.to_components()  # type: ignore[no-untyped-call]
    judge_message({"components": components, "flags": flags})


async def test_discord_accepts_the_pages_of_an_entry(options: RenderOptions) -> None:
    for page in (0, 1, 40, 999):
        judge(entry.entry_page(Found(EVENT), options, page))
    for view in (EVENT, replace(EVENT, happening=None)):
        judge(entry.entry_page(Found(view), replace(options, short=True)))


@pytest.mark.parametrize(
    "page", [0, 999, *(pytest.param(page, marks=pytest.mark.slow) for page in (1, 40))]
)
async def test_discord_accepts_the_pages_of_accounts(options: RenderOptions, page: int) -> None:
    judge(accounts.accounts_page(Found(EVENT), options, page))


async def test_discord_accepts_a_quote(options: RenderOptions) -> None:
    judge(quote.quote_page(QUOTE, options))


async def test_discord_accepts_lists_of_quotes(options: RenderOptions) -> None:
    judge(quote.choices(QuoteChoices(QUERY, tuple(QUOTES[:5])), options))
    for page in range(6):
        judge(quote.quotes_of_entry_page("e" * 32, QUOTES, options, page))


async def test_discord_accepts_every_step_of_a_timeline(options: RenderOptions) -> None:
    assert EVENT.happening
    steps = [replace(EVENT.happening, position=Position(99_900 + n)) for n in range(60)]
    events = tuple(replace(EVENT, ref=ref(n), happening=one) for n, one in enumerate(steps))
    asked = replace(Timeline.of(events), character=REFS[1], place=REFS[2])
    for order in (0, 99_930, 99_999):
        judge(timeline.timeline_page(asked, options, Position(order)))


async def test_discord_accepts_every_page_of_a_search(options: RenderOptions) -> None:
    for page in range(4):
        judge(search.search_page(Hits(QUERY, tuple(PASSAGES)), options, "character", page))


@pytest.mark.parametrize("asked", [DidYouMean, Unknown])
async def test_discord_accepts_choices(options: RenderOptions, asked: Any) -> None:
    found = tuple(Choice(one) for one in REFS[:5])
    layout = choices.did_you_mean if asked is DidYouMean else choices.unknown
    for meant in (AskForEntry, speaking(QUERY), opening((QUERY, QUERY, QUERY), 1)):
        judge(layout(asked(QUERY, found), options, meant))


async def test_discord_accepts_speakers_with_the_same_long_prefix(options: RenderOptions) -> None:
    long = [Choice(replace(one, id=f"{':' * 90}{one.id}")) for one in REFS[:5]]
    judge(choices.did_you_mean(DidYouMean(QUERY, tuple(long)), options, speaking(QUERY)))


async def test_discord_accepts_the_about_page(options: RenderOptions) -> None:
    judge(about.about(PackStats(10**6, 10**6), options, Operator("*" * 200, URL, URL)))


async def test_discord_accepts_help_on_very_many_commands() -> None:
    commands = [about.Listed("x" * 32, "*" * 100)] * 100

    judge(about.help_(commands, for_curators=commands))
