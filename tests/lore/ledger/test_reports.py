"""What members say is wrong waits beside their suggestions, under the same limits."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lore.curation.drafts import DraftError, EntryDraft
from lore.curation.quota import Quota, QuotaError
from lore.ledger.port import Ledger, NoSuchEntryError, StateError
from lore.ledger.records import (
    Actor,
    Conflict,
    Report,
    Reported,
    ReportedCite,
    ReportState,
)
from lore.ledger.sqlite.backup import back_up, restore
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind

GUILD = 1
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PERSON = 223456789012345678
COOK = EntryDraft(Kind.CHARACTER, "Maren Holt", "She cooks at the farm.")
BAKER = replace(COOK, text="She bakes at the farm.")
CITES = (ReportedCite("000", "Synopsis", 4, "she cooks at the farm"),)
OF_PACK = Reported(
    "entry", "maren", "Maren", "film", "a-story", "She cooks at the farm.", cites=CITES
)
OWN = Reported("entry", "s.maren-holt", "Maren Holt", "server", sentence="She cooks at the farm.")

Bys = Callable[..., Actor]


async def test_report_waits_with_the_sentence_and_its_cites(ledger: Ledger, by: Bys) -> None:
    report = await ledger.reports.tell(GUILD, OF_PACK, "  She bakes.\n\u200bReally. ", by(21))

    wrong = "She bakes.\nReally."
    assert report == Report(GUILD, 1, OF_PACK, wrong, ReportState.PENDING, 21, NOON)
    assert await ledger.reports.waiting(GUILD) == (report,)


async def test_reports_and_suggestions_share_their_numbers(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by(21))
    told = await ledger.reports.tell(GUILD, OF_PACK, "No.", by(22))
    suggested = await ledger.suggestions.suggest(GUILD, COOK, by(23))

    assert (told.number, suggested.number) == (2, 3)


async def test_number_of_a_report_is_not_given_again_by_a_counter_that_is_behind(
    ledger: Ledger, database: Database, by: Bys
) -> None:
    await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))
    async with database.write() as tx:
        await tx.run("UPDATE guild SET next_suggestion = 1")

    assert (await ledger.suggestions.suggest(GUILD, COOK, by(22))).number == 2


async def test_reports_and_suggestions_count_towards_one_limit(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by(21))
    await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))
    with pytest.raises(QuotaError, match="You have made 1 suggestion and 1 report here"):
        await ledger.reports.tell(GUILD, OF_PACK, "No!", by(21))
    with pytest.raises(QuotaError, match="You have made 1 suggestion and 1 report here"):
        await ledger.suggestions.suggest(GUILD, COOK, by(21))
    await ledger.reports.tell(GUILD, OF_PACK, "No.", by(22))
    with pytest.raises(QuotaError, match="have 1 suggestion and 2 reports to decide already"):
        await ledger.suggestions.check_room(GUILD, by(23))
    assert (await ledger.reports.tell(2, OF_PACK, "No.", by(21))).number == 1


async def test_form_that_is_sent_twice_is_one_report(ledger: Ledger, by: Bys) -> None:
    told = await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))

    with pytest.raises(StateError, match="You told this already: report 1 waits"):
        await ledger.reports.tell(GUILD, OF_PACK, "No. ", by(21))
    assert await ledger.reports.waiting(GUILD) == (told,)


async def test_server_that_takes_no_suggestions_takes_no_reports(ledger: Ledger, by: Bys) -> None:
    await ledger.settings.change(GUILD, by(), suggestions=False)

    with pytest.raises(StateError, match="takes no suggestions"):
        await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))


@pytest.mark.parametrize("wrong", ["", " \u200b ", "?!", "a" * 1_001, "half \ud83d"])
async def test_report_that_says_nothing_or_too_much_is_refused(
    ledger: Ledger, by: Bys, wrong: str
) -> None:
    with pytest.raises(DraftError, match="What is wrong: "):
        await ledger.reports.tell(GUILD, OF_PACK, wrong, by())


@pytest.mark.parametrize("state", [ReportState.DISMISSED, ReportState.PASSED_ON])
async def test_of_two_curators_who_decide_at_once_one_is_told(
    ledger: Ledger, by: Bys, state: ReportState
) -> None:
    await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))
    answered = ledger.reports.decide(GUILD, 1, ReportState.ANSWERED, by(11), "It is so.")
    other = ledger.reports.decide(GUILD, 1, state, by(12))
    first, second = await asyncio.gather(answered, other, return_exceptions=True)

    assert isinstance(first, Report)
    assert (first.state, first.answer, first.decided_by) == ("answered", "It is so.", 11)
    assert str(second) == "Report 1 was answered already."
    assert await ledger.reports.waiting(GUILD) == ()


async def test_repeated_interaction_decides_a_report_once(ledger: Ledger, by: Bys) -> None:
    await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))
    press = by(11)
    decided = [
        await ledger.reports.decide(GUILD, 1, ReportState.DISMISSED, press) for _ in range(2)
    ]

    assert decided[0] == decided[1]


async def test_answer_says_something(ledger: Ledger, by: Bys) -> None:
    await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))

    with pytest.raises(DraftError, match="Answer: at least one letter"):
        await ledger.reports.decide(GUILD, 1, ReportState.ANSWERED, by(11), " ")


async def test_only_what_a_pack_tells_is_passed_on(ledger: Ledger, by: Bys) -> None:
    for number, about in enumerate((OF_PACK, OWN), 1):
        await ledger.reports.tell(GUILD, about, "No.", by(20 + number))
    await ledger.reports.decide(GUILD, 1, ReportState.PASSED_ON, by(11))
    with pytest.raises(StateError, match="only its curators can mend it"):
        await ledger.reports.decide(GUILD, 2, ReportState.PASSED_ON, by(11))

    assert [one.about for one in await ledger.reports.passed_on()] == [OF_PACK]
    assert await ledger.reports.passed_on(NOON + timedelta(seconds=1)) == ()


async def test_edit_that_a_report_led_to_decides_it(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.reports.tell(GUILD, OWN, "She bakes.", by(21))
    assert await ledger.entries.edit(GUILD, "s.maren-holt", COOK, 1, by(11), 1)
    assert len(await ledger.reports.waiting(GUILD)) == 1
    assert isinstance(
        await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 7, by(11), 1), Conflict
    )
    assert len(await ledger.reports.waiting(GUILD)) == 1
    await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by(11), 1)

    report = await ledger.reports.report(GUILD, 1)
    assert (report.state, report.decided_by) == (ReportState.AMENDED, 11)
    assert report.about == OWN


async def test_edit_does_not_decide_what_is_decided_or_about_something_else(
    ledger: Ledger, by: Bys
) -> None:
    for _ in range(2):
        await ledger.entries.publish(GUILD, COOK, by())
    await ledger.reports.tell(GUILD, OWN, "She bakes.", by(21))
    await ledger.entries.edit(GUILD, "s.maren-holt-2", BAKER, 1, by(11), 1)
    assert len(await ledger.reports.waiting(GUILD)) == 1
    await ledger.reports.decide(GUILD, 1, ReportState.DISMISSED, by(12))
    await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by(11), 1)

    assert (await ledger.reports.report(GUILD, 1)).state is ReportState.DISMISSED


async def test_report_outlives_the_entry_that_it_is_about(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    told = await ledger.reports.tell(GUILD, OWN, "She bakes.", by(21))
    await ledger.entries.remove(GUILD, "s.maren-holt", by())

    assert await ledger.reports.waiting(GUILD) == (told,)


async def test_erasure_takes_a_person_out_of_their_report_and_resets_no_limit(
    ledger: Ledger, database: Database, by: Bys
) -> None:
    for wrong in ("Ask me.", "Or not."):
        await ledger.reports.tell(GUILD, OF_PACK, wrong, by(PERSON))
    async with database.write() as tx:
        await tx.run("UPDATE report SET wrong = ?", (f"Ask <@{PERSON}>.",))
    assert {row["table"] for row in await ledger.upkeep.person_data(PERSON)} == {"action", "report"}
    await ledger.upkeep.forget_person(PERSON)

    assert await ledger.upkeep.person_data(PERSON) == ()
    waiting = await ledger.reports.waiting(GUILD)
    assert {(one.told_by, one.wrong) for one in waiting} == {(None, "Ask @someone.")}
    with pytest.raises(QuotaError, match="You have made 2"):
        await ledger.reports.tell(GUILD, OF_PACK, "Hm.", by(PERSON))


async def test_server_that_removed_the_bot_leaves_nothing_that_was_passed_on(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.reports.tell(GUILD, OF_PACK, "No.", by(21))
    await ledger.reports.decide(GUILD, 1, ReportState.PASSED_ON, by(11))
    await ledger.upkeep.guilds_left([GUILD], NOON)
    await ledger.upkeep.purge(NOON + timedelta(days=30))

    assert await ledger.reports.passed_on() == ()
    with pytest.raises(NoSuchEntryError):
        await ledger.reports.report(GUILD, 1)


async def test_reports_are_restored_with_a_backup(tmp_path: Path, by: Bys) -> None:
    path, backup = tmp_path / "ledger.db", tmp_path / "backup.db"
    async with open_store(path) as database:
        told = await ledger_in(database, Quota()).reports.tell(GUILD, OF_PACK, "No.", by())
    back_up(path, backup)
    async with open_store(path) as database:
        await ledger_in(database, Quota()).reports.decide(GUILD, 1, ReportState.DISMISSED, by())
    restore(backup, path)

    async with open_store(path) as database:
        assert await ledger_in(database, Quota()).reports.waiting(GUILD) == (told,)
