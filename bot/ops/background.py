"""Work that runs beside the bot, from its login to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from bot.client import LoreBot


@asynccontextmanager
async def beside(bot: LoreBot, work: Callable[[LoreBot], Awaitable[None]]) -> AsyncIterator[None]:
    """Run `work` from the bot's login on; if it fails, close the bot and raise the error."""

    failed: list[Exception] = []

    async def run() -> None:
        await bot.logged_in.wait()
        try:
            await work(bot)
        except Exception as error:
            # Kept, as this task may be cancelled while the bot closes.
            failed.append(error)
            await bot.close()

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if failed:
            raise failed[0]
