"""Below an entry stand one row of buttons and one menu; below an event also the way on."""

import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.lookup.entry import blocks, entry_page
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.session import SimSession
from lore.catalogue import database
from lore.catalogue.database import Catalogue
from lore.pack.model import SERVER
from lore.pack.reader import read
from lore.pictures.fonts import font_folders, read_glyphs
from lore.query.answers import EntryView, Found, Link, Origin
from lore.query.views import Views

Ask = Callable[[str], Awaitable[Reply]]

NEW = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module", params=["seeds", "docs/packs/monkey-king"])
def catalogue(
    request: pytest.FixtureRequest, compiled_seeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Catalogue:
    file = tmp_path_factory.mktemp("pack") / "catalogue.db"
    if request.param == "seeds":
        shutil.copy(compiled_seeds, file)
    else:
        database.build(read(ROOT / request.param), file)
    return database.load(file)


@pytest.fixture(params=["full", "short"])
def options(request: pytest.FixtureRequest, catalogue: Catalogue) -> RenderOptions:
    glyphs = read_glyphs(font_folders())
    return RenderOptions(catalogue.info, short=request.param == "short", glyphs=glyphs)


def entries(catalogue: Catalogue) -> Iterator[EntryView]:
    """Yield every entry with all that any tier tells of it."""
    views = Views(catalogue)
    every = frozenset({*(tier.id for tier in catalogue.info.tiers), SERVER})
    for id, view in views.everything():
        if isinstance(view, EntryView):
            yield views.entry(id, every)


def below(layout: Layout) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Return the menus below a page, and its rows of buttons."""
    parts = layout.to_components()  # type: ignore[no-untyped-call]
    rows = [part["components"] for part in parts if part["type"] == 1]
    menus = [row[0] for row in rows if row[0]["type"] == 3]
    return menus, [row for row in rows if row[0]["type"] == 2]


def crowded(view: EntryView, others: list[EntryView]) -> EntryView:
    """Return an entry, added by a server, that has all that an entry can have."""
    links = tuple(Link(f"Tie {one.ref.id}", one.ref, (), one.ref.tier) for one in others)
    quotes = next(one.quotes for one in others if one.quotes)
    told = next(one.disagreements for one in others if one.disagreements)
    return replace(view, links=links, quotes=quotes, disagreements=told, origin=Origin("", 1, NEW))


def judge(view: EntryView, options: RenderOptions) -> None:
    """Fail if a page of the entry has more below it than it may have."""
    _, pager = blocks(Found(view), options, 0)
    for page in range(pager.count):
        menus, rows = below(entry_page(Found(view), options, page))
        assert len(menus) <= 1, view.ref.id
        assert len(rows) <= (2 if view.happening else 1), view.ref.id


def test_no_page_of_an_entry_has_more_rows_than_it_may(
    catalogue: Catalogue, options: RenderOptions
) -> None:
    every = list(entries(catalogue))
    for view in every:
        judge(view, options)
    for view in every[::10]:
        judge(crowded(view, every), options)


def test_the_menu_of_an_entry_leads_to_all_its_relations(
    catalogue: Catalogue,
) -> None:
    others = list(entries(catalogue))
    view = crowded(others[0], others)
    options = RenderOptions(catalogue.info, glyphs=read_glyphs(font_folders()))
    reached, menu = list[str](), 0
    while menu or not reached:
        [shown], _ = below(entry_page(Found(view), options, 0, menu))
        *chosen_from, last = [option["value"] for option in shown["options"]]
        more = last.startswith("go:0:")
        reached += chosen_from if more else [*chosen_from, last]
        menu = int(last.rpartition(":")[2]) if more else 0

    leading = [value for value in reached if ":" not in value]
    assert set(leading) == {one.ref.id for one in others}
    assert len(leading) == len(others)


async def test_a_button_without_room_is_in_the_menu_and_does_the_same(
    ask: Ask,
) -> None:
    answer = await ask("/bio tony stark")
    chosen = await ask("choose Quotes")

    assert "Quotes" not in answer.buttons
    assert (chosen.kind, chosen.ephemeral) == ("message", True)
    assert chosen.text.startswith("Quotes\n")


async def test_a_menu_does_nothing_that_it_does_not_offer(ask: Ask, session: SimSession) -> None:
    await ask("/bio raina")
    message = next(session.user.seen())
    data = {"custom_id": "jump:0", "component_type": 3, "values": ["remove"]}
    for value in ("remove", "quotes:ultron", "draft:look:1:0"):
        data["values"] = [value]
        [reply], _ = await session.user.act(InteractionKind.COMPONENT, data, message)
        assert reply.text.startswith("I do not know this button any more")
