"""What `/qotd` offers while its options are typed, all from memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice

from discord.app_commands import Choice

from bot.core.rendering import tier_name
from bot.core.text import cut
from bot.features.qotd.views import DAYS
from lore.pack.model import PackInfo, Tiers
from lore.qotd.timetable import BY_CLOCK, Timetable, folded, going_by, zones
from lore.qotd.typed import WEEKDAY
from lore.search import norm

# Discord's limits.
OFFERS = 25
LABEL = 100

DAYS_AHEAD = 60

_DAY_SETS = ("every day", "weekdays", "weekends", "mon, wed, fri", *(day.lower() for day in DAYS))


def offered(values: Iterable[str], typed: str) -> list[Choice[str]]:
    """Those that begin with what is typed, before those that hold it elsewhere."""
    part = folded(typed)
    found = [value for value in values if part in folded(value)]
    found.sort(key=lambda value: not folded(value).startswith(part))
    return [Choice(name=cut(value, LABEL), value=value) for value in found[:OFFERS]]


def zone_offers(typed: str) -> list[Choice[str]]:
    """Time zones; a city alone is enough, and an abbreviation leads to the places that go by it."""
    by_clock = going_by(typed)
    word = typed.strip().upper()
    first = [Choice(name=f"{name}{BY_CLOCK}{word}", value=name) for name in by_clock[:OFFERS]]
    others = [one for one in offered(zones(), typed) if one.value not in by_clock]
    return [*first, *others][:OFFERS]


def day_offers(typed: str) -> list[Choice[str]]:
    """Days of the week."""
    return offered(_DAY_SETS, typed)


def tier_offers(shown: Tiers, info: PackInfo, typed: str) -> list[Choice[str]]:
    """Each tier alone, and each with all that are better known."""
    ranked = info.ranked(shown)
    sets = [tuple(ranked[:count]) for count in range(1, len(ranked) + 1)]
    labels = {}
    for tiers in dict.fromkeys([*((tier,) for tier in ranked), *sets]):
        value = ", ".join(tiers)
        if len(value) > LABEL:
            continue
        label = ", ".join(tier_name(tier, info) for tier in tiers)
        labels[value] = label if len(label) <= LABEL else value
    part = norm(typed)
    found = (one for one in labels.items() if any(part in norm(text) for text in one))
    return [Choice(name=label, value=value) for value, label in found][:OFFERS]


def turn_offers(table: Timetable, now: datetime, typed: str) -> list[Choice[str]]:
    """Dates on which a quote comes."""
    slots = islice(table.slots(table.today(now)), DAYS_AHEAD)
    return _date_offers((slot.day for slot in slots), typed)


def end_offers(table: Timetable, now: datetime, typed: str) -> list[Choice[str]]:
    """Dates on which a pause may end."""
    today = table.today(now)
    return _date_offers((today + timedelta(days=1 + ahead) for ahead in range(DAYS_AHEAD)), typed)


def _date_offers(days: Iterable[date], typed: str) -> list[Choice[str]]:
    """Dates, each with its day of the week."""
    part = norm(typed)
    labels = ((day.isoformat(), f"{day.isoformat()}{WEEKDAY}{DAYS[day.weekday()]}") for day in days)
    found = [(value, label) for value, label in labels if part in norm(label)]
    return [Choice(name=label, value=value) for value, label in found[:OFFERS]]
