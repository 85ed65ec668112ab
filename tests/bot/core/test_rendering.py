"""Content of another tier is labelled, and hidden where a server wants it spoilered."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.core.page import Layout, pages
from bot.core.rendering import RenderOptions
from bot.features.lookup import accounts, entry
from bot.features.quotes import quote_offers
from bot.features.quotes import views as quote
from bot.features.timeline import views as timeline
from bot.simulator.reading import buttons_of, text_of
from lore.catalogue.database import Catalogue
from lore.query.answers import CitedText, Found, QuoteChoices, QuoteView, Timeline
from lore.query.views import Views
from tests.tiers import CANON, EVERY_TIER


@pytest.fixture
def views(catalogue: Catalogue) -> Views:
    return Views(catalogue)


@pytest.fixture
def options(catalogue: Catalogue) -> RenderOptions:
    return RenderOptions(catalogue.info)


@pytest.fixture
def spoilered(catalogue: Catalogue) -> RenderOptions:
    return RenderOptions(catalogue.info, spoilered=frozenset({CANON}))


def message(layout: Layout) -> dict[str, Any]:
    return {"components": layout.to_components()}  # type: ignore[no-untyped-call]


def text(layout: Layout) -> str:
    return text_of(message(layout), lambda _: None)


def labels(layout: Layout) -> list[str]:
    return [button["label"] for button in buttons_of(message(layout))]


def quote_view(views: Views, id: str) -> QuoteView:
    found = views.quote(id, EVERY_TIER)
    assert found
    return found


async def test_relation_known_only_from_another_work_is_labelled(
    views: Views, options: RenderOptions
) -> None:
    shown = text(entry.entry_page(Found(views.entry("loki", EVERY_TIER)), options))

    assert "Member of Asgardians (Other canon)" in shown
    assert "Wielded Scepter\n" in shown


async def test_list_wholly_of_another_tier_is_labelled_once(
    views: Views, options: RenderOptions
) -> None:
    view = views.entry("loki", EVERY_TIER)
    first = view.links[0]
    links = (replace(first, tier=CANON), replace(first, other=view.ref, tier=CANON))
    barred = replace(options, spoilered=frozenset({CANON}))
    shown = text(entry.entry_page(Found(replace(view, links=links)), options))
    hidden = text(entry.entry_page(Found(replace(view, links=links)), barred))

    assert f"{first.label} (Other canon) {first.other.name}, Loki\n" in shown
    assert f"{first.label} (Other canon) [spoiler: {first.other.name}], [spoiler: Loki]\n" in hidden


async def test_paragraph_wholly_of_another_tier_is_labelled_once(
    views: Views, options: RenderOptions
) -> None:
    view = views.entry("loki", EVERY_TIER)
    one, other = (CitedText(says, view.text[0].cites, CANON) for says in ("One.", "Other."))
    barred = replace(options, spoilered=frozenset({CANON}))
    shown = text(entry.entry_page(Found(replace(view, text=(one, other))), options))
    hidden = text(entry.entry_page(Found(replace(view, text=(one, other))), barred))

    assert "Other canon: One. Other." in shown
    assert "Other canon: [spoiler: One. Other.]" in hidden


async def test_sentence_of_another_tier_is_labelled_in_the_timeline(
    views: Views, options: RenderOptions
) -> None:
    view = views.entry("ultron-offensive", EVERY_TIER)
    outcome = CitedText("Nobody knew.", view.text[0].cites, CANON)
    event = replace(view, happening=replace(view.happening, outcome=outcome))
    shown = text(timeline.timeline_page(Timeline.of([event]), options))

    assert " (Other canon)\n" in shown


def all_pages(views: Views, id: str, options: RenderOptions) -> str:
    found = Found(views.entry(id, EVERY_TIER))
    count = entry.blocks(found, options, 0)[1].count
    shown = (block for at in range(count) for block in entry.blocks(found, options, at)[0])
    return "\n".join(map(str, shown))


def test_difference_made_only_by_fan_fiction_is_labelled(
    views: Views, options: RenderOptions
) -> None:
    found = Found(views.entry("wanda-maximoff", EVERY_TIER))
    read = "\n".join(text(accounts.accounts_page(found, options, page)) for page in range(5))

    assert re.search(r"\d · Who met Ultron in the church \(Fan fiction\)\n", read)
    assert re.search(r"\d · Who set off the machine\n", read)


@pytest.mark.parametrize(
    ("id", "fact"),
    [
        ("campaign-against-hydra", "When by 2015"),
        ("strucker-experiments", " · HYDRA Research Base"),
    ],
)
async def test_each_fact_of_an_event_carries_its_own_tier(
    views: Views, options: RenderOptions, id: str, fact: str
) -> None:
    shown = text(entry.entry_page(Found(views.entry(id, EVERY_TIER)), options))

    assert f"{fact} (Other canon)" in shown


async def test_each_quote_of_a_list_shows_its_tier(views: Views, options: RenderOptions) -> None:
    quotes = [quote_view(views, "men-made-of-metal"), quote_view(views, "peace-in-my-time")]
    shown = text(quote.quotes_of_entry_page("some", quotes, options, 0)).splitlines()

    assert shown[2].endswith("— Raina, to Jiaying · Other canon")
    assert shown[3].endswith("— Ultron and Natasha Romanoff · Film")


async def test_button_of_a_spoilered_quote_shows_none_of_its_words(
    views: Views, spoilered: RenderOptions
) -> None:
    asked = QuoteChoices("metal", (quote_view(views, "men-made-of-metal"),))

    assert labels(quote.choices(asked, spoilered)) == ["1: Other canon"]


async def test_spoilered_quote_is_hidden_whole(views: Views, spoilered: RenderOptions) -> None:
    layout = quote.quote_page(quote_view(views, "men-made-of-metal"), spoilered)
    bare = [line for line in text(layout).splitlines() if not line.startswith("[spoiler: ")]

    assert bare == [
        "— [spoiler: Raina, to Jiaying]",
        "Other canon · Article on the Ultron Offensive ¶4–5, 8",
    ]
    assert labels(layout) == ["Character · Other canon", "Event · Other canon", "Sources", "Delete"]


def test_completion_shows_no_words_of_a_spoilered_quote(
    views: Views, spoilered: RenderOptions
) -> None:
    quotes = [quote_view(views, "men-made-of-metal"), quote_view(views, "peace-in-my-time")]

    assert [offer.value for offer in quote_offers(quotes, spoilered)] == ["peace-in-my-time"]


def test_spoiler_cut_in_two_is_closed_on_each_page() -> None:
    [first], [second] = pages(["||" + "words " * 500 + "end||"])

    assert first.startswith("||words")
    assert first.endswith("words||")
    assert second.startswith("||words")
    assert second.endswith("end||")


async def test_spoiler_that_is_cut_off_is_closed() -> None:
    shown = text(Layout(["||" + "words " * 1_000 + "end||"]))

    assert shown.startswith("[spoiler: words")
    assert len(shown) < 4_020
