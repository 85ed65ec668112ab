"""Notices whether the ledger knows everything that was done with it."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from lore.ledger import lineage
from lore.ledger.records import Gap
from lore.ledger.unit import Database, Transaction
from lore.ledger.unreadable import FAULTS
from lore.ledger.verbs import qotd_deliveries, rows

# A ledger may be silent for this long before it has to be doubted what happened meanwhile.
SILENCE = timedelta(minutes=10)

# A gap matters for this long for posts that are still due.
_MATTERS = timedelta(days=2)


class SqlContinuity:
    """Implements `port.Continuity`; a counter beside the ledger reveals an older copy."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._compared = False

    async def mark_older(self) -> None:
        async with self._database.write() as tx:
            await tx.run("UPDATE continuity SET older = TRUE")

    async def sign(self, now: datetime, lived: timedelta) -> Gap | None:
        if not self._compared:
            await self._compare()
        async with self._database.write() as tx:
            await _repair(tx)
            gap = await _note_gap(tx, now, lived)
            await tx.run("UPDATE continuity SET alive_at = ?", (rows.seconds(now),))
            [own] = await tx.rows(
                "UPDATE lineage SET signs = signs + 1 "
                "WHERE place = (SELECT max(place) FROM lineage) RETURNING id, signs"
            )
        await self._database.write_counter(own["id"], own["signs"])
        return gap

    async def _compare(self) -> None:
        """Mark the ledger if the counter beside it is ahead of it, or of another one."""
        said = await self._database.read_counter()
        async with self._database.read() as tx:
            found = await tx.rows("SELECT * FROM lineage ORDER BY place")
            known = lineage.Lineage(tx.readable("lineage", lineage.sign, found))
        if said and not known.knows(*said):
            await self.mark_older()
        self._compared = True


async def _repair(tx: Transaction) -> None:
    """Recreate lost or damaged rows; the ledger then counts as older than its last use."""
    await tx.run("INSERT INTO continuity (one, older) VALUES (1, TRUE) ON CONFLICT DO NOTHING")
    found = await tx.rows("SELECT * FROM lineage")
    damaged = [row for row in found if not tx.readable("lineage", lineage.sign, [row])]
    await tx.run_many("DELETE FROM lineage WHERE place = ?", [(row["place"],) for row in damaged])
    if damaged or not found:
        await tx.run("UPDATE continuity SET older = TRUE")


async def _note_gap(tx: Transaction, now: datetime, lived: timedelta) -> Gap | None:
    """Store the time since the last sign of life if more may have been done in it; return it."""
    [row] = await tx.rows("SELECT * FROM continuity WHERE one = 1")
    alive, older = None, bool(row["older"])
    # A damaged row says nothing.
    with suppress(*FAULTS):
        alive = rows.moment_if_any(row["alive_at"])
    # A schedule set up in a new ledger may have been posted by an earlier one, which is gone.
    new = row["alive_at"] is None and not await tx.rows("SELECT 1 FROM quote_schedule LIMIT 1")
    if not older and not new and (alive is None or now - alive - lived <= SILENCE):
        return None
    since = alive or now - _MATTERS
    former = await qotd_deliveries.last_gap(tx)
    if former and now - former.until < _MATTERS:
        since = min(since, former.since)
    gap = Gap(since, now, now if older or new else former.older_until if former else None)
    await tx.run(
        "UPDATE continuity SET older = FALSE, gap_since = ?, gap_until = ?, older_until = ?",
        (
            rows.seconds(gap.since),
            rows.seconds(gap.until),
            gap.older_until and rows.seconds(gap.older_until),
        ),
    )
    if older:
        await tx.run(
            "INSERT INTO lineage (place, id, signs) "
            "SELECT coalesce(max(place), 0) + 1, CAST(? AS TEXT), 0 FROM lineage",
            (uuid4().hex,),
        )
    # A delivery under way may have been posted since, without this ledger knowing.
    await qotd_deliveries.look_first(tx, gap)
    # A new ledger has no gap to report.
    return gap if older or not new else None
