"""Content of other works is shown as a spoiler where a server wants it so."""

from bot.core.rendering import RenderOptions
from bot.features.lookup import entry
from bot.features.lookup.accounts import accounts_page
from lore.catalogue.database import Catalogue
from lore.pack.model import Tier
from lore.query.answers import Found
from lore.query.views import Views
from tests.tiers import CANON, EVERY_TIER


def entry_page(catalogue: Catalogue, id: str, spoilered: frozenset[Tier]) -> str:
    view = Views(catalogue).entry(id, EVERY_TIER)
    options = RenderOptions(catalogue.info, spoilered=spoilered)
    found = Found(view)
    count = entry.blocks(found, options, 0)[1].count
    shown = (block for at in range(count) for block in entry.blocks(found, options, at)[0])
    return "\n".join(map(str, shown))


def accounts(catalogue: Catalogue, id: str) -> str:
    found = Found(Views(catalogue).entry(id, EVERY_TIER))
    options = RenderOptions(catalogue.info, spoilered=frozenset({CANON}))
    return str(accounts_page(found, options).to_components())  # type: ignore[no-untyped-call]


def test_event_name_of_another_work_is_a_spoiler(catalogue: Catalogue) -> None:
    text = entry_page(catalogue, "tony-stark", frozenset({CANON}))

    assert "**Last appears in** ||Stark and Rogers in 2018||" in text


def test_names_are_plain_without_spoilers(catalogue: Catalogue) -> None:
    text = entry_page(catalogue, "tony-stark", frozenset())

    assert "**Last appears in** Stark and Rogers in 2018" in text


def test_difference_with_one_spoilered_account_is_a_spoiler(
    catalogue: Catalogue,
) -> None:
    assert "(Other canon)*\\n||" in accounts(catalogue, "list")
    assert "||" not in accounts(catalogue, "james-rhodes")


async def test_no_menu_shows_a_spoilered_name(catalogue: Catalogue) -> None:
    view = Views(catalogue).entry("tony-stark", EVERY_TIER)
    options = RenderOptions(catalogue.info, spoilered=frozenset({CANON}))

    body = str(entry.entry_page(Found(view), options).to_components())

    assert "'label': 'Stark and Rogers in 2018'" not in body
