"""Remembers what was laid out of the latest answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from lore.recent import Recent

Thing = TypeVar("Thing")
Made = TypeVar("Made")


class LayoutCache(Generic[Thing, Made]):
    """What was made of things, each known again by being the very same.

    Comparing two answers by what they hold would cost as much as laying one out.
    """

    def __init__(self, limit: int) -> None:
        self._kept: Recent[Hashable, tuple[Thing, Made]] = Recent(limit)

    def of(self, thing: Thing, way: Hashable, make: Callable[[], Made]) -> Made:
        """What was made of the thing in this way; made now if it is not remembered."""
        key = id(thing), way
        kept = self._kept.find(key)
        if kept is None:
            # The thing is kept as well, so that no other one gets its id.
            kept = thing, make()
            self._kept.keep(key, kept)
        return kept[1]
