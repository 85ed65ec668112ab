"""What a server wrote itself costs its members' questions little."""

import cProfile
import pstats
import random
from collections.abc import Callable

import pytest

from lore.catalogue.database import Catalogue
from lore.curation.drafts import EntryDraft
from lore.ledger.port import Entries
from lore.ledger.records import Actor
from lore.pack.model import Kind
from lore.query.answers import Scope
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from tests.tiers import EVERY_TIER

WITHOUT, WITH = 1, 2

# A misspelt name costs more than ten times as much as one that is found as it is typed.
MISSPELT, EXACT = 1.2, 2.4


@pytest.mark.parametrize(
    ("typed", "most"),
    [
        ("Hellen Choo", MISSPELT),
        ("Pietro Maximov", MISSPELT),
        ("Quixolotl", MISSPELT),
        ("Helen Cho", EXACT),
        ("Quicksilver", EXACT),
    ],
)
async def test_one_entry_adds_little_to_the_calls_of_a_name(
    catalogue: Catalogue, entries: Entries, by: Callable[[], Actor], typed: str, most: float
) -> None:
    draft = EntryDraft(Kind.PLACE, "Zorblax", "A planet.")

    async def calls(guild_id: int) -> int:
        # A library of its own for each, so that no question was asked before.
        library = Library([OpenPack(catalogue)], random.Random(7), entries)
        scope = Scope(guild_id, EVERY_TIER)
        profile = cProfile.Profile()
        await library.look_up("ultrn", scope)
        profile.enable()
        await library.look_up(typed, scope)
        profile.disable()
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    await calls(WITHOUT)
    await entries.publish(WITH, draft, by())
    assert await calls(WITH) <= most * await calls(WITHOUT)
