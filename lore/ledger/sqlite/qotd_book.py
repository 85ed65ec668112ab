"""What the ledger knows of a server's days: deliveries, wishes, and the quotes it was shown."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta

from lore.ledger.records import Gap
from lore.ledger.sqlite import qotd_rows as rows
from lore.ledger.sqlite.database import Transaction
from lore.ledger.sqlite.qotd_rows import ScheduleKey
from lore.ledger.sqlite.unreadable import FAULTS
from lore.qotd.delivery import Delivery, FailureReason, State
from lore.qotd.picking import Overrides, Pool, QuotePick, ShownHistory, choose
from lore.qotd.timetable import Schedule, Slot

# So long is kept what became of a day; longer only by what the choice of a quote depends on.
KEPT = timedelta(days=366)

# A quote that was not posted has not been shown.
_SHOWN = "key IS NOT NULL AND state NOT IN ('skipped', 'blocked')"


async def delivery(tx: Transaction, of: ScheduleKey, day: date) -> Delivery | None:
    """That date's delivery; None if it was never planned."""
    row = await tx.row(
        "SELECT * FROM quote_delivery WHERE guild_id = ? AND number = ? AND day = ?",
        (*of, day.isoformat()),
    )
    return tx.read("quote_delivery", rows.delivery, row) if row else None


async def record(
    tx: Transaction,
    schedule: Schedule,
    slot: Slot,
    choice: QuotePick | None,
    trouble: FailureReason,
    *,
    asked: bool = False,
) -> None:
    """Write down a day's quote, or without one the trouble; the fence of an earlier plan stays."""
    await tx.run(
        """
        INSERT INTO quote_delivery (guild_id, number, day, state, due, expires, channel_id,
                                    role_id, key, why, round, unshown, total, trouble, asked, zone)
        VALUES (:guild_id, :number, :day, :state, :due, :expires, :channel_id, :role_id,
                :key, :why, :round, :unshown, :total, :trouble, :asked, :zone)
        ON CONFLICT (guild_id, number, day) DO UPDATE SET state = excluded.state,
            due = excluded.due, expires = excluded.expires, channel_id = excluded.channel_id,
            role_id = excluded.role_id, key = excluded.key, why = excluded.why,
            round = excluded.round, unshown = excluded.unshown, total = excluded.total,
            trouble = excluded.trouble, asked = excluded.asked, zone = excluded.zone,
            replaced = 0, attempts = 0, uncertain_since = NULL, lease_until = NULL
        """,
        {
            "guild_id": schedule.guild_id,
            "number": schedule.number,
            "day": slot.day.isoformat(),
            "state": State.PLANNED if choice else State.SKIPPED,
            "due": rows.seconds(slot.due),
            "expires": rows.seconds(slot.expires),
            "channel_id": schedule.terms.channel_id,
            "role_id": schedule.terms.role_id,
            "trouble": None if choice else trouble,
            "asked": asked,
            "zone": schedule.terms.table.zone.key,
            **rows.choice_row(choice),
        },
    )


async def doubt(tx: Transaction, schedule: Schedule, day: date, due: datetime) -> None:
    """Let a day that was planned be looked for first, if it may have been posted in a gap."""
    gap = await last_gap(tx)
    if gap is None:
        return
    # A curator may have asked for it before its hour.
    asked = gap.older_until and day <= schedule.terms.table.today(gap.older_until)
    if due <= gap.until or asked:
        await perhaps_posted(tx, gap, (schedule.guild_id, schedule.number, day.isoformat()))


async def last_gap(tx: Transaction) -> Gap | None:
    """The last span of which the ledger knows nothing."""
    row = await tx.row("SELECT * FROM continuity")
    # What was damaged says nothing.
    with suppress(*FAULTS):
        return rows.gap(row) if row else None
    return None


async def perhaps_posted(
    tx: Transaction, gap: Gap, only: tuple[int, int, str] | None = None
) -> None:
    """Keep that what is on its way may have been posted in a gap; or `only` a schedule's date."""
    guild_id, number, day = only or (None, None, None)
    await tx.run(
        """
        UPDATE quote_delivery SET state = 'sending', attempts = 0, lease_until = NULL,
            uncertain_since = min(coalesce(uncertain_since, due), :since), last_attempt = :until
        WHERE state IN ('planned', 'sending')
          AND (:guild_id IS NULL OR (guild_id, number, day) = (:guild_id, :number, :day))
        """,
        {
            "since": rows.seconds(gap.since),
            "until": rows.seconds(gap.until),
            "guild_id": guild_id,
            "number": number,
            "day": day,
        },
    )


async def without_zone(tx: Transaction, of: ScheduleKey, now: datetime) -> Delivery | None:
    """Write down that a due day cannot be planned, as the schedule's zone is not known any more.

    Nothing more is due then until another zone is set; None if that was done meanwhile.
    """
    row = await tx.row(
        "SELECT * FROM quote_schedule WHERE guild_id = ? AND number = ? AND next_due <= ?",
        (*of, rows.seconds(now)),
    )
    if row is None or rows.in_zone(row):
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
        of,
    )
    return await delivery(tx, of, date.fromisoformat(row["next_day"]))


# Keeps what is wished for a date: its schedule, the date, the quote, and whether it shall have it.
WISH = (
    "INSERT INTO quote_wish (guild_id, number, day, key, wish) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (guild_id, number, day, key) DO UPDATE SET wish = excluded.wish"
)


async def wish(tx: Transaction, of: ScheduleKey, day: date, key: str, wish: str) -> None:
    """Keep that a date shall have a quote (`queued`) or shall not have it (`passed`)."""
    await tx.run(WISH, (*of, day.isoformat(), key, wish))


async def refuse(tx: Transaction, delivery: Delivery, choice: QuotePick) -> None:
    """Keep that Discord did not take a quote, so that it has had its turn."""
    await tx.run(
        "INSERT INTO quote_refused (guild_id, number, key, round, day) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (guild_id, number, key) "
        "DO UPDATE SET round = excluded.round, day = excluded.day",
        (delivery.guild_id, delivery.number, choice.key, choice.round, delivery.day.isoformat()),
    )


async def refused(tx: Transaction, of: ScheduleKey) -> Mapping[str, int]:
    """The quotes that Discord did not take for this schedule, each with its round."""
    found = await tx.rows("SELECT * FROM quote_refused WHERE guild_id = ? AND number = ?", of)
    return dict(tx.readable("quote_refused", rows.refused, found))


async def overrides(tx: Transaction, of: ScheduleKey, day: date) -> Overrides:
    """What curators want for a date, and Discord did not take for it."""
    found = await tx.rows(
        """
        SELECT * FROM quote_wish
        WHERE guild_id = :guild_id AND number = :number AND day = :day
        UNION ALL
        SELECT guild_id, number, day, key, 'passed' FROM quote_refused
        WHERE guild_id = :guild_id AND number = :number AND day = :day
        """,
        {**of._asdict(), "day": day.isoformat()},
    )
    wished = tx.readable("quote_wish", rows.wish, found)
    queued = [key for key, wish in wished if wish == "queued"]
    passed = frozenset(key for key, wish in wished if wish == "passed")
    return Overrides(queued[0] if queued else None, passed)


async def shown_history(tx: Transaction, of: ScheduleKey) -> ShownHistory:
    """What the schedule has shown, or would have been if Discord had taken it."""
    shown = await tx.rows(
        "SELECT guild_id, number, key, max(round) AS round, max(day) AS day FROM quote_delivery "
        f"WHERE guild_id = ? AND number = ? AND {_SHOWN} GROUP BY key",
        of,
    )
    known = tx.readable("quote_delivery", rows.shown, shown)
    last = max(known, key=lambda one: one[2], default=None)
    rounds = {key: round for key, round, _ in known}
    unfit = await refused(tx, of)
    rounds |= {key: max(round, rounds.get(key, 0)) for key, round in unfit.items()}
    return ShownHistory(rounds, last[0] if last else None)


async def chosen(tx: Transaction, of: ScheduleKey, day: date, pool: Pool) -> QuotePick | None:
    """The quote of a date that is now frozen, so that what was wished for it has done its part."""
    choice = choose(pool, await shown_history(tx, of), of.guild_id, await overrides(tx, of, day))
    await tx.run(
        "DELETE FROM quote_wish WHERE guild_id = ? AND number = ? AND day <= ?",
        (*of, day.isoformat()),
    )
    return choice


async def prune(tx: Transaction, of: ScheduleKey, now: datetime) -> None:
    """Forget what became of days more than a year ago, but for the last time of each quote."""
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
        {**of._asdict(), "before": (now - KEPT).date().isoformat()},
    )
