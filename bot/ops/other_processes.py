"""What a process does when another one on the ledger announces something."""

from __future__ import annotations

import logging

from bot.core.services import Services
from bot.ops.metrics import Metrics
from bot.ops.reload import ReloadListener

log = logging.getLogger(__name__)


class OtherProcesses:
    """Drops what is kept in memory of servers that others changed; implements `unit.Hearer`."""

    def __init__(self, services: Services, metrics: Metrics, reloads: ReloadListener) -> None:
        self._services = services
        self._metrics = metrics
        self._reloads = reloads

    def changed(self, guild_id: int, *, gone: bool) -> None:
        self._metrics.announcements.inc()
        if gone:
            self._services.forget(guild_id)
        else:
            self._services.changed(guild_id)

    def all_changed(self) -> None:
        self._services.forget_all()

    def asked(self, token: str, listener: int) -> None:
        self._reloads.ask(token, listener)

    def lost(self) -> None:
        self._metrics.listener_lost.inc()
        log.warning("announcements of other processes were lost; servers are read from the ledger")
