"""How far each delivery has come, in SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from lore.ledger.sqlite import qotd_rows as rows
from lore.ledger.sqlite.database import Database, Transaction
from lore.ledger.sqlite.qotd_rows import key_of
from lore.ledger.sqlite.qotd_schedules import clear_failures, set_next_anew
from lore.qotd.delivery import FAILING_DAYS, LEASE, Blocked, Delivery, FailureReason, State
from lore.qotd.picking import QuotePick
from lore.qotd.timetable import FIRST, Pause

_OURS = "guild_id = ? AND number = ? AND day = ? AND fence = ? AND state IN ('planned', 'sending')"


class SqliteQotdDeliveries:
    """Implements `port.QotdDeliveries`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: set[tuple[int, int, date]] = set()

    @contextmanager
    def holding(self, delivery: Delivery) -> Iterator[None]:
        self._held.add(delivery.key)
        try:
            yield
        finally:
            self._held.discard(delivery.key)

    async def claim(
        self, now: datetime, limit: int, guild_id: int | None = None, *, number: int = FIRST
    ) -> list[Delivery]:
        async with self._database.write() as tx:
            found = await tx.rows(
                """
                UPDATE quote_delivery SET fence = fence % 1000000000 + 1, lease_until = :until
                WHERE (guild_id, number, day) IN (
                    SELECT guild_id, number, day FROM quote_delivery
                    WHERE state IN ('planned', 'sending') AND due <= :now
                      AND (lease_until IS NULL OR lease_until <= :now)
                      AND (:guild_id IS NULL OR (guild_id, number) = (:guild_id, :number))
                      AND guild_id || ' ' || number || ' ' || day
                          NOT IN (SELECT value FROM json_each(:held))
                    ORDER BY due LIMIT :limit
                )
                RETURNING *
                """,
                {
                    "now": rows.seconds(now),
                    "until": rows.seconds(now + LEASE),
                    "limit": limit,
                    "guild_id": guild_id,
                    "number": number,
                    "held": json.dumps(
                        [f"{id} {n} {day.isoformat()}" for id, n, day in self._held]
                    ),
                },
            )
            claimed = tx.readable("quote_delivery", rows.delivery, found)
        return sorted(claimed, key=lambda delivery: delivery.due)

    async def shorten_leases(self, now: datetime) -> None:
        async with self._database.write() as tx:
            await tx.run(
                "UPDATE quote_delivery SET lease_until = :until "
                "WHERE state IN ('planned', 'sending') AND lease_until > :until",
                {"until": rows.seconds(now + LEASE)},
            )

    async def due(self, now: datetime) -> int:
        async with self._database.read() as tx:
            [row] = await tx.rows(
                "SELECT count(*) FROM quote_delivery "
                "WHERE state IN ('planned', 'sending') AND due <= ?",
                (rows.seconds(now),),
            )
        return int(row[0])

    async def intend(self, delivery: Delivery, now: datetime) -> Delivery | None:
        async with self._database.write() as tx:
            found = await tx.rows(
                f"""
                UPDATE quote_delivery SET state = 'sending', attempts = attempts % 1000000000 + 1,
                    uncertain_since = coalesce(uncertain_since, ?), last_attempt = ?,
                    lease_until = ?
                WHERE {_OURS} RETURNING *
                """,
                (rows.seconds(now), rows.seconds(now), rows.seconds(now + LEASE), *_own(delivery)),
            )
            return tx.read("quote_delivery", rows.delivery, found[0]) if found else None

    async def sent(self, delivery: Delivery, message_id: int | None, now: datetime) -> bool:
        async with self._database.write() as tx:
            ours = await _change(
                tx,
                delivery,
                "state = 'sent', message_id = ?, sent_at = ?, uncertain_since = NULL",
                (message_id, rows.seconds(now)),
            )
            if ours:
                await clear_failures(tx, key_of(delivery), now)
            return ours

    async def wait(self, delivery: Delivery, until: datetime) -> bool:
        async with self._database.write() as tx:
            return await _change(tx, delivery, "lease_until = ?", (rows.seconds(until),))

    async def not_there(self, delivery: Delivery, until: datetime) -> bool:
        async with self._database.write() as tx:
            return await _change(
                tx,
                delivery,
                "state = 'planned', uncertain_since = NULL, lease_until = ?",
                (rows.seconds(until),),
            )

    async def replace(self, delivery: Delivery, choice: QuotePick, now: datetime) -> bool:
        async with self._database.write() as tx:
            columns = rows.choice_row(choice)
            return await _change(
                tx,
                delivery,
                "state = 'planned', uncertain_since = NULL, lease_until = ?, replaced = 1, "
                + ", ".join(f"{column} = ?" for column in columns),
                (rows.seconds(now), *columns.values()),
            )

    async def skip(self, delivery: Delivery, trouble: FailureReason) -> bool:
        async with self._database.write() as tx:
            return await _end(tx, delivery, State.SKIPPED, trouble)

    async def give_up(self, delivery: Delivery) -> bool:
        async with self._database.write() as tx:
            return await _end(tx, delivery, State.UNVERIFIED, FailureReason.UNSEEN)

    async def block(
        self, delivery: Delivery, trouble: FailureReason, now: datetime
    ) -> Blocked | None:
        async with self._database.write() as tx:
            if not await _end(tx, delivery, State.BLOCKED, trouble):
                return None
            if delivery.asked:
                # Where its hour is still to come, the day still has its turn.
                await set_next_anew(tx, key_of(delivery), now)
            day = delivery.day.isoformat()
            await tx.run(
                "UPDATE quote_schedule SET failing = failing % 1000000000 + (failed_day IS NOT ?), "
                "failed_day = ? WHERE guild_id = ? AND number = ?",
                (day, day, *key_of(delivery)),
            )
            paused = await tx.run(
                "UPDATE quote_schedule SET pause = ?, paused_until = NULL, next_day = NULL, "
                "next_due = NULL "
                "WHERE guild_id = ? AND number = ? AND failing >= ? AND pause IS NOT ?",
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


async def _end(tx: Transaction, delivery: Delivery, state: State, trouble: FailureReason) -> bool:
    return await _change(tx, delivery, "state = ?, trouble = ?", (state, trouble))
