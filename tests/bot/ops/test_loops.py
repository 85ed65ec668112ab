"""What runs beside the bot goes on after any error, which is logged once and shown."""

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import closing

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import run_app
from bot.cli import clock
from bot.features.qotd import afterwards, delivery
from bot.ops import loops, maintenance
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.server import Simulator
from tests.ports import free_port

# Which loops cannot do without which table of the ledger.
TABLES = {
    "daily posts": "quote_schedule",
    "publishing and threads": "quote_step",
    "purge": "guild",
}

Get = Callable[[str], Awaitable[str]]


@pytest.fixture
async def get(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Get]:
    """Return a function that gets a page about the health of a bot that takes many turns."""
    for module, pause in ((delivery, "TICK"), (afterwards, "TICK"), (maintenance, "EVERY")):
        monkeypatch.setattr(module, pause, 0.05)
    monkeypatch.setattr(loops, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(loops, "LONGEST_WAIT", 0.05)
    port = free_port()
    settings = settings.model_copy(update={"health_port": port})

    async def get(page: str) -> str:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/{page}") as answer,
        ):
            return await answer.text()

    async with run_app(settings, random.Random(7), clock) as bot, online(bot, simulator):
        yield get


def rename(settings: Settings, tables: Mapping[str, str]) -> None:
    """Rename tables of the ledger, in a thread: the bot may have to end a write first."""
    with closing(sqlite3.connect(settings.ledger, timeout=50)) as other:
        for table, name in tables.items():
            other.execute(f"ALTER TABLE {table} RENAME TO {name}")


async def failures(get: Get) -> float:
    """Return how many turns of each of those loops have failed, at least."""
    families = text_string_to_metric_families(await get("metrics"))
    samples = [one for family in families for one in family.samples]
    name = "lorebot_loop_failures_total"
    failed = {one.labels["loop"]: one.value for one in samples if one.name == name}
    return min(failed.get(loop, -1) for loop in TABLES)


async def loops_said(get: Get) -> str:
    """Return what the health page says of the loops."""
    return str(json.loads(await get("health"))["loops"])


async def test_loops_go_on_after_an_unexpected_error(
    get: Get, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {table: f"no_{table}" for table in TABLES.values()}
    while await failures(get) < 0:
        pass
    assert await loops_said(get) == "ok"
    await asyncio.to_thread(rename, settings, gone)
    while await failures(get) < 3:
        pass

    said = await loops_said(get)
    assert all(f"{loop}: OperationalError (for " in said for loop in TABLES)
    traced = [record.getMessage() for record in caplog.records if record.exc_info]
    assert sorted(traced) == sorted(f"{loop}: failed, and will be tried again" for loop in TABLES)
    caplog.clear()
    await asyncio.to_thread(rename, settings, {away: table for table, away in gone.items()})
    while await loops_said(get) != "ok":
        pass
