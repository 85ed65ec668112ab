"""The operator's guide, a copy of the repository to follow it in, and a Discord to log in to."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.cli import clock
from bot.simulator.server import Simulator

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "lore", "seeds", "docs", "deploy")
FILES = (
    *(".dockerignore", ".env.example", "LICENSE", "README.md", "pyproject.toml"),
    "requirements.lock",
)

# A line as it is typed in a folder: its exit code, and what it printed.
Type = Callable[[str, Path], Awaitable[tuple[int, str]]]


@pytest.fixture(scope="session")
def guide() -> str:
    return (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def commands(guide: str) -> list[str]:
    """Return the lines that the guide asks to type, each with what is said behind it."""
    blocks = re.findall(r"```console\n(.*?)```", guide, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line[:2] == "$ "]


@pytest.fixture(scope="session")
def copy_to() -> Callable[[Path], Path]:
    """Copy the repository into a new folder, as `git clone` leaves it."""

    def copy_to(folder: Path) -> Path:
        for name in FOLDERS:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in FILES:
            shutil.copy(ROOT / name, folder)
        return folder

    return copy_to


@pytest.fixture
def copy(copy_to: Callable[[Path], Path], tmp_path: Path) -> Path:
    """Return a copy of the repository that a test may change."""
    return copy_to(tmp_path / "lorebot")


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(clock) as simulator:
        yield simulator


@pytest.fixture
def health_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def type_in() -> Type:
    async def typed(line: str, folder: Path) -> tuple[int, str]:
        shell = await asyncio.create_subprocess_shell(
            line, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await shell.communicate()
        return shell.returncode or 0, output.decode()

    return typed
