from datetime import UTC, datetime, timedelta

import pytest

from lore.ledger.port import Ledger
from lore.ledger.records import Unanswered

GUILD = 1
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_spellings_of_one_question_are_counted_together(ledger: Ledger) -> None:
    for minute, question in enumerate(["Darth Vader", "  darth   VADER ", "gandalf"]):
        await ledger.questions.count(GUILD, question, NOON + timedelta(minutes=minute))
    assert await ledger.questions.unanswered(GUILD) == (
        Unanswered("Darth Vader", 2, NOON + timedelta(minutes=1)),
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
async def test_stored_question_identifies_nobody(
    ledger: Ledger, question: str, kept: str | None
) -> None:
    await ledger.questions.count(GUILD, question, NOON)
    questions = [asked.question for asked in await ledger.questions.unanswered(GUILD)]
    assert questions == ([kept] if kept else [])


async def test_question_keeps_the_kind_that_was_asked_for(ledger: Ledger) -> None:
    for kind in ("", "place", "event"):
        await ledger.questions.count(GUILD, "Mordor", NOON, kind)
    asked = await ledger.questions.find(GUILD, "MORDOR ")

    assert asked == Unanswered("Mordor", 3, NOON, "place")
    assert await ledger.questions.find(2, "Mordor") is None


async def test_dismissed_question_stays_hidden_when_asked_again(
    ledger: Ledger,
) -> None:
    for question in ("Gandalf", "asdf"):
        await ledger.questions.count(GUILD, question, NOON)
    await ledger.questions.dismiss(GUILD, ["ASDF"], NOON)
    await ledger.questions.count(GUILD, "asdf", NOON)
    listed = [asked.question for asked in await ledger.questions.unanswered(GUILD)]
    await ledger.questions.bring_back(GUILD, NOON)

    assert listed == ["Gandalf"]
    assert {one.question for one in await ledger.questions.unanswered(GUILD)} == {"Gandalf", "asdf"}


async def test_dismissed_questions_count_towards_the_limit(ledger: Ledger) -> None:
    for question in ("a", "b", "c"):
        await ledger.questions.count(GUILD, question, NOON)
    await ledger.questions.dismiss(GUILD, ["a", "b"], NOON)
    for question in ("d", "e"):
        await ledger.questions.count(GUILD, question, NOON + timedelta(minutes=1))
    await ledger.questions.bring_back(GUILD, NOON)

    assert len(await ledger.questions.unanswered(GUILD)) == 3


async def test_rarest_questions_are_replaced_by_the_newest(ledger: Ledger) -> None:
    for minute, question in enumerate(["a", "a", "b", "c", "d"]):
        await ledger.questions.count(GUILD, question, NOON + timedelta(minutes=minute))
    questions = [asked.question for asked in await ledger.questions.unanswered(GUILD)]
    assert questions == ["a", "d", "c"]
