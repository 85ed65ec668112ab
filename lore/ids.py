"""Ids of entries and quotes: which pack they are of, and which one they are there.

Everything below the commands knows an entry by one text: its bare id if it is of pack number 1,
`n.id` if it is of another. People see and type the bare id.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

# The number of the pack that a ledger knew first, whose ids stand in buttons without a number.
FIRST = 1

# So long a pack's id may be; that of an entry has to leave room in a button.
LONGEST_PACK = 100

_NUMBERED = re.compile(r"([1-9]\d*)\.(.+)", re.ASCII)
_BARE = re.compile(r"[\w-]+", re.ASCII)
_OF_SERVER = re.compile(r"s\d+", re.ASCII)
_LATIN = re.compile(r"[a-z0-9]+")


def qualified(number: int, bare: str) -> str:
    """Return the id of what the pack with that number calls `bare`."""
    return bare if number == FIRST else f"{number}.{bare}"


def bare(id: str) -> str:
    """Return an id as people see it, without the number of its pack."""
    return id.rpartition(".")[2] if _NUMBERED.fullmatch(id) else id


def pack_number(text: str) -> int | None:
    """Return the number of the pack that an id is of.

    None if it is that of a server's own entry, or a name and no id.
    """
    if numbered := _NUMBERED.fullmatch(text):
        return int(numbered[1])
    return FIRST if _BARE.fullmatch(text) and not is_of_server(text) else None


def is_of_server(id: str) -> bool:
    """Whether an id has the form of those that servers' own entries get."""
    return _OF_SERVER.fullmatch(id) is not None


def slug(text: str) -> str:
    """Return the Latin letters and digits of a text, its words joined by hyphens; may be empty."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "-".join(_LATIN.findall("".join(c for c in letters if not unicodedata.combining(c))))


def made_from(title: str) -> str:
    """Return the id of a pack that has none of its own, made from its title."""
    if words := slug(title):
        return words[:LONGEST_PACK].strip("-")
    # Of a title in another script nothing is left.
    return f"story-{hashlib.sha256(title.encode()).hexdigest()[:8]}"
