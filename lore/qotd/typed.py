"""Reads what curators type: times of day, days of the week, dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta

from lore.errors import LONGEST, LoreError, echoed
from lore.pack.model import Tier, Tiers
from lore.qotd.timetable import EVERY_DAY

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS = {
    "all": EVERY_DAY,
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "weekday": frozenset(range(5)),
    "weekend": frozenset({5, 6}),
}
# Minutes follow a separator, a word for the hour, or the hour directly: 9:30, 9h30, 0930.
_HOUR = re.compile(
    r"(?:at |um |kl\.? )?(?P<hours>\d{1,2})"
    r"(?: ?[:.] ?(?P<minutes>\d{2})(?::00)?"
    r"| ?(?:h|uhr|[時时点點시]) ?(?:(?P<more>\d{2}) ?[分분]?)?|(?P<joined>\d{2}))?"
    r" ?(?:(?P<half>[ap])(?:\.? ?m)?\.?|h|hrs?|hours?|uhr|uur|o['’]?clock)?"
)
_NAMED_HOUR = re.compile(r"(?:at )?(?:12(?:[:.]00)? )?(noon|midday|midnight)")
_RANGE = re.compile(r" ?(?:[-\u2010-\u2015\u2212]|\bto\b) ?")
_LIST = re.compile(r"(?:[,;/+&\s]|\band\b)+")
# In a choice's label the day of the week follows the date.
WEEKDAY = " · "
_YEAR = timedelta(days=366)


class NotUnderstoodError(LoreError):
    """A time, day or date that cannot be read."""


def hour(text: str) -> time:
    """Read a time of day like 9, 09:30, 0930, 21h, 9:30 pm or noon."""
    plain = unicodedata.normalize("NFKC", _plain(text))
    if named := _NAMED_HOUR.fullmatch(plain):
        return time(0 if named[1] == "midnight" else 12)
    if not (found := _HOUR.fullmatch(plain)):
        said = "is not a time of day."
        if (found := _HOUR.match(plain)) and plain[found.end() :].strip().isalpha():
            said = "is more than a time of day; the zone is chosen by itself."
        raise _not_a_time(text, said)
    hours = int(found["hours"])
    minutes = int(found["minutes"] or found["more"] or found["joined"] or 0)
    if half := found["half"]:
        if hours not in range(1, 13):
            raise _not_a_time(text, "is not a time of day.")
        hours = hours % 12 + (12 if half == "p" else 0)
    if (hours, minutes) == (24, 0):
        raise _not_a_time(text, "may begin or end a day. Midnight is 00:00, which begins it.")
    if hours > 23 or minutes > 59:
        raise _not_a_time(text, "is not a time of day.")
    return time(hours, minutes)


def _not_a_time(text: str, said: str) -> NotUnderstoodError:
    return NotUnderstoodError(f"{echoed(text)} {said} Write it like 09:00 or 21:30.")


def days(text: str) -> frozenset[int]:
    """Read days of the week like “mon, wed”, “fri-sun” or “weekdays”; 0 is Monday."""
    plain = _plain(text)
    if found := _set(plain):
        return found
    try:
        chosen = frozenset(day for part in _parts(_RANGE.sub("-", plain)) for day in _some(part))
    except ValueError:
        chosen = frozenset()
    if not chosen:
        raise NotUnderstoodError(
            f"{echoed(text)} are not days of the week. Write them like “mon, wed, fri”, “fri-sun” "
            "or “weekdays”."
        )
    return chosen


def tiers(text: str, names: Mapping[Tier, str]) -> Tiers:
    """Read tiers by their names or their ids in a pack: “Book, The sequels”, “book, sequels”."""
    spelt = {said: tier for tier, name in names.items() if (said := _plain(name))}
    spelt |= {tier: tier for tier in names}
    any_of = re.compile("|".join(map(re.escape, sorted(spelt, key=len, reverse=True))))
    plain = _plain(text)
    chosen = frozenset(spelt[word] for word in any_of.findall(plain))
    if not chosen or _parts(any_of.sub("", plain)):
        raise NotUnderstoodError(
            f"{echoed(text)} are not tiers. Name one or more of: {', '.join(names.values())}."
        )
    return chosen


def day(text: str, today: date) -> date:
    """Read a date like 2027-03-14, or tomorrow; neither past nor a year away."""
    plain = _plain(text).partition(WEEKDAY)[0]
    try:
        asked = {"today": today, "tomorrow": today + timedelta(days=1)}.get(plain)
        asked = asked or date.fromisoformat(plain)
    except ValueError:
        raise NotUnderstoodError(
            f"{echoed(text)} is not a date. Write it like 2027-03-14."
        ) from None
    if asked < today:
        raise NotUnderstoodError(
            f"{asked.isoformat()} is over: it is {today.isoformat()} there now. "
            "Choose a date to come."
        )
    if asked > today + _YEAR:
        raise NotUnderstoodError(
            f"{asked.isoformat()} is more than a year away. Choose a date before that."
        )
    return asked


def _plain(text: str) -> str:
    """Return lower-case text with single spaces; empty if it is too long to mean anything."""
    plain = " ".join(text.split()).casefold()
    return plain if len(plain) <= LONGEST else ""


def _parts(text: str) -> list[str]:
    return [part for part in _LIST.split(text) if part]


def _some(part: str) -> Iterator[int]:
    """Yield the days of “wed”, “fri-sun” or “weekends”; ValueError if it means none."""
    if found := _set(part):
        yield from found
        return
    first, *more = part.split("-")
    [last] = more or [first]
    start, end = _number(first), _number(last)
    yield from ((start + number) % 7 for number in range((end - start) % 7 + 1))


def _set(text: str) -> frozenset[int]:
    return _SETS.get(text) or _SETS.get(text.removesuffix("s"), frozenset())


def _number(name: str) -> int:
    """Return the number of a day from its name or the start of it; ValueError if it is none."""
    shortest = 2
    for number, day in enumerate(_DAYS):
        if len(name) >= shortest and f"{day}s".startswith(name):
            return number
    raise ValueError(name)
