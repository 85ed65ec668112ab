"""Signs of life in the ledger, by which gaps in its use are recognised later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from lore.ledger.port import Continuity

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)


class SignsOfLife:
    """Writes signs of life for this process, which has held the ledger since this was made."""

    def __init__(self, continuity: Continuity, steady: Callable[[], float] = monotonic) -> None:
        self._continuity = continuity
        self._steady = steady
        self._since = steady()
        self._last: datetime | None = None

    async def give(self, now: datetime) -> None:
        """Write a sign of life unless the last one is recent."""
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
