"""Stores when each server wants its quote of the day, and how to undo a change."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lore.ledger.own_shards import OwnShards
from lore.ledger.port import NotUndoneError, PostGoneError, TooManyPostsError
from lore.ledger.records import Actor
from lore.ledger.row import StoredRow
from lore.ledger.unit import Database, Transaction
from lore.ledger.unreadable import UnreadableRowError
from lore.ledger.verbs import rows
from lore.qotd.delivery import Delivery, FailureReason
from lore.qotd.timetable import (
    FIRST,
    MOST_POSTS,
    LostZoneError,
    Pause,
    PostName,
    QotdConfig,
    Schedule,
    Slot,
    Timetable,
    What,
    jitter,
    kept_zone,
    posting_slots,
    queue,
)

# The schedules of a server are numbered from 1.
_LAST_NUMBER = 99

# The days of the week by the bits that stand for them in a row.
_WEEKDAYS = tuple(frozenset(day for day in range(7) if bits >> day & 1) for bits in range(128))

# What a change can be undone to; ScheduleSnapshot keeps these columns by name.
_KEPT = (
    "channel_id", "zone", "at", "days", "role_id", "tiers", "speaker", "picture", "what",
    "parent_id", "thread", "pause", "paused_until",
)  # fmt: skip

# What changes from before these columns were there did not keep.
_KEPT_LATER = {"picture": False, "what": What.QUOTES, "parent_id": None, "thread": False}

_SET_NEXT = "UPDATE quote_schedule SET next_day = ?, next_due = ? WHERE guild_id = ? AND number = ?"
_ROW = "SELECT * FROM quote_schedule WHERE guild_id = ? AND number = ?"
_DELETE = "DELETE FROM quote_schedule WHERE guild_id = ? AND number = ?"
_SET_WISH = (
    "INSERT INTO quote_wish (guild_id, number, day, key, wish) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (guild_id, number, day, key) DO UPDATE SET wish = excluded.wish"
)


class ScheduleKey(NamedTuple):
    """The key of a schedule: its server, and its number there."""

    guild_id: int
    number: int

    @property
    def seed(self) -> int:
        """Return what its order of quotes depends on, so that posts of a server differ."""
        return self.guild_id + self.number - FIRST


def key_of(one: Schedule | Delivery) -> ScheduleKey:
    """Return the key of a schedule, or of the one that a delivery belongs to."""
    return ScheduleKey(one.guild_id, one.number)


class SqlQotdSchedules:
    """Implements `port.QotdSchedules`."""

    def __init__(self, database: Database, shards: OwnShards, rate: float) -> None:
        self._database = database
        self._shards = shards
        self._rate = rate

    async def find(self, guild_id: int, *, number: int = FIRST) -> Schedule | None:
        async with self._database.read() as tx:
            return await find_schedule(tx, ScheduleKey(guild_id, number))

    async def posts(self, guild_id: int) -> tuple[PostName, ...]:
        async with self._database.read() as tx:
            return tuple(await _posts(tx, guild_id))

    async def config(
        self, guild_id: int, zone: ZoneInfo | None, *, number: int = FIRST
    ) -> QotdConfig | None:
        def decode(row: StoredRow) -> QotdConfig:
            return _config(row, zone or kept_zone(row["zone"]))

        async with self._database.read() as tx:
            found = await tx.rows(_ROW, (guild_id, number))
            return next(iter(tx.readable("quote_schedule", decode, found)), None)

    async def set(
        self,
        guild_id: int,
        config: QotdConfig,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
        before: QotdConfig | None = None,
    ) -> Schedule | None:
        key = ScheduleKey(guild_id, number)

        async def change(tx: Transaction) -> int:
            if before and not await tx.row(_ROW, key):
                raise PostGoneError
            return await _set(tx, key, config, before)

        return await self._change(key, "qotd set", by, now, change)

    async def add(
        self, guild_id: int, config: QotdConfig, now: datetime, by: Actor | None = None
    ) -> Schedule | None:
        async with self._database.write(guild_id) as tx:
            if await replayed(tx, guild_id, "qotd add", by):
                added = await kept_change(tx, guild_id, by.interaction_id) if by else None
                return await find_schedule(tx, added.key) if added else None
            key = ScheduleKey(guild_id, await _free_number(tx, guild_id))
            before = await snapshot(tx, key)
            await _set(tx, key, config)
            await keep_change(tx, key, by, before)
            return await _apply(tx, key, now, self._rate)

    async def pause(
        self,
        guild_id: int,
        until: date | None,
        now: datetime,
        by: Actor | None = None,
        *,
        number: int = FIRST,
    ) -> Schedule | None:
        key = ScheduleKey(guild_id, number)

        async def change(tx: Transaction) -> int:
            await _call_off(tx, key)
            return await tx.run(
                "UPDATE quote_schedule SET pause = ?, paused_until = ? "
                "WHERE guild_id = ? AND number = ?",
                (Pause.ASKED, until and until.isoformat(), *key),
            )

        return await self._change(key, "qotd pause", by, now, change)

    async def resume(
        self, guild_id: int, now: datetime, by: Actor | None = None, *, number: int = FIRST
    ) -> Schedule | None:
        key = ScheduleKey(guild_id, number)

        async def change(tx: Transaction) -> int:
            return await tx.run(
                "UPDATE quote_schedule SET pause = NULL, paused_until = NULL, failing = 0, "
                "failed_day = NULL WHERE guild_id = ? AND number = ?",
                key,
            )

        return await self._change(key, "qotd resume", by, now, change)

    async def _change(
        self,
        key: ScheduleKey,
        verb: str,
        by: Actor | None,
        now: datetime,
        change: Callable[[Transaction], Awaitable[int]],
    ) -> Schedule | None:
        """Make a change unless its interaction came before; None if there is no such schedule.

        `change` returns how many schedules it changed.
        """
        async with self._database.write(key.guild_id) as tx:
            before = await snapshot(tx, key)
            if await replayed(tx, key.guild_id, verb, by):
                return await find_schedule(tx, key)
            changed = await change(tx)
            await keep_change(tx, key, by, before)
            return await _apply(tx, key, now, self._rate) if changed else None

    async def off(self, guild_id: int, by: Actor | None = None, *, number: int = FIRST) -> bool:
        key = ScheduleKey(guild_id, number)
        async with self._database.write(guild_id) as tx:
            before = await snapshot(tx, key)
            if await replayed(tx, guild_id, "qotd off", by):
                return True
            await _call_off(tx, key)
            ended = await tx.run(_DELETE, key)
            await keep_change(tx, key, by, before)
            return bool(ended)

    async def undo(
        self, guild_id: int, change_id: int, now: datetime, by: Actor | None = None
    ) -> Schedule | None:
        async with self._database.write(guild_id) as tx:
            kept = await kept_change(tx, guild_id, change_id)
            if not await replayed(tx, guild_id, "qotd undo", by):
                await _take_back(tx, kept, now)
            key = kept.key if kept else ScheduleKey(guild_id, FIRST)
            if not await find_schedule(tx, key):
                await _call_off(tx, key)
                return None
            return await _apply(tx, key, now, self._rate)

    async def realign(self, now: datetime) -> None:
        async with self._database.read(patient=True) as tx:
            found = await tx.rows(
                f"SELECT * FROM quote_schedule WHERE next_due > ? AND {self._shards.sql}",
                [rows.seconds(now)],
            )
            taken, posting = await _taken(tx, now), await posting_queue(tx, self._rate)
            changed = [
                (schedule, values)
                for schedule in tx.readable("quote_schedule", schedule_in_zone, found)
                if schedule and (slot := _realigned(schedule, now, taken[key_of(schedule)]))
                if (values := _next_values(key_of(schedule), slot, posting))[:2]
                != (
                    schedule.next_day and schedule.next_day.isoformat(),
                    schedule.next_due and rows.seconds(schedule.next_due),
                )
            ]
        for schedule, values in sorted(changed, key=lambda one: key_of(one[0])):
            async with self._database.write(schedule.guild_id) as tx:
                # Unless it was changed since.
                if await find_schedule(tx, key_of(schedule)) == schedule:
                    await tx.run(_SET_NEXT, values)


async def find_schedule(tx: Transaction, key: ScheduleKey) -> Schedule | None:
    """Return a schedule; None if the server has none with that number."""
    row = await tx.row(_ROW, key)
    return tx.read("quote_schedule", schedule_in, row) if row else None


def schedule_in(row: StoredRow) -> Schedule:
    """Read a row of quote_schedule; LostZoneError if its zone no longer exists."""
    # Read before the zone, as handling a lost zone needs the number and the day.
    number = checked_number(row)
    paused_until = date.fromisoformat(row["paused_until"]) if row["paused_until"] else None
    next_day = date.fromisoformat(row["next_day"]) if row["next_day"] else None
    return Schedule(
        guild_id=row["guild_id"],
        number=number,
        config=_config(row, kept_zone(row["zone"])),
        pause=Pause(row["pause"]) if row["pause"] else None,
        paused_until=paused_until,
        failing=row["failing"],
        next_day=next_day,
        next_due=rows.moment_if_any(row["next_due"]),
    )


def schedule_in_zone(row: StoredRow) -> Schedule | None:
    """Read a row of quote_schedule; None if its zone no longer exists."""
    try:
        return schedule_in(row)
    except LostZoneError:
        return None


def checked_number(row: StoredRow) -> int:
    """Read the number of a row's schedule; ValueError if no schedule can have it."""
    if not 1 <= row["number"] <= _LAST_NUMBER:
        raise ValueError("no schedule has this number")
    return int(row["number"])


def _config(row: StoredRow, zone: ZoneInfo) -> QotdConfig:
    days, tiers = _WEEKDAYS[row["days"] & 127], row["tiers"]
    if not days:
        raise ValueError("there is no day")
    return QotdConfig(
        row["channel_id"],
        Timetable(zone, time.fromisoformat(row["at"]), days),
        row["role_id"],
        None if tiers is None else frozenset(tiers.split()),
        row["speaker"],
        bool(row["picture"]),
        What(row["what"]),
        row["parent_id"],
        bool(row["thread"]),
    )


def _config_row(config: QotdConfig) -> Mapping[str, Any]:
    """Return the columns that a curator sets."""
    return {
        "channel_id": config.channel_id,
        "zone": config.table.zone.key,
        "at": f"{config.table.at:%H:%M}",
        "days": sum(1 << day for day in config.table.days),
        "role_id": config.role_id,
        "tiers": None if config.tiers is None else " ".join(sorted(config.tiers)),
        "speaker": config.speaker,
        "picture": config.picture,
        "what": config.what,
        "parent_id": config.parent_id,
        "thread": config.thread,
    }


def _post_name(row: StoredRow) -> PostName:
    at, days = time.fromisoformat(row["at"]), _WEEKDAYS[row["days"] & 127]
    what, parent_id = What(row["what"]), row["parent_id"]
    return PostName(checked_number(row), row["channel_id"], at, days, what, parent_id)


async def _posts(tx: Transaction, guild_id: int) -> list[PostName]:
    found = await tx.rows(
        "SELECT guild_id, number, channel_id, parent_id, at, days, what FROM quote_schedule "
        "WHERE guild_id = ? ORDER BY number",
        (guild_id,),
    )
    return tx.readable("quote_schedule", _post_name, found)


async def _free_number(tx: Transaction, guild_id: int) -> int:
    """Return the number of a new schedule: one that no former one had, if there is such a one.

    A server without any begins anew with the first, as if that had never been turned off.
    """
    found = await tx.rows(
        """
        SELECT number, '9' AS last FROM quote_schedule WHERE guild_id = :guild_id
        UNION ALL
        SELECT number, day FROM quote_delivery WHERE guild_id = :guild_id
        ORDER BY last
        """,
        {"guild_id": guild_id},
    )
    off = await tx.rows(
        "SELECT * FROM action WHERE guild_id = ? AND verb = 'qotd off' AND detail IS NOT NULL",
        (guild_id,),
    )
    last = {kept.key.number: "1" for kept in tx.readable("action", _kept_change, off)}
    last |= {row["number"]: row["last"] for row in found}
    if "9" not in last.values():
        return FIRST
    return min(range(FIRST, _LAST_NUMBER + 1), key=lambda number: last.get(number, ""))


async def _set(
    tx: Transaction, key: ScheduleKey, config: QotdConfig, before: QotdConfig | None = None
) -> int:
    """Write a configuration, or only what differs from the one before, and end a pause."""
    await rows.ensure_guild(tx, key.guild_id)
    await _keep_distance(tx, key, config)
    anew = dict.fromkeys(("pause", "paused_until", "next_day", "next_due"))
    columns, old = _config_row(config), _config_row(before) if before else {}
    changed = {name: value for name, value in columns.items() if old.get(name, ...) != value}
    done = await _write(tx, key, {**columns, **anew}, {**changed, **anew})
    await _check_room(tx, key.guild_id)
    return done


async def _check_room(tx: Transaction, guild_id: int) -> None:
    """Raise TooManyPostsError if a server has more schedules than it may have."""
    row = await tx.row("SELECT count(*) FROM quote_schedule WHERE guild_id = ?", (guild_id,))
    if row and row[0] > MOST_POSTS:
        raise TooManyPostsError


async def _write(
    tx: Transaction,
    key: ScheduleKey,
    columns: Mapping[str, Any],
    changed: Mapping[str, Any] | None = None,
) -> int:
    """Write a schedule, of one that is there the `changed` columns only; reset its failures."""
    return await tx.run(
        f"INSERT INTO quote_schedule (guild_id, number, {', '.join(columns)}) "
        f"VALUES (:guild_id, :number, {', '.join(f':{name}' for name in columns)}) "
        "ON CONFLICT (guild_id, number) DO UPDATE SET failing = 0, failed_day = NULL, "
        + ", ".join(f"{name} = excluded.{name}" for name in changed or columns),
        {**key._asdict(), **columns},
    )


async def _keep_distance(tx: Transaction, key: ScheduleKey, config: QotdConfig) -> None:
    """Let a schedule with a changed zone keep its distance from any post, also one on request."""
    await tx.run(
        """
        UPDATE quote_delivery SET asked = FALSE
        WHERE guild_id = :guild_id AND number = :number AND asked AND NOT EXISTS (
            SELECT 1 FROM quote_schedule AS old
            WHERE old.guild_id = :guild_id AND old.number = :number AND old.zone = :zone
        )
        """,
        {**key._asdict(), "zone": config.table.zone.key},
    )


async def _call_off(tx: Transaction, key: ScheduleKey) -> None:
    """Cancel deliveries that wait to be sent; those that may have been sent stay open."""
    await tx.run(
        "UPDATE quote_delivery SET state = 'skipped', trouble = ? "
        "WHERE guild_id = ? AND number = ? AND state = 'planned'",
        (FailureReason.PAUSED, *key),
    )


async def _apply(tx: Transaction, key: ScheduleKey, now: datetime, rate: float) -> Schedule:
    """Set the first slot of a changed schedule, and move planned deliveries to it."""
    changed = await find_schedule(tx, key)
    assert changed is not None
    await tx.run(
        "UPDATE quote_delivery SET channel_id = ?, parent_id = ?, role_id = ? "
        "WHERE guild_id = ? AND number = ? AND state = 'planned'",
        (changed.config.channel_id, changed.config.parent_id, changed.config.role_id, *key),
    )
    if changed.pause and changed.paused_until is None:
        await tx.run(_SET_NEXT, (None, None, *key))
    else:
        taken, sent = await recent(tx, key, now)
        ahead = changed.config.table.ahead(now)
        since = changed.paused_until
        slots = posting_slots(ahead, taken=taken, last_sent=sent, since=since)
        await set_next(tx, key, next(slots), rate)
    return await find_schedule(tx, key) or changed


async def set_next(tx: Transaction, key: ScheduleKey, slot: Slot, rate: float) -> None:
    """Store the next slot of a schedule."""
    await tx.run(_SET_NEXT, _next_values(key, slot, await posting_queue(tx, rate)))


async def posting_queue(tx: Transaction, rate: float) -> timedelta:
    """Return how long the next posts of all servers would take if all were due at once."""
    row = await tx.row("SELECT count(*) FROM quote_schedule WHERE next_due IS NOT NULL")
    return queue(int(row[0]) if row else 0, rate)


async def set_next_anew(tx: Transaction, key: ScheduleKey, now: datetime, rate: float) -> None:
    """Recalculate the next slot of a schedule, if the schedule can still be read."""
    # The outcome of a delivery is stored whatever became of the schedule and its zone.
    with suppress(LostZoneError, UnreadableRowError):
        if await find_schedule(tx, key):
            await _apply(tx, key, now, rate)


async def clear_failures(tx: Transaction, key: ScheduleKey, now: datetime, rate: float) -> None:
    """Reset a schedule's failures after a successful post, and end the pause they caused."""
    await tx.run(
        "UPDATE quote_schedule SET failing = 0, failed_day = NULL "
        "WHERE guild_id = ? AND number = ?",
        key,
    )
    if await tx.run(
        "UPDATE quote_schedule SET pause = NULL WHERE guild_id = ? AND number = ? AND pause = ?",
        (*key, Pause.FAILING),
    ):
        await set_next_anew(tx, key, now, rate)


def _next_values(key: ScheduleKey, slot: Slot, queue: timedelta) -> tuple[str, int, int, int]:
    due = slot.due + jitter(key.guild_id, queue)
    return slot.day.isoformat(), rows.seconds(due), *key


def _realigned(schedule: Schedule, now: datetime, taken: Collection[date]) -> Slot | None:
    """Return the next slot; None if its time has come and only its jitter is left to wait for."""
    table = schedule.config.table
    if schedule.next_day is None or table.slot(schedule.next_day).due <= now:
        return None
    return next(posting_slots(table.ahead(now), taken=taken, since=schedule.paused_until))


async def recent(
    tx: Transaction, key: ScheduleKey, now: datetime
) -> tuple[frozenset[date], datetime | None]:
    """Read which dates of the last two days are done, and when the last post was.

    A post on request does not delay the next one; if it failed, its day is still posted as usual.
    """
    found = await tx.rows(
        """
        SELECT guild_id, number, day,
               -- What the clock, once wrong, has put into the future keeps no post back.
               CASE WHEN NOT asked AND state IN ('sending', 'sent', 'unverified')
                         AND coalesce(sent_at, last_attempt) <= :now
                    THEN coalesce(sent_at, last_attempt) END AS sent
        FROM quote_delivery
        WHERE guild_id = :guild_id AND number = :number AND day >= :since
          AND NOT (asked AND state = 'blocked')
        """,
        {
            **key._asdict(),
            "since": (now - timedelta(days=2)).date().isoformat(),
            "now": rows.seconds(now),
        },
    )
    sent = max(filter(None, map(itemgetter("sent"), found)), default=None)
    return frozenset(tx.readable("quote_delivery", _day, found)), rows.moment_if_any(sent)


async def _taken(tx: Transaction, now: datetime) -> Mapping[ScheduleKey, set[date]]:
    """Read which dates of the last two days are done, for each schedule."""
    found = await tx.rows(
        """
        SELECT done.guild_id, done.number, done.day
        FROM quote_schedule AS schedule JOIN quote_delivery AS done
          ON done.guild_id = schedule.guild_id AND done.number = schedule.number
         AND done.day >= ?
        WHERE NOT (done.asked AND done.state = 'blocked')
        """,
        ((now - timedelta(days=2)).date().isoformat(),),
    )
    taken = defaultdict[ScheduleKey, set[date]](set)
    days = tx.readable(
        "quote_delivery",
        lambda row: (ScheduleKey(row["guild_id"], row["number"]), _day(row)),
        found,
    )
    for key, day in days:
        taken[key].add(day)
    return taken


def _day(row: StoredRow) -> date:
    return date.fromisoformat(row["day"])


async def set_wishes(tx: Transaction, key: ScheduleKey, wishes: Iterable[Iterable[str]]) -> None:
    """Store wishes for dates: the date, a quote, and `queued` or `passed` (skipped)."""
    await tx.run_many(_SET_WISH, [(*key, *wish) for wish in wishes])


async def replayed(tx: Transaction, guild_id: int, verb: str, by: Actor | None) -> bool:
    """Tell whether an interaction came before; if not, note that it has come."""
    if by is None:
        return False
    if await rows.done_before(tx, guild_id, verb, by):
        return True
    await rows.note_done(tx, guild_id, verb, by)
    return False


@dataclass(frozen=True, slots=True)
class ScheduleSnapshot:
    """What curators have set, their wishes for coming days, and which days are planned.

    The ledger stores it as JSON by the names of its fields.
    """

    terms: Mapping[str, Any] | None
    wishes: list[list[str]]
    planned: list[str]

    def wishes_only_of(self, other: ScheduleSnapshot) -> list[list[str]]:
        """Return the wishes of another snapshot that this one lacks."""
        return [wish for wish in other.wishes if wish not in self.wishes]


@dataclass(frozen=True, slots=True)
class KeptChange:
    """A schedule before and after an interaction's change."""

    key: ScheduleKey
    before: ScheduleSnapshot
    after: ScheduleSnapshot


async def snapshot(tx: Transaction, key: ScheduleKey) -> ScheduleSnapshot:
    """Read a schedule with its wishes and planned days."""
    row = await tx.row(
        f"SELECT {', '.join(_KEPT)} FROM quote_schedule WHERE guild_id = ? AND number = ?", key
    )
    wishes = await tx.rows(
        "SELECT day, key, wish FROM quote_wish WHERE guild_id = ? AND number = ?", key
    )
    planned = await tx.rows(
        "SELECT day FROM quote_delivery WHERE guild_id = ? AND number = ? AND state = 'planned'",
        key,
    )
    return ScheduleSnapshot(
        dict(row) if row else None,
        [list(wish) for wish in wishes],
        [day["day"] for day in planned],
    )


async def keep_change(
    tx: Transaction, key: ScheduleKey, by: Actor | None, before: ScheduleSnapshot
) -> None:
    """Store a schedule before and after a change, under the interaction noted for it."""
    if by is None:
        return
    after = await snapshot(tx, key)
    kept = {"number": key.number, "before": asdict(before), "after": asdict(after)}
    detail = json.dumps(kept, default=repr)
    await tx.run(
        "UPDATE action SET detail = ? WHERE guild_id = ? AND interaction_id = ?",
        (detail, key.guild_id, by.interaction_id),
    )


async def kept_change(tx: Transaction, guild_id: int, change_id: int) -> KeptChange | None:
    """Read what an interaction changed; None if that is not stored or unreadable."""
    found = await tx.rows(
        "SELECT * FROM action WHERE guild_id = ? AND interaction_id = ? "
        "AND verb LIKE 'qotd %' AND detail IS NOT NULL",
        (guild_id, change_id),
    )
    return next(iter(tx.readable("action", _kept_change, found)), None)


def _kept_change(row: StoredRow) -> KeptChange:
    kept = json.loads(row["detail"])
    # A server had one schedule before they were numbered.
    key = ScheduleKey(row["guild_id"], kept.get("number", FIRST))
    return KeptChange(key, _kept_snapshot(kept["before"]), _kept_snapshot(kept["after"]))


def _kept_snapshot(kept: Mapping[str, Any]) -> ScheduleSnapshot:
    terms = kept["terms"] and {**_KEPT_LATER, **kept["terms"]}
    if terms:
        # SQLite gives them as numbers.
        terms |= {name: bool(terms[name]) for name in ("picture", "thread")}
    return ScheduleSnapshot(**{**kept, "terms": terms})


async def _take_back(tx: Transaction, kept: KeptChange | None, now: datetime) -> None:
    """Undo a change; NotUndoneError if there was another since."""
    if kept is None:
        raise NotUndoneError("What this changed is too long ago to be undone.")
    key, before, after = kept.key, kept.before, kept.after
    present = await snapshot(tx, key)
    added = before.wishes_only_of(after)
    is_set_anew = before.terms != after.terms
    taken_out = after.wishes_only_of(before)
    queued = {day for day, _, how in present.wishes if how == "queued"}
    queued -= {day for day, *_ in added}
    if (
        (is_set_anew and present.terms != after.terms)
        or any(wish not in present.wishes for wish in added)
        # For that date something else was queued since.
        or any(how == "queued" and day in queued for day, _, how in taken_out)
        or not (is_set_anew or added or await _to_come(tx, key, taken_out))
    ):
        raise NotUndoneError(
            "It was changed again since, or the day has come, so nothing was undone. "
            "/qotd status tells how it stands."
        )
    await tx.run_many(
        "DELETE FROM quote_wish WHERE guild_id = ? AND number = ? AND day = ? AND key = ?",
        [(*key, day, quote) for day, quote, _ in added],
    )
    await set_wishes(tx, key, await _to_come(tx, key, taken_out))
    if not is_set_anew:
        return
    if before.terms is None:
        await tx.run(_DELETE, key)
    else:
        await _write(tx, key, before.terms)
        await _check_room(tx, key.guild_id)
    await _plan_again(tx, key, [day for day in before.planned if day not in after.planned], now)


async def _to_come(tx: Transaction, key: ScheduleKey, wishes: list[list[str]]) -> list[list[str]]:
    """Return the wishes for dates that are not planned yet."""
    days = [day for day, *_ in wishes]
    found = await tx.rows(
        "SELECT day FROM quote_delivery WHERE guild_id = ? AND number = ? "
        f"AND day IN ({', '.join(['NULL', *('?' for _ in days)])})",
        (*key, *days),
    )
    planned = {row["day"] for row in found}
    return [wish for wish in wishes if wish[0] not in planned]


async def _plan_again(tx: Transaction, key: ScheduleKey, days: list[str], now: datetime) -> None:
    """Plan cancelled days again, unless they have expired."""
    await tx.run_many(
        "UPDATE quote_delivery SET state = 'planned', trouble = NULL "
        "WHERE guild_id = ? AND number = ? AND day = ? AND state = 'skipped' "
        "AND trouble = ? AND expires > ?",
        [(*key, day, FailureReason.PAUSED, rows.seconds(now)) for day in days],
    )
