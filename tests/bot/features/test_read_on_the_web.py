"""The link from an answer of the pack to its page on the web, where the operator names a site."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.rendering import RenderOptions
from bot.features.lookup.entry import entry_page
from bot.features.quotes.views import quote_page
from bot.settings import Settings
from bot.simulator.exchanges import Reply
from lore.catalogue import database
from lore.catalogue.database import Catalogue
from lore.pack.reader import read
from lore.query.answers import EntryView, Found, Origin
from lore.query.views import Views
from lore.site.pages import Site
from tests.tiers import EVERY_TIER

MONKEY_KING = Path(__file__).parents[3] / "docs/packs/monkey-king"
SITE = "https://lore.example/ultron"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"site": f"{SITE}/"})


@pytest.mark.parametrize(
    ("line", "page"),
    [
        ("/bio tony stark", "entry/tony-stark.html"),
        ("/event battle of sokovia", "entry/battle-of-sokovia.html"),
        ("/quote text:peace in my time", "quote/"),
    ],
)
async def test_answer_of_the_pack_leads_to_its_page(
    ask: Callable[[str], Awaitable[Reply]], line: str, page: str
) -> None:
    reply = await ask(line)

    assert f"[Read on the web](<{SITE}/{page}" in json.dumps(reply.shown)


def test_what_a_server_added_has_no_page(catalogue: Catalogue) -> None:
    views, options = Views(catalogue), RenderOptions(catalogue.info, site=SITE)
    origin = Origin("", 1, datetime(2026, 11, 21, tzinfo=UTC))
    entry = replace(views.entry("tony-stark", EVERY_TIER), origin=origin)
    quote = views.quote(next(iter(catalogue.quotes)), EVERY_TIER)
    assert quote is not None

    own = entry_page(Found(entry), options), quote_page(replace(quote, origin=origin), options)

    assert all(SITE not in repr(page) for page in own)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    file = tmp_path_factory.mktemp("story") / "catalogue.db"
    database.build(read(MONKEY_KING), file)
    return database.load(file)


@pytest.mark.parametrize("told", [{"novel", "stage", "hearsay"}, {"novel"}, {"stage"}, None])
def test_all_that_has_a_page_on_the_site_links_to_it_and_nothing_else_does(
    story: Catalogue, told: set[str] | None
) -> None:
    tiers = None if told is None else frozenset(told)
    views = Views(story)
    options = RenderOptions(story.info, site=SITE, site_tiers=tiers)
    made = (make().path for make in Site(story, tiers or story.info.every_tier).makers)
    pages = {path for path in made if path.startswith(("entry/", "quote/"))}
    linked = set[str]()
    for id, view in views.everything():
        if isinstance(view, EntryView):
            page = entry_page(Found(views.entry(id, story.info.every_tier)), options)
        else:
            page = quote_page(view, options)
        components = page.to_components()  # type: ignore[no-untyped-call]
        linked |= set(re.findall(rf"\(<{SITE}/([^>]+)>\)", json.dumps(components)))

    assert linked == pages
