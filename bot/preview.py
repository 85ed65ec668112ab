"""The bot in a browser: unchanged, on SimCord's page on loopback, as an asker or a curator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.core.limits import PLAIN_TEXT
from bot.core.text import cut
from bot.ops.reload import PackReloader
from lore.errors import LoreError

if TYPE_CHECKING:
    from simcord import MemberActor
    from simcord.preview import Preview

    from bot.client import LoreBot

NAME = "Lorebot"

LIMITS = (
    "This is the bot as members see it, without Discord: one server with one channel, two people, "
    "and a clock that moves only when something is done. Choose above whether you ask or curate, "
    "and type / below. Nothing of this is kept."
)

# Commands that only ask: the last of them is asked again when the pack has changed.
ASKING = frozenset({"bio", "event", "lore", "quote", "search", "timeline", "about"})

# Seconds between two looks at the files of a pack, and at a page that is busy; how many of these.
PAUSE = 0.5
LOOKS = 20


class NoPreviewError(LoreError):
    """The page cannot be opened."""


class BrowserPreview:
    """A page with the bot in it; whoever has its `url`, which holds a key, can use it."""

    def __init__(
        self, bot: LoreBot, page: Preview, asker: MemberActor, curator: MemberActor
    ) -> None:
        self.channel = page.channel
        self.asker = asker
        self.curator = curator
        self._bot = bot
        self._page = page
        self._asked: tuple[MemberActor, str, dict[str, Any]] | None = None

    @property
    def url(self) -> str:
        """Return the address of the page, on loopback."""
        return self._page.url

    async def note(
        self,
        interaction: discord.Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """Remember the last line that asked something."""
        if command.qualified_name in ASKING:
            person = self.curator if interaction.user.id == self.curator.id else self.asker
            # It answers to any name, so that dict() would take it for a mapping.
            options = dict(iter(interaction.namespace))
            self._asked = person, command.qualified_name, options

    async def tell(self, words: str) -> None:
        """Post words in the channel, as the bot."""
        channel = self._bot.get_channel(self.channel.id)
        assert isinstance(channel, discord.TextChannel)
        await self._bot.services.calls.beside(channel.send(cut(words, PLAIN_TEXT)))
        await self._page.refresh()

    async def ask(self, person: MemberActor, command: str, **options: Any) -> None:
        """Have somebody use a command, and show what is answered."""
        await person.slash(self.channel, command, **options)
        await self._page.refresh()

    async def watch(self, pack: Path, reloader: PackReloader) -> None:
        """Reload the pack whenever one of its files changes, and ask the last line again."""
        known = _versions(pack)
        while True:
            await asyncio.sleep(PAUSE)
            seen = await asyncio.to_thread(_versions, pack)
            if seen != known:
                known = seen
                await self.reload(reloader)

    async def reload(self, reloader: PackReloader) -> None:
        """Reload the pack and ask the last line again; of a pack with faults, post those."""
        code, sentence = await reloader.reload()
        await self._when_free(lambda: self.tell(f"```\n{sentence}\n```") if code else self._again())

    async def _again(self) -> None:
        if self._asked:
            person, command, options = self._asked
            await self.ask(person, command, **options)

    async def _when_free(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something once the page does nothing else."""
        from simcord import SetupError

        for look in range(LOOKS):
            try:
                await work()
                break
            except SetupError:
                if look + 1 == LOOKS:
                    raise
                await asyncio.sleep(PAUSE)

    async def closed(self) -> None:
        """Wait until somebody ends the session on the page."""
        await self._page.wait_closed()


@asynccontextmanager
async def in_browser(bot: LoreBot, port: int | None = None) -> AsyncIterator[BrowserPreview]:
    """Run the bot on a page of its own; NoPreviewError if there can be none."""
    try:
        from simcord import Env, SetupError
    except ImportError:
        raise NoPreviewError(
            "The preview is not installed: make preview installs it, or pip install "
            "'lorebot[preview]'."
        ) from None
    env = Env(bot, shard_count=1)
    env.backend.edit_bot_profile(NAME)
    await env.start()
    try:
        guild = env.create_guild("Preview")
        channel = guild.create_text_channel("lore")
        curators = guild.create_role("Curators", permissions=discord.Permissions(manage_guild=True))
        asker = guild.add_member(env.create_user("asker"))
        curator = guild.add_member(env.create_user("curator"), roles=[curators])
        page = env.preview(channel, viewers=[asker, curator], layout="channel", port=port)
        try:
            # It is closed with its Discord, below.
            await page.__aenter__()
        except SetupError as error:
            raise NoPreviewError(f"The preview cannot start: {error}") from None
        preview = BrowserPreview(bot, page, asker, curator)
        bot.add_listener(preview.note, "on_app_command_completion")
        # SimCord tells no time, and nobody else is to be asked for it.
        bot.qotd.clock_check.note_date(format_datetime(bot.services.clock()))
        await preview.tell(LIMITS)
        yield preview
    finally:
        await env.shutdown()


def _versions(pack: Path) -> dict[Path, tuple[int, int]]:
    """Return when each file of a pack was written, and its size."""
    found = dict[Path, tuple[int, int]]()
    for file in pack.rglob("*"):
        try:
            state = file.stat()
        except OSError:
            # It went away meanwhile, as files do while an editor saves.
            continue
        found[file] = state.st_mtime_ns, state.st_size
    return found
