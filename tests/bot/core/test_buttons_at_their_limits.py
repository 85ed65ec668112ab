"""Custom_ids with the longest ids of packs, and with the highest number of a pack."""

import pytest

from bot.core import buttons
from bot.features.curation.draft_sessions import Purpose, Verb
from lore import ids
from lore.pack.model import Kind
from lore.query.answers import Ref

LONGEST = ids.qualified(9999, "a" * 32)
EVENT = Ref(LONGEST, "The Fall", Kind.EVENT, "film")

CUSTOM_IDS = [
    buttons.go(LONGEST, 9999),
    buttons.accounts(LONGEST, 9999),
    buttons.timeline(EVENT, 99_999, LONGEST, LONGEST),
    buttons.ask(True, LONGEST),
    buttons.said("words " * 50)(True, LONGEST),
    buttons.walk(["name " * 20] * 3, 1)(True, LONGEST),
    f"qotd:queue:2027-03-05:{LONGEST}",
    Purpose(Verb.NOTE, LONGEST, 999_999_999, 2**63 - 1).form,
]


@pytest.mark.parametrize("custom_id", CUSTOM_IDS)
def test_the_longest_ids_have_room_in_a_button(custom_id: str) -> None:
    assert LONGEST in custom_id
    assert len(custom_id) <= buttons.CUSTOM_ID
