from datetime import UTC, datetime, timedelta

import pytest

from lore.ledger.port import Ledger
from lore.ledger.records import Unanswered

GUILD = 1
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_questions_are_counted_however_they_are_written(ledger: Ledger) -> None:
    for minute, question in enumerate(["Darth Vader", "  darth   VADER ", "gandalf"]):
        await ledger.questions.count(GUILD, question, NOON + timedelta(minutes=minute))
    assert await ledger.questions.unanswered(GUILD) == (
        Unanswered("darth vader", 2, NOON + timedelta(minutes=1)),
        Unanswered("gandalf", 1, NOON + timedelta(minutes=2)),
    )
    assert await ledger.questions.unanswered(2) == ()


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("who is <@123456789012345678>?", "who is ?"),
        ("<@!12345678>", None),
        ("123456789012345678", None),
        ("the year 2015", "the year 2015"),
        ("  \n ", None),
        ("x" * 6000, "x" * 100),
    ],
)
async def test_no_person_can_be_told_from_a_question(
    ledger: Ledger, question: str, kept: str | None
) -> None:
    await ledger.questions.count(GUILD, question, NOON)
    questions = [asked.question for asked in await ledger.questions.unanswered(GUILD)]
    assert questions == ([kept] if kept else [])


async def test_the_rarest_give_way_to_the_newest(ledger: Ledger) -> None:
    for minute, question in enumerate(["a", "a", "b", "c", "d"]):
        await ledger.questions.count(GUILD, question, NOON + timedelta(minutes=minute))
    questions = [asked.question for asked in await ledger.questions.unanswered(GUILD)]
    assert questions == ["a", "d", "c"]
