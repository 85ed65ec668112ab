"""What ends the process, and what it ends with (rows 5, 7, 8, 11 and 18 of the faults)."""

import os
import shutil
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.rehearsal.faults import Fault
from bot.rehearsal.server import Rehearsal
from bot.rehearsal.stage import Stage
from lore.ledger.store import open_store

Start = Callable[..., Awaitable[Any]]


async def test_a_second_process_names_the_first_and_ends_with_75(
    start: Start, rehearsal: Rehearsal
) -> None:
    first = await start()
    await rehearsal.bot_online()
    second = await start()
    assert await second.ended() == 75
    assert f"in use by process {first.process.pid}" in second.said


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_end_it_ends_well_and_leaves_no_wal(
    start: Start, rehearsal: Rehearsal, stage: Stage, tmp_path: Path, blow: signal.Signals
) -> None:
    bot = await start()
    await rehearsal.bot_online()
    await stage.play("/bio qqxyzzy")
    assert (tmp_path / "ledger.db-wal").exists()
    bot.process.send_signal(blow)
    assert await bot.ended(within=5) == 0
    assert not (tmp_path / "ledger.db-wal").exists()
    assert "Traceback" not in bot.said


async def test_told_to_end_while_discord_does_not_answer_it_ends(
    start: Start, rehearsal: Rehearsal
) -> None:
    rehearsal.faults.append(Fault("GET /users/@me", delay=60))
    bot = await start()
    while b"logging in" not in await bot.process.stdout.readline():
        pass
    bot.process.terminate()
    assert await bot.ended(within=5) == 0


async def test_told_to_end_while_the_gateway_hangs_it_ends(
    start: Start, rehearsal: Rehearsal
) -> None:
    bot = await start()
    await rehearsal.bot_online()
    connection = rehearsal.gateway.sessions[0].socket._req.transport
    connection.pause_reading()
    bot.process.terminate()
    assert await bot.ended(within=5) == 0
    connection.resume_reading()


async def test_a_wrong_token_ends_it_with_78_and_is_not_shown(
    start: Start, rehearsal: Rehearsal
) -> None:
    bot = await start(discord_token="hunter2")
    assert await bot.ended() == 78
    assert "Discord refused the token" in bot.said
    assert "hunter2" not in bot.said
    assert [sent.status for sent in rehearsal.requests] == [401]


async def test_a_token_revoked_meanwhile_ends_it_with_78_and_no_storm(
    start: Start, rehearsal: Rehearsal
) -> None:
    bot = await start()
    await rehearsal.bot_online()
    before = len(rehearsal.requests)
    await rehearsal.gateway.revoke()
    assert await bot.ended() == 78
    assert "Discord refused the token" in bot.said
    assert len(rehearsal.requests) - before <= 1


async def test_a_discord_that_is_down_ends_it_with_69(start: Start, rehearsal: Rehearsal) -> None:
    rehearsal.faults.append(Fault("GET /users/@me", disconnect=True, times=9))
    bot = await start()
    assert await bot.ended() == 69
    assert "Traceback" not in bot.said


async def test_a_damaged_ledger_is_left_alone_and_the_way_back_named(
    start: Start, tmp_path: Path
) -> None:
    async with open_store(tmp_path / "ledger.db") as store:
        await store.back_up(tmp_path / "backups" / "ledger-20261121T120000Z.db")
    data = (tmp_path / "ledger.db").read_bytes()
    harmed = data[:4096] + b"\xff" * (len(data) - 4096)
    (tmp_path / "ledger.db").write_bytes(harmed)
    bot = await start()
    assert await bot.ended() == 1
    assert f"lorebot restore {tmp_path}/backups/ledger-20261121T120000Z.db" in bot.said
    assert (tmp_path / "ledger.db").read_bytes() == harmed


async def test_a_read_only_ledger_is_answered_from_and_told(
    start: Start, rehearsal: Rehearsal, stage: Stage, tmp_path: Path
) -> None:
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may write a read-only file, and setpriv is not installed")
    async with open_store(tmp_path / "ledger.db"):
        pass
    (tmp_path / "ledger.db").chmod(0o400)
    powers = "--bounding-set=-dac_override,-dac_read_search"
    bot = await start(*(["setpriv", powers] if os.geteuid() == 0 else []))
    await rehearsal.bot_online()
    turn = await stage.play("/bio tony strak")
    assert turn.replies[0].text.startswith("Tony Stark")
    status, parts = await bot.health()
    assert (status, parts["storage"].partition(",")[0]) == (503, "Storage is read-only")
