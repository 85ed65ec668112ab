"""What is asked of a pack reads only the entries and quotes that are shown, however many it has."""

import random
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

import pytest

from lore.catalogue import database
from lore.catalogue.database import Catalogue
from lore.pack.model import Entry, Quote
from lore.query.answers import Quoted, Scope
from lore.query.arrangement import steps
from lore.query.indexing import indexing
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from tests.bench.generated_packs import write_pack

ENTRIES = 400
SHOWN = 8

T = TypeVar("T", Entry, Quote)


class Counted(Mapping[str, T]):
    """Entries or quotes, with the ids of those that were read."""

    def __init__(self, bodies: Mapping[str, T]) -> None:
        self._bodies = bodies
        self.read = set[str]()

    def __getitem__(self, id: str) -> T:
        self.read.add(id)
        return self._bodies[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bodies)

    def __len__(self) -> int:
        return len(self._bodies)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalogue, Mapping[str, Any]]:
    folder = tmp_path_factory.mktemp("large")
    write_pack(folder / "pack", ENTRIES)
    compiled = database.compile_if_changed(folder / "pack", folder / "catalogue.db", indexing())
    return compiled.numbered(1), compiled.index


@pytest.fixture
def counted(
    catalogue: tuple[Catalogue, Mapping[str, Any]],
) -> tuple[Library, Scope, Counted[Entry], Counted[Quote]]:
    pack, index = catalogue
    entries, quotes = Counted(pack.entries), Counted(pack.quotes)
    opened = OpenPack(Catalogue(pack.info, 1, pack.digest, entries, quotes), index)
    library = Library([opened], random.Random(1), cast(Any, None))
    return library, Scope(None, pack.info.every_tier), entries, quotes


Asked = tuple[Library, Scope, Counted[Entry], Counted[Quote]]


async def test_a_timeline_reads_the_events_that_are_shown(counted: Asked) -> None:
    library, scope, entries, _ = counted
    asked = await library.timeline(scope, None, None)
    assert len(asked.events) == ENTRIES // 10
    assert not entries.read

    shown = steps(asked.events)[:SHOWN]
    assert [asked.view(one).ref for one in shown] == [one.ref for one in shown]
    assert entries.read == {one.ref.id for one in shown}


async def test_a_timeline_of_a_place_reads_nothing_before_it_is_shown(counted: Asked) -> None:
    library, scope, entries, _ = counted
    everywhere = (await library.timeline(scope, None, None)).events
    here = [(await library.timeline(scope, None, f"entry-{n}")).events for n in range(3, 400, 10)]

    assert {one for events in here for one in events} == {*everywhere}
    assert not entries.read


async def test_a_drawn_quote_is_the_only_one_that_is_read(counted: Asked) -> None:
    library, scope, entries, quotes = counted
    answer = await library.quote(scope)

    assert isinstance(answer, Quoted)
    assert quotes.read == {answer.view.id}
    assert not entries.read


@pytest.mark.parametrize("typed", ["", "said-1", "1"])
async def test_completing_the_id_of_a_quote_reads_those_that_are_offered(
    counted: Asked, typed: str
) -> None:
    library, scope, _, quotes = counted
    offered = await library.complete_quote(typed, scope)

    assert len(offered) == 25
    assert quotes.read == {one.id for one in offered}


async def test_completing_words_of_a_quote_reads_those_that_have_them(counted: Asked) -> None:
    library, scope, _, quotes = counted
    drawn = await library.quote(scope)
    assert isinstance(drawn, Quoted)
    quotes.read.clear()
    offered = await library.complete_quote(drawn.view.lines[0].words[3:20].upper(), scope)

    assert drawn.view in offered
    assert len(quotes.read) <= len(offered)
