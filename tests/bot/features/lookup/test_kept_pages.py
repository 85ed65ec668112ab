"""A page that is kept for all tells each asker how they found it, and nothing of other askers."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.page import Layout, PreSerialized
from bot.core.rendering import RenderOptions
from bot.features.lookup.entry import entry_page, how_asked
from bot.simulator.exchanges import Reply
from lore.catalogue import database
from lore.catalogue.database import Catalogue
from lore.pack.model import Kind
from lore.query.answers import Found
from lore.query.views import Views
from lore.search import Match, MatchType, Name

Ask = Callable[[str], Awaitable[Reply]]

MATCH = Match("", Name("“Old” name \\ אב", "", canonical=False), 80.0, MatchType.SPELLING)
CORRECTED = replace(MATCH, corrections=(("*strak*", "Stark"), ("‮fo", "of")))


@pytest.fixture(scope="module")
def catalogue(compiled_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    file = tmp_path_factory.mktemp("pack") / "catalogue.db"
    shutil.copy(compiled_seeds, file)
    return database.load(file)


def sent(page: Layout | None) -> PreSerialized:
    assert page is not None
    written = page.to_components()
    assert isinstance(written, PreSerialized)
    return written


@pytest.mark.parametrize("short", [False, True])
def test_a_kept_page_is_sent_as_if_it_was_laid_out_for_the_asker(
    catalogue: Catalogue, short: bool
) -> None:
    views, options = Views(catalogue), RenderOptions(catalogue.info, short=short)
    for id in list(views.ids())[::5]:
        view = views.entry(id, catalogue.info.every_tier)
        found = Found(view, CORRECTED, aside=Kind.WORK)
        kept = entry_page(Found(view), options)

        whole, with_lines = (
            sent(entry_page(found, options)),
            sent(kept.with_lines(how_asked(found))),
        )

        assert (with_lines.json, [*with_lines]) == (whole.json, [*whole])
        assert sent(kept).json == sent(entry_page(Found(view), options)).json


async def test_each_asker_reads_what_of_their_own_words_was_corrected(ask: Ask) -> None:
    texts = [
        (await ask(f"/bio {name}")).text
        for name in ("tony strak", "tony stark", "tony satrk", "iron man")
    ]
    how = ["Spelling corrected: strak → Stark", "", "Spelling corrected: satrk → Stark"]
    how.append("Found by the alias Iron Man")

    for text, line in zip(texts, how, strict=True):
        assert [one for one in how if one and one in text] == [line] * bool(line)
    rest = [text.splitlines() for text in texts]
    assert all(
        [one for one in lines if not one.startswith(("Spelling", "Found"))] == rest[1]
        for lines in rest
    )
