"""Which quote comes when in each server, in SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice, takewhile

from lore.ledger.port import NoTurnError
from lore.ledger.records import Actor
from lore.ledger.sqlite import qotd_book as book
from lore.ledger.sqlite import qotd_rows as rows
from lore.ledger.sqlite.database import Database, Transaction
from lore.ledger.sqlite.qotd_rows import ScheduleKey, key_of
from lore.ledger.sqlite.qotd_schedules import find, recent, replayed, set_next
from lore.ledger.sqlite.qotd_undo import passed_by, remember, stand
from lore.ledger.sqlite.unreadable import UnreadableRowError
from lore.qotd.delivery import Delivery, FailureReason, State
from lore.qotd.picking import Overrides, Pool, Preview, QuotePick, Skipped, choose
from lore.qotd.timetable import FIRST, PROMISE, Outlook, Schedule, Slot, shifts, turns


class SqliteQotdPlans:
    """Implements `port.QotdPlans`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int) -> list[Schedule]:
        return [schedule for _, schedule in await self._due(now, limit) if schedule]

    async def without_zone(self, now: datetime, limit: int) -> list[Delivery]:
        lost = [of for of, schedule in await self._due(now, limit) if not schedule]
        if not lost:
            return []
        async with self._database.write() as tx:
            found = [await book.without_zone(tx, of, now) for of in lost]
        return [delivery for delivery in found if delivery]

    async def plan(self, schedule: Schedule, pool: Pool, now: datetime) -> Delivery | None:
        of, day = key_of(schedule), schedule.next_day
        async with self._database.write() as tx:
            if day is None or await find(tx, of) != schedule:
                return None
            try:
                known = await book.delivery(tx, of, day)
            except UnreadableRowError:
                # Nobody can know whether it was posted: it has had its turn.
                await _go_on(tx, schedule, now)
                return None
            if known is None or known.only_asked:
                _, sent = await recent(tx, of, now)
                slot = schedule.terms.table.slot(day)
                turn = slot.after(sent)
                if turn and turn.due > now:
                    await set_next(tx, of, turn)
                    return None
                if turn is None or turn.expires <= now:
                    trouble = FailureReason.MISSED if turn else FailureReason.TOO_SOON
                    await book.record(tx, schedule, slot, None, trouble)
                else:
                    choice = await book.chosen(tx, of, day, pool)
                    await book.record(tx, schedule, slot, choice, FailureReason.NO_QUOTE)
                    await book.doubt(tx, schedule, day, schedule.next_due or now)
                await book.prune(tx, of, now)
            await _go_on(tx, schedule, now)
            return await book.delivery(tx, of, day)

    async def plan_now(
        self, guild_id: int, pool: Pool, now: datetime, *, number: int = FIRST
    ) -> Delivery | None:
        of = ScheduleKey(guild_id, number)
        async with self._database.write() as tx:
            schedule = await find(tx, of)
            if schedule is None:
                return None
            slot = schedule.terms.table.slot(schedule.terms.table.today(now))
            hour = slot.due
            slot = Slot(slot.day, now, max(slot.expires, now + PROMISE))
            known = await book.delivery(tx, of, slot.day)
            if known and known.state in (State.PLANNED, State.SENDING, State.SENT):
                return known
            choice = known.choice if known else None
            if choice is None or choice.key in (await book.overrides(tx, of, slot.day)).passed:
                choice = await book.chosen(tx, of, slot.day, pool)
            await book.record(tx, schedule, slot, choice, FailureReason.NO_QUOTE, asked=True)
            await book.doubt(tx, schedule, slot.day, hour)
            if schedule.next_day == slot.day:
                await _go_on(tx, schedule, now)
            return await book.delivery(tx, of, slot.day)

    async def another(self, delivery: Delivery, pool: Pool) -> QuotePick | None:
        of = key_of(delivery)
        async with self._database.write() as tx:
            if delivery.choice:
                await book.refuse(tx, delivery, delivery.choice)
            shown_history = await book.shown_history(tx, of)
            passed = (await book.overrides(tx, of, delivery.day)).passed
            passed |= (await book.refused(tx, of)).keys()
        other = choose(pool, shown_history, delivery.guild_id, Overrides(passed=passed))
        unfit = delivery.replaced or other is None or other.key in passed
        return None if unfit else other

    async def outlook(
        self, guild_id: int, now: datetime, days: int = 1, *, number: int = FIRST
    ) -> Outlook:
        of = ScheduleKey(guild_id, number)
        async with self._database.read() as tx:
            schedule = await find(tx, of)
            if schedule is None:
                return Outlook()
            coming = tuple(islice(await _turns(tx, schedule, now), days))
            taken, sent = await recent(tx, of, now)
        since = schedule.paused_until or date.min
        before = takewhile(
            lambda slot: bool(coming) and slot.day <= coming[0].day, schedule.terms.table.ahead(now)
        )
        slots = (slot for slot in before if slot.day >= since)
        return Outlook(coming, tuple(shifts(slots, taken=taken, last_sent=sent)))

    async def preview(
        self, guild_id: int, pool: Pool, now: datetime, days: int = 7, *, number: int = FIRST
    ) -> tuple[Preview, ...]:
        of = ScheduleKey(guild_id, number)
        async with self._database.read() as tx:
            schedule = await find(tx, of)
            slots = islice(await _turns(tx, schedule, now), days) if schedule else ()
            return await _preview(tx, of, pool, slots)

    async def skip(
        self,
        guild_id: int,
        pool: Pool,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Skipped | None:
        of = ScheduleKey(guild_id, number)
        async with self._database.write() as tx:
            schedule = await find(tx, of)
            slot = next(await _turns(tx, schedule, now), None) if schedule else None
            if slot is None:
                return None
            stood = await stand(tx, of)
            passed = await passed_by(tx, guild_id, by) if by else None
            if not await replayed(tx, guild_id, "qotd skip", by):
                [day] = await _preview(tx, of, pool, [slot])
                passed = day.choice.key if day.choice else None
                if passed:
                    await book.wish(tx, of, slot.day, passed, "passed")
                await remember(tx, of, by, stood)
            [day] = await _preview(tx, of, pool, [slot])
            return Skipped(passed, day)

    async def queue(
        self,
        guild_id: int,
        day: date,
        key: str,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Slot | None:
        of = ScheduleKey(guild_id, number)
        async with self._database.write() as tx:
            schedule = await find(tx, of)
            if schedule is None:
                raise NoTurnError(day, None)
            slots = await _turns(tx, schedule, now)
            slot = next((slot for slot in slots if slot.day >= day), None)
            has_turn = slot is not None and slot.day == day
            before = await stand(tx, of)
            if await replayed(tx, guild_id, "qotd queue", by):
                return slot if has_turn else None
            is_today = day == schedule.terms.table.today(now)
            if await book.delivery(tx, of, day) or not (has_turn or is_today):
                raise NoTurnError(day, slot.day if slot else None)
            await tx.run(
                "DELETE FROM quote_wish "
                "WHERE guild_id = ? AND number = ? AND day = ? AND wish = 'queued'",
                (*of, day.isoformat()),
            )
            await book.wish(tx, of, day, key, "queued")
            await remember(tx, of, by, before)
            return slot if has_turn else None

    async def on(self, guild_id: int, day: date, *, number: int = FIRST) -> Delivery | None:
        async with self._database.read() as tx:
            return await book.delivery(tx, ScheduleKey(guild_id, number), day)

    async def history(
        self, guild_id: int, limit: int = 30, skip: int = 0, *, number: int = FIRST
    ) -> tuple[Delivery, ...]:
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM quote_delivery WHERE guild_id = ? AND number = ? "
                "ORDER BY day DESC LIMIT ? OFFSET ?",
                (guild_id, number, limit, skip),
            )
            return tuple(tx.readable("quote_delivery", rows.delivery, found))

    async def days(self, guild_id: int, *, number: int = FIRST) -> int:
        async with self._database.read() as tx:
            [row] = await tx.rows(
                "SELECT count(*) FROM quote_delivery WHERE guild_id = ? AND number = ?",
                (guild_id, number),
            )
            return int(row[0])

    async def _due(self, now: datetime, limit: int) -> list[tuple[ScheduleKey, Schedule | None]]:
        """The schedules that are due; None where the zone is lost."""
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM quote_schedule WHERE next_due <= ? ORDER BY next_due LIMIT ?",
                (rows.seconds(now), limit),
            )
            return tx.readable(
                "quote_schedule",
                lambda row: (ScheduleKey(row["guild_id"], row["number"]), rows.in_zone(row)),
                found,
            )


async def _go_on(tx: Transaction, schedule: Schedule, now: datetime) -> None:
    """Aim at the first slot that is still open and has no delivery; a pause is over by now."""
    taken, sent = await recent(tx, key_of(schedule), now)
    slots = turns(schedule.terms.table.open(now), taken=taken, last_sent=sent)
    await tx.run(
        "UPDATE quote_schedule SET pause = NULL, paused_until = NULL "
        "WHERE guild_id = ? AND number = ?",
        key_of(schedule),
    )
    await set_next(tx, key_of(schedule), next(slots))


async def _turns(tx: Transaction, schedule: Schedule, now: datetime) -> Iterator[Slot]:
    """The turns to come, without end; none while paused without an end."""
    if schedule.next_day is None:
        return iter(())
    taken, sent = await recent(tx, key_of(schedule), now)
    return turns(schedule.terms.table.slots(schedule.next_day), taken=taken, last_sent=sent)


async def _preview(
    tx: Transaction, of: ScheduleKey, pool: Pool, slots: Iterable[Slot]
) -> tuple[Preview, ...]:
    """What these turns get if nothing changes."""
    shown_history, previews = await book.shown_history(tx, of), list[Preview]()
    for slot in slots:
        overrides = await book.overrides(tx, of, slot.day)
        choice = choose(pool, shown_history, of.guild_id, overrides)
        shown_history = shown_history.after(choice) if choice else shown_history
        unmet = overrides.queued if overrides.queued not in pool.known else None
        previews.append(Preview(slot, choice, unmet))
    return tuple(previews)
