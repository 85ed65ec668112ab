"""Two bots with their ledger in one PostgreSQL, both of which answer for every server."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from discord.gateway import DiscordWebSocket
from pydantic import SecretStr
from typer.testing import CliRunner
from yarl import URL

from bot.app import run_app
from bot.cli import app, clock
from bot.client import LoreBot
from bot.core.services import Services
from bot.ops import reload
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.records import Actor, Conflict
from lore.pack.model import Kind
from lore.query.answers import Found
from tests.postgres import Server
from tests.waiting import PATIENT, settled

pytestmark = [pytest.mark.slow, pytest.mark.alone]

MILL = EntryDraft(Kind.PLACE, "Mill", "It grinds.")
_ids = count(10_000)


def by(person_id: int = 11) -> Actor:
    return Actor(next(_ids), person_id, clock())


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("several")


@pytest.fixture
async def bots(
    settings: Settings,
    simulator: Simulator,
    address: PostgresAddress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Sequence[LoreBot]]:
    """Return two bots that are online, both with the shard that all servers are on."""
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(simulator.gateway_url))
    ours = {
        **{"ledger_url": SecretStr(address.url), "health_port": 0, "backup_hours": 0},
        **{"processes": 2, "shard_count": 1, "shard_ids": (0,)},
    }
    async with AsyncExitStack() as stack:
        running = []
        for name in ("first", "second"):
            folder = Path(shutil.copytree(settings.data_dir, tmp_path / name))
            own = settings.model_copy(update={**ours, "data_dir": folder})
            bot = await stack.enter_async_context(run_app(own, random.Random(7), clock))
            await stack.enter_async_context(online(bot, simulator))
            await bot.wait_until_ready()
            running.append(bot)
        await listening(address, 2)
        yield running
        await settled()


async def listening(address: PostgresAddress, wanted: int) -> None:
    """Wait until so many processes hear what others announce."""
    connection = await asyncpg.connect(address.url)
    there = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
    while await connection.fetchval(there) < wanted:  # noqa: ASYNC110  # nothing announces it
        await asyncio.sleep(0.05)
    # What is kept in memory is dropped as they begin.
    await asyncio.sleep(0.2)
    await connection.close()


async def shown(services: Services, guild_id: int) -> tuple[bool, bool]:
    """Return whether a server's answers are private there, and whether it has a mill."""
    settings = await services.settings.of(guild_id)
    answer = await services.library.look_up("Mill", await services.scope_of(guild_id))
    return settings.private, isinstance(answer, Found) and answer.view.ref.name == "Mill"


async def test_change_in_one_process_is_answered_by_the_other_within_a_second(
    bots: Sequence[LoreBot],
) -> None:
    here, there = (bot.services for bot in bots)
    assert await shown(there, 1) == (False, False)
    await here.curation.change_settings(1, by(), private=True)
    await here.curation.publish(1, MILL, by())
    async with asyncio.timeout(1):
        while await shown(there, 1) != (True, True):  # noqa: ASYNC110  # nothing announces it
            await asyncio.sleep(0.01)


async def test_thousand_warm_answers_ask_the_server_nothing(
    bots: Sequence[LoreBot], address: PostgresAddress
) -> None:
    here, there = (bot.services for bot in bots)
    await here.curation.publish(1, MILL, by())
    await settled()
    await asyncio.sleep(0.5)
    assert await shown(there, 1) == (False, True)
    connection = await asyncpg.connect(address.url)
    # Each statement has its own time; those that a process makes by the clock have other names.
    statements = (
        "SELECT array_agg(pid || ' ' || query_start ORDER BY pid) FROM pg_stat_activity "
        "WHERE application_name = 'lorebot'"
    )
    before = await connection.fetchval(statements)
    for _ in range(1000):
        assert await shown(there, 1) == (False, True)
    after = await connection.fetchval(statements)
    await here.curation.publish(1, EntryDraft(Kind.PLACE, "Weir", "It holds."), by())
    changed = await connection.fetchval(statements)
    await connection.close()
    assert before == after != changed


async def test_two_curators_in_two_processes_lose_no_change(bots: Sequence[LoreBot]) -> None:
    entries = [bot.services.curation for bot in bots]
    mill = await entries[0].publish(1, MILL, by())
    conflicts = 0
    for turn in range(20):
        # Both have read the same revision.
        drafts = [EntryDraft(Kind.PLACE, "Mill", f"It grinds {turn} {n}.") for n in (0, 1)]
        first, second = await asyncio.gather(
            *(
                one.edit(1, mill.id, draft, mill.revision, by())
                for one, draft in zip(entries, drafts, strict=True)
            )
        )
        kept, refused = (second, first) if isinstance(first, Conflict) else (first, second)
        assert isinstance(refused, Conflict)
        assert not isinstance(kept, Conflict)
        assert refused.current.draft == kept.draft
        conflicts += 1
        mill = kept
    history = await bots[1].services.ledger.entries.history(1, mill.id)
    assert [one.number for one in history] == [*range(1, conflicts + 2)]


async def test_reload_reaches_every_process_and_tells_what_each_says(
    bots: Sequence[LoreBot], address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "_ANSWERS", 1.0)
    hung = await asyncpg.connect(
        address.url, server_settings={"application_name": "lorebot listening, process 9 on moon"}
    )
    await hung.execute("INSERT INTO slot VALUES (9, 'process 8 on moon', 1, 9e9)")
    monkeypatch.setenv("LORE_LEDGER_URL", address.url)
    told = await asyncio.to_thread(CliRunner().invoke, app, ["reload"])
    await hung.close()
    lines = told.output.splitlines()
    digest = bots[0].services.library.digest[:12]
    answered = [line for line in lines if line.endswith(f"(pack {digest})")]
    assert len(answered) == 2
    assert all("Age of Ultron: 154 entries" in line for line in answered)
    [silent] = [line for line in lines if line.startswith("process 9 on moon: ")]
    assert "has not answered" in silent
    [deaf] = [line for line in lines if line.startswith("process 8 on moon: ")]
    assert "hears nothing at this moment" in deaf
    assert told.exit_code == 1


async def test_what_two_processes_both_hear_is_kept_and_logged_once(
    bots: Sequence[LoreBot], simulator: Simulator
) -> None:
    [guild, *_] = simulator.state.guilds.values()
    log, here = guild.channels[1], bots[0].services
    await here.curation.change_settings(guild.id, by(), log_channel_id=log.id)
    session = SimSession(simulator, PATIENT)
    await session.play("as curator")
    for number in range(5):
        await session.play("/entry add kind:Quote")
        await session.play(f"fill Words=I carve what I like {number}. Speaker=Geppetto")
        await session.play("press Publish")
        await settled()
    lore = await here.ledger.entries.server_lore(guild.id)
    assert [entry.revision for entry in lore.entries] == [1] * 5
    assert len(log.messages) == 5
