"""The tables of a load test, with the goals and whether they were reached."""

import os
import platform
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from tests.bench.bots import BOTS, NO_OP, OURS, PAGE, within
from tests.bench.hostile import Felt

IN_FLIGHT = (1, 8, 64)
SERVERS = (1, 1_000, 10_000)
ACTS = ("/bio", "autocomplete")


@dataclass
class Figures:
    """What was measured of one bot doing one thing with so many in flight."""

    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def latency(self, share: float) -> float:
        """Return milliseconds within which this share was answered."""
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))] * 1000


@dataclass
class Measured:
    """Everything that one run found out, of both bots."""

    figures: dict[tuple[str, str, int], Figures] = field(default_factory=dict)
    starts: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[tuple[str, int], int] = field(default_factory=dict)
    felt: dict[tuple[str, str, str], Felt] = field(default_factory=dict)
    # By what was asked, the share of our answers that came from a cache.
    kept: dict[str, float] = field(default_factory=dict)

    def share(self, act: str, in_flight: int, bot: str = OURS, of: str = NO_OP) -> float:
        """Return a bot's answers a second by those of another: the median over the rounds."""
        ours, theirs = (self.figures[one, act, in_flight].rates for one in (bot, of))
        return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))

    def each_server(self, bot: str) -> float:
        """Return bytes for each further server."""
        few, many = SERVERS[0], SERVERS[-1]
        return (self.memory[bot, many] - self.memory[bot, few]) / (many - few)


def report(measured: Measured, date: str) -> str:
    """Return the table, with the goals and whether they were reached."""
    machine = f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join(
        (
            "# Under load",
            "",
            "Written by `make bench`: this bot beside bots that only answer, with a word or with a",
            "page as long as an article, and always offer the same 25 names. In turns, each in a",
            "process of its own; the simulator and the askers are another, and share the machine.",
            "Compare within the table only. Half of the names asked for are misspelt.",
            "",
            "A page costs discord.py, and the simulator that reads it, more than a word does,",
            "whoever sends it: what the bot itself adds shows beside the page.",
            "",
            f"{date}, {machine}, load when it began {os.getloadavg()[0]:.1f}.",
            "",
            "| | in flight | answers/s | of no-op | of a page's | p50 ms | p99 ms | CPU µs |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            *_rows(measured),
            "",
            *_kept(measured),
            "",
            "| | start to READY s | MB, 1 server | MB, 1,000 | MB, 10,000 | kB a further server |",
            "|---|--:|--:|--:|--:|--:|",
            *_sizes(measured),
            "",
            "Start: median of several. Servers of the simulator are small: 3 channels, 4 roles.",
            "",
            *_hostile(measured),
            "",
            "## Goals",
            "",
            "| goal | measured | reached |",
            "|---|--:|---|",
            *_goals(measured),
            "",
        )
    )


def _rows(measured: Measured) -> Iterator[str]:
    for act, in_flight, which in product(ACTS, IN_FLIGHT, BOTS):
        figures = measured.figures[which, act, in_flight]
        shares = (measured.share(act, in_flight, which, of) for of in (NO_OP, PAGE))
        yield (
            f"| {act}: {which} | {in_flight} | {figures.rate:,.0f} "
            f"| {' | '.join(f'{share:.2f}' for share in shares)} "
            f"| {figures.latency(0.5):.2f} | {figures.latency(0.99):.2f} "
            f"| {statistics.median(figures.cpu) * 1e6:.0f} |"
        )


def _kept(measured: Measured) -> Iterator[str]:
    shares = " and ".join(f"{share:.0%} of {act}" for act, share in measured.kept.items())
    yield f"Of the answers of lorebot in this table {shares} came from a cache;"
    yield "[NEVER_ASKED.md](NEVER_ASKED.md) has what no cache knows."


def _sizes(measured: Measured) -> Iterator[str]:
    for which in (NO_OP, OURS):
        sizes = " | ".join(f"{measured.memory[which, n] / 1e6:.0f}" for n in SERVERS)
        start = statistics.median(measured.starts[which])
        yield f"| {which} | {start:.2f} | {sizes} | {measured.each_server(which) / 1000:.1f} |"


def _hostile(measured: Measured) -> Iterator[str]:
    yield from (
        "## Hostile load",
        "",
        "A thousand people in one server flood the bot, and somebody in another goes on asking",
        "for characters. Of a flood 16 or 64 are in flight at any time, or a thousand come at",
        "once, or they are spread over a minute. No name or text comes twice; those of 6,000",
        "characters are of words that the pack knows. A suggestion is the command, its form,",
        "and the press of Send below it. First with the operator's limits lifted, so that all",
        "of the work is done, then as shipped, so that most is refused: told, in a sentence,",
        "when to try again. Silence is what was not answered in time.",
        "",
        "Lag is that of the event loop, as `/metrics` shows it, felt every 5 ms: the bound of the",
        "bucket, and the 5 ms that may go unfelt. The flooded no-op bot shows what of it lies in",
        "discord.py; the bot that idles meanwhile, what lies in the machine.",
        "",
        "| limits | flood | bot | asked/s | answered | refused | silence "
        "| lag p99 ms | lag max ms | idle bot's max | ordinary wait p50 ms | p99 ms | max ms |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    )
    for (limits, flood, which), felt in measured.felt.items():
        counts = (felt.outcomes[kind] for kind in ("answered", "refused", "silence"))
        lags = (within(felt.lag, 0.99), within(felt.lag, 1), within(felt.idle, 1))
        waits = sorted(felt.waits)
        waited = (waits[int(share * (len(waits) - 1))] for share in (0.5, 0.99, 1))
        yield (
            f"| {limits} | {flood} | {which} | {felt.outcomes.total() / felt.seconds:,.0f} "
            f"| {' | '.join(f'{count:,}' for count in counts)} "
            f"| {' | '.join(f'{seconds * 1000:g}' for seconds in lags)} "
            f"| {' | '.join(f'{seconds * 1000:.1f}' for seconds in waited)} |"
        )


def _goals(measured: Measured) -> Iterator[str]:
    compared = [("/bio", NO_OP), ("/bio", PAGE), ("autocomplete", NO_OP)]
    for (act, of), in_flight in product(compared, IN_FLIGHT):
        share = measured.share(act, in_flight, of=of)
        what = f"{act}, {in_flight} in flight: 0.85 of {of}"
        yield _goal(what, f"{share:.2f}", share >= 0.85)
    start = statistics.median(measured.starts[OURS])
    yield _goal("start to READY under 2 s", f"{start:.2f}", start < 2)
    memory = measured.memory[OURS, SERVERS[0]] / 1e6
    yield _goal("under 100 MB with one server", f"{memory:.0f}", memory < 100)
    each = measured.each_server(OURS) / 1000
    yield _goal("under 30 kB for each further server", f"{each:.1f}", each < 30)
    lag, idle, flood = max(
        (within(felt.lag, 1), within(felt.idle, 1), flood)
        for (_, flood, which), felt in measured.felt.items()
        if which == OURS
    )
    there = f"{flood}, where the idle bot felt {idle * 1000:g}"
    what = f"loop lag under 50 ms in every flood; most in {there}"
    yield _goal(what, f"{lag * 1000:g}", lag < 0.05)


def _goal(what: str, measured: str, reached: bool) -> str:
    return f"| {what} | {measured} | {'yes' if reached else 'no'} |"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "?")
