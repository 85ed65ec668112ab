"""How schedules and deliveries stand in the ledger's rows."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from lore.ledger.records import Gap
from lore.qotd.delivery import Delivery, FailureReason, State
from lore.qotd.picking import QuotePick, Reason
from lore.qotd.timetable import LostZoneError, Pause, QotdConfig, Schedule, Timetable, kept_zone

# So often no quote can have had its turn.
LAST_ROUND = 10**9

# The schedules of a server are numbered from 1.
_LAST_NUMBER = 99


class ScheduleKey(NamedTuple):
    """Which schedule: its server, and its number there."""

    guild_id: int
    number: int


def key_of(one: Schedule | Delivery) -> ScheduleKey:
    """Which schedule this is, or is of."""
    return ScheduleKey(one.guild_id, one.number)


def seconds(instant: datetime) -> int:
    """An instant as the ledger keeps it: whole seconds since 1970, rounded down."""
    return math.floor(instant.timestamp())


def instant(seconds: int | None) -> datetime | None:
    """The instant that the ledger keeps as these seconds."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def gap(row: sqlite3.Row) -> Gap | None:
    """The last span of which the ledger knows nothing, in a row of continuity."""
    since, until = instant(row["gap_since"]), instant(row["gap_until"])
    older_until = instant(row["older_until"])
    return Gap(since, until, older_until) if since and until else None


def terms_row(terms: QotdConfig) -> Mapping[str, Any]:
    """The columns that a curator sets."""
    return {
        "channel_id": terms.channel_id,
        "zone": terms.table.zone.key,
        "at": f"{terms.table.at:%H:%M}",
        "days": sum(1 << day for day in terms.table.days),
        "role_id": terms.role_id,
        "tiers": None if terms.tiers is None else " ".join(sorted(terms.tiers)),
        "speaker": terms.speaker,
    }


def terms(row: sqlite3.Row, zone: ZoneInfo) -> QotdConfig:
    """The terms of a row of quote_schedule, by that zone."""
    days = frozenset(day for day in range(7) if row["days"] >> day & 1)
    if not days:
        raise ValueError("there is no day")
    tiers = row["tiers"]
    return QotdConfig(
        row["channel_id"],
        Timetable(zone, time.fromisoformat(row["at"]), days),
        row["role_id"],
        None if tiers is None else frozenset(tiers.split()),
        row["speaker"],
    )


def schedule(row: sqlite3.Row) -> Schedule:
    """A row of quote_schedule; LostZoneError if its zone is not known any more."""
    # Before the zone: a lost one is told by the number and the day for which it is due.
    number = _number(row)
    paused_until, next_day = _date(row["paused_until"]), _date(row["next_day"])
    return Schedule(
        guild_id=row["guild_id"],
        number=number,
        terms=terms(row, kept_zone(row["zone"])),
        pause=Pause(row["pause"]) if row["pause"] else None,
        paused_until=paused_until,
        failing=row["failing"],
        next_day=next_day,
        next_due=instant(row["next_due"]),
    )


def in_zone(row: sqlite3.Row) -> Schedule | None:
    """A row of quote_schedule; None if its zone is not known any more."""
    try:
        return schedule(row)
    except LostZoneError:
        return None


def day(row: sqlite3.Row) -> date:
    """The day of a row."""
    return date.fromisoformat(row["day"])


def _number(row: sqlite3.Row) -> int:
    if not 1 <= row["number"] <= _LAST_NUMBER:
        raise ValueError("no schedule has this number")
    return int(row["number"])


def _round(row: sqlite3.Row) -> int:
    if not isinstance(row["round"], int) or not 0 <= row["round"] <= LAST_ROUND:
        raise ValueError("there is no such round")
    return row["round"]


def wish(row: sqlite3.Row) -> tuple[str, Literal["queued", "passed"]]:
    """A row of quote_wish: which quote, and whether its date shall have it or not."""
    if row["wish"] not in ("queued", "passed"):
        raise ValueError("nothing is wished")
    date.fromisoformat(row["day"])
    return row["key"], row["wish"]


def refused(row: sqlite3.Row) -> tuple[str, int]:
    """A row of quote_refused: which quote, and in which round."""
    date.fromisoformat(row["day"])
    return row["key"], _round(row)


def shown(row: sqlite3.Row) -> tuple[str, int, date]:
    """When a quote was shown last, of rows of quote_delivery: the quote, its round and its day."""
    return row["key"], _round(row), date.fromisoformat(row["day"])


def choice_row(choice: QuotePick | None) -> Mapping[str, Any]:
    """The columns of a delivery that say which quote it is and why."""
    if choice is None:
        return {"key": None, "why": None, "round": None, "unshown": None, "total": None}
    return {
        "key": choice.key,
        "why": choice.why,
        "round": choice.round,
        "unshown": choice.unshown,
        "total": choice.total,
    }


def delivery(row: sqlite3.Row) -> Delivery:
    """A row of quote_delivery."""
    choice = row["key"] and QuotePick(
        row["key"], Reason(row["why"]), _round(row), row["unshown"], row["total"]
    )
    return Delivery(
        guild_id=row["guild_id"],
        number=_number(row),
        day=date.fromisoformat(row["day"]),
        state=State(row["state"]),
        due=datetime.fromtimestamp(row["due"], UTC),
        expires=datetime.fromtimestamp(row["expires"], UTC),
        channel_id=row["channel_id"],
        role_id=row["role_id"],
        choice=choice,
        fence=row["fence"],
        attempts=row["attempts"],
        replaced=bool(row["replaced"]),
        uncertain_since=instant(row["uncertain_since"]),
        last_attempt=instant(row["last_attempt"]),
        sent_at=instant(row["sent_at"]),
        message_id=row["message_id"],
        trouble=FailureReason(row["trouble"]) if row["trouble"] else None,
        zone=_zone(row["zone"]),
        asked=bool(row["asked"]),
    )


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return kept_zone(name) if name else None
    except LostZoneError:
        return None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
