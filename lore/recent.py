"""Caches with a limit, which drop the least recently used value."""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Generic, Protocol, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """At most `limit` values by key."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def keep(self, key: Key, value: Value) -> None:
        """Store a value under a key."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._limit:
            self.drop(self._first_to_go())

    def find(self, key: Key) -> Value | None:
        """Return the value under a key; None if there is none."""
        try:
            self._kept.move_to_end(key)
        except KeyError:
            return None
        return self._kept[key]

    def drop(self, key: Key) -> None:
        """Remove the value under a key."""
        self._kept.pop(key, None)

    def _first_to_go(self) -> Key:
        return next(iter(self._kept))


class Owned(Protocol):
    """A value that belongs to a person in a server."""

    @property
    def guild_id(self) -> int:
        """Return the id of the server."""

    @property
    def person_id(self) -> int:
        """Return the id of the person."""


OwnedValue = TypeVar("OwnedValue", bound=Owned)


class SharedCache(Recent[Key, OwnedValue]):
    """Drops a value of the server with the most, and there of the person with the most."""

    def drop_of(self, person_id: int) -> None:
        """Remove all values of a person."""
        for key in [key for key, one in self._kept.items() if one.person_id == person_id]:
            self.drop(key)

    def _first_to_go(self) -> Key:
        [(server, _)] = Counter(one.guild_id for one in self._kept.values()).most_common(1)
        there = {key: one for key, one in self._kept.items() if one.guild_id == server}
        [(person, _)] = Counter(one.person_id for one in there.values()).most_common(1)
        return next(key for key, one in there.items() if one.person_id == person)
