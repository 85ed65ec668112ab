"""Makes ids of names in any script."""

from __future__ import annotations

from collections.abc import Container

from anyascii import anyascii

from lore import ids
from lore.errors import LoreError
from lore.files import DEVICES
from lore.pack.model import LONGEST_ID

_SIGNS = str.maketrans("", "", "'`’")


class IdError(LoreError):
    """Of a name no id can be made, or it is taken."""


def made_from(name: str, kind: str) -> str:
    """Return the id of an entry or quote with that name; the kind is added to what is no id alone.

    IdError where nothing of the name is left.
    """
    made = shortened(ids.slug(anyascii(name.translate(_SIGNS)).translate(_SIGNS)))
    if not made:
        raise IdError(f"“{name}” has no letter or digit to make an id of. Name one: --id ID")
    if ids.is_of_server(made) or made in DEVICES:
        return f"{made[: LONGEST_ID - len(kind) - 1]}-{kind}"
    return made


def shortened(id: str, longest: int = LONGEST_ID) -> str:
    """Cut an id that is too long, between its words where that leaves some."""
    if len(id) <= longest:
        return id
    whole = id[: longest + 1].rpartition("-")[0]
    return whole or id[:longest]


def numbered(id: str, taken: Container[str]) -> str:
    """Return an id that is not taken: as it is, or with a number."""
    made, number = id, 1
    while made in taken:
        number += 1
        made = f"{shortened(id, LONGEST_ID - len(str(number)) - 1)}-{number}"
    return made
