"""The link from an answer of the pack to its page on the web, where the operator names a site."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.rendering import RenderOptions
from bot.features.lookup.entry import entry_page
from bot.features.quotes.views import quote_page
from bot.settings import Settings
from bot.simulator.exchanges import Reply
from lore.catalogue.database import Catalogue
from lore.query.answers import Found, Origin
from lore.query.views import Views
from tests.tiers import EVERY_TIER

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
