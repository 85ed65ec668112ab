"""What the process makes of its ledger and its folder while it runs (rows 5 to 8 of the faults)."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.ledger.sqlite.database import open_store

pytestmark = pytest.mark.process

Start = Callable[..., Awaitable[Any]]


async def draft(session: SimSession) -> None:
    """Return an entry that a curator has written and may publish."""
    for line in (
        "as curator",
        "/entry add kind:Place",
        'fill Name="Bar" Text="A bar." Source=Menu',
    ):
        await session.play(line)


async def test_a_damaged_ledger_is_left_alone_and_the_restore_command_named(
    start: Start, tmp_path: Path
) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await database.back_up(tmp_path / "backups" / "ledger-20261121T120000Z.db")
    data = (tmp_path / "ledger.db").read_bytes()
    harmed = data[:4096] + b"\xff" * (len(data) - 4096)
    (tmp_path / "ledger.db").write_bytes(harmed)
    bot = await start()
    assert await bot.ended() == 1
    assert f"lorebot restore {tmp_path}/backups/ledger-20261121T120000Z.db" in bot.said
    assert (tmp_path / "ledger.db").read_bytes() == harmed


async def test_a_ledger_deleted_while_running_refuses_writes(
    start: Start, session: SimSession, tmp_path: Path
) -> None:
    bot = await start()
    await bot.ready()
    await draft(session)
    (tmp_path / "ledger.db").unlink()
    [told] = (await session.play("press Publish")).replies
    assert told.text.startswith("Storage was moved or deleted")
    status, parts = await bot.health()
    assert (status, parts["storage"].partition(",")[0]) == (503, "Storage was moved or deleted")


async def test_a_ledger_damaged_while_running_is_logged_once_and_metrics_work(
    start: Start, session: SimSession, tmp_path: Path
) -> None:
    bot = await start()
    await bot.ready()
    await draft(session)
    os.truncate(tmp_path / "ledger.db", 0)
    assert len((await session.play("press Publish")).replies) == 1
    figures = f"http://127.0.0.1:{bot.port}/metrics"
    async with aiohttp.ClientSession() as http, http.get(figures) as answer:
        assert "lorebot_due_posts NaN" in await answer.text()
    bot.process.terminate()
    assert await bot.ended() == 0
    assert "Traceback" not in bot.said


@pytest.fixture
def without_powers() -> list[str]:
    """Return what to put before a command so that a file's mode can keep its user out."""
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may write a read-only file, and setpriv is not installed")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


async def test_the_bot_still_answers_with_a_read_only_ledger_and_reports_it(
    start: Start,
    simulator: Simulator,
    session: SimSession,
    tmp_path: Path,
    without_powers: list[str],
) -> None:
    async with open_store(tmp_path / "ledger.db"):
        pass
    (tmp_path / "ledger.db").chmod(0o400)
    bot = await start(*without_powers)
    await simulator.bot_online()
    turn = await session.play("/bio tony strak")
    assert turn.replies[0].text.startswith("Tony Stark")
    status, parts = await bot.health()
    assert (status, parts["storage"].partition(",")[0]) == (503, "Storage is read-only")


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o500)
    yield tmp_path
    tmp_path.chmod(0o700)


async def test_an_inaccessible_folder_exits_with_78_and_is_named(
    start: Start, closed_folder: Path, without_powers: list[str]
) -> None:
    bot = await start(*without_powers)
    assert await bot.ended() == 78
    assert f"may not write to {closed_folder}. Name another with LORE_DATA_DIR" in bot.said


def test_the_bot_works_in_a_folder_that_it_may_not_list(
    tmp_path: Path, without_powers: list[str]
) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    checking = [*without_powers, sys.executable, "-m", "bot", "check"]
    ended = subprocess.run(checking, cwd=tmp_path / "closed", capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.slow
async def test_the_bot_answers_while_it_waits_for_a_ledger_locked_at_start(
    start: Start, simulator: Simulator, session: SimSession, tmp_path: Path
) -> None:
    async with open_store(tmp_path / "ledger.db"):
        pass
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        bot = await start()
        await simulator.bot_online()
        said = ""
        while "daily posts: Storage is busy" not in said:
            said += (await bot.process.stdout.readline()).decode()
        turn = await session.play("/bio tony strak")
        assert turn.replies[0].text.startswith("Tony Stark")
        other.execute("ROLLBACK")
    bot.process.terminate()
    assert await bot.ended() == 0
    assert "Traceback" not in said + bot.said
