"""Stores each day's delivery and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from lore.ledger.own_shards import OwnShards
from lore.ledger.records import Gap
from lore.ledger.row import StoredRow
from lore.ledger.unit import Database, Transaction
from lore.ledger.unreadable import FAULTS
from lore.ledger.verbs import rows
from lore.ledger.verbs.qotd_schedules import (
    ScheduleKey,
    checked_number,
    clear_failures,
    key_of,
    schedule_in_zone,
    set_next_anew,
)
from lore.ledger.verbs.qotd_steps import keep_steps
from lore.qotd.delivery import FAILING_DAYS, LEASE, Blocked, Delivery, FailureReason, State
from lore.qotd.picking import QuotePick, Reason
from lore.qotd.timetable import FIRST, LostZoneError, Pause, Schedule, Slot, kept_zone

# No quote can have been shown this often.
LAST_ROUND = 10**9

_OURS = "guild_id = ? AND number = ? AND day = ? AND fence = ? AND state IN ('planned', 'sending')"


_KEEP_PLANNED = """
    INSERT INTO quote_delivery (guild_id, number, day, state, due, expires, channel_id,
                                parent_id, role_id, key, why, round, unshown, total, own_first,
                                trouble, asked, zone)
    VALUES (:guild_id, :number, :day, :state, :due, :expires, :channel_id, :parent_id, :role_id,
            :key, :why, :round, :unshown, :total, :own_first, :trouble, :asked, :zone)
    ON CONFLICT (guild_id, number, day) DO UPDATE SET state = excluded.state,
        due = excluded.due, expires = excluded.expires, channel_id = excluded.channel_id,
        parent_id = excluded.parent_id, role_id = excluded.role_id, key = excluded.key,
        why = excluded.why, round = excluded.round, unshown = excluded.unshown,
        total = excluded.total, own_first = excluded.own_first, trouble = excluded.trouble,
        asked = excluded.asked, zone = excluded.zone, replaced = FALSE, attempts = 0,
        uncertain_since = NULL, lease_until = NULL
"""


class SqlQotdDeliveries:
    """Implements `port.QotdDeliveries`."""

    def __init__(self, database: Database, shards: OwnShards, rate: float) -> None:
        self._database = database
        self._shards = shards
        self._rate = rate
        self._held: set[str] = set()

    @contextmanager
    def holding(self, delivery: Delivery) -> Iterator[None]:
        # How the SQL of a claim writes the key of a row.
        key = f"{delivery.guild_id} {delivery.number} {delivery.day.isoformat()}"
        self._held.add(key)
        try:
            yield
        finally:
            self._held.discard(key)

    async def claim(
        self, now: datetime, limit: int, guild_id: int | None = None, *, number: int = FIRST
    ) -> list[Delivery]:
        held = {f"held{n}": key for n, key in enumerate(self._held)}
        async with self._database.write() as tx:
            found = await tx.rows(
                f"""
                WITH due AS MATERIALIZED (
                    SELECT guild_id, number, day FROM quote_delivery
                    WHERE state IN ('planned', 'sending') AND due <= :now
                      AND {self._shards.sql}
                      AND (lease_until IS NULL OR lease_until <= :now)
                      -- What it did is looked for first, which the next sign of life arranges.
                      AND NOT EXISTS (SELECT 1 FROM continuity WHERE older)
                      AND (CAST(:guild_id AS BIGINT) IS NULL
                           OR (guild_id = :guild_id AND number = :number))
                      AND guild_id || ' ' || number || ' ' || day
                          NOT IN ({", ".join(["''", *(f":{name}" for name in held)])})
                    ORDER BY due LIMIT :limit {tx.skip_locked}
                )
                UPDATE quote_delivery SET fence = fence % 1000000000 + 1, lease_until = :until
                WHERE (guild_id, number, day) IN (SELECT guild_id, number, day FROM due)
                RETURNING *
                """,
                {
                    "now": rows.seconds(now),
                    "until": rows.seconds(now + LEASE),
                    "limit": limit,
                    "guild_id": guild_id,
                    "number": number,
                    **held,
                },
            )
            claimed = tx.readable("quote_delivery", delivery_in, found)
        return sorted(claimed, key=attrgetter("due"))

    async def shorten_leases(self, now: datetime) -> None:
        async with self._database.write() as tx:
            await tx.run(
                "UPDATE quote_delivery SET lease_until = :until "
                "WHERE state IN ('planned', 'sending') AND lease_until > :until "
                f"AND {self._shards.sql}",
                {"until": rows.seconds(now + LEASE)},
            )

    async def due(self, now: datetime) -> int:
        async with self._database.read() as tx:
            [row] = await tx.rows(
                "SELECT count(*) FROM quote_delivery "
                f"WHERE state IN ('planned', 'sending') AND due <= ? AND {self._shards.sql}",
                (rows.seconds(now),),
            )
        return int(row[0])

    async def intend(self, delivery: Delivery, now: datetime) -> Delivery | None:
        async with self._database.write(delivery.guild_id) as tx:
            found = await tx.rows(
                f"""
                UPDATE quote_delivery SET state = 'sending', attempts = attempts % 1000000000 + 1,
                    uncertain_since = coalesce(uncertain_since, ?), last_attempt = ?,
                    lease_until = ?
                WHERE {_OURS} RETURNING *
                """,
                (rows.seconds(now), rows.seconds(now), rows.seconds(now + LEASE), *_own(delivery)),
            )
            return tx.read("quote_delivery", delivery_in, found[0]) if found else None

    async def sent(
        self, delivery: Delivery, message_id: int | None, now: datetime, *, publish: bool = False
    ) -> bool:
        async with self._database.write(delivery.guild_id) as tx:
            ours = await _change(
                tx,
                delivery,
                "state = 'sent', message_id = ?, sent_at = ?, uncertain_since = NULL",
                (message_id, rows.seconds(now)),
            )
            if ours:
                await clear_failures(tx, key_of(delivery), now, self._rate)
                await keep_steps(tx, delivery, message_id, now, publish=publish)
            return ours

    async def wait(self, delivery: Delivery, until: datetime) -> bool:
        async with self._database.write(delivery.guild_id) as tx:
            return await _change(tx, delivery, "lease_until = ?", (rows.seconds(until),))

    async def not_there(self, delivery: Delivery, until: datetime) -> bool:
        async with self._database.write(delivery.guild_id) as tx:
            return await _change(
                tx,
                delivery,
                "state = 'planned', uncertain_since = NULL, lease_until = ?",
                (rows.seconds(until),),
            )

    async def replace(self, delivery: Delivery, choice: QuotePick, now: datetime) -> bool:
        async with self._database.write(delivery.guild_id) as tx:
            columns = _choice_row(choice)
            return await _change(
                tx,
                delivery,
                "state = 'planned', uncertain_since = NULL, lease_until = ?, replaced = TRUE, "
                + ", ".join(f"{column} = ?" for column in columns),
                (rows.seconds(now), *columns.values()),
            )

    async def skip(self, delivery: Delivery, failure: FailureReason) -> bool:
        async with self._database.write(delivery.guild_id) as tx:
            return await _end(tx, delivery, State.SKIPPED, failure)

    async def give_up(self, delivery: Delivery) -> bool:
        async with self._database.write(delivery.guild_id) as tx:
            return await _end(tx, delivery, State.UNVERIFIED, FailureReason.UNSEEN)

    async def block(
        self, delivery: Delivery, failure: FailureReason, now: datetime
    ) -> Blocked | None:
        async with self._database.write(delivery.guild_id) as tx:
            if not await _end(tx, delivery, State.BLOCKED, failure):
                return None
            if delivery.asked:
                # If its usual time is still to come, the day is still posted then.
                await set_next_anew(tx, key_of(delivery), now, self._rate)
            day = delivery.day.isoformat()
            await tx.run(
                "UPDATE quote_schedule SET failed_day = ?, failing = failing % 1000000000 "
                "+ CASE WHEN failed_day = ? THEN 0 ELSE 1 END WHERE guild_id = ? AND number = ?",
                (day, day, *key_of(delivery)),
            )
            paused = await tx.run(
                "UPDATE quote_schedule SET pause = ?, paused_until = NULL, next_day = NULL, "
                "next_due = NULL "
                "WHERE guild_id = ? AND number = ? AND failing >= ? AND coalesce(pause, '') <> ?",
                (Pause.FAILING, *key_of(delivery), FAILING_DAYS, Pause.ASKED),
            )
            return Blocked(paused=paused == 1)


def _own(delivery: Delivery) -> tuple[int, int, str, int]:
    return *key_of(delivery), delivery.day.isoformat(), delivery.fence


async def _change(
    tx: Transaction, delivery: Delivery, change: str, values: tuple[object, ...]
) -> bool:
    sql = f"UPDATE quote_delivery SET {change} WHERE {_OURS}"
    return await tx.run(sql, (*values, *_own(delivery))) == 1


async def _end(tx: Transaction, delivery: Delivery, state: State, failure: FailureReason) -> bool:
    return await _change(tx, delivery, "state = ?, trouble = ?", (state, failure))


def delivery_in(row: StoredRow) -> Delivery:
    """Read a row of quote_delivery."""
    choice = row["key"] and QuotePick(
        row["key"],
        Reason(row["why"]),
        checked_round(row),
        row["unshown"],
        row["total"],
        bool(row["own_first"]),
    )
    return Delivery(
        guild_id=row["guild_id"],
        number=checked_number(row),
        day=date.fromisoformat(row["day"]),
        state=State(row["state"]),
        due=rows.moment(row["due"]),
        expires=rows.moment(row["expires"]),
        channel_id=row["channel_id"],
        role_id=row["role_id"],
        choice=choice,
        fence=row["fence"],
        attempts=row["attempts"],
        replaced=bool(row["replaced"]),
        uncertain_since=rows.moment_if_any(row["uncertain_since"]),
        last_attempt=rows.moment_if_any(row["last_attempt"]),
        sent_at=rows.moment_if_any(row["sent_at"]),
        message_id=row["message_id"],
        failure=FailureReason(row["trouble"]) if row["trouble"] else None,
        zone=_zone(row["zone"]),
        asked=bool(row["asked"]),
        parent_id=row["parent_id"],
    )


def checked_round(row: StoredRow) -> int:
    """Read in which round a quote was shown; ValueError if there is no such round."""
    if not isinstance(row["round"], int) or not 0 <= row["round"] <= LAST_ROUND:
        raise ValueError("there is no such round")
    return row["round"]


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return kept_zone(name) if name else None
    except LostZoneError:
        return None


def _choice_row(choice: QuotePick | None) -> Mapping[str, Any]:
    """Return the columns that say which quote it is and why."""
    if choice is None:
        return dict.fromkeys(("key", "why", "round", "unshown", "total"), None) | {
            "own_first": False
        }
    return {
        "key": choice.key,
        "why": choice.why,
        "round": choice.round,
        "unshown": choice.unshown,
        "total": choice.total,
        "own_first": choice.own_first,
    }


async def find_delivery(tx: Transaction, key: ScheduleKey, day: date) -> Delivery | None:
    """Return the delivery of a date; None if it was never planned."""
    row = await tx.row(
        "SELECT * FROM quote_delivery WHERE guild_id = ? AND number = ? AND day = ?",
        (*key, day.isoformat()),
    )
    return tx.read("quote_delivery", delivery_in, row) if row else None


async def keep_planned(
    tx: Transaction,
    schedule: Schedule,
    slot: Slot,
    choice: QuotePick | None,
    failure: FailureReason,
    *,
    asked: bool = False,
) -> None:
    """Store a day's quote, or the failure if it has none; an earlier plan's fence is kept."""
    await tx.run(
        _KEEP_PLANNED,
        {
            "guild_id": schedule.guild_id,
            "number": schedule.number,
            "day": slot.day.isoformat(),
            "state": State.PLANNED if choice else State.SKIPPED,
            "due": rows.seconds(slot.due),
            "expires": rows.seconds(slot.expires),
            "channel_id": schedule.config.channel_id,
            "parent_id": schedule.config.parent_id,
            "role_id": schedule.config.role_id,
            "trouble": None if choice else failure,
            "asked": asked,
            "zone": schedule.config.table.zone.key,
            **_choice_row(choice),
        },
    )


async def keep_without_zone(tx: Transaction, key: ScheduleKey, now: datetime) -> Delivery | None:
    """Store that a due day cannot be planned, as the schedule's zone no longer exists.

    The schedule is not due again until another zone is set. None if another call did so meanwhile.
    """
    row = await tx.row(
        "SELECT * FROM quote_schedule WHERE guild_id = ? AND number = ? AND next_due <= ?",
        (*key, rows.seconds(now)),
    )
    if row is None or schedule_in_zone(row):
        return None
    await tx.run(
        """
        INSERT INTO quote_delivery
            (guild_id, number, day, state, due, expires, channel_id, trouble)
        VALUES (:guild_id, :number, :day, 'blocked', :due, :due, :channel_id, :trouble)
        ON CONFLICT (guild_id, number, day) DO NOTHING
        """,
        {
            "guild_id": row["guild_id"],
            "number": row["number"],
            "day": row["next_day"],
            "due": row["next_due"],
            "channel_id": row["channel_id"],
            "trouble": FailureReason.NO_ZONE,
        },
    )
    await tx.run(
        "UPDATE quote_schedule SET next_day = NULL, next_due = NULL "
        "WHERE guild_id = ? AND number = ?",
        key,
    )
    return await find_delivery(tx, key, date.fromisoformat(row["next_day"]))


async def look_first_if_in_gap(
    tx: Transaction, schedule: Schedule, day: date, due: datetime
) -> None:
    """Have a planned day looked for before it is sent, if it may have been posted in a gap."""
    gap = await last_gap(tx)
    if gap is None:
        return
    # A curator may have had it posted before its usual time.
    asked = gap.older_until and day <= schedule.config.table.today(gap.older_until)
    if due <= gap.until or asked:
        await look_first(tx, gap, (*key_of(schedule), day.isoformat()))


async def look_first(tx: Transaction, gap: Gap, only: tuple[int, int, str] | None = None) -> None:
    """Have deliveries under way, or `only` one schedule's date, looked for before they are sent."""
    guild_id, number, day = only or (None, None, None)
    await tx.run(
        """
        UPDATE quote_delivery SET state = 'sending', attempts = 0, lease_until = NULL,
            -- Above those that were given out since, and are forgotten.
            fence = fence % 1000000000 + 1000,
            uncertain_since = CASE WHEN coalesce(uncertain_since, due) < :since
                                   THEN coalesce(uncertain_since, due) ELSE :since END,
            last_attempt = :until
        WHERE state IN ('planned', 'sending')
          AND (CAST(:guild_id AS BIGINT) IS NULL
               OR (guild_id = :guild_id AND number = :number AND day = :day))
        """,
        {
            "since": rows.seconds(gap.since),
            "until": rows.seconds(gap.until),
            "guild_id": guild_id,
            "number": number,
            "day": day,
        },
    )


async def last_gap(tx: Transaction) -> Gap | None:
    """Read the last time span that the ledger may not fully know."""
    row = await tx.row("SELECT * FROM continuity")
    # What was damaged says nothing.
    with suppress(*FAULTS):
        return gap(row) if row else None
    return None


def gap(row: StoredRow) -> Gap | None:
    """Read the last gap in a row of continuity."""
    since, until = rows.moment_if_any(row["gap_since"]), rows.moment_if_any(row["gap_until"])
    older_until = rows.moment_if_any(row["older_until"])
    return Gap(since, until, older_until) if since and until else None
