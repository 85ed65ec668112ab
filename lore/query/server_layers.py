"""The layers of servers: those asked last are kept in memory and brought up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from lore.ledger.port import Entries
from lore.query.server_layer import EMPTY, Resolve, ServerLayer, indexes, layer_over, updated_layer
from lore.recent import MeasuredCache

# Servers beyond this many, the longest not asked first, are read from the ledger again.
SERVERS = 500

# Nor are more entries, quotes, notes and the like kept than this, unless one server has them.
ENTRIES = 200_000

# After so many changes all is indexed anew, as what is indexed at each change takes the longer.
CHANGES = 50


class ServerLayers:
    """Keeps the layer of each server as it is now, at most one for each."""

    def __init__(
        self,
        ledger: Entries,
        resolve: Resolve,
        servers: int = SERVERS,
        entries: int = ENTRIES,
        current: Callable[[str], str] = str,
    ) -> None:
        self._ledger = ledger
        self._resolve = resolve
        self._current = current
        self._kept = MeasuredCache[int, ServerLayer](servers, entries, lambda one: len(one.lore))
        self._stale: set[int] = set()
        self._reading: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._indexing: dict[int, asyncio.Task[None]] = {}

    async def of(self, guild_id: int) -> ServerLayer:
        """Return the layer of a server, read from the ledger only after `changed`."""
        if layer := self._fresh(guild_id):
            return layer
        # One at a time: two readings of one server would build its indexes twice.
        async with self._alone(guild_id):
            return self._fresh(guild_id) or await self._read(guild_id)

    def keeps(self, guild_id: int, layer: ServerLayer) -> bool:
        """Tell whether this is the layer that is kept of a server."""
        return self._kept.holds(guild_id, layer)

    def changed(self, guild_id: int) -> None:
        """Read at the next question what changed in this server's lore."""
        # What is neither kept nor being read is read at the next question anyway.
        if guild_id in self._reading or self._kept.find(guild_id):
            self._stale.add(guild_id)

    def forget(self, guild_id: int) -> None:
        """Drop a server's layer, all of which was deleted: its versions count from 0 again."""
        self._kept.drop(guild_id)

    def _alone(self, guild_id: int) -> asyncio.Lock:
        """Return the lock of a server, which exists for as long as somebody holds it."""
        return self._reading.setdefault(guild_id, asyncio.Lock())

    def _fresh(self, guild_id: int) -> ServerLayer | None:
        return None if guild_id in self._stale else self._kept.find(guild_id)

    async def _read(self, guild_id: int) -> ServerLayer:
        former = self._kept.find(guild_id) or EMPTY
        # Before the ledger is asked, so that a change meanwhile makes it stale again.
        self._stale.discard(guild_id)
        try:
            lore = await self._ledger.server_lore(guild_id, former.version)
        except BaseException:
            self._stale.add(guild_id)
            raise
        # A server may have thousands of entries; others are answered while they are indexed.
        layer = await asyncio.to_thread(updated_layer, former, lore, self._resolve, self._current)
        self._kept.keep(guild_id, layer)
        if layer.changes > CHANGES and guild_id not in self._indexing:
            task = asyncio.create_task(self._index(guild_id, layer))
            self._indexing[guild_id] = task
            task.add_done_callback(lambda _: self._indexing.pop(guild_id))
        return layer

    async def _index(self, guild_id: int, layer: ServerLayer) -> None:
        """Index all of a server's lore anew; meanwhile the present indexes answer."""
        base = await asyncio.to_thread(indexes, layer.lore, layer.drawn)
        async with self._alone(guild_id):
            now = self._kept.find(guild_id)
            # It may have been dropped, or deleted and begun anew.
            if now and now.base is layer.base:
                self._kept.keep(guild_id, layer_over(now, base))
