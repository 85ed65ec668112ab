"""Suggestions of erased people, in memory and only while they count towards a limit."""

from collections.abc import Iterable


class ErasedPeople:
    """Recent suggestions of erased people, so that erasure does not reset anybody's limit."""

    def __init__(self) -> None:
        self._made: list[tuple[int, int, int]] = []

    def remember(self, person_id: int, made: Iterable[tuple[int, int]]) -> None:
        """Remember in which servers, and when, a person made suggestions before the erasure."""
        self._made += ((guild_id, person_id, at) for guild_id, at in made)

    def count(self, guild_id: int, person_id: int, since: int) -> int:
        """Return how many suggestions an erased person made since then; drop older ones."""
        self._made = [one for one in self._made if one[2] > since]
        return sum(one[:2] == (guild_id, person_id) for one in self._made)
