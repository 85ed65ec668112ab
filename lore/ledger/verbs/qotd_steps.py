"""Stores what is still to be done with posts after they were sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import chain

from lore.ledger.own_shards import ALL_SHARDS, OwnShards
from lore.ledger.row import StoredRow
from lore.ledger.unit import Database, Transaction
from lore.ledger.verbs import rows
from lore.ledger.verbs.qotd_schedules import checked_number
from lore.qotd.delivery import AFTERWARDS, Afterwards, Delivery, PostStep

_OURS = "guild_id = ? AND number = ? AND day = ? AND step = ?"


class SqlQotdSteps:
    """Implements `port.QotdSteps`."""

    def __init__(self, database: Database, shards: OwnShards = ALL_SHARDS) -> None:
        self._database = database
        self._shards = shards

    async def due(
        self, now: datetime, limit: int, besides: Collection[tuple[int, Afterwards]] = ()
    ) -> list[PostStep]:
        async with self._database.read() as tx:
            found = await tx.rows(
                f"SELECT * FROM quote_step WHERE due <= ? AND {self._shards.sql} "
                f"{'AND NOT (channel_id = ? AND step = ?) ' * len(besides)}"
                "ORDER BY due, step DESC LIMIT ?",
                (rows.seconds(now), *chain(*besides), limit),
            )
            return list(tx.readable("quote_step", step_in, found))

    async def wait(self, step: PostStep, until: datetime) -> None:
        async with self._database.write(step.guild_id) as tx:
            sql = f"UPDATE quote_step SET due = ? WHERE {_OURS}"
            await tx.run(sql, (rows.seconds(until), *_key(step)))

    async def done(self, step: PostStep) -> None:
        async with self._database.write(step.guild_id) as tx:
            await tx.run(f"DELETE FROM quote_step WHERE {_OURS}", _key(step))


def _key(step: PostStep) -> tuple[int, int, str, str]:
    return step.guild_id, step.number, step.day.isoformat(), step.what


def step_in(row: StoredRow) -> PostStep:
    """Read a row of quote_step."""
    rows.moment(row["due"])
    return PostStep(
        row["guild_id"],
        checked_number(row),
        date.fromisoformat(row["day"]),
        Afterwards(row["step"]),
        row["channel_id"],
        row["message_id"],
        rows.moment(row["expires"]),
    )


async def keep_steps(
    tx: Transaction, delivery: Delivery, message_id: int | None, now: datetime, *, publish: bool
) -> None:
    """Store what is to be done with a post: to publish it, and what its schedule asks for."""
    # A thread has no threads, and nothing is done with a post that was deleted.
    if message_id is None or delivery.parent_id is not None:
        return
    await tx.run(
        """
        INSERT INTO quote_step
            (guild_id, number, day, step, channel_id, message_id, due, expires)
        SELECT :guild_id, :number, :day, step, :channel_id, :message_id, :due, :expires
        FROM (SELECT CAST(:publish AS TEXT) AS step WHERE :publishes
              UNION ALL SELECT CAST(:thread AS TEXT) FROM quote_schedule
              WHERE guild_id = :guild_id AND number = :number AND thread) AS steps
        WHERE TRUE
        ON CONFLICT (guild_id, number, day, step) DO UPDATE SET due = excluded.due,
            expires = excluded.expires, channel_id = excluded.channel_id,
            message_id = excluded.message_id
        """,
        {
            "guild_id": delivery.guild_id,
            "number": delivery.number,
            "day": delivery.day.isoformat(),
            "publish": Afterwards.PUBLISH,
            "publishes": publish,
            "thread": Afterwards.THREAD,
            "channel_id": delivery.channel_id,
            "message_id": message_id,
            "due": rows.seconds(now),
            "expires": rows.seconds(now + AFTERWARDS),
        },
    )
