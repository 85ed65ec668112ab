"""The process's health: its connection to Discord, storage, clock and event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import discord

from bot.core.connection.rest import RestCalls
from bot.ops.health import HealthCheck
from bot.ops.metrics import Metrics
from lore.ledger.errors import StorageBusyError, StorageClosedError, StorageError

log = logging.getLogger(__name__)

# A wait between two readings is measured too short by up to as much.
LAG_EVERY = 0.02

_DONE = {"write": "written", "read": "read"}


class Storage:
    """Remembers how the last write and the last read of the ledger went."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._wrong: dict[str, str] = {}

    def observe(self, what: str, seconds: float, error: StorageError | None) -> None:
        """Note the end of a transaction that was to "write" or to "read"."""
        if what == "write":
            outcome = type(error).__name__.removesuffix("Error") if error else "Written"
            self._metrics.write(outcome, seconds)
        if error is None:
            if self._wrong.pop(what, None):
                log.info("the ledger can be %s again", _DONE[what])
        # A busy ledger is no problem; any other fault counts until a transaction succeeds.
        elif not isinstance(error, StorageBusyError | StorageClosedError):
            if what not in self._wrong:
                log.error("the ledger cannot be %s: %s", _DONE[what], error.__cause__ or error)
            self._wrong[what] = str(error)

    def wrong(self) -> str | None:
        """Return the current problem; None if there is none."""
        return next(iter(self._wrong.values()), None)


def gateway(client: discord.AutoShardedClient) -> HealthCheck:
    """Return a check that every shard is connected."""

    def wrong() -> str | None:
        if not client.is_ready():
            return "not connected to Discord yet"
        lost = sum(shard.is_closed() for shard in client.shards.values())
        return f"{lost} of {len(client.shards)} shards are not connected" if lost else None

    return wrong


def clock(trusted: Callable[[], bool]) -> HealthCheck:
    """Return a check that this machine's clock agrees with Discord's."""
    wrong = "this machine's clock is wrong, or was set and not compared with Discord's since"
    return lambda: None if trusted() else wrong


def count_shards(client: discord.AutoShardedClient, metrics: Metrics) -> None:
    """Update the metrics about the gateway."""
    shards = list(client.shards.values())
    lost = sum(shard.is_closed() for shard in shards)
    for shard in shards:
        metrics.shard.labels(str(shard.id)).set(not shard.is_closed())
    metrics.shards.labels("lost").set(lost)
    metrics.shards.labels("connected").set(len(shards) - lost)
    metrics.servers.set(len(client.guilds))


def count_calls(calls: RestCalls, metrics: Metrics) -> None:
    """Update the metrics about requests to Discord."""
    metrics.requests.set(calls.pending())
    metrics.oldest_request.set(calls.oldest())


async def measure_loop_lag(metrics: Metrics) -> float:
    """Measure how late the event loop is; return the seconds until the next measurement."""
    loop = asyncio.get_running_loop()
    due = loop.time() + LAG_EVERY
    await asyncio.sleep(LAG_EVERY)
    metrics.lag(max(0.0, loop.time() - due))
    return 0.0
