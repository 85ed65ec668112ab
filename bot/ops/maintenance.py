"""Regular work while the bot runs: backups, purges, and a look at the disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.ops.loops import Loops
from bot.ops.off_site import OffSite
from lore.ledger.port import Upkeep
from lore.ledger.sqlite.backups import Backups
from lore.ledger.unit import Database
from lore.text.wording import counted

log = logging.getLogger(__name__)

EVERY = 60.0

# How long to wait before a failed upload of a backup is tried again.
AGAIN = timedelta(hours=1)


class Maintenance:
    """Runs regular work when due; a backup every `every`, never if that is zero.

    `forget` is called with each purged server. While the clock is not `trusted`, nothing is deleted
    or backed up. Of several processes on one ledger, one does so for all.
    """

    def __init__(
        self,
        database: Database,
        upkeep: Upkeep,
        clock: Callable[[], datetime],
        every: timedelta,
        keep: int,
        forget: Callable[[int], None],
        backups: Backups,
        off_site: OffSite,
        trusted: Callable[[], bool],
        loops: Loops,
    ) -> None:
        self._database = database
        self._upkeep = upkeep
        self._clock = clock
        self._every = every
        self._keep = keep
        self._forget = forget
        self._backups = backups
        self._off_site = off_site
        self._trusted = trusted
        self._loops = loops
        self._send_again: datetime | None = None
        self._wrong: dict[str, str] = {}

    def wrong(self) -> str | None:
        """Return what is wrong with the backups; None if nothing is."""
        return "; ".join(self._wrong.values()) or None

    async def do(self) -> float:
        """Do what is due now, whatever of it fails; return the seconds until the next turn."""
        await self._loops.attempt("storage check", self._database.prove)
        await self._loops.attempt("purge", self._purge)
        await self._loops.attempt("backup", self._back_up)
        await self._loops.attempt("off-site backup", self._send_off)
        return EVERY

    async def _may(self) -> bool:
        """Return whether the clock is trusted, and no other process does this."""
        return self._trusted() and await self._database.leads()

    async def _purge(self) -> None:
        # With a clock a month ahead, everything kept for a month would be deleted.
        if not await self._may():
            return
        if gone := await self._upkeep.purge(self._clock()):
            for guild_id in gone:
                self._forget(guild_id)
            servers = counted(len(gone), "server")
            log.info("deleted all of %s that the bot left 30 days ago", servers)

    async def _back_up(self) -> None:
        # A backup dated by a wrong clock would count as newer or older than it is.
        if not await self._may():
            return
        now, backups = self._clock(), self._backups
        if not self._every or not await asyncio.to_thread(backups.is_due, self._every, now):
            return
        target = backups.file(now)
        with self._remembering("backup"):
            await self._database.back_up(target)
            await asyncio.to_thread(backups.rotate, self._keep, now)
        log.info("backed the ledger up to %s", target)

    async def _send_off(self) -> None:
        now = self._clock()
        if not self._off_site.wanted or not await self._may():
            return
        if self._send_again and now < self._send_again:
            return
        newest = next(iter(self._backups.dated(now)), None)
        if newest is None or newest.name == self._off_site.last():
            return
        self._send_again = now + AGAIN
        with self._remembering("off-site"):
            await self._off_site.send(newest)
        self._send_again = None
        log.info("LORE_BACKUP_COMMAND took %s", newest)

    @contextmanager
    def _remembering(self, part: str) -> Iterator[None]:
        """Remember a failure of this part until it succeeds."""
        try:
            yield
        except Exception as error:
            self._wrong[part] = str(error)
            raise
        self._wrong.pop(part, None)
