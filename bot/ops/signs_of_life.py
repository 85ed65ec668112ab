"""Gives the ledger signs of life, by which it is known later of what time it knows nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from lore.ledger.port import Continuity

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)


class SignsOfLife:
    """Gives them for this process, which has had the ledger to itself since this was made."""

    def __init__(self, continuity: Continuity, steady: Callable[[], float] = monotonic) -> None:
        self._continuity = continuity
        self._steady = steady
        self._since = steady()
        self._last: datetime | None = None

    async def give(self, now: datetime) -> None:
        """Give one, unless the last was given a moment ago."""
        if self._last and timedelta(0) <= now - self._last < EVERY:
            return
        steady = self._steady()
        gap = await self._continuity.sign(now, timedelta(seconds=steady - self._since))
        self._last, self._since = now, steady
        if gap:
            log.warning(
                "The ledger does not know what was done from %s to %s. Quotes of the day that were "
                "due then are looked for before they are posted.",
                *(f"{at:%Y-%m-%d %H:%M} UTC" for at in (gap.since, gap.until)),
            )
