"""The names by which a pack's entries are found, the likeliest to be meant first."""

from __future__ import annotations

from collections.abc import Iterator

from lore.catalogue.database import Catalogue
from lore.pack.model import Entry, Kind
from lore.search.candidates import Name
from lore.search.normalise import squash

# So many times rarer than by its own name is an entry called by another, or by a description.
NAME = 1.5
DESCRIPTION = 8


def names(catalogue: Catalogue) -> Iterator[Name]:
    """Return all names, those of important entries first, then the people of the real world."""
    entries = list(catalogue.entries.values())
    weighed = (one for rank, entry in enumerate(entries, 1) for one in _weighed(rank, entry))
    yield from (name for _, name in sorted(weighed, key=lambda one: one[0]))
    # An actor's name means the part; a work answers only for people whom nothing else knows.
    known = {squash(entry.name) for entry in entries}
    for entry in sorted(entries, key=lambda entry: entry.kind is Kind.WORK):
        for credit in entry.credits:
            if entry.kind is not Kind.WORK or squash(credit.name) not in known:
                known.add(squash(credit.name))
                yield Name(credit.name, entry.id, canonical=False)


def _weighed(rank: int, entry: Entry) -> Iterator[tuple[float, Name]]:
    yield rank, Name(entry.name, entry.id)
    for alias in entry.aliases:
        is_name = not alias.name.removeprefix("the ")[:1].islower()
        weight = NAME if is_name else DESCRIPTION
        yield rank * weight, Name(alias.name, entry.id, canonical=False)
    for other in entry.found_by:
        yield rank * DESCRIPTION, Name(other.name, entry.id, canonical=False)
