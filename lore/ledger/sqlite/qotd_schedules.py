"""When each server wants its quote of the day, in SQLite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from sqlite3 import Row
from zoneinfo import ZoneInfo

from lore.ledger.records import Actor
from lore.ledger.sqlite import qotd_rows as rows
from lore.ledger.sqlite.database import Database, Transaction
from lore.ledger.sqlite.qotd_rows import ScheduleKey, key_of
from lore.ledger.sqlite.qotd_undo import kept_change, remember, stand, take_back
from lore.ledger.sqlite.rows import done_before, ensure_guild, note_done
from lore.ledger.sqlite.unreadable import UnreadableRowError
from lore.qotd.delivery import FailureReason
from lore.qotd.timetable import (
    FIRST,
    LostZoneError,
    Pause,
    QotdConfig,
    Schedule,
    Slot,
    jitter,
    kept_zone,
    turns,
)

_AIM = "UPDATE quote_schedule SET next_day = ?, next_due = ? WHERE guild_id = ? AND number = ?"
_ROW = "SELECT * FROM quote_schedule WHERE guild_id = ? AND number = ?"


class SqliteQotdSchedules:
    """Implements `port.QotdSchedules`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, guild_id: int, *, number: int = FIRST) -> Schedule | None:
        async with self._database.read() as tx:
            return await find(tx, ScheduleKey(guild_id, number))

    async def terms(
        self, guild_id: int, zone: ZoneInfo | None, *, number: int = FIRST
    ) -> QotdConfig | None:
        def decode(row: Row) -> QotdConfig:
            return rows.terms(row, zone or kept_zone(row["zone"]))

        async with self._database.read() as tx:
            found = await tx.rows(_ROW, (guild_id, number))
            return next(iter(tx.readable("quote_schedule", decode, found)), None)

    async def set(
        self,
        guild_id: int,
        terms: QotdConfig,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Schedule | None:
        of = ScheduleKey(guild_id, number)

        async def keep(tx: Transaction) -> int:
            await ensure_guild(tx, guild_id)
            await _keep_distance(tx, of, terms)
            return await tx.run(
                """
                INSERT INTO quote_schedule (guild_id, number, channel_id, zone, at, days, role_id,
                                            tiers, speaker)
                VALUES (:guild_id, :number, :channel_id, :zone, :at, :days, :role_id,
                        :tiers, :speaker)
                ON CONFLICT (guild_id, number) DO UPDATE SET channel_id = excluded.channel_id,
                    zone = excluded.zone, at = excluded.at, days = excluded.days,
                    role_id = excluded.role_id, tiers = excluded.tiers, speaker = excluded.speaker,
                    pause = NULL, paused_until = NULL, failing = 0, failed_day = NULL,
                    next_day = NULL, next_due = NULL
                """,
                {**of._asdict(), **rows.terms_row(terms)},
            )

        return await self._change(of, "qotd set", by, now, keep)

    async def pause(
        self,
        guild_id: int,
        until: date | None,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Schedule | None:
        of = ScheduleKey(guild_id, number)

        async def keep(tx: Transaction) -> int:
            await _call_off(tx, of)
            return await tx.run(
                "UPDATE quote_schedule SET pause = ?, paused_until = ? "
                "WHERE guild_id = ? AND number = ?",
                (Pause.ASKED, until and until.isoformat(), *of),
            )

        return await self._change(of, "qotd pause", by, now, keep)

    async def resume(
        self, guild_id: int, now: datetime, by: Actor | None = None, *, number: int = FIRST
    ) -> Schedule | None:
        of = ScheduleKey(guild_id, number)

        async def keep(tx: Transaction) -> int:
            return await tx.run(
                "UPDATE quote_schedule SET pause = NULL, paused_until = NULL, failing = 0, "
                "failed_day = NULL WHERE guild_id = ? AND number = ?",
                of,
            )

        return await self._change(of, "qotd resume", by, now, keep)

    async def _change(
        self,
        of: ScheduleKey,
        verb: str,
        by: Actor | None,
        now: datetime,
        keep: Callable[[Transaction], Awaitable[int]],
    ) -> Schedule | None:
        """Keep a change that was not kept before, and aim anew; None if nothing is set.

        `keep` returns how many schedules it changed.
        """
        async with self._database.write() as tx:
            before = await stand(tx, of)
            if await replayed(tx, of.guild_id, verb, by):
                return await find(tx, of)
            changed = await keep(tx)
            await remember(tx, of, by, before)
            return await _begin(tx, of, now) if changed else None

    async def off(self, guild_id: int, by: Actor | None = None, *, number: int = FIRST) -> bool:
        of = ScheduleKey(guild_id, number)
        async with self._database.write() as tx:
            before = await stand(tx, of)
            if await replayed(tx, guild_id, "qotd off", by):
                return True
            await _call_off(tx, of)
            ended = await tx.run("DELETE FROM quote_schedule WHERE guild_id = ? AND number = ?", of)
            await remember(tx, of, by, before)
            return bool(ended)

    async def undo(
        self, guild_id: int, change_id: int, now: datetime, by: Actor | None = None
    ) -> Schedule | None:
        async with self._database.write() as tx:
            changed = await kept_change(tx, guild_id, change_id)
            if not await replayed(tx, guild_id, "qotd undo", by):
                await take_back(tx, changed, now)
            of = changed.of if changed else ScheduleKey(guild_id, FIRST)
            if not await find(tx, of):
                await _call_off(tx, of)
                return None
            return await _begin(tx, of, now)

    async def realign(self, now: datetime) -> None:
        async with self._database.write() as tx:
            found = await tx.rows(
                "SELECT * FROM quote_schedule WHERE next_due > ?", [rows.seconds(now)]
            )
            taken = await _taken(tx, now)
            await tx.run_many(
                _AIM,
                [
                    _aimed(key_of(schedule), slot, len(found))
                    for schedule in tx.readable("quote_schedule", rows.in_zone, found)
                    if schedule and (slot := _realigned(schedule, now, taken[key_of(schedule)]))
                ],
            )


async def find(tx: Transaction, of: ScheduleKey) -> Schedule | None:
    """The schedule of that number, None if the server has none."""
    row = await tx.row(_ROW, of)
    return tx.read("quote_schedule", rows.schedule, row) if row else None


async def recent(
    tx: Transaction, of: ScheduleKey, now: datetime
) -> tuple[frozenset[date], datetime | None]:
    """The dates from the day before yesterday on that have had their turn, and the last post.

    What a curator asked to be posted at once keeps no distance to the next one, and if it could
    not be posted its day keeps its turn.
    """
    found = await tx.rows(
        """
        SELECT guild_id, number, day,
               CASE WHEN NOT asked AND state IN ('sending', 'sent', 'unverified')
                    THEN coalesce(sent_at, last_attempt) END AS sent
        FROM quote_delivery
        WHERE guild_id = ? AND number = ? AND day >= ? AND NOT (asked AND state = 'blocked')
        """,
        (*of, (now - timedelta(days=2)).date().isoformat()),
    )
    # What the clock, once wrong, has put into the future keeps nothing from being posted.
    sent = [row["sent"] for row in found if row["sent"] and row["sent"] <= rows.seconds(now)]
    days = frozenset(tx.readable("quote_delivery", rows.day, found))
    return days, rows.instant(max(sent, default=None))


async def clear_failures(tx: Transaction, of: ScheduleKey, now: datetime) -> None:
    """It was posted: a pause because it could not be is over."""
    await tx.run(
        "UPDATE quote_schedule SET failing = 0, failed_day = NULL "
        "WHERE guild_id = ? AND number = ?",
        of,
    )
    if await tx.run(
        "UPDATE quote_schedule SET pause = NULL WHERE guild_id = ? AND number = ? AND pause = ?",
        (*of, Pause.FAILING),
    ):
        await set_next_anew(tx, of, now)


async def set_next_anew(tx: Transaction, of: ScheduleKey, now: datetime) -> None:
    """Aim at the next turn, if the schedule still has any."""
    # What is posted or not is so, whatever became of the schedule and its zone.
    with suppress(LostZoneError, UnreadableRowError):
        if await find(tx, of):
            await _begin(tx, of, now)


async def set_next(tx: Transaction, of: ScheduleKey, slot: Slot) -> None:
    """Make that slot the one that comes next."""
    row = await tx.row("SELECT count(*) FROM quote_schedule WHERE next_due IS NOT NULL")
    await tx.run(_AIM, _aimed(of, slot, row[0] if row else 0))


async def _keep_distance(tx: Transaction, of: ScheduleKey, terms: QotdConfig) -> None:
    """Let a changed zone keep its distance from any post, also from one that was asked for."""
    await tx.run(
        """
        UPDATE quote_delivery SET asked = 0
        WHERE guild_id = :guild_id AND number = :number AND asked AND NOT EXISTS (
            SELECT 1 FROM quote_schedule AS old
            WHERE old.guild_id = :guild_id AND old.number = :number AND old.zone = :zone
        )
        """,
        {**of._asdict(), "zone": terms.table.zone.key},
    )


async def _begin(tx: Transaction, of: ScheduleKey, now: datetime) -> Schedule:
    """Aim at the first turn of what was just set, and let what is planned go by it."""
    schedule = await find(tx, of)
    assert schedule is not None
    await tx.run(
        "UPDATE quote_delivery SET channel_id = ?, role_id = ? "
        "WHERE guild_id = ? AND number = ? AND state = 'planned'",
        (schedule.terms.channel_id, schedule.terms.role_id, *of),
    )
    if schedule.pause and schedule.paused_until is None:
        await tx.run(_AIM, (None, None, *of))
    else:
        taken, sent = await recent(tx, of, now)
        ahead = schedule.terms.table.ahead(now)
        since = schedule.paused_until
        await set_next(tx, of, next(turns(ahead, taken=taken, last_sent=sent, since=since)))
    return await find(tx, of) or schedule


async def replayed(tx: Transaction, guild_id: int, verb: str, by: Actor | None) -> bool:
    """Whether that interaction was done before; if not, it is from now on."""
    if by is None:
        return False
    if await done_before(tx, guild_id, verb, by):
        return True
    await note_done(tx, guild_id, verb, by)
    return False


async def _call_off(tx: Transaction, of: ScheduleKey) -> None:
    """End what waits to be sent; what may have been sent is still to be cleared up."""
    await tx.run(
        "UPDATE quote_delivery SET state = 'skipped', trouble = ? "
        "WHERE guild_id = ? AND number = ? AND state = 'planned'",
        (FailureReason.PAUSED, *of),
    )


async def _taken(tx: Transaction, now: datetime) -> Mapping[ScheduleKey, set[date]]:
    """The dates of each schedule from the day before yesterday on that have had their turn."""
    found = await tx.rows(
        """
        SELECT done.guild_id, done.number, done.day
        FROM quote_schedule AS schedule JOIN quote_delivery AS done
          ON done.guild_id = schedule.guild_id AND done.number = schedule.number
         AND done.day >= ?
        WHERE NOT (done.asked AND done.state = 'blocked')
        """,
        ((now - timedelta(days=2)).date().isoformat(),),
    )
    taken = defaultdict[ScheduleKey, set[date]](set)
    days = tx.readable(
        "quote_delivery",
        lambda row: (ScheduleKey(row["guild_id"], row["number"]), rows.day(row)),
        found,
    )
    for of, day in days:
        taken[of].add(day)
    return taken


def _realigned(schedule: Schedule, now: datetime, taken: Collection[date]) -> Slot | None:
    """The slot that comes next; None if its hour has come and only its jitter is left."""
    table = schedule.terms.table
    if schedule.next_day is None or table.slot(schedule.next_day).due <= now:
        return None
    return next(turns(table.ahead(now), taken=taken, since=schedule.paused_until))


def _aimed(of: ScheduleKey, slot: Slot, schedules: int) -> tuple[str, int, int, int]:
    due = slot.due + jitter(of.guild_id, schedules)
    return slot.day.isoformat(), rows.seconds(due), *of
