"""What other works of the story tell is behind bars where a server wants it so."""

from bot.core.rendering import RenderOptions
from bot.features.lookup import entry
from lore.catalogue.database import Catalogue
from lore.pack.model import Tier
from lore.query.answers import Found
from lore.query.views import Views
from tests.tiers import CANON, EVERY_TIER


def shown(catalogue: Catalogue, id: str, spoilered: frozenset[Tier]) -> str:
    view = Views(catalogue).entry(id, EVERY_TIER)
    options = RenderOptions(catalogue.info, spoilered=spoilered)
    return "\n".join(entry.blocks(Found(view), options, 0)[0])


def test_the_name_of_an_event_of_another_work_is_behind_bars(catalogue: Catalogue) -> None:
    text = shown(catalogue, "tony-stark", frozenset({CANON}))

    assert "**Last event** ||Stark and Rogers in 2018||" in text


def test_without_bars_names_are_plain(catalogue: Catalogue) -> None:
    text = shown(catalogue, "tony-stark", frozenset())

    assert "**Last event** Stark and Rogers in 2018" in text


def test_a_difference_of_which_one_account_is_plain_is_told_behind_bars(
    catalogue: Catalogue,
) -> None:
    one_plain = shown(catalogue, "list", frozenset({CANON}))
    all_plain = shown(catalogue, "james-rhodes", frozenset({CANON}))

    assert "\n||The film summaries name Strucker alone" in one_plain
    assert "\nRhodes comes in the Helicarrier with Fury" in all_plain


async def test_what_is_behind_bars_is_in_no_menu(catalogue: Catalogue) -> None:
    view = Views(catalogue).entry("tony-stark", EVERY_TIER)
    options = RenderOptions(catalogue.info, spoilered=frozenset({CANON}))

    body = str(entry.layout(Found(view), options).to_components())

    assert "'label': 'Stark and Rogers in 2018'" not in body
