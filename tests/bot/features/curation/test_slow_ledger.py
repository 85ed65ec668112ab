"""While a ledger write is slow, Discord is told to wait, and the answer comes later."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from bot.settings import Settings
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from tests.waiting import eventually

# Each waits until Discord would soon wait no longer.
pytestmark = pytest.mark.thorough

Ask = Callable[[str], Awaitable[Reply]]

THINKING, ACKNOWLEDGED = 5, 6

ENTRY = ("/entry add kind:Place", "fill Name=Zorblax Text=One")
PUBLISHED = (*ENTRY, "press Publish")
SUGGESTED = (
    *("as asker", "/suggest kind:Quote", 'fill Words="Lanterns out" Speaker=Quillon'),
    *("press Send", "as curator"),
)
SET_QOTD = "/qotd set channel:#general time:09:00 zone:UTC"


@contextmanager
def locked(settings: Settings) -> Iterator[Callable[[], None]]:
    """Block writes to the ledger until the returned function is called."""
    with closing(sqlite3.connect(settings.ledger, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other.rollback


def first_answers(simulator: Simulator) -> list[int]:
    """Return the types of the first answers to interactions."""
    sent = (one for one in simulator.requests if one.path.endswith("/callback"))
    return [one.json["type"] for one in sent if one.status < 300]


@pytest.mark.parametrize(
    ("before", "line", "type", "said"),
    [
        (ENTRY[:1], ENTRY[1], THINKING, "Zorblax"),
        ((*ENTRY, "press Edit"), "fill Text=Two", ACKNOWLEDGED, "Two"),
        (ENTRY, "press Publish", ACKNOWLEDGED, "Published: Zorblax (s.zorblax)"),
        (PUBLISHED, "/entry remove entry:s.zorblax", THINKING, "Removed: Zorblax"),
        (
            (*PUBLISHED, "/entry remove entry:s.zorblax"),
            "press Undo",
            ACKNOWLEDGED,
            "Restored: Zorblax",
        ),
        ((*SUGGESTED, "/entry queue"), "press Approve", ACKNOWLEDGED, "is approved: s1"),
        (
            (*SUGGESTED, "/entry queue", "press Reject"),
            "fill Reason=No",
            ACKNOWLEDGED,
            "is rejected",
        ),
        ((), SET_QOTD, THINKING, "UTC"),
        (("/settings",), "choose #lore", ACKNOWLEDGED, "#lore"),
    ],
)
async def test_slow_write_is_acknowledged_and_answered(
    session: SimSession,
    simulator: Simulator,
    settings: Settings,
    before: tuple[str, ...],
    line: str,
    type: int,
    said: str,
) -> None:
    for earlier in ("as curator", *before):
        await session.play(earlier)
    answered = len(first_answers(simulator))
    with locked(settings) as unlock:
        playing = asyncio.create_task(session.play(line))
        await eventually(lambda: first_answers(simulator)[answered:])
        unlock()
        turn = await playing

    assert first_answers(simulator)[answered:] == [type]
    assert said in turn.replies[0].text, turn.replies[0].text
