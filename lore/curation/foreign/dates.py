"""Dates as files write them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import chain

# Seconds since 1970 have so many digits from 2001 to 2286; milliseconds three more, and either
# may have a fraction.
_TIMESTAMP = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d*)?", re.ASCII)
# Spreadsheets count days from here; theirs from 1955 to 2118 have five digits, and times of day
# as a fraction.
_FIRST_OF_SHEET = date(1899, 12, 30)
_DAYS_OF_SHEET = re.compile(r"([2-7]\d{4})(?:\.\d*)?", re.ASCII)
_LONGEST = 40
_FIRST_YEAR = 1900

_NUMBERS = re.compile(r"(\d{1,4})[-/. ]{1,2}(\d{1,2})[-/. ]{1,2}(\d{4}|\d{1,2})(?!\d)")
_WORDS = re.compile(
    r"(\d{1,2})\.? ([^\W\d_]{3,9})\.?,? (\d{4})|([^\W\d_]{3,9})\.? (\d{1,2}),? (\d{4})"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}


def date_of(text: str, *, day_first: bool | None = None) -> date | None:
    """Return the day that a text names; None if it names none, or one that is not sure.

    `day_first` tells how to read 3/4/2021; None if nobody knows.
    """
    text = text.strip()[:_LONGEST]
    if timestamp := _TIMESTAMP.fullmatch(text):
        return datetime.fromtimestamp(int(timestamp[1]), UTC).date()
    if words := _WORDS.search(text):
        day, month, year = (words[1], words[2], words[3]) if words[1] else words.group(5, 4, 6)
        return _day(int(year), _MONTHS.get(month[:3].casefold(), 0), int(day))
    if (found := _NUMBERS.match(text.lstrip("[("))) is None:
        return None
    first, second, third = map(int, found.groups())
    if len(found[1]) == 4:
        return _day(first, second, third)
    if len(found[3]) != 4:
        return None
    if "." in found[0] or first > 12 or first == second:
        return _day(third, second, first)
    if second > 12:
        return _day(third, first, second)
    if day_first is None:
        return None
    return _day(third, second, first) if day_first else _day(third, first, second)


def date_in_sheet(text: str) -> date | None:
    """Return the day that a spreadsheet writes as a number; None if it is no such number."""
    found = _DAYS_OF_SHEET.fullmatch(text.strip()[:_LONGEST])
    return _FIRST_OF_SHEET + timedelta(int(found[1])) if found else None


def is_day_first(texts: Iterable[str]) -> bool | None:
    """Return whether dates such as 3/4/2021 begin with the day; None if none of them tells."""
    for found in chain.from_iterable(_NUMBERS.finditer(text[:_LONGEST]) for text in texts):
        if len(found[1]) < 3 and "/" in found[0]:
            if int(found[1]) > 12:
                return True
            if int(found[2]) > 12:
                return False
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if year >= _FIRST_YEAR else None
