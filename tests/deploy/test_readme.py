"""Types in what the operator's guide says, in order, in a copy of the repository."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from itertools import groupby
from pathlib import Path

import pytest

from bot.ops import running as running_
from bot.simulator.server import TOKEN, Simulator

BY_HAND = "  # by hand: "

Type = Callable[[str, Path], Awaitable[tuple[int, str]]]

# `lorebot`, with the simulator in Discord's place.
LOREBOT = """#!/bin/sh
exec {python} -c 'from discord.http import Route; Route.BASE = "{api}"
from bot.cli import main; main()' "$@"
"""


def needs_the_bot(line: str) -> bool:
    return line.startswith("curl")


@pytest.fixture
def installed(copy: Path, simulator: Simulator) -> Path:
    """Return the copy as `make .venv/installed` leaves it."""
    lorebot = copy / ".venv" / "bin" / "lorebot"
    lorebot.parent.mkdir(parents=True)
    lorebot.write_text(LOREBOT.format(python=sys.executable, api=simulator.api))
    lorebot.chmod(0o755)
    return copy


@asynccontextmanager
async def running(folder: Path, simulator: Simulator, port: int) -> AsyncIterator[None]:
    """Run the bot as the guide says."""
    bot = await asyncio.create_subprocess_exec(
        *(".venv/bin/lorebot", "run"),
        cwd=folder,
        env=os.environ | {"LORE_HEALTH_PORT": str(port)},  # noqa: TID251  # a child is started with it
    )
    await simulator.bot_online()
    yield
    bot.terminate()
    assert await bot.wait() == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_readmes_steps_work(
    installed: Path,
    tmp_path: Path,
    simulator: Simulator,
    health_port: int,
    commands: list[str],
    type_in: Type,
) -> None:
    if missing := [tool for tool in ("curl", "systemd-analyze") if not shutil.which(tool)]:
        pytest.skip(f"not installed: {missing}")
    lines = [line for line in commands if BY_HAND not in line]
    for online, some in groupby(lines, key=needs_the_bot):
        async with running(installed, simulator, health_port) if online else nullcontext():
            for line in some:
                here = line.replace("8650", str(health_port)).replace("/tmp", str(tmp_path))
                status, output = await type_in(here, installed)
                assert status == 0, (line, output)
                if ".env.example .env" in line:
                    empty = (installed / ".env").read_text()
                    (installed / ".env").write_text(empty.replace("TOKEN=", f"TOKEN={TOKEN}", 1))
    assert (installed / "data" / "ledger.db.replaced").exists()


def test_every_step_skipped_as_manual_says_why(commands: list[str]) -> None:
    by_hand = [line.partition(BY_HAND)[2] for line in commands if BY_HAND in line]
    assert all(by_hand)
    assert len(by_hand) < len(commands)


def test_the_readme_lists_every_exit_code(guide: str) -> None:
    named = {int(code) for code in re.findall(r"^\| (\d+) \|", guide, re.MULTILINE)}
    known = {
        running_.REFUSED,
        running_.BROKEN_PACK,
        running_.UNREACHABLE,
        running_.IN_USE,
        running_.BAD_CONFIGURATION,
    }
    assert named == {0} | known
