"""What members told to be wrong."""

from datetime import datetime

from lore.curation.drafts import checked_text
from lore.curation.quota import Quota
from lore.ledger.port import NoSuchEntryError, StateError
from lore.ledger.records import Actor, Report, Reported, ReportState
from lore.ledger.unit import Database, Transaction
from lore.ledger.verbs import rows
from lore.ledger.verbs.members_queue import MembersQueue


class SqlReports:
    """Implements `port.Reports`."""

    def __init__(self, database: Database, quota: Quota, members_queue: MembersQueue) -> None:
        self._database = database
        self._quota = quota
        self._members_queue = members_queue

    async def tell(self, guild_id: int, about: Reported, wrong: str, by: Actor) -> Report:
        wrong = checked_text("What is wrong", wrong, self._quota.words)
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "tell", by):
                return await _report(tx, guild_id, done["number"])
            await _check_new(tx, guild_id, about, wrong, by)
            await self._members_queue.check_room(tx, guild_id, by)
            await rows.ensure_guild(tx, guild_id)
            [number] = await rows.next_numbers(tx, guild_id, "suggestion")
            await tx.run(
                "INSERT INTO report (guild_id, number, about, wrong, state, told_by, told_at) "
                "VALUES (?, ?, ?, ?, 'pending', ?, ?)",
                (
                    *(guild_id, number, rows.REPORTED.dump_json(about).decode(), wrong),
                    *(by.person_id, rows.seconds(by.at)),
                ),
            )
            await rows.note_done(tx, guild_id, "tell", by, number=number)
            return await _report(tx, guild_id, number)

    async def waiting(self, guild_id: int) -> tuple[Report, ...]:
        async with self._database.read() as tx:
            pending = await tx.rows(
                "SELECT * FROM report WHERE guild_id = ? AND state = 'pending' ORDER BY number",
                (guild_id,),
            )
            return tuple(tx.readable("report", rows.report, pending))

    async def report(self, guild_id: int, number: int) -> Report:
        async with self._database.read() as tx:
            return await _report(tx, guild_id, number)

    async def decide(
        self, guild_id: int, number: int, state: ReportState, by: Actor, answer: str = ""
    ) -> Report:
        if state is ReportState.ANSWERED:
            answer = checked_text("Answer", answer, self._quota.words)
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "report", by):
                return await _report(tx, guild_id, done["number"])
            report = await _report(tx, guild_id, number)
            if report.state is not ReportState.PENDING:
                raise StateError(f"Report {number} was {report.state} already.")
            if state is ReportState.PASSED_ON and not report.about.pack:
                raise StateError("This is lore of your own server: only its curators can mend it.")
            await _decide(tx, report, state, by, answer)
            await rows.note_done(tx, guild_id, "report", by, number=number)
            return await _report(tx, guild_id, number)

    async def passed_on(self, since: datetime | None = None) -> tuple[Report, ...]:
        async with self._database.read(patient=True) as tx:
            found = await tx.rows(
                "SELECT * FROM report WHERE state = 'passed on' AND decided_at >= ? "
                "ORDER BY decided_at, guild_id, number",
                (rows.seconds(since) if since else 0,),
            )
            return tuple(tx.readable("report", rows.report, found))


async def note_amended(
    tx: Transaction, guild_id: int, number: int, entry_id: str, by: Actor
) -> None:
    """Decide a report on an entry that is being edited; one that is decided already stays so."""
    report = await _report(tx, guild_id, number)
    if report.state is ReportState.PENDING and report.about.id == entry_id:
        await _decide(tx, report, ReportState.AMENDED, by)


async def _report(tx: Transaction, guild_id: int, number: int) -> Report:
    row = await tx.row("SELECT * FROM report WHERE guild_id = ? AND number = ?", (guild_id, number))
    if row is None:
        raise NoSuchEntryError(f"This server has no report {number}.")
    return tx.read("report", rows.report, row)


async def _check_new(
    tx: Transaction, guild_id: int, about: Reported, wrong: str, by: Actor
) -> None:
    """Raise StateError if the same person said the same in a report that still waits."""
    found = await tx.rows(
        "SELECT * FROM report WHERE guild_id = ? AND told_by = ? AND state = 'pending'",
        (guild_id, by.person_id),
    )
    for one in tx.readable("report", rows.report, found):
        if (one.about, one.wrong) == (about, wrong):
            raise StateError(f"You told this already: report {one.number} waits for the curators.")


async def _decide(
    tx: Transaction, report: Report, state: ReportState, by: Actor, answer: str = ""
) -> None:
    await tx.run(
        "UPDATE report SET state = ?, decided_by = ?, decided_at = ?, answer = ? "
        "WHERE guild_id = ? AND number = ?",
        (
            *(state, by.person_id, rows.seconds(by.at), answer or None),
            *(report.guild_id, report.number),
        ),
    )
