"""What has to be done from time to time while the bot runs: backups, purges, a look at the disk."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.operation.backups import backup_file, is_due, rotate
from lore.errors import LoreError
from lore.ledger.port import Upkeep
from lore.ledger.store import Store
from lore.wording import counted

log = logging.getLogger(__name__)

EVERY = 60.0


class Chores:
    """Does them when they are due; a backup `every` so often (never if that is no time at all).

    `forget` hears of each server of which all was deleted.
    """

    def __init__(
        self,
        store: Store,
        upkeep: Upkeep,
        clock: Callable[[], datetime],
        every: timedelta,
        keep: int,
        forget: Callable[[int], None],
    ) -> None:
        self._store = store
        self._upkeep = upkeep
        self._clock = clock
        self._every = every
        self._keep = keep
        self._forget = forget

    async def run(self) -> None:
        """Do them for as long as this runs."""
        while True:
            await self.do()
            await asyncio.sleep(EVERY)

    async def do(self) -> None:
        """Do what is due now; what cannot be done is logged, and tried again at the next turn."""
        for chore in (self._store.prove, self._purge, self._back_up):
            try:
                await chore()
            except (LoreError, OSError, sqlite3.Error) as error:
                log.error("%s", error)

    async def _purge(self) -> None:
        if gone := await self._upkeep.purge(self._clock()):
            for guild_id in gone:
                self._forget(guild_id)
            servers = counted(len(gone), "server")
            log.info("deleted all of %s that the bot left 30 days ago", servers)

    async def _back_up(self) -> None:
        ledger, now = self._store.path, self._clock()
        if not self._every or not is_due(ledger, self._every, now):
            return
        target = backup_file(ledger, now)
        await self._store.back_up(target)
        await asyncio.to_thread(rotate, ledger, self._keep)
        log.info("backed the ledger up to %s", target)
