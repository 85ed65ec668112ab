"""Compares our clock with Discord's, so that a wrong clock posts nothing on a wrong day."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic

from discord.http import Route

from bot.core.connection.http import CUT_OFF, GARBLED
from bot.core.connection.proxies import DIRECT, Proxies, asking
from lore.errors import LoreError

log = logging.getLogger(__name__)

LIMIT = timedelta(minutes=2)

# Between two comparisons a clock is slewed by less than this; a larger step means that it was set.
JUMP = timedelta(seconds=5)

ASK_SECONDS = 5.0


class WrongClockError(LoreError):
    """Nothing can be posted, as this machine's clock is wrong."""

    def __init__(self) -> None:
        super().__init__(
            "The clock of the machine I run on does not agree with Discord's, so I post nothing. "
            "Whoever runs me has to set it."
        )


async def ask_discord_time(proxies: Proxies = DIRECT) -> datetime | None:
    """Ask Discord for the time, outside its rate limits; None if it gives none."""
    try:
        async with (
            asking(proxies, ASK_SECONDS) as session,
            session.get(f"{Route.BASE}/gateway") as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers["Date"])
            return theirs if theirs.tzinfo else None
    except (*CUT_OFF, *GARBLED):
        return None


class ClockCheck:
    """Trusts our clock while it agrees with Discord's and has not been set since.

    `steady` counts seconds and cannot be set. `ask` returns Discord's time, if it is available.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        steady: Callable[[], float] = monotonic,
        ask: Callable[[], Awaitable[datetime | None]] = ask_discord_time,
    ) -> None:
        self._clock = clock
        self._steady = steady
        self._ask = ask
        self._agreed: bool | None = None
        self._began = self._beginning()
        self._last_date = ""

    def trusted(self) -> bool:
        """Return whether our clock agreed with Discord's to two minutes and was not set since."""
        return bool(self._agreed) and abs(self._jump()) <= JUMP

    async def check(self) -> bool:
        """Return whether our clock can be trusted; in doubt, ask for Discord's time first."""
        if self.trusted():
            return True
        if self._agreed:
            log.warning("This machine's clock was set by %s; asking Discord's.", self._jump())
        if theirs := await self._ask():
            self._compare(theirs)
        return self.trusted()

    def note_date(self, date: str | None) -> None:
        """Compare our clock with a Date header, if there is one."""
        # It counts whole seconds, so an equal one need not be parsed again.
        if not date or (date == self._last_date and self.trusted()):
            return
        self._last_date = date
        try:
            self._compare(parsedate_to_datetime(date))
        except (TypeError, ValueError):
            return

    def _compare(self, theirs: datetime) -> None:
        skew = self._clock() - theirs
        agreed = abs(skew) <= LIMIT
        if not agreed and self._agreed is not False:
            way = "ahead" if skew > timedelta(0) else "behind"
            log.error("This machine's clock is %s %s: no quotes are posted.", abs(skew), way)
        elif agreed and self._agreed is False:
            log.warning("This machine's clock agrees with Discord's again: quotes are posted.")
        self._agreed, self._began = agreed, self._beginning()

    def _beginning(self) -> datetime:
        """Return our clock's time minus the seconds counted by the steady one."""
        return self._clock() - timedelta(seconds=self._steady())

    def _jump(self) -> timedelta:
        return self._beginning() - self._began
