"""Which servers a process posts for, where several processes share them out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnShards:
    """The shards that a process connects, of `count` in all; the default has all servers."""

    count: int = 1
    ids: tuple[int, ...] = (0,)

    @property
    def sql(self) -> str:
        """Return the condition that a row is of a server in these shards."""
        return f"(guild_id >> 22) % {self.count} IN ({', '.join(map(str, self.ids))})"


ALL_SHARDS = OwnShards()
