"""When words were said and what came with them, as one field of a form holds it."""

import re
from datetime import date
from typing import NamedTuple

# The line of the field which says that there was an image with the words.
WITH_IMAGE = "with an image"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Occasion(NamedTuple):
    """The day, such as 2026-11-30, whether there was an image, and what else is told of it."""

    day: str
    image: bool
    told: str


def day_of(text: str) -> date | None:
    """Return the day that a text such as 2026-11-30 names; None if it names none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def written_occasion(occasion: Occasion) -> str:
    """Return the text of the field: the day and the image on lines of their own."""
    image = WITH_IMAGE if occasion.image else ""
    return "\n".join(filter(None, (occasion.day, image, occasion.told)))


def read_occasion(typed: str) -> Occasion:
    """Return what the field says; a second day, or a day among other words, is told."""
    day, image, told = "", False, list[str]()
    for line in map(str.strip, typed.splitlines()):
        if not day and day_of(line):
            day = line
        elif not image and line.casefold() == WITH_IMAGE:
            image = True
        else:
            told.append(line)
    return Occasion(day, image, " ".join(filter(None, told)))
