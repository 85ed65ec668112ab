"""When a server's quote is due: at its own hour, in its own zone, whatever the clocks do there."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lore.errors import LONGEST, LoreError, echoed
from lore.pack.model import Tiers
from lore.search.scripts import plain_letters

# The schedule that a server has where it names no other.
FIRST = 1

GRACE = timedelta(hours=6)
GAP = timedelta(hours=12)
PROMISE = timedelta(minutes=10)
EVERY_DAY = frozenset(range(7))

# Servers that chose the same hour are spread so that one process sends this many a second at
# most; a minute of the promise is left for the tick and the sending.
RATE = 20
SPREAD = timedelta(minutes=9)

_DAY = timedelta(days=1)

# “GMT+2” and the like; in the list of zones “Etc/GMT+2” is two hours behind, not ahead.
_OFFSET = re.compile(r"(etc/)?(utc|gmt)? ?[-+\u2212] ?\d{1,2}(:?\d{2})?", re.IGNORECASE)

# Abbreviations and rules without a place, among the names of zones: whoever types EST in summer
# does not mean a clock that never changes. What was chosen before stays as it is.
_WITHOUT_PLACE = frozenset(
    [
        "Factory", "EST", "MST", "HST", "CET", "MET", "EET", "WET",
        "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT",
    ]
)  # fmt: skip

# The abbreviations of both halves of the year around an offset: EST5EDT.
_RULE = re.compile(r"([A-Z]{3})\d[A-Z]{3}")

# Places that most people mean by an abbreviation that many places have.
_LARGEST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Toronto", "America/Vancouver", "Europe/London", "Europe/Berlin", "Europe/Paris",
    "Europe/Madrid", "Europe/Rome", "Europe/Lisbon", "Europe/Athens", "Europe/Kyiv",
    "Europe/Moscow", "Asia/Kolkata", "Asia/Shanghai", "Asia/Jerusalem", "Europe/Dublin",
    "Asia/Manila", "Asia/Jakarta", "Asia/Seoul", "Australia/Sydney", "Australia/Adelaide",
    "Australia/Perth", "Pacific/Auckland", "Pacific/Honolulu", "America/Anchorage",
    "America/Halifax", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
    "America/Havana",
)  # fmt: skip

# A year by whose clocks abbreviations are told: by the rules that hold for the years to come.
_SAMPLED = 2027
_MONTHS = range(1, 13)

# In the label of a choice the abbreviations stand behind the name of the zone.
BY_CLOCK = " · "

# So many places are named where any of them may be meant.
NAMED = 8

# What people leave out of the name of a city, or write as a blank.
_FOLDED = str.maketrans("-_", "  ", ".'")


class UnknownZoneError(LoreError):
    """There is no time zone of that name, or several."""

    def __init__(self, name: str, several: Sequence[str] = ()) -> None:
        named = echoed(name)
        if several:
            said = f"{named} may be any of {', '.join(several[:NAMED])}"
            more = len(several[NAMED:])
            # A list that opens as one types has no room for all either.
            said += f" and {more} more: type a city, and choose one." if more else ". Choose one."
        elif _OFFSET.fullmatch(name):
            said = (
                f"{named} does not tell when the clocks change. Choose the place whose clock it "
                "is from the list, like “Europe/Berlin”."
            )
        else:
            said = f"There is no time zone {named}. Choose one from the list, like “Europe/Berlin”."
        super().__init__(said)


class LostZoneError(LoreError):
    """A time zone that was chosen once is not known any more."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The time zone of this server's quote of the day, {echoed(name)}, is not known any "
            "more. /qotd set chooses another."
        )


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the names of the time zones that can be chosen, those of a place first."""
    chosen = (name for name in _known() if name not in _WITHOUT_PLACE and "GMT" not in name)
    return tuple(sorted(chosen, key=lambda name: ("/" not in name, name)))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    # Not those of the machine: it may have some of its own, and not have them after a move.
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())


def is_outdated(name: str) -> bool:
    """Tell whether a zone that was chosen once is of no place, or known to this machine alone."""
    return name in _WITHOUT_PLACE or name not in _known()


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """Return the zones that are of a place today; most others are former names of these."""
    table = _file("zone.tab").decode().splitlines()
    return frozenset(line.split("\t")[2] for line in table if not line.startswith("#"))


def _file(name: str) -> bytes:
    return files("tzdata").joinpath("zoneinfo", name).read_bytes()


@lru_cache(maxsize=1)
def abbreviations() -> Mapping[str, tuple[str, ...]]:
    """Return the places whose clocks use each abbreviation in a year, the largest first.

    The two letters that stand for both halves of a year have the places of the first: ET, PT.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(_places(), key=lambda name: (_size(name), name)):
        place = ZoneInfo(name)
        for word in {datetime(_SAMPLED, month, 1, tzinfo=place).tzname() for month in _MONTHS}:
            if word and word.isalpha():
                found[word].append(name)
    for word in [word for word in found if len(word) == 3 and word.endswith("ST")]:
        if f"{word[0]}DT" in found:
            found[f"{word[0]}T"] = found[word]
    return {word: tuple(names) for word, names in found.items()}


def places_using(word: str) -> tuple[str, ...]:
    """Return the places whose clocks use an abbreviation, or the first one of a rule."""
    word = word.strip().upper()
    rule = _RULE.fullmatch(word)
    return abbreviations().get(rule[1] if rule else word, ())


def _size(name: str) -> int:
    return _LARGEST.index(name) if name in _LARGEST else len(_LARGEST)


def folded(name: str) -> str:
    """Return the name of a zone as it is compared: São Paulo is Sao_Paulo, St. John's St_Johns."""
    spelt = name if name.isascii() else plain_letters(name)
    return re.sub(r" ?/ ?", "/", spelt.strip().casefold().translate(_FOLDED)).replace(" ", "_")


def zone(name: str) -> ZoneInfo:
    """Return the zone of that name, or of that city; UnknownZoneError if there is not just one.

    Several names of one clock are one zone. An abbreviation does not tell the place, unless it has
    only one.
    """
    name = " ".join(name[: LONGEST + 1].split()).partition(BY_CLOCK)[0]
    plain = folded(name)
    named = [known for known in zones() if folded(known) == plain]
    found = named or _clocks(known for known in zones() if folded(known).endswith(f"/{plain}"))
    found = found or list(places_using(name))
    if len(found) == 1:
        return ZoneInfo(found[0])
    raise UnknownZoneError(name, found)


def _clocks(names: Iterable[str]) -> list[str]:
    """Return one of the names of each clock: that of today, which the list of places has."""
    by_rules: dict[bytes, str] = {}
    for name in sorted(names, key=lambda name: name not in _places()):
        by_rules.setdefault(_file(name), name)
    return list(by_rules.values())


def kept_zone(name: str) -> ZoneInfo:
    """Return the zone that was once chosen; LostZoneError if it is not known any more."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LostZoneError(name) from None


def due(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when a local hour is, in UTC: after a gap in the clocks, first of an overlap."""
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def jitter(guild_id: int, servers: int) -> timedelta:
    """Return how much later this server's turn is, so that `servers` do not come at once."""
    share = int.from_bytes(hashlib.sha256(str(guild_id).encode()).digest()[:4]) / 2**32
    return share * min(SPREAD, timedelta(seconds=servers / RATE))


@dataclass(frozen=True, slots=True)
class Slot:
    """One day's turn: due at an instant in UTC, and worth posting until another."""

    day: date
    due: datetime
    expires: datetime

    def after(self, last_sent: datetime | None) -> Slot | None:
        """Keep the turn 12 hours from the last post; None if that is too late for the day."""
        start = self.due if last_sent is None else max(self.due, last_sent + GAP)
        return Slot(self.day, start, self.expires) if start < self.expires else None


@dataclass(frozen=True, slots=True)
class Timetable:
    """A server's own hour, zone and days of the week (0 is Monday)."""

    zone: ZoneInfo
    at: time
    days: frozenset[int] = EVERY_DAY

    def today(self, now: datetime) -> date:
        """Return the date that it is there."""
        return now.astimezone(self.zone).date()

    def slot(self, day: date) -> Slot:
        """Return the turn of a date: for six hours, not past midnight, but ten minutes at least."""
        start = due(day, self.at, self.zone)
        midnight = due(day + _DAY, time(0), self.zone)
        return Slot(day, start, max(min(start + GRACE, midnight), start + PROMISE))

    def slots(self, first: date) -> Iterator[Slot]:
        """Yield the turns from that date on, without end."""
        day = first
        while True:
            # A date that a place skipped (Apia had no 30 December 2011) shares its instant
            # with the next one and has no turn of its own.
            if day.weekday() in self.days and self.slot(day).due < self.slot(day + _DAY).due:
                yield self.slot(day)
            day += _DAY

    def ahead(self, now: datetime) -> Iterator[Slot]:
        """Yield the turns that are due after `now`."""
        return (slot for slot in self.slots(self.today(now) - _DAY) if slot.due > now)

    def open(self, now: datetime) -> Iterator[Slot]:
        """Yield the turns that are not too late at `now`: at most one is due already."""
        return (slot for slot in self.slots(self.today(now) - _DAY) if slot.expires > now)


class Pause(StrEnum):
    """Why nothing is posted for now."""

    ASKED = "asked"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class QotdConfig:
    """What a curator has set; `tiers` None means those that the server shows anyway."""

    channel_id: int
    table: Timetable
    role_id: int | None = None
    tiers: Tiers | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of a server, and where it stands.

    `next_due` is None while it is paused without an end.
    """

    guild_id: int
    number: int
    config: QotdConfig
    pause: Pause | None
    paused_until: date | None
    failing: int
    next_day: date | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Shift:
    """A day whose quote does not come at its hour: `turn` is when it comes, None if never.

    Either it had its turn already (`taken`), or the last post was less than 12 hours before.
    """

    slot: Slot
    turn: Slot | None
    taken: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next turns of a server, and the days up to the first of them that are shifted."""

    turns: tuple[Slot, ...] = ()
    shifts: tuple[Shift, ...] = ()


def turns(
    slots: Iterable[Slot],
    *,
    taken: Collection[date] = (),
    last_sent: datetime | None = None,
    since: date | None = None,
) -> Iterator[Slot]:
    """Yield slots that bring a post: not on taken days, too soon after a post, or in a pause."""
    for slot in slots:
        turn = slot.after(last_sent)
        if turn and slot.day not in taken and (since is None or slot.day >= since):
            yield turn


def shifts(
    slots: Iterable[Slot], *, taken: Collection[date], last_sent: datetime | None
) -> Iterator[Shift]:
    """Yield those of the slots that do not come at their hour."""
    for slot in slots:
        turn = None if slot.day in taken else slot.after(last_sent)
        if turn != slot:
            yield Shift(slot, turn, slot.day in taken)
