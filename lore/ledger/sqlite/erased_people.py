"""What still counts of people who asked to be forgotten: in memory, and only while it counts."""

from collections.abc import Iterable


class ErasedPeople:
    """What they suggested lately, so that being forgotten gives nobody a new allowance."""

    def __init__(self) -> None:
        self._made: list[tuple[int, int, int]] = []

    def remember(self, person_id: int, made: Iterable[tuple[int, int]]) -> None:
        """A person is being forgotten who made suggestions: in which servers, and when."""
        self._made += ((guild_id, person_id, at) for guild_id, at in made)

    def count(self, guild_id: int, person_id: int, since: int) -> int:
        """How many suggestions a forgotten person made in a server; what was before is dropped."""
        self._made = [one for one in self._made if one[2] > since]
        return sum(one[:2] == (guild_id, person_id) for one in self._made)
