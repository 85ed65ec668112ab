"""What erased people sent to curators, in memory and only while they count towards a limit."""

from collections.abc import Iterable


class ErasedPeople:
    """Recent suggestions and reports of erased people, so that erasure resets nobody's limit."""

    def __init__(self) -> None:
        self._made: list[tuple[int, int, int]] = []

    def remember(self, person_id: int, made: Iterable[tuple[int, int]]) -> None:
        """Remember in which servers, and when, a person sent something before the erasure."""
        self._made += ((guild_id, person_id, at) for guild_id, at in made)

    def count(self, guild_id: int, person_id: int, since: int) -> int:
        """Return how much an erased person has sent since then; drop older ones."""
        self._made = [one for one in self._made if one[2] > since]
        return sum(one[:2] == (guild_id, person_id) for one in self._made)
