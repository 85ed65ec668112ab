"""Bounds how often the bot identifies with Discord in a day, across its restarts.

Discord resets the token of a bot that identifies more than 1,000 times in 24 hours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from lore.files import plain_file

log = logging.getLogger(__name__)

DAY = timedelta(hours=24)

# This many a day are free, then one every three minutes: fewer than 1,000 in any 24 hours.
FREE = 500
PACE = timedelta(minutes=3)


class PausedError(OSError):
    """A connection may not identify yet; discord.py opens another, which waits first."""


class IdentifyBudget:
    """Stores in `file` when the bot identified; without one, only while the process lives.

    Of so many `processes` of one bot, each has its share.
    """

    def __init__(
        self, file: Path | None, clock: Callable[[], datetime], processes: int = 1
    ) -> None:
        self._free, self._pace = FREE // processes, PACE * processes
        self._file = file
        self._clock = clock
        self._spent = self._read()
        self._used_up: datetime | None = None
        self._ended = asyncio.Event()

    def spend(self) -> None:
        """Note one more identify; PausedError if several shards waited for the same one."""
        if self.pause():
            raise PausedError("another shard identified first; connecting again")
        self._spent.append(self._clock())
        self._write()

    async def wait(self) -> None:
        """Wait until the bot may identify again; PausedError if it ends before."""
        while pause := self.pause():
            log.warning(
                "Waiting %d s before connecting to Discord: %s. Find out why it restarts.",
                pause.total_seconds() + 1,
                self._why(),
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(pause.total_seconds()):
                    await self._ended.wait()
                raise PausedError("the bot is ending")

    def use_up(self, reset: timedelta) -> None:
        """Note that Discord lets the bot identify no more until then."""
        self._used_up = self._clock() + reset

    def end(self) -> None:
        """Stop all waiting."""
        self._ended.set()

    def pause(self) -> timedelta:
        """Return how long to wait before the next identify."""
        now = self._clock()
        if self._used_up and self._used_up > now:
            return self._used_up - now
        self._used_up = None
        # A time in the future was noted by a clock that has been corrected since.
        self._spent = [moment for moment in self._spent if now - DAY < moment <= now]
        if len(self._spent) < self._free:
            return timedelta()
        return max(timedelta(), self._spent[-1] + self._pace - now)

    def _why(self) -> str:
        if self._used_up:
            return "its processes have used up how often Discord lets the bot connect in a day"
        return (
            f"the bot has connected {len(self._spent)} times in 24 hours, and Discord resets the "
            "token after 1,000"
        )

    def _read(self) -> list[datetime]:
        moments: list[datetime] = []
        if self._file:
            with suppress(OSError):
                for line in plain_file(self._file).read_bytes().split():
                    # Damaged lines are not counted.
                    with suppress(ValueError):
                        moments.append(datetime.fromisoformat(line.decode()))
        return sorted(moment for moment in moments if moment.tzinfo)

    def _write(self) -> None:
        if not self._file:
            return
        fresh = self._file.with_name(self._file.name + ".part")
        try:
            plain_file(fresh).touch(mode=0o600)
            fresh.write_text("".join(f"{moment.isoformat()}\n" for moment in self._spent), "ascii")
            fresh.replace(self._file)
        except OSError as error:
            log.error("how often the bot connected is not remembered: %s", error)
