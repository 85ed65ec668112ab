"""Ids of entries and quotes: which pack they belong to, and their id within it.

Everything below the commands knows an entry by one text: its bare id if it belongs to pack number
1, `n.id` if to another. People see and type the bare id. A server's own entry is `s.name`; its
quotes and notes, and entries from before names made ids, are `s12`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

# The number of the first pack that a ledger knew, whose ids are in buttons without a number.
FIRST = 1

# The greatest length of a pack's id; an entry's id has to fit into a button's custom_id.
LONGEST_PACK = 100

_NUMBERED = re.compile(r"([1-9]\d*)\.(.+)", re.ASCII)
_BARE = re.compile(r"[\w-]+", re.ASCII)
_OF_SERVER = re.compile(r"s(\d+|\.[a-z0-9]+(-[a-z0-9]+)*)", re.ASCII)
_LATIN = re.compile(r"[a-z0-9]+")


def qualified(number: int, bare: str) -> str:
    """Return the id of the entry that the pack with that number calls `bare`."""
    return bare if number == FIRST else f"{number}.{bare}"


def bare(id: str) -> str:
    """Return an id as people see it, without its pack's number."""
    return id.rpartition(".")[2] if _NUMBERED.fullmatch(id) else id


def pack_number(text: str) -> int | None:
    """Return the number of the pack that an id belongs to.

    None for a server's own entry, or for a name that is no id.
    """
    if numbered := _NUMBERED.fullmatch(text):
        return int(numbered[1])
    return FIRST if _BARE.fullmatch(text) and not is_of_server(text) else None


def is_of_server(id: str) -> bool:
    """Return whether an id has the form of a server's own entry."""
    return _OF_SERVER.fullmatch(id) is not None


def of_server(number: int, slug: str | None) -> str:
    """Return the id of what a server wrote, by its number or by the slug of its name."""
    return f"s{number}" if slug is None else f"s.{slug}"


def slug(text: str) -> str:
    """Return a text's Latin letters and digits, its words joined by hyphens; may be empty."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "-".join(_LATIN.findall("".join(c for c in letters if not unicodedata.combining(c))))


def made_from(title: str) -> str:
    """Return an id for a pack without one, made from its title."""
    if words := slug(title):
        return words[:LONGEST_PACK].strip("-")
    # A title in another script leaves nothing.
    return f"story-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def quote_key(id: str) -> str:
    """Return what stands for a quote where ids of entries stand, too; no id has a space."""
    return f"quote {id}"


def type_key(id: str) -> str:
    """Return what stands for a type of relations where ids of entries stand, too."""
    return f"type {id}"
