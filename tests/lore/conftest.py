"""A library of the pack that ships, and what one server added to it."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from lore.catalogue.database import Catalogue
from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.curation.quota import Quota
from lore.ledger.port import Entries
from lore.ledger.records import Actor
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind
from lore.query.library import Library
from lore.query.open_pack import OpenPack

HERE = 1
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
async def entries(tmp_path: Path) -> AsyncIterator[Entries]:
    async with open_store(tmp_path / "ledger.db") as database:
        yield ledger_in(database, Quota()).entries


@pytest.fixture
def library(catalogue: Catalogue, entries: Entries) -> Library:
    return Library([OpenPack(catalogue)], random.Random(7), entries)


@pytest.fixture
def by() -> Callable[[], Actor]:
    numbers = count(1)
    return lambda: Actor(next(numbers), 11, NOW)


@pytest.fixture
async def published(library: Library, entries: Entries, by: Callable[[], Actor]) -> None:
    """Return an entry, a quote of Ultron's, and a note on Helen Cho, all of the one server."""
    drafts: list[Draft] = [
        EntryDraft(Kind.PLACE, "Zorblax", "A planet made of glimmerstone.", ("Zorb Prime",)),
        QuoteDraft("Glimmerstone is all I ever wanted.", "Ultron"),
        NoteDraft("helen-cho", "Seen on Zorblax."),
    ]
    for draft in drafts:
        await entries.publish(HERE, draft, by())
    library.changed(HERE)
