"""What curators type: hours, days of the week, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from lore.daily.timetable import EVERY_DAY
from lore.errors import LoreError
from lore.model import Tier

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SETS = {
    "all": EVERY_DAY,
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
}
_HOUR = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
_YEAR = timedelta(days=366)


class NotUnderstoodError(LoreError):
    """An hour, a day or a date that cannot be read."""


def hour(text: str) -> time:
    """An hour of the day like 9, 09:30, 9.30 or 9:30 pm."""
    found = _HOUR.fullmatch(text.strip().casefold())
    if found:
        hours, minutes, half = int(found[1]), int(found[2] or 0), found[3]
        if half and 1 <= hours <= 12:
            hours = hours % 12 + (12 if half == "pm" else 0)
        if hours < 24 and minutes < 60 and (half is None or int(found[1]) in range(1, 13)):
            return time(hours, minutes)
    raise NotUnderstoodError(f"“{text}” is not a time of day. Write it like 09:00 or 21:30.")


def days(text: str) -> frozenset[int]:
    """Days of the week like “mon, wed”, “fri-sun”, “weekdays” or “every day”; 0 is Monday."""
    plain = text.strip().casefold()
    if plain in _SETS:
        return _SETS[plain]
    try:
        return frozenset(day for part in re.split(r"[,\s]+", plain) for day in _range(part))
    except ValueError:
        raise NotUnderstoodError(
            f"“{text}” are not days of the week. Write them like “mon, wed, fri” or “weekdays”."
        ) from None


def tiers(text: str) -> frozenset[Tier]:
    """Tiers like “film, canon”."""
    try:
        return frozenset(Tier(word) for word in re.split(r"[,\s]+", text.strip().casefold()))
    except ValueError:
        raise NotUnderstoodError(
            f"“{text}” are not tiers. Name one or more of: {', '.join(Tier)}."
        ) from None


def day(text: str, today: date) -> date:
    """A date like 2027-03-14, or tomorrow; not one that is over nor a year away."""
    plain = text.strip().casefold()
    try:
        asked = {"today": today, "tomorrow": today + timedelta(days=1)}.get(plain)
        asked = asked or date.fromisoformat(plain)
    except ValueError:
        raise NotUnderstoodError(f"“{text}” is not a date. Write it like 2027-03-14.") from None
    if not today <= asked <= today + _YEAR:
        raise NotUnderstoodError(f"{asked.isoformat()} is not within the year to come.")
    return asked


def _range(part: str) -> Iterator[int]:
    """The days of “wed” or “fri-sun”; ValueError if they are none."""
    first, *more = part.split("-")
    [last] = more or [first]
    start, end = _DAYS.index(first[:3]), _DAYS.index(last[:3])
    yield from ((start + number) % 7 for number in range((end - start) % 7 + 1))
