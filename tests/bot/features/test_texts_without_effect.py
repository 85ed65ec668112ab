"""No sign in a text of the pack or of a server has any effect, wherever that text is shown."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import discord
import pytest

from bot.core import choices
from bot.core.ids import Meant
from bot.core.page import Layout
from bot.core.rendering import RenderOptions, unknown_tiers
from bot.features.about import views as about
from bot.features.about.operator import Operator
from bot.features.lookup import accounts, entry
from bot.features.lookup.explained import explained_page
from bot.features.lookup.ids import AskForEntry
from bot.features.quotes import views as quotes
from bot.features.search import views as search
from bot.features.timeline import views as timeline
from lore.pack.model import Attribution, Cite, PackInfo, Picture, Source, TierInfo
from lore.query.answers import (
    Choice,
    DidYouMean,
    EntryView,
    Explained,
    Found,
    Hits,
    NoQuote,
    PackStats,
    QuoteChoices,
    QuoteView,
    Ref,
    Removed,
    Timeline,
    Unknown,
)

# No page of ours has an underscore of its own.
TEXT = "snake_case"
UNESCAPED = re.compile(r"(?<!\\)_")
TIER = "film"
INFO = PackInfo(
    title=TEXT,
    version=TEXT,
    about=TEXT,
    tiers=(TierInfo(id=TIER, label=TEXT), TierInfo(id="fan", label=TEXT)),
    sources=(Source(id=TEXT, title=TEXT, file="x", tier=TIER, sha256="0" * 64, paragraphs=9),),
)
OPTIONS = RenderOptions(INFO)
MEANT: Meant = AskForEntry

IDS = count(1)


def made(hint: Any, field: str = "") -> Any:
    """Make a value of that type in which every text is TEXT, and of everything there is some."""
    if hint is Cite:
        return Cite(source=TEXT, paragraph=1, words="a")
    if hint is Picture:
        return Picture(image="a.png", alt=TEXT, credit=TEXT, licence=TEXT)
    if is_dataclass(hint):
        assert isinstance(hint, type)
        hints = get_type_hints(hint)
        return hint(**{one.name: made(hints[one.name], one.name) for one in fields(hint)})
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        return tuple(made(one, field) for one in (kinds[:1] * 2 if ... in kinds else kinds))
    if NoneType in get_args(hint):
        return made(next(one for one in get_args(hint) if one is not NoneType), field)
    if hint is str:
        return _text(field)
    if hint is date:
        return date(2026, 11, 21)
    if hint is datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC)
    return next(iter(hint)) if hasattr(hint, "__members__") else hint(1)


def _text(field: str) -> str:
    if field in ("id", "quote_id", "key", "quotes"):
        return f"entry-{next(IDS)}"
    return TIER if field == "tier" else TEXT


def read(layout: Layout) -> Iterator[str]:
    """Yield the texts of a page, in which marks have an effect; in labels they have none."""
    for item in layout.walk_children():
        if isinstance(item, discord.ui.TextDisplay):
            yield item.content


def entry_pages() -> Iterator[Layout]:
    """Yield every page of an entry, with few differences and with many, of pack and server."""
    found = made(Found)
    of_pack = replace(found.view, origin=None)
    many = replace(of_pack, disagreements=of_pack.disagreements * 4)
    by_alias = replace(of_pack, credits=(), ref=replace(of_pack.ref, name="other_name"))
    for view in (found.view, of_pack, many, by_alias):
        pages = entry.blocks(replace(found, view=view), OPTIONS, 0)[1].count
        yield from (
            entry.entry_page(replace(found, view=view), OPTIONS, page) for page in range(pages)
        )
        yield entry.entry_page(Found(view), replace(OPTIONS, short=True))
        yield accounts.accounts_page(replace(found, view=view), OPTIONS)


def quote_pages() -> Iterator[Layout]:
    """Yield pages of quotes: of a server and of the pack, alone, in lists, and of none."""
    of_server = made(QuoteView)
    inferred = replace(of_server.lines[0], attribution=Attribution.INFERRED)
    lines = (of_server.lines[0], inferred)
    of_server = replace(of_server, lines=lines, to=("other_name",))
    for one in (of_server, replace(of_server, origin=None)):
        yield quotes.quote_page(one, OPTIONS)
        yield quotes.quote_page(replace(one, lines=one.lines[1:]), OPTIONS)
        yield quotes.choices(QuoteChoices(TEXT, (one, one), TEXT), OPTIONS)
    yield quotes.no_quote_page(made(NoQuote))
    yield quotes.no_quote_page(NoQuote(TEXT))
    yield Layout([quotes.said_by_another(TEXT), quotes.does_not_speak(TEXT)])


def pages_of_what_was_asked() -> Iterator[Layout]:
    """Yield what repeats a question, or offers what may have been meant."""
    by_alias = replace(made(Choice), ref=replace(made(Ref), name="other_name"))
    for asked in (DidYouMean(TEXT, (by_alias,)), made(Unknown), Unknown(TEXT), Removed(TEXT)):
        yield choices.not_found(asked, OPTIONS, MEANT)
    yield explained_page(made(Explained))
    yield search.search_page(made(Hits), OPTIONS)
    yield search.search_page(replace(made(Hits), passages=()), OPTIONS)
    asked = replace(
        Timeline.of([made(EntryView)]), undated=(made(Ref),), character=made(Ref), place=made(Ref)
    )
    remarks = (
        timeline.taken_for(TEXT, asked.place, OPTIONS),
        timeline.not_in_timeline(asked.place, OPTIONS),
    )
    yield timeline.timeline_page(asked, OPTIONS, remarks=remarks)


def pages_about_the_bot() -> Iterator[Layout]:
    yield about.about(PackStats(1, 1), OPTIONS, Operator(TEXT))
    yield Layout([unknown_tiers([TEXT], INFO)])
    yield about.help_([about.Listed("bio", TEXT)], [about.Listed("entry", TEXT)])


@pytest.mark.parametrize(
    "pages", [entry_pages, quote_pages, pages_of_what_was_asked, pages_about_the_bot]
)
async def test_every_sign_of_a_text_is_escaped(pages: Any) -> None:
    shown = [text for page in pages() for text in read(page)]

    assert [text for text in shown if UNESCAPED.search(text)] == []
    assert any("snake\\_case" in text for text in shown)
