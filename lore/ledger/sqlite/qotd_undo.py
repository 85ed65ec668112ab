"""The way back from a change of a server's quote of the day: what it was before is kept with it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from lore.daily.delivery import Trouble
from lore.ledger.port import NotUndoneError
from lore.ledger.records import By
from lore.ledger.sqlite import qotd_rows as rows
from lore.ledger.store import Unit

_TERMS = (
    "channel_id", "zone", "at", "days", "role_id", "tiers", "speaker", "pause", "paused_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stand:
    """What curators have set for a server, what they want for its days, which days are planned."""

    terms: Mapping[str, Any] | None
    wishes: list[list[str]]
    planned: list[str]

    def wanted(self, other: Stand) -> list[list[str]]:
        """Return what is wanted in the other stand and not in this one."""
        return [wish for wish in other.wishes if wish not in self.wishes]


async def stand(tx: Unit, guild_id: int) -> Stand:
    """Read what is set, and what is wanted for the days to come."""
    row = await tx.row(
        f"SELECT {', '.join(_TERMS)} FROM quote_schedule WHERE guild_id = ?", (guild_id,)
    )
    wishes = await tx.rows(
        "SELECT day, key, wish FROM quote_wish WHERE guild_id = ? ORDER BY day, key", (guild_id,)
    )
    planned = await tx.rows(
        "SELECT day FROM quote_delivery WHERE guild_id = ? AND state = 'planned'", (guild_id,)
    )
    return Stand(
        dict(row) if row else None,
        [list(wish) for wish in wishes],
        [day["day"] for day in planned],
    )


async def remember(tx: Unit, guild_id: int, by: By | None, before: Stand) -> None:
    """Keep with a change, which was noted as done, how it stood before and stands after it."""
    if by is None:
        return
    after = await stand(tx, guild_id)
    detail = json.dumps({"before": asdict(before), "after": asdict(after)}, default=repr)
    await tx.run(
        "UPDATE action SET detail = ? WHERE guild_id = ? AND interaction_id = ?",
        (detail, guild_id, by.interaction_id),
    )


async def passed_by(tx: Unit, guild_id: int, by: By) -> str | None:
    """Give the quote that this very interaction has set aside when it came for the first time."""
    kept = await _kept(tx, guild_id, by.interaction_id)
    new = kept[0].wanted(kept[1]) if kept else []
    return next((key for _, key, wish in new if wish == "passed"), None)


async def _kept(tx: Unit, guild_id: int, change_id: int) -> tuple[Stand, Stand] | None:
    """Return how it stood before and after a change, as far as that is kept and can be read."""
    found = await tx.rows(
        "SELECT * FROM action WHERE guild_id = ? AND interaction_id = ? "
        "AND verb LIKE 'qotd %' AND detail IS NOT NULL",
        (guild_id, change_id),
    )
    return next(iter(tx.readable("action", _stands, found)), None)


def _stands(row: sqlite3.Row) -> tuple[Stand, Stand]:
    kept = json.loads(row["detail"])
    return Stand(**kept["before"]), Stand(**kept["after"])


async def take_back(tx: Unit, guild_id: int, change_id: int, now: datetime) -> None:
    """Make it stand as before that change; NotUndoneError if it was changed since."""
    kept = await _kept(tx, guild_id, change_id)
    if kept is None:
        raise NotUndoneError("What this changed is too long ago to be undone.")
    before, after = kept
    present = await stand(tx, guild_id)
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
        "DELETE FROM quote_wish WHERE guild_id = ? AND day = ? AND key = ? AND wish = ?",
        [(guild_id, *wish) for wish in added],
    )
    await tx.run_many(
        "INSERT OR REPLACE INTO quote_wish (guild_id, day, key, wish) VALUES (?, ?, ?, ?)",
        [(guild_id, *wish) for wish in after.wanted(before)],
    )
    if changed_terms:
        await _set_terms(tx, guild_id, before.terms)
        called_off = [day for day in before.planned if day not in after.planned]
        await _plan_again(tx, guild_id, called_off, now)


async def _set_terms(tx: Unit, guild_id: int, terms: Mapping[str, Any] | None) -> None:
    if terms is None:
        await tx.run("DELETE FROM quote_schedule WHERE guild_id = ?", (guild_id,))
        return
    names, values = ", ".join(terms), ", ".join(f":{name}" for name in terms)
    await tx.run(
        f"INSERT INTO quote_schedule (guild_id, {names}) VALUES (:guild_id, {values}) "
        f"ON CONFLICT (guild_id) DO UPDATE SET failing = 0, failed_day = NULL, "
        + ", ".join(f"{name} = excluded.{name}" for name in terms),
        {"guild_id": guild_id, **terms},
    )


async def _plan_again(tx: Unit, guild_id: int, days: list[str], now: datetime) -> None:
    """Plan again what was called off, if its time is not over."""
    await tx.run_many(
        "UPDATE quote_delivery SET state = 'planned', trouble = NULL "
        "WHERE guild_id = ? AND day = ? AND state = 'skipped' AND trouble = ? AND expires > ?",
        [(guild_id, day, Trouble.PAUSED, rows.seconds(now)) for day in days],
    )
