"""Custom_ids that hold the longest entry ids, and the highest number of a pack."""

from datetime import date

import pytest

from bot.core.ids import ComponentId
from bot.core.limits import CUSTOM_ID
from bot.features.curation.ids import DraftAction, DraftTarget
from bot.features.lookup.ids import AskForEntry, ShowAccounts, ShowPage
from bot.features.qotd.ids import QueueQuote
from bot.features.quotes.ids import speaking
from bot.features.timeline.ids import event_shown, opening
from lore import ids
from lore.pack.model import Kind
from lore.query.answers import Ref

LONGEST = ids.qualified(9999, "a" * 32)
EVENT = Ref(LONGEST, "The Fall", Kind.EVENT, "film")

IDS = [
    ShowPage(9999, LONGEST),
    ShowAccounts(9999, LONGEST),
    event_shown(EVENT, 99_999, LONGEST, LONGEST),
    AskForEntry(True, LONGEST),
    speaking("words " * 50)(True, LONGEST),
    opening(["name " * 20] * 3, 1)(True, LONGEST),
    QueueQuote(date(2027, 3, 5), LONGEST),
    DraftTarget(DraftAction.NOTE, LONGEST, 999_999_999, 2**63 - 1),
]


@pytest.mark.parametrize("id", IDS)
def test_longest_entry_ids_fit_into_a_custom_id(id: ComponentId) -> None:
    assert LONGEST in str(id)
    assert len(str(id)) <= CUSTOM_ID


@pytest.mark.parametrize("id", IDS)
def test_custom_id_is_read_as_it_was_written(id: ComponentId) -> None:
    assert type(id).parse(str(id)) == id
