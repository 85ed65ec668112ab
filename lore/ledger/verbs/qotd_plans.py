"""Stores which quote each server gets on which day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, pairwise, takewhile
from typing import Literal

from lore.ledger.own_shards import OwnShards
from lore.ledger.port import NoPostOnDateError, QueueChangedError
from lore.ledger.records import Actor
from lore.ledger.row import StoredRow
from lore.ledger.unit import Database, Transaction
from lore.ledger.unreadable import UnreadableRowError
from lore.ledger.verbs.qotd_deliveries import (
    checked_round,
    delivery_in,
    find_delivery,
    keep_planned,
    keep_without_zone,
    look_first_if_in_gap,
)
from lore.ledger.verbs.qotd_schedules import (
    ScheduleKey,
    find_schedule,
    keep_change,
    kept_change,
    key_of,
    posting_queue,
    recent,
    replayed,
    schedule_in_zone,
    set_next,
    set_wishes,
    snapshot,
)
from lore.ledger.verbs.rows import seconds
from lore.qotd.delivery import NOTHING_FITS, Delivery, FailureReason, State
from lore.qotd.picking import (
    Overrides,
    Pool,
    Preview,
    Queued,
    QueuedPick,
    QuotePick,
    ShownHistory,
    Skipped,
    choose,
)
from lore.qotd.timetable import FIRST, PROMISE, Outlook, Schedule, Slot, posting_slots, shifts

# Past days are kept for this long, and longer only if the choice of quotes depends on them.
KEPT = timedelta(days=366)

_UNQUEUE = (
    "DELETE FROM quote_wish WHERE guild_id = ? AND number = ? AND day = ? AND wish = 'queued'"
)

# A quote that was not posted does not count as shown.
_SHOWN = "key IS NOT NULL AND state NOT IN ('skipped', 'blocked')"


# How many daily posts that were turned off are still told of.
_FORMER = 20


class SqlQotdPlans:
    """Implements `port.QotdPlans`."""

    def __init__(self, database: Database, shards: OwnShards, rate: float) -> None:
        self._database = database
        self._shards = shards
        self._rate = rate

    async def due(self, now: datetime, limit: int) -> list[Schedule]:
        return [schedule for _, schedule in await self._due(now, limit) if schedule]

    async def without_zone(self, now: datetime, limit: int) -> list[Delivery]:
        lost = [key for key, schedule in await self._due(now, limit) if not schedule]
        if not lost:
            return []
        found = []
        for key in sorted(lost):
            async with self._database.write(key.guild_id) as tx:
                found.append(await keep_without_zone(tx, key, now))
        return [delivery for delivery in found if delivery]

    async def plan(self, schedule: Schedule, pool: Pool, now: datetime) -> Delivery | None:
        key, day = key_of(schedule), schedule.next_day
        async with self._database.write(key.guild_id) as tx:
            if day is None or await find_schedule(tx, key) != schedule:
                return None
            try:
                known = await find_delivery(tx, key, day)
            except UnreadableRowError:
                # Nobody can know whether it was posted, so it counts as shown.
                await _go_on(tx, schedule, now, self._rate)
                return None
            if known is None or known.only_asked:
                _, sent = await recent(tx, key, now)
                slot = schedule.config.table.slot(day).while_queued(
                    await posting_queue(tx, self._rate)
                )
                moved = slot.after(sent)
                if moved and moved.due > now:
                    await set_next(tx, key, moved, self._rate)
                    return None
                if moved is None or moved.expires <= now:
                    failure = FailureReason.MISSED if moved else FailureReason.TOO_SOON
                    await keep_planned(tx, schedule, slot, None, failure)
                else:
                    choice = await _take_choice(tx, key, day, pool)
                    await keep_planned(
                        tx, schedule, slot, choice, NOTHING_FITS[schedule.config.what]
                    )
                    await look_first_if_in_gap(tx, schedule, day, schedule.next_due or now)
                await _prune(tx, key, now)
            await _go_on(tx, schedule, now, self._rate)
            return await find_delivery(tx, key, day)

    async def plan_now(
        self, guild_id: int, pool: Pool, now: datetime, *, number: int = FIRST
    ) -> Delivery | None:
        key = ScheduleKey(guild_id, number)
        async with self._database.write(guild_id) as tx:
            schedule = await find_schedule(tx, key)
            if schedule is None:
                return None
            slot = schedule.config.table.slot(schedule.config.table.today(now))
            hour = slot.due
            slot = Slot(slot.day, now, max(slot.expires, now + PROMISE))
            known = await find_delivery(tx, key, slot.day)
            if known and known.state in (State.PLANNED, State.SENDING, State.SENT):
                return known
            choice = known.choice if known else None
            if choice is None or choice.key in (await _overrides(tx, key, slot.day)).passed:
                choice = await _take_choice(tx, key, slot.day, pool)
            await keep_planned(
                tx, schedule, slot, choice, NOTHING_FITS[schedule.config.what], asked=True
            )
            await look_first_if_in_gap(tx, schedule, slot.day, hour)
            if schedule.next_day == slot.day:
                await _go_on(tx, schedule, now, self._rate)
            return await find_delivery(tx, key, slot.day)

    async def another(self, delivery: Delivery, pool: Pool) -> QuotePick | None:
        key = key_of(delivery)
        async with self._database.write(key.guild_id) as tx:
            if delivery.choice:
                await _keep_refused(tx, delivery, delivery.choice)
            shown_history = await _shown_history(tx, key)
            overrides = await _overrides(tx, key, delivery.day)
            passed = overrides.passed | (await _refused_rounds(tx, key)).keys()
        overrides = replace(overrides, queued=None, passed=passed)
        other = choose(pool, shown_history, key.seed, overrides)
        unfit = delivery.replaced or other is None or other.key in passed
        return None if unfit else other

    async def outlook(
        self, guild_id: int, now: datetime, days: int = 1, *, number: int = FIRST
    ) -> Outlook:
        key = ScheduleKey(guild_id, number)
        async with self._database.read() as tx:
            schedule = await find_schedule(tx, key)
            if schedule is None:
                return Outlook()
            coming = tuple(islice(await _coming_slots(tx, schedule, now), days))
            taken, sent = await recent(tx, key, now)
        since = schedule.paused_until or date.min
        before = takewhile(
            lambda slot: bool(coming) and slot.day <= coming[0].day,
            schedule.config.table.ahead(now),
        )
        slots = (slot for slot in before if slot.day >= since)
        return Outlook(coming, tuple(shifts(slots, taken=taken, last_sent=sent)))

    async def preview(
        self, guild_id: int, pool: Pool, now: datetime, days: int = 7, *, number: int = FIRST
    ) -> tuple[Preview, ...]:
        key = ScheduleKey(guild_id, number)
        async with self._database.read() as tx:
            schedule = await find_schedule(tx, key)
            slots = islice(await _coming_slots(tx, schedule, now), days) if schedule else ()
            return await _preview(tx, key, pool, slots)

    async def skip(
        self,
        guild_id: int,
        pool: Pool,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Skipped | None:
        key = ScheduleKey(guild_id, number)
        async with self._database.write(guild_id) as tx:
            schedule = await find_schedule(tx, key)
            slot = next(await _coming_slots(tx, schedule, now), None) if schedule else None
            if slot is None:
                return None
            before = await snapshot(tx, key)
            passed = await _passed_by(tx, guild_id, by) if by else None
            if not await replayed(tx, guild_id, "qotd skip", by):
                [day] = await _preview(tx, key, pool, [slot])
                passed = day.choice.key if day.choice else None
                if passed:
                    await set_wishes(tx, key, [(slot.day.isoformat(), passed, "passed")])
                await keep_change(tx, key, by, before)
            [day] = await _preview(tx, key, pool, [slot])
            return Skipped(passed, day)

    async def queue(
        self,
        guild_id: int,
        day: date,
        quote: str,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Queued:
        key = ScheduleKey(guild_id, number)
        async with self._database.write(guild_id) as tx:
            schedule = await find_schedule(tx, key)
            if schedule is None:
                raise NoPostOnDateError(day, None)
            slots = await _coming_slots(tx, schedule, now)
            slot = next((slot for slot in slots if slot.day >= day), None)
            has_turn = slot is not None and slot.day == day
            before = await snapshot(tx, key)
            if await replayed(tx, guild_id, "qotd queue", by):
                return Queued(slot if has_turn else None)
            is_today = day == schedule.config.table.today(now)
            if await find_delivery(tx, key, day) or not (has_turn or is_today):
                raise NoPostOnDateError(day, slot.day if slot else None)
            former = [one.key for one in await _queued(tx, key, day) if one.day == day]
            await tx.run(_UNQUEUE, (*key, day.isoformat()))
            await set_wishes(tx, key, [(day.isoformat(), quote, "queued")])
            await keep_change(tx, key, by, before)
            replaced = next((one for one in former if one != quote), "")
            return Queued(slot if has_turn else None, replaced)

    async def queued(
        self, guild_id: int, today: date, *, number: int = FIRST
    ) -> tuple[QueuedPick, ...]:
        async with self._database.read() as tx:
            return await _queued(tx, ScheduleKey(guild_id, number), today)

    async def move(
        self,
        guild_id: int,
        mark: int,
        later: bool,
        today: date,
        by: Actor,
        *,
        number: int = FIRST,
    ) -> None:
        def change(queue: tuple[QueuedPick, ...]) -> Iterable[QueuedPick]:
            for before, after in pairwise(queue):
                if (before if later else after).mark == mark:
                    return QueuedPick(before.day, after.key), QueuedPick(after.day, before.key)
            raise QueueChangedError

        await self._requeue(ScheduleKey(guild_id, number), "qotd move", today, by, change)

    async def unqueue(
        self, guild_id: int, mark: int | None, today: date, by: Actor, *, number: int = FIRST
    ) -> None:
        def change(queue: tuple[QueuedPick, ...]) -> Iterable[QueuedPick]:
            if not any(mark in (None, one.mark) for one in queue):
                raise QueueChangedError
            # What is queued for a date without a key is nothing.
            return [QueuedPick(one.day, "") for one in queue if mark in (None, one.mark)]

        await self._requeue(ScheduleKey(guild_id, number), "qotd unqueue", today, by, change)

    async def _requeue(
        self,
        key: ScheduleKey,
        verb: str,
        today: date,
        by: Actor,
        change: Callable[[tuple[QueuedPick, ...]], Iterable[QueuedPick]],
    ) -> None:
        """Queue what `change` makes of the queue for its dates, unless it was done before."""
        async with self._database.write(key.guild_id) as tx:
            before = await snapshot(tx, key)
            if await replayed(tx, key.guild_id, verb, by):
                return
            changed = list(change(await _queued(tx, key, today)))
            await tx.run_many(_UNQUEUE, [(*key, one.day.isoformat()) for one in changed])
            wishes = ((one.day.isoformat(), one.key, "queued") for one in changed if one.key)
            await set_wishes(tx, key, wishes)
            await keep_change(tx, key, by, before)

    async def on(self, guild_id: int, day: date, *, number: int = FIRST) -> Delivery | None:
        async with self._database.read() as tx:
            return await find_delivery(tx, ScheduleKey(guild_id, number), day)

    async def history(
        self, guild_id: int, limit: int = 30, skip: int = 0, *, number: int = FIRST
    ) -> tuple[Delivery, ...]:
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM quote_delivery WHERE guild_id = ? AND number = ? "
                "ORDER BY day DESC LIMIT ? OFFSET ?",
                (guild_id, number, limit, skip),
            )
            return tuple(tx.readable("quote_delivery", delivery_in, found))

    async def days(self, guild_id: int, *, number: int = FIRST) -> int:
        async with self._database.read() as tx:
            [row] = await tx.rows(
                "SELECT count(*) FROM quote_delivery WHERE guild_id = ? AND number = ?",
                (guild_id, number),
            )
            return int(row[0])

    async def last_of_former(self, guild_id: int) -> tuple[Delivery, ...]:
        async with self._database.read() as tx:
            found = await tx.rows(
                """
                SELECT * FROM quote_delivery AS latest WHERE guild_id = ?
                    AND NOT EXISTS (
                        SELECT 1 FROM quote_schedule AS schedule
                        WHERE (schedule.guild_id, schedule.number)
                            = (latest.guild_id, latest.number)
                    )
                    AND day = (
                        SELECT max(day) FROM quote_delivery AS other
                        WHERE (other.guild_id, other.number) = (latest.guild_id, latest.number)
                    )
                ORDER BY day DESC, number LIMIT ?
                """,
                (guild_id, _FORMER),
            )
            return tuple(tx.readable("quote_delivery", delivery_in, found))

    async def _due(self, now: datetime, limit: int) -> list[tuple[ScheduleKey, Schedule | None]]:
        """Read the schedules that are due; None in place of one whose zone no longer exists."""
        async with self._database.read() as tx:
            found = await tx.rows(
                f"SELECT * FROM quote_schedule WHERE next_due <= ? AND {self._shards.sql} "
                "ORDER BY next_due LIMIT ?",
                (seconds(now), limit),
            )
            return tx.readable(
                "quote_schedule",
                lambda row: (ScheduleKey(row["guild_id"], row["number"]), schedule_in_zone(row)),
                found,
            )


async def _go_on(tx: Transaction, schedule: Schedule, now: datetime, rate: float) -> None:
    """Set the first slot that is still possible and has no delivery; a pause is over by now."""
    taken, sent = await recent(tx, key_of(schedule), now)
    slots = posting_slots(schedule.config.table.open(now), taken=taken, last_sent=sent)
    await tx.run(
        "UPDATE quote_schedule SET pause = NULL, paused_until = NULL "
        "WHERE guild_id = ? AND number = ?",
        key_of(schedule),
    )
    await set_next(tx, key_of(schedule), next(slots), rate)


async def _coming_slots(tx: Transaction, schedule: Schedule, now: datetime) -> Iterator[Slot]:
    """Return the coming slots, endlessly; none while paused without an end."""
    if schedule.next_day is None:
        return iter(())
    taken, sent = await recent(tx, key_of(schedule), now)
    return posting_slots(
        schedule.config.table.slots(schedule.next_day), taken=taken, last_sent=sent
    )


async def _preview(
    tx: Transaction, key: ScheduleKey, pool: Pool, slots: Iterable[Slot]
) -> tuple[Preview, ...]:
    """Choose the quotes that these slots get if nothing changes."""
    shown_history, previews = await _shown_history(tx, key), list[Preview]()
    for slot in slots:
        overrides = await _overrides(tx, key, slot.day)
        choice = choose(pool, shown_history, key.seed, overrides)
        shown_history = shown_history.after(choice) if choice else shown_history
        unmet = overrides.queued if overrides.queued not in pool.known else None
        previews.append(Preview(slot, choice, unmet))
    return tuple(previews)


async def _take_choice(
    tx: Transaction, key: ScheduleKey, day: date, pool: Pool
) -> QuotePick | None:
    """Choose a date's quote for good, and delete what curators wished for the date."""
    overrides = await _overrides(tx, key, day)
    choice = choose(pool, await _shown_history(tx, key), key.seed, overrides)
    await tx.run(
        "DELETE FROM quote_wish WHERE guild_id = ? AND number = ? AND day <= ?",
        (*key, day.isoformat()),
    )
    return choice


async def _overrides(tx: Transaction, key: ScheduleKey, day: date) -> Overrides:
    """Read what curators want for a date, and which quotes Discord refused for it."""
    found = await tx.rows(
        """
        SELECT * FROM quote_wish
        WHERE guild_id = :guild_id AND number = :number AND day = :day
        UNION ALL
        SELECT guild_id, number, day, key, 'passed' FROM quote_refused
        WHERE guild_id = :guild_id AND number = :number AND day = :day
        """,
        {**key._asdict(), "day": day.isoformat()},
    )
    wishes: dict[str, list[str]] = {"queued": [], "passed": []}
    for quote, how in tx.readable("quote_wish", wish_in, found):
        wishes[how].append(quote)
    elsewhere = await _elsewhere(tx, key, day)
    return Overrides(next(iter(wishes["queued"]), None), frozenset(wishes["passed"]), elsewhere)


async def _queued(tx: Transaction, key: ScheduleKey, today: date) -> tuple[QueuedPick, ...]:
    found = await tx.rows(
        "SELECT * FROM quote_wish WHERE guild_id = ? AND number = ? AND day >= ? "
        "AND wish = 'queued' ORDER BY day",
        (*key, today.isoformat()),
    )
    return tuple(tx.readable("quote_wish", _queued_in, found))


def _queued_in(row: StoredRow) -> QueuedPick:
    return QueuedPick(date.fromisoformat(row["day"]), row["key"])


async def _elsewhere(tx: Transaction, key: ScheduleKey, day: date) -> frozenset[str]:
    """Read what the server's other posts show on a date, or will, as curators queued it."""
    found = await tx.rows(
        f"""
        SELECT key FROM quote_delivery
        WHERE guild_id = :guild_id AND number <> :number AND day = :day AND {_SHOWN}
        UNION
        SELECT wish.key FROM quote_wish AS wish JOIN quote_schedule USING (guild_id, number)
        WHERE guild_id = :guild_id AND number <> :number AND day = :day AND wish = 'queued'
        """,
        {**key._asdict(), "day": day.isoformat()},
    )
    return frozenset(row["key"] for row in found)


def wish_in(row: StoredRow) -> tuple[str, Literal["queued", "passed"]]:
    """Read a row of quote_wish: the quote, and whether it is queued or skipped."""
    if row["wish"] not in ("queued", "passed"):
        raise ValueError("nothing is wished")
    date.fromisoformat(row["day"])
    return row["key"], row["wish"]


async def _passed_by(tx: Transaction, guild_id: int, by: Actor) -> str | None:
    """Return the quote that this interaction skipped when it was first delivered."""
    kept = await kept_change(tx, guild_id, by.interaction_id)
    new = kept.before.wishes_only_of(kept.after) if kept else []
    return next((quote for _, quote, how in new if how == "passed"), None)


async def _shown_history(tx: Transaction, key: ScheduleKey) -> ShownHistory:
    """Read what the schedule has shown, or would have if Discord had accepted it."""
    found = await tx.rows(
        "SELECT guild_id, number, key, max(round) AS round, max(day) AS day FROM quote_delivery "
        f"WHERE guild_id = ? AND number = ? AND {_SHOWN} "
        "GROUP BY guild_id, number, key",
        key,
    )
    known = tx.readable("quote_delivery", _shown, found)
    last = max(known, key=lambda one: one[2], default=None)
    rounds = dict(await _refused_rounds(tx, key))
    for quote, round, _ in known:
        rounds[quote] = max(round, rounds.get(quote, 0))
    history = ShownHistory(rounds, last[0] if last else None)
    begun = await tx.row(
        f"SELECT own_first FROM quote_delivery "
        f"WHERE guild_id = ? AND number = ? AND round = ? AND {_SHOWN} LIMIT 1",
        (*key, history.round),
    )
    return replace(history, own_first=bool(begun["own_first"])) if begun else history


def _shown(row: StoredRow) -> tuple[str, int, date]:
    return row["key"], checked_round(row), date.fromisoformat(row["day"])


async def _keep_refused(tx: Transaction, delivery: Delivery, choice: QuotePick) -> None:
    """Store that Discord refused a quote, so that it counts as shown in this round."""
    await tx.run(
        "INSERT INTO quote_refused (guild_id, number, key, round, day) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (guild_id, number, key) "
        "DO UPDATE SET round = excluded.round, day = excluded.day",
        (delivery.guild_id, delivery.number, choice.key, choice.round, delivery.day.isoformat()),
    )


async def _refused_rounds(tx: Transaction, key: ScheduleKey) -> Mapping[str, int]:
    """Read which quotes Discord refused for this schedule, each with its round."""
    found = await tx.rows("SELECT * FROM quote_refused WHERE guild_id = ? AND number = ?", key)
    return dict(tx.readable("quote_refused", refused_in, found))


def refused_in(row: StoredRow) -> tuple[str, int]:
    """Read a row of quote_refused: the quote and its round."""
    date.fromisoformat(row["day"])
    return row["key"], checked_round(row)


async def _prune(tx: Transaction, key: ScheduleKey, now: datetime) -> None:
    """Delete days more than a year old, except the last one of each quote."""
    await tx.run(
        f"""
        DELETE FROM quote_delivery AS old
        WHERE guild_id = :guild_id AND number = :number AND day < :before
          AND state NOT IN ('planned', 'sending')
          AND (NOT ({_SHOWN}) OR EXISTS (
              SELECT 1 FROM quote_delivery
              WHERE guild_id = :guild_id AND number = :number AND key = old.key AND {_SHOWN}
                AND (round, day) > (old.round, old.day)
          ))
        """,
        {**key._asdict(), "before": (now - KEPT).date().isoformat()},
    )
