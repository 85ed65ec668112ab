"""Metrics for Prometheus; no label holds an id or typed text."""

from __future__ import annotations

import math
from functools import cache, partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

# Seconds; Discord waits three for an answer.
_ANSWER = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
_LAG = (0.001, 0.0025, *(ms / 1000 for ms in range(5, 51, 5)), 0.075, 0.1, 0.25, 0.5, 1, 3)
_WRITE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        histogram = partial(Histogram, registry=registry)
        counter = partial(Counter, registry=registry)
        interactions = counter(
            "lorebot_interactions", "Commands, presses and forms", ["command", "outcome"]
        )
        answers = histogram(
            "lorebot_interaction_seconds",
            "From the arrival of an interaction to its end",
            ["command"],
            buckets=_ANSWER,
        )
        self._missed = counter(
            "lorebot_answers_missed", "Answers to interactions that did not arrive", ["reason"]
        )
        self._completions = histogram(
            "lorebot_autocomplete_seconds",
            "From the arrival of what was typed to the choices sent",
            buckets=_ANSWER,
        )
        self._writes = histogram(
            "lorebot_ledger_write_seconds",
            "Write transactions of the ledger",
            ["outcome"],
            buckets=_WRITE,
        )
        # Looking up labels costs more than counting.
        self._counter = cache(interactions.labels)
        self._timer = cache(answers.labels)
        self._lag = histogram(
            "lorebot_loop_lag_seconds",
            "How late the event loop comes to what is due",
            buckets=_LAG,
        )
        self._add_gauges()

    def _add_gauges(self) -> None:
        gauge = partial(Gauge, registry=self._registry)
        self.servers = gauge("lorebot_servers", "Servers the bot is in")
        self.shards = gauge("lorebot_shards", "Shards by state", ["state"])
        self.slot = gauge(
            "lorebot_slot", "The place of this process among those that act, NaN while it stands by"
        )
        self.slot.set(math.nan)
        self.shard = gauge("lorebot_shard", "Whether a shard is connected", ["shard"])
        self.standing_by = gauge(
            "lorebot_standing_by", "Whether another process acts on the ledger, and this one waits"
        )
        self.due = gauge("lorebot_due_posts", "Quotes of the day to be sent")
        self.requests = gauge("lorebot_requests_waiting", "Requests that wait for Discord")
        self.oldest_request = gauge(
            "lorebot_oldest_request_seconds", "For how long the oldest request has waited"
        )
        self._failing = gauge(
            "lorebot_loop_failing", "Whether the latest turn of a loop failed", ["loop"]
        )
        self._failed_turns = Counter(
            "lorebot_loop_failures",
            "Failed turns of what runs beside the bot",
            ["loop"],
            registry=self._registry,
        )
        self.announcements = Counter(
            "lorebot_announcements_heard",
            "Changes of servers that a process on the ledger announced",
            registry=self._registry,
        )
        self.listener_lost = Counter(
            "lorebot_listener_lost",
            "Times that announcements of other processes no longer arrived",
            registry=self._registry,
        )

    def interaction(self, command: str, outcome: str, seconds: float) -> None:
        """Count an interaction with its duration."""
        self._counter(command, outcome).inc()
        self._timer(command).observe(seconds)

    def completion(self, outcome: str, seconds: float) -> None:
        """Count an autocompletion with its duration."""
        self._counter("autocomplete", outcome).inc()
        self._completions.observe(seconds)

    def missed(self, why: str) -> None:
        """Count an answer to an interaction that did not arrive."""
        self._missed.labels(why).inc()

    def write(self, outcome: str, seconds: float) -> None:
        """Count a write transaction of the ledger."""
        self._writes.labels(outcome).observe(seconds)

    def loop_failing(self, loop: str, *, failing: bool) -> None:
        """Note the outcome of a loop's latest turn; count it if it failed."""
        self._failing.labels(loop).set(failing)
        self._failed_turns.labels(loop).inc(failing)

    def lag(self, seconds: float) -> None:
        """Record how late the event loop was."""
        self._lag.observe(seconds)

    def text(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self._registry)
