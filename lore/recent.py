"""Caches with a limit, which drop the least recently used value."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
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

    def drop_if(self, unwanted: Callable[[Value], bool]) -> None:
        """Remove the values of which that is so."""
        for key in [key for key, value in self._kept.items() if unwanted(value)]:
            self.drop(key)

    def holds(self, key: Key, value: Value) -> bool:
        """Tell whether this very value is under a key; it does not count as used."""
        return self._kept.get(key) is value

    def _first_to_go(self) -> Key:
        return next(iter(self._kept))


class MeasuredCache(Recent[Key, Value]):
    """Drops values also while all are larger than `most`; the latest stays however large it is."""

    def __init__(self, limit: int, most: int, size: Callable[[Value], int]) -> None:
        super().__init__(limit)
        self._most = most
        self._size = size

    def keep(self, key: Key, value: Value) -> None:
        """Store a value under a key."""
        super().keep(key, value)
        size = sum(map(self._size, self._kept.values()))
        while size > self._most and len(self._kept) > 1:
            first = self._first_to_go()
            size -= self._size(self._kept[first])
            self.drop(first)


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
        self.drop_if(lambda one: one.person_id == person_id)

    def _first_to_go(self) -> Key:
        [(server, _)] = Counter(one.guild_id for one in self._kept.values()).most_common(1)
        there = {key: one for key, one in self._kept.items() if one.guild_id == server}
        [(person, _)] = Counter(one.person_id for one in there.values()).most_common(1)
        return next(key for key, one in there.items() if one.person_id == person)
