"""What a server wrote itself costs its members' questions little."""

import asyncio
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
MOST = 1.2


@pytest.mark.parametrize("typed", ["Hellen Choo", "Pietro Maximov", "Quixolotl"])
def test_one_entry_adds_a_fifth_at_most_to_the_calls_of_a_misspelt_name(
    catalogue: Catalogue, entries: Entries, by: Callable[[], Actor], typed: str
) -> None:
    draft = EntryDraft(Kind.PLACE, "Zorblax", "A planet.")

    def calls(guild_id: int) -> int:
        # A library of its own for each, so that no question was asked before.
        library = Library([OpenPack(catalogue)], random.Random(7), entries)
        scope = Scope(guild_id, EVERY_TIER)
        profile = cProfile.Profile()
        with asyncio.Runner() as runner:
            runner.run(library.look_up("ultrn", scope))
            profile.enable()
            runner.run(library.look_up(typed, scope))
            profile.disable()
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    calls(WITHOUT)
    with asyncio.Runner() as runner:
        runner.run(entries.publish(WITH, draft, by()))
    assert calls(WITH) <= MOST * calls(WITHOUT)
