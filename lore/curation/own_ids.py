"""Ids of a server's own entries, made from their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Annotated

from pydantic import AfterValidator, Field

from lore.curation.drafts import Draft, EntryDraft
from lore.pack.authoring.new_ids import IdError, made_from, shortened
from lore.text.markup import HIDDEN_WORDS, without_spoilers

# A custom_id, which may hold several ids, has 100 characters.
_LONGEST = 26
_SLUG = _LONGEST - len("s.")
_STEM = _SLUG - len("-99999")


# A person's id in Discord: it could not be erased from an id, which never changes.
_PERSON = re.compile(r"[0-9]{15,}")


def _of_nobody(id: str) -> str:
    if _PERSON.search(id):
        raise ValueError("an id with the number of a person")
    return id


# The id of what a server wrote, as it may stand in a file.
OwnId = Annotated[
    str,
    Field(pattern=r"^s([1-9][0-9]{0,8}|\.[a-z0-9]+(-[a-z0-9]+)*)$", max_length=_LONGEST),
    AfterValidator(_of_nobody),
]


class OwnSlugs:
    """Makes the slugs of a server's entries, each once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, count[int]] = {}

    def of(self, draft: Draft) -> str | None:
        """Return the slug for a new entry; None for a quote or a note, which have no name."""
        if not isinstance(draft, EntryDraft):
            return None
        try:
            # Everybody reads the id.
            name = without_spoilers(draft.name).replace(HIDDEN_WORDS, " ")
            name = _PERSON.sub(" ", name)
            made = shortened(made_from(name, draft.kind), _SLUG)
        except IdError:
            made = draft.kind.value
        if made in self._taken:
            stem = shortened(made, _STEM)
            # Thousands may have one name, so that none begins to count anew.
            numbers = self._next.setdefault(stem, count(2))
            made = next(
                slug for number in numbers if (slug := f"{stem}-{number}") not in self._taken
            )
        self._taken.add(made)
        return made
