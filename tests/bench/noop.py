"""The measure of the bot: the least that discord.py can do on the same commands."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial

import discord
import uvloop
from discord import app_commands
from discord.http import Route

from bot.simulator.server import TOKEN

OFFERED = [app_commands.Choice(name=f"Name number {n}", value=f"name-{n}") for n in range(25)]


TEXT = "A paragraph of a page, about as long as those that an article has. " * 6
NAMES = [discord.SelectOption(label=f"Name {n}", value=f"name-{n}") for n in range(15)]


def page() -> discord.ui.LayoutView:
    """Return a page of the size of an article, which takes no thinking."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*(discord.ui.TextDisplay(TEXT) for _ in range(4))))
    view.add_item(discord.ui.ActionRow(discord.ui.Select(custom_id="go", options=NAMES)))
    view.add_item(discord.ui.ActionRow(discord.ui.Button(label="Remove", custom_id="remove")))
    view.stop()
    return view


class NoOp(discord.AutoShardedClient):
    """Answers `/bio` with a word, or with a page, and completes it with the same names always."""

    def __init__(self, *, with_page: bool) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.tree = app_commands.CommandTree(self)
        self.page: discord.ui.LayoutView | None = None
        self._with_page = with_page

        @self.tree.command()
        async def bio(interaction: discord.Interaction, name: str) -> None:
            """Answers at once."""
            if self.page:
                await interaction.response.send_message(view=self.page)
            else:
                await interaction.response.send_message(name[:100])

        @bio.autocomplete("name")
        async def complete(_: discord.Interaction, __: str) -> list[app_commands.Choice[str]]:
            return OFFERED

    async def setup_hook(self) -> None:
        self.page = page() if self._with_page else None
        await self.tree.sync()


@asynccontextmanager
async def watched(port: int) -> AsyncIterator[None]:
    """Yield the lag of the loop, felt and shown as the bot does it."""
    # Here, as they are no part of the least that a bot can be.
    from bot.ops import health_checks as signs
    from bot.ops.health import listening, pages
    from bot.ops.loops import Loops
    from bot.ops.metrics import Metrics
    from tests.bench.bots import FELT_EVERY

    signs.LAG_EVERY = FELT_EVERY
    metrics = Metrics()

    async def figures() -> bytes:
        return metrics.text()

    async with listening(pages({}, figures), port):
        measure = partial(signs.measure_loop_lag, metrics)
        feeling = asyncio.create_task(Loops(metrics).keep("loop lag", measure))
        yield
        feeling.cancel()


async def main(api: str, answer: str, port: str) -> None:
    Route.BASE = api
    watching = watched(int(port)) if int(port) else nullcontext()
    async with watching, NoOp(with_page=answer == "page") as bot:
        await bot.start(TOKEN)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
