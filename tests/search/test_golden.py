"""The golden list: what people type, and what the pack that ships must make of it."""

import random
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lore.catalogue.database import Catalogue
from lore.curation.quota import Quota
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind
from lore.query.answers import DidYouMean, Found, NoQuote, QuoteChoices, Quoted, Scope, Unknown
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from tests.tiers import EVERY_TIER

GOLDEN = tomllib.loads(Path(__file__).with_name("golden.toml").read_text(encoding="utf-8"))
ANYONE = Scope(None, EVERY_TIER)

pytestmark = pytest.mark.asyncio(loop_scope="module")


def offered(answer: object) -> set[str]:
    """Return the entries that an answer offers, each of which must stand there once."""
    assert isinstance(answer, DidYouMean), answer
    ids = [choice.ref.id for choice in answer.choices]
    assert len(ids) == len(set(ids))
    return set(ids)


def cases(*tables: str) -> list[tuple[str, str | list[str]]]:
    return [case for table in tables for case in GOLDEN[table].items()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(
    catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Library]:
    async with open_store(tmp_path_factory.mktemp("golden") / "ledger.db") as database:
        entries = ledger_in(database, Quota()).entries
        yield Library([OpenPack(catalogue)], random.Random(0), entries)


@pytest.mark.parametrize(
    ("typed", "meant"),
    cases("characters", "events", "places", "artifacts", "factions", "works"),
)
async def test_golden_name_finds_its_entry(library: Library, typed: str, meant: str) -> None:
    answer = await library.look_up(typed, ANYONE)
    assert isinstance(answer, Found), answer
    assert answer.view.ref.id == meant


@pytest.mark.parametrize(("typed", "meant"), cases("several"))
async def test_golden_ambiguous_name_offers_its_entries(
    library: Library, typed: str, meant: list[str]
) -> None:
    answer = await library.look_up(typed, ANYONE)
    assert set(meant) <= offered(answer)


@pytest.mark.parametrize(("typed", "meant"), cases("of_a_kind"))
async def test_a_name_asked_under_a_kind_finds_what_it_means(
    library: Library, typed: str, meant: str | list[str]
) -> None:
    kind, _, name = typed.partition(": ")
    answer = await library.look_up(name, ANYONE, Kind(kind))
    if isinstance(meant, str):
        assert isinstance(answer, Found), answer
        assert answer.view.ref.id == meant
    else:
        assert set(meant) <= offered(answer)


@pytest.mark.parametrize("typed", [*GOLDEN["nothing"]])
async def test_golden_unknown_name_finds_nothing(library: Library, typed: str) -> None:
    answer = await library.look_up(typed, ANYONE)
    assert isinstance(answer, Unknown), answer


@pytest.mark.parametrize(("typed", "meant"), cases("quotes"))
async def test_golden_partial_words_find_their_quote(
    library: Library, typed: str, meant: str
) -> None:
    answer = await library.quote_like(typed, ANYONE)
    assert isinstance(answer, Quoted | QuoteChoices), answer
    quotes = answer.quotes[:3] if isinstance(answer, QuoteChoices) else [answer.view]
    assert meant in [quote.id for quote in quotes]


@pytest.mark.parametrize("typed", [*GOLDEN["no_quote"]])
async def test_words_from_no_quote_find_none(library: Library, typed: str) -> None:
    assert isinstance(await library.quote_like(typed, ANYONE), NoQuote)


@pytest.mark.parametrize(("typed", "meant"), cases("complete"))
async def test_golden_partial_name_offers_the_entry(
    library: Library, typed: str, meant: str
) -> None:
    choices = await library.complete(typed, ANYONE)
    assert meant in [choice.ref.id for choice in choices[:5]]
