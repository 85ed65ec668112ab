"""When a server's quote is due: at its own hour, in its own zone, whatever the clocks do there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from lore.errors import LoreError

GRACE = timedelta(hours=6)
GAP = timedelta(hours=12)
PROMISE = timedelta(minutes=10)
EVERY_DAY = frozenset(range(7))

# Servers that chose the same hour are spread so that one process sends this many a second at
# most; a minute of the promise is left for the tick and the sending.
RATE = 20
SPREAD = timedelta(minutes=9)

_DAY = timedelta(days=1)


class UnknownZoneError(LoreError):
    """There is no time zone of that name, or several."""

    def __init__(self, name: str, several: Sequence[str] = ()) -> None:
        super().__init__(
            f"“{name}” may be any of {', '.join(several)}. Choose one."
            if several
            else f"There is no time zone “{name}”. Choose one from the list, like “Europe/Berlin”."
        )


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The names of all time zones, those of a place first."""
    return tuple(sorted(available_timezones(), key=lambda name: ("/" not in name, name)))


def zone(name: str) -> ZoneInfo:
    """The zone with that name or the only one with that city; UnknownZoneError otherwise."""
    plain = name.strip().casefold().replace(" ", "_")
    named = [known for known in zones() if known.casefold() == plain]
    found = named or [known for known in zones() if known.casefold().endswith(f"/{plain}")]
    if len(found) == 1:
        return ZoneInfo(found[0])
    raise UnknownZoneError(name.strip(), found)


def due(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a local hour: after a gap in the clocks, first of an overlap."""
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def jitter(guild_id: int, servers: int) -> timedelta:
    """How much later than its hour this server's turn is, so that `servers` do not come at once."""
    share = int.from_bytes(hashlib.sha256(str(guild_id).encode()).digest()[:4]) / 2**32
    return share * min(SPREAD, timedelta(seconds=servers / RATE))


@dataclass(frozen=True, slots=True)
class Slot:
    """One day's turn: due at an instant in UTC, and worth posting until another."""

    day: date
    due: datetime
    expires: datetime

    def after(self, last_sent: datetime | None) -> Slot | None:
        """The same turn kept 12 hours from the last post; None if that is too late for the day."""
        start = self.due if last_sent is None else max(self.due, last_sent + GAP)
        return Slot(self.day, start, self.expires) if start < self.expires else None


@dataclass(frozen=True, slots=True)
class Timetable:
    """A server's own hour, zone and days of the week (0 is Monday)."""

    zone: ZoneInfo
    at: time
    days: frozenset[int] = EVERY_DAY

    def today(self, now: datetime) -> date:
        """The date that it is there."""
        return now.astimezone(self.zone).date()

    def slot(self, day: date) -> Slot:
        """The turn of that date, for six hours but not past midnight, and ten minutes at least."""
        start = due(day, self.at, self.zone)
        midnight = due(day + _DAY, time(0), self.zone)
        return Slot(day, start, max(min(start + GRACE, midnight), start + PROMISE))

    def slots(self, first: date) -> Iterator[Slot]:
        """The turns from that date on, without end."""
        day = first
        while True:
            # A date that a place skipped (Apia had no 30 December 2011) shares its instant
            # with the next one and has no turn of its own.
            if day.weekday() in self.days and self.slot(day).due < self.slot(day + _DAY).due:
                yield self.slot(day)
            day += _DAY

    def ahead(self, now: datetime) -> Iterator[Slot]:
        """The turns that are due after `now`."""
        return (slot for slot in self.slots(self.today(now) - _DAY) if slot.due > now)

    def open(self, now: datetime) -> Iterator[Slot]:
        """The turns that are not too late at `now`: at most one is due already."""
        return (slot for slot in self.slots(self.today(now) - _DAY) if slot.expires > now)
