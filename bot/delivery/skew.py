"""Compares our clock with Discord's, so that a wrong clock posts nothing on a wrong day."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

log = logging.getLogger(__name__)

LIMIT = timedelta(minutes=2)


class Skew:
    """Hears the time in every answer of Discord's; trusts our clock while they agree."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._trusted = True
        self._heard = ""

    def trusted(self) -> bool:
        """Whether our clock is within two minutes of Discord's, as far as has been heard."""
        return self._trusted

    def hear(self, date: str | None) -> None:
        """Take note of a Date header, if there is one."""
        # It has no fractions: what was heard within this second need not be read again.
        if not date or date == self._heard:
            return
        self._heard = date
        try:
            skew = self._clock() - parsedate_to_datetime(date)
        except (TypeError, ValueError):
            return
        trusted = abs(skew) <= LIMIT
        if self._trusted and not trusted:
            log.error("This machine's clock is %s off: no quotes are posted.", skew)
        self._trusted = trusted
