"""When a server's quote is due: at its own time, in its own zone, whatever its clocks do."""

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

# The number of a server's schedule if no other is named.
FIRST = 1

# How many schedules a server may have at once.
MOST_POSTS = 4

GRACE = timedelta(hours=6)
GAP = timedelta(hours=12)
PROMISE = timedelta(minutes=10)
EVERY_DAY = frozenset(range(7))

# How many posts all processes together send in a second, unless the operator says otherwise.
# Servers with the same post time are spread so that usually no more come up; a minute of the
# promised time is left for the tick and the sending.
RATE = 20
SPREAD = timedelta(minutes=9)

_DAY = timedelta(days=1)

# “GMT+2” and the like are refused: among the zones, “Etc/GMT+2” is two hours behind, not ahead.
_OFFSET = re.compile(r"(etc/)?(utc|gmt)? ?[-+\u2212] ?\d{1,2}(:?\d{2})?", re.IGNORECASE)

# Zone names that are abbreviations or rules without a place: whoever types EST in summer does not
# mean a clock that never changes. Earlier choices stay valid.
_WITHOUT_PLACE = frozenset(
    [
        "Factory", "EST", "MST", "HST", "CET", "MET", "EET", "WET",
        "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT",
    ]
)  # fmt: skip

# The abbreviations of winter and summer around an offset, as in EST5EDT.
_RULE = re.compile(r"([A-Z]{3})\d[A-Z]{3}")

# The places that most people mean by an abbreviation that many places share.
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

# Abbreviations are read from the clocks of this year, whose rules hold for the years to come.
_SAMPLED = 2027
_MONTHS = range(1, 13)

# In a choice's label the abbreviations follow the zone's name.
BY_CLOCK = " · "

# How many places are named if any of them may be meant.
NAMED = 8

# What people leave out of a city's name, or write as a space.
_FOLDED = str.maketrans("-_", "  ", ".'")


class UnknownZoneError(LoreError):
    """There is no time zone of that name, or several."""

    def __init__(self, name: str, several: Sequence[str] = ()) -> None:
        named = echoed(name)
        if several:
            said = f"{named} may be any of {', '.join(several[:NAMED])}"
            more = len(several[NAMED:])
            # A list of completions has no room for all of them either.
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
    """A stored time zone no longer exists."""

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
    # Not the machine's own zones, which another machine may lack.
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())


def is_outdated(name: str) -> bool:
    """Tell whether a stored zone has no place, or is known to this machine only."""
    return name in _WITHOUT_PLACE or name not in _known()


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """Return the zones of today's places; most others are former names of these."""
    table = _file("zone.tab").decode().splitlines()
    return frozenset(line.split("\t")[2] for line in table if not line.startswith("#"))


def _file(name: str) -> bytes:
    return files("tzdata").joinpath("zoneinfo", name).read_bytes()


@lru_cache(maxsize=1)
def abbreviations() -> Mapping[str, tuple[str, ...]]:
    """Return the places whose clocks use each abbreviation in a year, the largest first.

    A two-letter form for both halves of a year, such as ET or PT, has the places of the first half.
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
    """Return the places whose clocks use an abbreviation, or the first abbreviation of a rule."""
    word = word.strip().upper()
    rule = _RULE.fullmatch(word)
    return abbreviations().get(rule[1] if rule else word, ())


def _size(name: str) -> int:
    return _LARGEST.index(name) if name in _LARGEST else len(_LARGEST)


def folded(name: str) -> str:
    """Return a zone's name for comparison: São Paulo is Sao_Paulo, St. John's is St_Johns."""
    spelt = name if name.isascii() else plain_letters(name)
    return re.sub(r" ?/ ?", "/", spelt.strip().casefold().translate(_FOLDED)).replace(" ", "_")


def zone(name: str) -> ZoneInfo:
    """Return the zone with that name or city; UnknownZoneError if there is not exactly one.

    Several names of one clock count as one zone. An abbreviation is accepted only if it has one
    place.
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
    """Return one name for each clock: today's name, which the list of places has."""
    by_rules: dict[bytes, str] = {}
    for name in sorted(names, key=lambda name: name not in _places()):
        by_rules.setdefault(_file(name), name)
    return list(by_rules.values())


def kept_zone(name: str) -> ZoneInfo:
    """Return a stored zone; LostZoneError if it no longer exists."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LostZoneError(name) from None


def due(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC: after a clock change's gap, and the first one in an overlap."""
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def queue(schedules: int, rate: float) -> timedelta:
    """Return how long as many posts take, `rate` of them in a second."""
    return timedelta(seconds=schedules / rate)


def jitter(guild_id: int, queue: timedelta) -> timedelta:
    """Return how much later this server posts, so that not all of such a queue post at once."""
    share = int.from_bytes(hashlib.sha256(str(guild_id).encode()).digest()[:4]) / 2**32
    return share * min(SPREAD, queue)


@dataclass(frozen=True, slots=True)
class Slot:
    """A day's post: due at an instant in UTC, and allowed until another."""

    day: date
    due: datetime
    expires: datetime

    def after(self, last_sent: datetime | None) -> Slot | None:
        """Return the slot moved to 12 hours after the last post; None if that is too late."""
        start = self.due if last_sent is None else max(self.due, last_sent + GAP)
        return Slot(self.day, start, self.expires) if start < self.expires else None

    def while_queued(self, queue: timedelta) -> Slot:
        """Return the slot kept open until all posts of such a queue have been sent."""
        return Slot(self.day, self.due, max(self.expires, self.due + PROMISE + queue))


@dataclass(frozen=True, slots=True)
class Timetable:
    """A server's own post time, zone and days of the week (0 is Monday)."""

    zone: ZoneInfo
    at: time
    days: frozenset[int] = EVERY_DAY

    def today(self, now: datetime) -> date:
        """Return the current date in the server's zone."""
        return now.astimezone(self.zone).date()

    def slot(self, day: date) -> Slot:
        """Return a date's slot: open for six hours or until midnight, but ten minutes at least."""
        start = due(day, self.at, self.zone)
        midnight = due(day + _DAY, time(0), self.zone)
        return Slot(day, start, max(min(start + GRACE, midnight), start + PROMISE))

    def slots(self, first: date) -> Iterator[Slot]:
        """Yield the slots from that date on, endlessly."""
        day = first
        while True:
            # A date that a place skipped (Apia had no 30 December 2011) shares its instant with the
            # next one, so it has no slot of its own.
            if day.weekday() in self.days and self.slot(day).due < self.slot(day + _DAY).due:
                yield self.slot(day)
            day += _DAY

    def ahead(self, now: datetime) -> Iterator[Slot]:
        """Yield the slots that are due after `now`."""
        return (slot for slot in self.slots(self.today(now) - _DAY) if slot.due > now)

    def open(self, now: datetime) -> Iterator[Slot]:
        """Yield the slots that are not too late at `now`: at most the first is due already."""
        return (slot for slot in self.slots(self.today(now) - _DAY) if slot.expires > now)


class Pause(StrEnum):
    """Why a schedule posts nothing at present."""

    ASKED = "asked"
    FAILING = "failing"


class What(StrEnum):
    """What a daily post shows."""

    QUOTES = "quotes"
    ENTRIES = "entries"


@dataclass(frozen=True, slots=True)
class QotdConfig:
    """What a curator has set; `tiers` None means those that the server shows anyway.

    Only quotes have a speaker or a picture.
    The channel may be a thread of the channel `parent_id`. With `thread`, each post gets a thread.
    """

    channel_id: int
    table: Timetable
    role_id: int | None = None
    tiers: Tiers | None = None
    speaker: str | None = None
    picture: bool = False
    what: What = What.QUOTES
    parent_id: int | None = None
    thread: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of a server, with its next day and its state.

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
class PostName:
    """What tells the daily posts of a server apart, even those whose zone no longer exists."""

    number: int
    channel_id: int
    at: time
    days: frozenset[int]
    what: What
    parent_id: int | None = None

    def clashes(self, other: PostName) -> bool:
        """Tell whether both come into one channel at one time, on some day of the week."""
        same = (self.channel_id, self.at) == (other.channel_id, other.at)
        return same and not self.days.isdisjoint(other.days)


@dataclass(frozen=True, slots=True)
class Shift:
    """A day whose quote is not posted at its usual time: it is at `moved_to`, never if None.

    Either the day is done already (`taken`), or the last post was less than 12 hours before.
    """

    slot: Slot
    moved_to: Slot | None
    taken: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """A server's next slots, and the days up to the first of them that are shifted."""

    slots: tuple[Slot, ...] = ()
    shifts: tuple[Shift, ...] = ()


def posting_slots(
    slots: Iterable[Slot],
    *,
    taken: Collection[date] = (),
    last_sent: datetime | None = None,
    since: date | None = None,
) -> Iterator[Slot]:
    """Yield slots that lead to a post: not on taken days, too soon after a post, or in a pause."""
    for slot in slots:
        moved = slot.after(last_sent)
        if moved and slot.day not in taken and (since is None or slot.day >= since):
            yield moved


def shifts(
    slots: Iterable[Slot], *, taken: Collection[date], last_sent: datetime | None
) -> Iterator[Shift]:
    """Yield those of the slots that are not posted at their usual time."""
    for slot in slots:
        moved = None if slot.day in taken else slot.after(last_sent)
        if moved != slot:
            yield Shift(slot, moved, slot.day in taken)
