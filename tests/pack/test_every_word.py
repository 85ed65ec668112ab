"""Every word of the pack, asked in every way: Discord takes each page of the answer."""

import random
import re
from collections.abc import Iterator, Sequence
from itertools import chain, product
from pathlib import Path

import pytest
from discord import MessageFlags

from bot.core.choices import not_found
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.lookup import entry, offers
from bot.features.lookup.explained import explained_page
from bot.features.lookup.ids import AskForEntry
from bot.features.quotes import quote_offers
from bot.features.quotes import result_page as quote_page
from bot.features.search import views as search
from bot.simulator.limits import judge_choices, judge_message
from lore.catalogue.database import Catalogue
from lore.curation.quota import Quota
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind
from lore.query.answers import EntryAnswer, Found, Hits, Scope
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.query.visible_lore import sought
from tests.tiers import CANON, EVERY_TIER

pytestmark = pytest.mark.thorough

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
KINDS = ("", *Kind, "quote")
ANYWHERE = Scope(None, EVERY_TIER)
SAMPLE = 40


@pytest.fixture
async def library(catalogue: Catalogue, tmp_path: Path) -> Library:
    async with open_store(tmp_path / "ledger.db") as database:
        return Library(
            [OpenPack(catalogue)], random.Random(7), ledger_in(database, Quota()).entries
        )


@pytest.fixture
def options_of_each(catalogue: Catalogue) -> Sequence[RenderOptions]:
    """Return options for public, private, and where other works hide behind bars."""
    spoilered = frozenset({CANON})
    return [
        RenderOptions(catalogue.info, private=False),
        RenderOptions(catalogue.info, private=True),
        RenderOptions(catalogue.info, private=False, spoilered=spoilered),
    ]


@pytest.fixture(scope="module")
def words(seeds: Path) -> Sequence[str]:
    """Return every word that stands in a file of the pack, in no order that means anything."""
    found = chain.from_iterable(WORD.findall(file.read_text()) for file in seeds.rglob("*.toml"))
    unique = sorted({word.casefold() for word in found})
    random.Random(7).shuffle(unique)
    return unique


def judge(layout: Layout) -> None:
    flags = MessageFlags(components_v2=True).value
    judge_message({"components": layout.to_components(), "flags": flags})


def answer_page(answer: EntryAnswer, options: RenderOptions) -> Layout:
    if isinstance(answer, Found):
        return entry.entry_page(answer, options)
    return not_found(answer, options, AskForEntry)


def pages(hits: Hits, options: RenderOptions, kind: str) -> Iterator[Layout]:
    for page in range(max(1, -(-len(hits.passages) // search.PER_PAGE))):
        yield search.search_page(hits, options, kind, page)


async def judge_searches(
    library: Library, options_of_each: Sequence[RenderOptions], word: str
) -> None:
    """Search a word, alone and with each kind."""
    for kind in KINDS:
        hits = await library.search(word, ANYWHERE, sought(kind))
        for page in chain.from_iterable(pages(hits, options, kind) for options in options_of_each):
            judge(page)


async def judge_answers(
    library: Library, options_of_each: Sequence[RenderOptions], word: str
) -> None:
    """Ask a word as a name, as words of a quote, as a speaker and as the id of a quote."""
    for kind in (None, *Kind):
        found = await library.look_up(word, ANYWHERE, kind)
        judge(explained_page(await library.explain(word, ANYWHERE, kind)))
        for options in options_of_each:
            judge(answer_page(found, options))
    quotes = [
        await library.quote_like(word, ANYWHERE),
        await library.quote(ANYWHERE, word),
        await library.quote_by_id(word, ANYWHERE),
    ]
    for quote, options in product(quotes, options_of_each):
        judge(quote_page(quote, options))


async def judge_completions(
    library: Library, options_of_each: Sequence[RenderOptions], word: str
) -> None:
    """Type a word into each option that opens a list."""
    for kind in (None, *Kind):
        found = await library.complete(word, ANYWHERE, kind)
        judge_choices({"choices": [one.to_dict() for one in offers(found, library.info)]})
    speakers = offers(await library.complete_speaker(word, ANYWHERE), library.info)
    found_quotes = await library.complete_quote(word, ANYWHERE)
    for listed in (speakers, *(quote_offers(found_quotes, options) for options in options_of_each)):
        judge_choices({"choices": [one.to_dict() for one in listed]})


async def judge_all(
    library: Library, options_of_each: Sequence[RenderOptions], words: Sequence[str]
) -> None:
    for word in words:
        try:
            await judge_searches(library, options_of_each, word)
            await judge_answers(library, options_of_each, word)
            await judge_completions(library, options_of_each, word)
        except Exception as error:
            error.add_note(f"asked for: {word}")
            raise


async def test_discord_accepts_the_answers_to_a_sample_of_the_packs_words(
    library: Library, options_of_each: Sequence[RenderOptions], words: Sequence[str]
) -> None:
    await judge_all(library, options_of_each, words[:SAMPLE])


@pytest.mark.slow
async def test_discord_accepts_the_answers_to_every_word_of_the_pack(
    library: Library, options_of_each: Sequence[RenderOptions], words: Sequence[str]
) -> None:
    assert len(words) > 1_000
    await judge_all(library, options_of_each, words[SAMPLE:])


async def test_a_quote_found_by_its_words_and_its_occasion_has_one_button(
    library: Library, options_of_each: Sequence[RenderOptions]
) -> None:
    hits = await library.search("between", ANYWHERE)
    found = [one.quote_id for one in hits.passages if one.quote_id]

    assert len(set(found)) < len(found)
    for options in options_of_each:
        assert str(search.search_page(hits, options).to_components()).count(f":{found[0]}'") == 1
