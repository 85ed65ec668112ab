"""The bot as an operator starts it, on a simulator: in a process of its own, that can be harmed."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cli import clock
from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from tests.ports import free_port

# What `lorebot` does, with the simulator in Discord's place.
START = """
import sys
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL
Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = sys.argv.pop(1), URL(sys.argv.pop(1))
from bot.cli import main
main()
"""


@dataclass
class Running:
    """A bot that was started; `said` is everything it wrote, once it has ended."""

    process: asyncio.subprocess.Process
    port: int
    said: str = ""

    async def ended(self, within: float = 20.0) -> int:
        """Return the exit code; a test fails that waits longer."""
        async with asyncio.timeout(within):
            output, _ = await self.process.communicate()
        self.said = output.decode()
        return self.process.returncode or 0

    async def health(self) -> tuple[int, dict[str, Any]]:
        """Return what the health page says."""
        address = f"http://127.0.0.1:{self.port}/health"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return answer.status, await answer.json()

    async def ready(self) -> None:
        """Wait until it is."""
        for _ in range(1200):
            with suppress(aiohttp.ClientError):
                if (await self.health())[0] == 200:
                    return
            await asyncio.sleep(0.05)
        raise TimeoutError


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(clock, bot_name="Lorebot") as simulator:
        yield simulator


@pytest.fixture
def session(simulator: Simulator) -> SimSession:
    return SimSession(simulator, Timeouts(more=0.01))


@pytest.fixture
async def start(tmp_path: Path, simulator: Simulator, compiled_seeds: Path) -> AsyncIterator[Start]:
    """Start a bot on `tmp_path`, behind another command if one is given; kill it at the end.

    The catalogue is compiled there already. Another folder may be named in `data`; `code` is run
    before the bot begins, and `discord` may be another simulator's addresses.
    """
    shutil.copytree(compiled_seeds.parent, tmp_path, dirs_exist_ok=True)
    started: list[asyncio.subprocess.Process] = []

    async def start(
        *behind: str,
        data: Path = tmp_path,
        code: str = "",
        discord: tuple[str, str] = (simulator.api, simulator.gateway_url),
        **settings: object,
    ) -> Running:
        if data != tmp_path:
            shutil.copytree(compiled_seeds.parent, data, dirs_exist_ok=True)
        port = free_port()
        chosen = {name.upper(): str(value) for name, value in settings.items()}
        process = await asyncio.create_subprocess_exec(
            *(*behind, sys.executable, "-c", code + START),
            *discord,
            *("run", "--data", str(data)),
            env=os.environ | {"DISCORD_TOKEN": TOKEN, "LORE_HEALTH_PORT": str(port)} | chosen,  # noqa: TID251  # a child is started with it
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        started.append(process)
        return Running(process, port)

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.communicate()
