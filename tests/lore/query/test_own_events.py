"""A server's own events stand in the order of the story, each after the event that it names."""

from datetime import UTC, datetime

import pytest

from lore.curation.drafts import EntryDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind
from lore.query.answers import Position
from lore.query.own_events import comes_after, placed

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# The order of the last part of an event of the pack, and its own.
ENDS = {"raid": (10, 10), "battle": (40, 20), "last-part": (40, 40)}


def lore(after: dict[str, str], kind: Kind = Kind.EVENT) -> dict[str, ServerEntry]:
    return {
        id: ServerEntry(
            1,
            id,
            1,
            EntryDraft(kind, id, "It was.", after=before),
            True,
            7,
            NOW,
            7,
            NOW,
            int(id[1:]),
        )
        for id, before in after.items()
    }


@pytest.mark.parametrize(
    ("after", "positions"),
    [
        ({"s1": "raid"}, {"s1": (10, 1)}),
        ({"s1": "s2", "s2": "raid"}, {"s2": (10, 1), "s1": (10, 2)}),
        ({"s3": "raid", "s1": "raid", "s2": "s1"}, {"s1": (10, 1), "s2": (10, 2), "s3": (10, 3)}),
        ({"s1": "battle"}, {"s1": (40, 1)}),
        ({"s1": "battle", "s2": "last-part"}, {"s2": (40, 1), "s1": (40, 2)}),
        ({"s1": "nowhere", "s2": "s1", "s3": ""}, {}),
        ({"s1": "s2", "s2": "s1", "s3": "s3"}, {}),
    ],
)
def test_an_event_stands_after_what_it_names_and_after_all_of_its_parts(
    after: dict[str, str], positions: dict[str, tuple[int, int]]
) -> None:
    found = placed(lore(after).values(), ENDS.get)

    assert {id: one.position for id, one in found.items()} == {
        id: Position(*at) for id, at in positions.items()
    }


def test_what_is_no_event_has_no_place_in_time() -> None:
    assert placed(lore({"s1": "raid"}, Kind.PLACE).values(), ENDS.get) == {}


def test_an_event_comes_after_another_by_way_of_others() -> None:
    own = lore({"s1": "s2", "s2": "s3", "s3": "raid", "s4": "s5", "s5": "s4"})

    assert comes_after("s1", "s3", own)
    assert not comes_after("s3", "s1", own)
    assert not comes_after("s4", "s1", own)
