"""The way back from a change of a server's quote of the day: what it was before is kept with it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from lore.ledger.port import NotUndoneError
from lore.ledger.records import Actor
from lore.ledger.sqlite import qotd_rows as rows
from lore.ledger.sqlite.database import Transaction
from lore.ledger.sqlite.qotd_book import WISH
from lore.ledger.sqlite.qotd_rows import ScheduleKey
from lore.qotd.delivery import FailureReason
from lore.qotd.timetable import FIRST

_TERMS = (
    "channel_id", "zone", "at", "days", "role_id", "tiers", "speaker", "pause", "paused_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScheduleSnapshot:
    """What curators have set, what they want for the days to come, and which days are planned.

    It stands in the ledger by the names of its fields.
    """

    terms: Mapping[str, Any] | None
    wishes: list[list[str]]
    planned: list[str]

    def wanted(self, other: ScheduleSnapshot) -> list[list[str]]:
        """Return what is wanted in the other stand and not in this one."""
        return [wish for wish in other.wishes if wish not in self.wishes]


@dataclass(frozen=True, slots=True)
class KeptChange:
    """How a schedule stood before and after what an interaction changed."""

    of: ScheduleKey
    before: ScheduleSnapshot
    after: ScheduleSnapshot


async def stand(tx: Transaction, of: ScheduleKey) -> ScheduleSnapshot:
    """Read what is set, and what is wanted for the days to come."""
    row = await tx.row(
        f"SELECT {', '.join(_TERMS)} FROM quote_schedule WHERE guild_id = ? AND number = ?", of
    )
    wishes = await tx.rows(
        "SELECT day, key, wish FROM quote_wish WHERE guild_id = ? AND number = ?", of
    )
    planned = await tx.rows(
        "SELECT day FROM quote_delivery WHERE guild_id = ? AND number = ? AND state = 'planned'",
        of,
    )
    return ScheduleSnapshot(
        dict(row) if row else None,
        [list(wish) for wish in wishes],
        [day["day"] for day in planned],
    )


async def remember(
    tx: Transaction, of: ScheduleKey, by: Actor | None, before: ScheduleSnapshot
) -> None:
    """Keep with a change, which was noted as done, how it stood before and stands after it."""
    if by is None:
        return
    after = await stand(tx, of)
    kept = {"number": of.number, "before": asdict(before), "after": asdict(after)}
    detail = json.dumps(kept, default=repr)
    await tx.run(
        "UPDATE action SET detail = ? WHERE guild_id = ? AND interaction_id = ?",
        (detail, of.guild_id, by.interaction_id),
    )


async def passed_by(tx: Transaction, guild_id: int, by: Actor) -> str | None:
    """Give the quote that this very interaction has set aside when it came for the first time."""
    kept = await kept_change(tx, guild_id, by.interaction_id)
    new = kept.before.wanted(kept.after) if kept else []
    return next((key for _, key, wish in new if wish == "passed"), None)


async def kept_change(tx: Transaction, guild_id: int, change_id: int) -> KeptChange | None:
    """Return what an interaction changed, as far as that is kept and can be read."""
    found = await tx.rows(
        "SELECT * FROM action WHERE guild_id = ? AND interaction_id = ? "
        "AND verb LIKE 'qotd %' AND detail IS NOT NULL",
        (guild_id, change_id),
    )
    return next(iter(tx.readable("action", _change, found)), None)


def _change(row: sqlite3.Row) -> KeptChange:
    kept = json.loads(row["detail"])
    # A server had one schedule before they were numbered.
    of = ScheduleKey(row["guild_id"], kept.get("number", FIRST))
    return KeptChange(of, ScheduleSnapshot(**kept["before"]), ScheduleSnapshot(**kept["after"]))


async def take_back(tx: Transaction, kept: KeptChange | None, now: datetime) -> None:
    """Make it stand as before that change; NotUndoneError if it was changed since."""
    if kept is None:
        raise NotUndoneError("What this changed is too long ago to be undone.")
    of, before, after = kept.of, kept.before, kept.after
    present = await stand(tx, of)
    added = before.wanted(after)
    changed_terms = before.terms != after.terms
    if (changed_terms and present.terms != after.terms) or any(
        wish not in present.wishes for wish in added
    ):
        raise NotUndoneError(
            "It was changed again since, or the day has come, so nothing was undone. "
            "/qotd status tells how it stands."
        )
    await tx.run_many(
        "DELETE FROM quote_wish WHERE guild_id = ? AND number = ? AND day = ? AND key = ?",
        [(*of, day, key) for day, key, _ in added],
    )
    await tx.run_many(WISH, [(*of, *wish) for wish in after.wanted(before)])
    if changed_terms:
        await _set_terms(tx, of, before.terms)
        called_off = [day for day in before.planned if day not in after.planned]
        await _plan_again(tx, of, called_off, now)


async def _set_terms(tx: Transaction, of: ScheduleKey, terms: Mapping[str, Any] | None) -> None:
    if terms is None:
        await tx.run("DELETE FROM quote_schedule WHERE guild_id = ? AND number = ?", of)
        return
    names, values = ", ".join(terms), ", ".join(f":{name}" for name in terms)
    await tx.run(
        f"INSERT INTO quote_schedule (guild_id, number, {names}) "
        f"VALUES (:guild_id, :number, {values}) "
        f"ON CONFLICT (guild_id, number) DO UPDATE SET failing = 0, failed_day = NULL, "
        + ", ".join(f"{name} = excluded.{name}" for name in terms),
        {**of._asdict(), **terms},
    )


async def _plan_again(tx: Transaction, of: ScheduleKey, days: list[str], now: datetime) -> None:
    """Plan again what was called off, if its time is not over."""
    await tx.run_many(
        "UPDATE quote_delivery SET state = 'planned', trouble = NULL "
        "WHERE guild_id = ? AND number = ? AND day = ? AND state = 'skipped' "
        "AND trouble = ? AND expires > ?",
        [(*of, day, FailureReason.PAUSED, rows.seconds(now)) for day in days],
    )
