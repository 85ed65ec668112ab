"""The bot on the simulator, in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from discord.http import Route

from bot.client import LoreBot
from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession


@asynccontextmanager
async def simulated_session(
    bot: LoreBot, clock: Callable[[], datetime]
) -> AsyncIterator[SimSession]:
    """Run the bot online in a simulated Discord of its own on loopback."""
    async with Simulator(clock, bot_name="Lorebot") as simulator, online(bot, simulator):
        yield SimSession(simulator)


@asynccontextmanager
async def online(bot: LoreBot, simulator: Simulator) -> AsyncIterator[None]:
    """Run the bot logged in to a running simulator, and close it at the end."""
    discord_api, Route.BASE = Route.BASE, simulator.api
    running = asyncio.create_task(bot.start(TOKEN))
    identified = asyncio.create_task(simulator.bot_online())
    try:
        await asyncio.wait({running, identified}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        yield
    finally:
        identified.cancel()
        await bot.close()
        with suppress(asyncio.CancelledError):
            await running
        Route.BASE = discord_api
