"""Keeps when each server wants its quote of the day.

Every verb is one transaction. A replayed interaction changes nothing more, as each verb says
what shall be, not what to add.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

from lore.daily.delivery import Trouble
from lore.daily.schedule import Pause, Schedule, Terms, turns
from lore.daily.timetable import Slot, jitter
from lore.ledger import schedule_rows as rows
from lore.ledger.sqlite.rows import ensure_guild
from lore.ledger.store import Store, Unit

_AIM = "UPDATE quote_schedule SET next_day = ?, next_due = ? WHERE guild_id = ?"


class Schedules:
    """The schedules of all servers; times are aware and in UTC, dates are the server's own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, guild_id: int) -> Schedule | None:
        """A server's schedule, None if it has none."""
        async with self._store.read() as tx:
            return await find(tx, guild_id)

    async def set(self, guild_id: int, terms: Terms, now: datetime) -> Schedule:
        """Begin, or change what was set before; this ends a pause."""
        async with self._store.write() as tx:
            await ensure_guild(tx, guild_id)
            await tx.run(
                """
                INSERT INTO quote_schedule (guild_id, channel_id, zone, at, days, role_id, tiers,
                                            speaker)
                VALUES (:guild_id, :channel_id, :zone, :at, :days, :role_id, :tiers, :speaker)
                ON CONFLICT (guild_id) DO UPDATE SET channel_id = excluded.channel_id,
                    zone = excluded.zone, at = excluded.at, days = excluded.days,
                    role_id = excluded.role_id, tiers = excluded.tiers, speaker = excluded.speaker,
                    pause = NULL, paused_until = NULL, failing = 0
                """,
                {"guild_id": guild_id, **rows.terms_row(terms)},
            )
            await tx.run(
                "UPDATE quote_delivery SET channel_id = ?, role_id = ? "
                "WHERE guild_id = ? AND state = 'planned'",
                (terms.channel_id, terms.role_id, guild_id),
            )
            return await _begin(tx, guild_id, now)

    async def pause(self, guild_id: int, until: date | None, now: datetime) -> Schedule | None:
        """Post nothing before that date, or until `resume`; None if nothing is set."""
        async with self._store.write() as tx:
            await _call_off(tx, guild_id)
            paused = await tx.run(
                "UPDATE quote_schedule SET pause = ?, paused_until = ? WHERE guild_id = ?",
                (Pause.ASKED, until and until.isoformat(), guild_id),
            )
            return await _begin(tx, guild_id, now) if paused else None

    async def resume(self, guild_id: int, now: datetime) -> Schedule | None:
        """End a pause; None if nothing is set."""
        async with self._store.write() as tx:
            resumed = await tx.run(
                "UPDATE quote_schedule SET pause = NULL, paused_until = NULL, failing = 0 "
                "WHERE guild_id = ?",
                (guild_id,),
            )
            return await _begin(tx, guild_id, now) if resumed else None

    async def off(self, guild_id: int) -> bool:
        """Post no more; what was posted stays known, so that quotes do not come again too soon."""
        async with self._store.write() as tx:
            await _call_off(tx, guild_id)
            return bool(await tx.run("DELETE FROM quote_schedule WHERE guild_id = ?", (guild_id,)))

    async def realign(self, now: datetime) -> None:
        """Work out anew when servers are next due: zones change their rules, and clocks jump."""
        async with self._store.write() as tx:
            found = await tx.rows(
                "SELECT * FROM quote_schedule WHERE next_due > ?", [rows.seconds(now)]
            )
            await tx.run_many(
                _AIM,
                [
                    _aimed(schedule.guild_id, slot, len(found))
                    for schedule in map(rows.schedule, found)
                    if (slot := _realigned(schedule, now))
                ],
            )


async def find(tx: Unit, guild_id: int) -> Schedule | None:
    """A server's schedule, None if it has none."""
    row = await tx.row("SELECT * FROM quote_schedule WHERE guild_id = ?", (guild_id,))
    return rows.schedule(row) if row else None


async def recent(tx: Unit, guild_id: int, now: datetime) -> tuple[frozenset[date], datetime | None]:
    """The dates from the day before yesterday on that have a delivery, and the last post."""
    found = await tx.rows(
        "SELECT day, coalesce(sent_at, last_attempt) AS sent FROM quote_delivery "
        "WHERE guild_id = ? AND day >= ?",
        (guild_id, (now - timedelta(days=2)).date().isoformat()),
    )
    # What the clock, once wrong, has put into the future keeps nothing from being posted.
    sent = [row["sent"] for row in found if row["sent"] and row["sent"] <= rows.seconds(now)]
    days = frozenset(date.fromisoformat(row["day"]) for row in found)
    return days, rows.instant(max(sent, default=None))


async def aim(tx: Unit, guild_id: int, slot: Slot) -> None:
    """Make that slot the one that comes next."""
    row = await tx.row("SELECT count(*) FROM quote_schedule WHERE next_due IS NOT NULL")
    await tx.run(_AIM, _aimed(guild_id, slot, row[0] if row else 0))


async def _begin(tx: Unit, guild_id: int, now: datetime) -> Schedule:
    schedule = await find(tx, guild_id)
    assert schedule is not None
    if schedule.pause and schedule.paused_until is None:
        await tx.run(_AIM, (None, None, guild_id))
    else:
        taken, sent = await recent(tx, guild_id, now)
        ahead = schedule.terms.table.ahead(now)
        since = schedule.paused_until
        await aim(tx, guild_id, next(turns(ahead, taken=taken, last_sent=sent, since=since)))
    return await find(tx, guild_id) or schedule


async def _call_off(tx: Unit, guild_id: int) -> None:
    """End what waits to be sent; what may have been sent is still to be cleared up."""
    await tx.run(
        "UPDATE quote_delivery SET state = 'skipped', trouble = ? "
        "WHERE guild_id = ? AND state = 'planned'",
        (Trouble.PAUSED, guild_id),
    )


def _realigned(schedule: Schedule, now: datetime) -> Slot | None:
    """The slot that comes next; None if its hour has come and only its jitter is left."""
    table = schedule.terms.table
    if schedule.next_day is None or table.slot(schedule.next_day).due <= now:
        return None
    # The very next slot is not the one where today's quote was posted before its hour.
    first, second = islice(turns(table.ahead(now), since=schedule.paused_until), 2)
    return second if second.day == schedule.next_day else first


def _aimed(guild_id: int, slot: Slot, servers: int) -> tuple[str, int, int]:
    due = slot.due + jitter(guild_id, servers)
    return slot.day.isoformat(), rows.seconds(due), guild_id
