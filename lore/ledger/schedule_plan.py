"""Plans each server's days: which quote comes when, frozen before it is sent."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice

from lore.daily.choice import Choice, Deck, Pool, Wishes, choose
from lore.daily.delivery import Delivery, State, Trouble
from lore.daily.schedule import Preview, Schedule, turns
from lore.daily.timetable import PROMISE, Slot
from lore.errors import LoreError
from lore.ledger import schedule_rows as rows
from lore.ledger.schedule import aim, find, recent
from lore.ledger.store import Store, Unit


class DayTakenError(LoreError):
    """That date has its quote already."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day.isoformat()} has its quote already. Choose a date to come.")


class Plans:
    """The days to come of all servers, and those that were; each verb is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def due(self, now: datetime, limit: int) -> list[Schedule]:
        """Schedules whose next day is to be planned, the longest due first."""
        async with self._store.read() as tx:
            found = await tx.rows(
                "SELECT * FROM quote_schedule WHERE next_due <= ? ORDER BY next_due LIMIT ?",
                (rows.seconds(now), limit),
            )
            return [rows.schedule(row) for row in found]

    async def plan(self, schedule: Schedule, pool: Pool, now: datetime) -> Delivery | None:
        """Freeze the quote of the schedule's next day, and aim at the day after it.

        None if that was done meanwhile, or if the last post was so late that this day has to wait.
        """
        guild_id, day = schedule.guild_id, schedule.next_day
        async with self._store.write() as tx:
            if day is None or await find(tx, guild_id) != schedule:
                return None
            if await _delivery(tx, guild_id, day) is None:
                _, sent = await recent(tx, guild_id, now)
                slot = schedule.terms.table.slot(day)
                turn = slot.after(sent)
                if turn and turn.due > now:
                    await aim(tx, guild_id, turn)
                    return None
                if turn is None or turn.expires <= now:
                    trouble = Trouble.MISSED if turn else Trouble.TOO_SOON
                    await _record(tx, schedule, slot, None, trouble)
                else:
                    choice = await _choose(tx, guild_id, day, pool)
                    await _record(tx, schedule, slot, choice, Trouble.NO_QUOTE)
            await _go_on(tx, schedule, now)
            return await _delivery(tx, guild_id, day)

    async def plan_now(self, guild_id: int, pool: Pool, now: datetime) -> Delivery | None:
        """Today's delivery, due at once unless it was sent or is on its way; None without schedule.

        One that was missed, blocked or never verified is planned again: a person asks for it.
        """
        async with self._store.write() as tx:
            schedule = await find(tx, guild_id)
            if schedule is None:
                return None
            slot = schedule.terms.table.slot(schedule.terms.table.today(now))
            slot = Slot(slot.day, now, max(slot.expires, now + PROMISE))
            known = await _delivery(tx, guild_id, slot.day)
            if known and known.state in (State.PLANNED, State.SENDING, State.SENT):
                return known
            choice = known and known.choice
            choice = choice or await _choose(tx, guild_id, slot.day, pool)
            await _record(tx, schedule, slot, choice, Trouble.NO_QUOTE)
            if schedule.next_day == slot.day:
                await _go_on(tx, schedule, now)
            return await _delivery(tx, guild_id, slot.day)

    async def another(self, delivery: Delivery, pool: Pool) -> Choice | None:
        """Another quote for the same day; None if there is none."""
        async with self._store.read() as tx:
            deck = await _deck(tx, delivery.guild_id)
        own = frozenset({delivery.choice.key} if delivery.choice else ())
        other = choose(pool, deck, delivery.guild_id, Wishes(passed=own))
        return None if other is None or other.key in own else other

    async def preview(
        self, guild_id: int, pool: Pool, now: datetime, days: int = 7
    ) -> tuple[Preview, ...]:
        """The days to come with the quotes that they will get if nothing changes."""
        async with self._store.read() as tx:
            schedule = await find(tx, guild_id)
            if schedule is None or schedule.next_day is None:
                return ()
            taken, sent = await recent(tx, guild_id, now)
            slots = turns(
                schedule.terms.table.slots(schedule.next_day), taken=taken, last_sent=sent
            )
            deck = await _deck(tx, guild_id)
            previews = []
            for slot in islice(slots, days):
                choice = choose(pool, deck, guild_id, await _wishes(tx, guild_id, slot.day))
                deck = deck.after(choice) if choice else deck
                previews.append(Preview(slot, choice))
            return tuple(previews)

    async def queue(self, guild_id: int, day: date, key: str) -> None:
        """Give that date that quote; DayTakenError if it has had its own."""
        async with self._store.write() as tx:
            if await _delivery(tx, guild_id, day):
                raise DayTakenError(day)
            await tx.run(
                "DELETE FROM quote_wish WHERE guild_id = ? AND day = ? AND wish = 'queued'",
                (guild_id, day.isoformat()),
            )
            await _wish(tx, guild_id, day, key, "queued")

    async def pass_over(self, guild_id: int, day: date, key: str) -> None:
        """Let that date have another quote than that one; DayTakenError if it has had its own."""
        async with self._store.write() as tx:
            if await _delivery(tx, guild_id, day):
                raise DayTakenError(day)
            await _wish(tx, guild_id, day, key, "passed")

    async def on(self, guild_id: int, day: date) -> Delivery | None:
        """That date's delivery; None if it was never planned."""
        async with self._store.read() as tx:
            return await _delivery(tx, guild_id, day)

    async def history(self, guild_id: int, limit: int = 30) -> tuple[Delivery, ...]:
        """What became of the last days, the newest first."""
        async with self._store.read() as tx:
            found = await tx.rows(
                "SELECT * FROM quote_delivery WHERE guild_id = ? ORDER BY day DESC LIMIT ?",
                (guild_id, limit),
            )
            return tuple(map(rows.delivery, found))


async def _go_on(tx: Unit, schedule: Schedule, now: datetime) -> None:
    """Aim at the first slot that is still open and has no delivery; a pause is over by now."""
    taken, sent = await recent(tx, schedule.guild_id, now)
    slots = turns(schedule.terms.table.open(now), taken=taken, last_sent=sent)
    await tx.run(
        "UPDATE quote_schedule SET pause = NULL, paused_until = NULL WHERE guild_id = ?",
        (schedule.guild_id,),
    )
    await aim(tx, schedule.guild_id, next(slots))


async def _delivery(tx: Unit, guild_id: int, day: date) -> Delivery | None:
    row = await tx.row(
        "SELECT * FROM quote_delivery WHERE guild_id = ? AND day = ?", (guild_id, day.isoformat())
    )
    return rows.delivery(row) if row else None


async def _record(
    tx: Unit, schedule: Schedule, slot: Slot, choice: Choice | None, trouble: Trouble
) -> None:
    """Write down a day's quote, or without one the trouble; the fence of an earlier plan stays."""
    await tx.run(
        """
        INSERT INTO quote_delivery (guild_id, day, state, due, expires, channel_id, role_id,
                                    key, why, round, unshown, total, trouble)
        VALUES (:guild_id, :day, :state, :due, :expires, :channel_id, :role_id,
                :key, :why, :round, :unshown, :total, :trouble)
        ON CONFLICT (guild_id, day) DO UPDATE SET state = excluded.state, due = excluded.due,
            expires = excluded.expires, channel_id = excluded.channel_id,
            role_id = excluded.role_id, key = excluded.key, why = excluded.why,
            round = excluded.round, unshown = excluded.unshown, total = excluded.total,
            trouble = excluded.trouble, replaced = 0, uncertain_since = NULL, lease_until = NULL
        """,
        {
            "guild_id": schedule.guild_id,
            "day": slot.day.isoformat(),
            "state": State.PLANNED if choice else State.SKIPPED,
            "due": rows.seconds(slot.due),
            "expires": rows.seconds(slot.expires),
            "channel_id": schedule.terms.channel_id,
            "role_id": schedule.terms.role_id,
            "trouble": None if choice else trouble,
            **rows.choice_row(choice),
        },
    )


async def _wish(tx: Unit, guild_id: int, day: date, key: str, wish: str) -> None:
    await tx.run(
        "INSERT INTO quote_wish VALUES (?, ?, ?, ?) "
        "ON CONFLICT (guild_id, day, key) DO UPDATE SET wish = excluded.wish",
        (guild_id, day.isoformat(), key, wish),
    )


async def _choose(tx: Unit, guild_id: int, day: date, pool: Pool) -> Choice | None:
    wishes = await _wishes(tx, guild_id, day)
    choice = choose(pool, await _deck(tx, guild_id), guild_id, wishes)
    await tx.run(
        "DELETE FROM quote_wish WHERE guild_id = ? AND day <= ?", (guild_id, day.isoformat())
    )
    return choice


async def _deck(tx: Unit, guild_id: int) -> Deck:
    """What the server has been shown; a quote that was not posted has not been shown."""
    shown = await tx.rows(
        """
        SELECT day, key, round FROM quote_delivery
        WHERE guild_id = :guild_id AND state NOT IN ('skipped', 'blocked') AND round = (
            SELECT round FROM quote_delivery
            WHERE guild_id = :guild_id AND state NOT IN ('skipped', 'blocked')
            ORDER BY round DESC LIMIT 1
        )
        """,
        {"guild_id": guild_id},
    )
    if not shown:
        return Deck()
    last = max(shown, key=lambda row: str(row["day"]))
    return Deck(last["round"], frozenset(row["key"] for row in shown), last["key"])


async def _wishes(tx: Unit, guild_id: int, day: date) -> Wishes:
    found = await tx.rows(
        "SELECT key, wish FROM quote_wish WHERE guild_id = ? AND day = ?",
        (guild_id, day.isoformat()),
    )
    queued = [row["key"] for row in found if row["wish"] == "queued"]
    passed = frozenset(row["key"] for row in found if row["wish"] == "passed")
    return Wishes(queued[0] if queued else None, passed)
