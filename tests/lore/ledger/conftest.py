from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from lore.ledger.port import Ledger
from lore.ledger.quota import Quota
from lore.ledger.records import By
from lore.ledger.sqlite import sqlite_ledger
from lore.ledger.store import Store, open_store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "ledger.db") as store:
        yield store


@pytest.fixture
def ledger(store: Store) -> Ledger:
    """A ledger in which little has room, so that limits are soon met."""
    return sqlite_ledger(
        store, Quota(entries=4, quotes=2, queue=3, suggestions_per_day=2, unanswered=3)
    )


@pytest.fixture
def by() -> Callable[..., By]:
    """Makes a new interaction each time it is called."""
    ids = count(9_000)

    def by(person_id: int = 11, at: datetime = NOON) -> By:
        return By(next(ids), person_id, at)

    return by
