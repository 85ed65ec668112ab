"""How several processes share a ledger out: the slots of a fleet, and the shards of a process."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnShards:
    """The shards that a process connects, of `count` in all; the default has all servers."""

    count: int = 1
    ids: tuple[int, ...] = (0,)

    def __str__(self) -> str:
        """Return such as "shards 2 to 3 of 4"."""
        if self.count == len(self.ids):
            return "all shards"
        first, *others = self.ids
        if not others:
            return f"shard {first} of {self.count}"
        if others[-1] - first == len(others):
            return f"shards {first} to {others[-1]} of {self.count}"
        return f"shards {', '.join(map(str, self.ids))} of {self.count}"

    @property
    def share(self) -> float:
        """Return how much of all servers these are."""
        return len(self.ids) / self.count

    @property
    def sql(self) -> str:
        """Return the condition that a row is of a server in these shards."""
        return f"(guild_id >> 22) % {self.count} IN ({', '.join(map(str, self.ids))})"


ALL_SHARDS = OwnShards()


@dataclass(frozen=True, slots=True)
class Fleet:
    """How many processes act on a ledger at once, and into how many shards they divide the servers.

    One process alone has all, and `shards` is 0.
    """

    processes: int = 1
    shards: int = 0

    def __str__(self) -> str:
        """Return the settings that an operator writes for it."""
        if self.processes == 1:
            return "LORE_PROCESSES=1"
        return f"LORE_PROCESSES={self.processes} and LORE_SHARD_COUNT={self.shards}"

    def shards_of(self, slot: int) -> OwnShards:
        """Return the shards of the process that holds the slot with this number."""
        if self.processes == 1:
            return ALL_SHARDS
        first, end = (place * self.shards // self.processes for place in (slot, slot + 1))
        return OwnShards(self.shards, tuple(range(first, end)))


ALONE = Fleet()
