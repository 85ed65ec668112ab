"""What a process does while another one acts on the ledger: it says that it stands by."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.ops.health import health_page, pages
from bot.ops.metrics import Metrics

log = logging.getLogger(__name__)


class StandingBy:
    """Has a health page and metrics; `was` says whether the process has stood by."""

    def __init__(self, metrics: Metrics, port: int) -> None:
        self._metrics = metrics
        self._port = port
        self.was = False

    @asynccontextmanager
    async def stand_by(self, why: str, wrong: Callable[[], str | None]) -> AsyncIterator[None]:
        """Say so until this is left, when this process takes over."""
        self.was = True
        self._metrics.standing_by.set(1)

        async def figures() -> bytes:
            return self._metrics.text()

        app = pages({"storage": wrong}, figures, ledger="standing by")
        async with health_page(app, self._port):
            log.info("standing by: %s", why)
            yield
        self._metrics.standing_by.set(0)
        log.warning("taking over the ledger: a process has given it up, or is gone")
