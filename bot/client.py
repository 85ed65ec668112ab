"""The Discord client: passes every interaction to the pipeline, and tracks its servers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import discord
import orjson
from discord import app_commands
from discord.ext import commands

from bot.core.connection.gateway_guard import guard_connections
from bot.core.connection.gateway_state import WholeState
from bot.core.connection.http import UNSENT, GarbledAnswerError, plain_answers
from bot.core.connection.identify_budget import IdentifyBudget, PausedError
from bot.core.connection.identify_queue import IdentifyQueue
from bot.core.pipeline import Pipeline
from bot.core.router import Router
from bot.core.services import Services
from bot.core.tree import Tree
from bot.features.qotd.service import QotdService
from lore.files import plain_file
from lore.ledger.errors import StorageClosedError, StorageError

log = logging.getLogger(__name__)

AnyCommand = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
BY_ANYBODY = app_commands.AppInstallationType(guild=True, user=True)

_NOT_OF_THE_TREE = (discord.InteractionType.component, discord.InteractionType.modal_submit)


@contextmanager
def _deferred_to_next_start() -> Iterator[None]:
    """Ignore an unwritable ledger when servers come and go: the next start makes up for it."""
    try:
        yield
    except StorageClosedError:
        pass
    except StorageError as error:
        log.error("which servers the bot is in is noted at its next start: %s", error)


def _type_of(command: AnyCommand) -> discord.AppCommandType:
    if isinstance(command, app_commands.ContextMenu):
        return command.type
    return discord.AppCommandType.chat_input


class LoreBot(commands.AutoShardedBot):
    """A bot of slash commands only, made of features.

    The file `synced` holds the hash of the commands that were last sent to Discord; without it they
    are sent at every start. With a `queue`, other processes connect shards as well.
    """

    _connection: WholeState

    def __init__(
        self,
        services: Services,
        pipeline: Pipeline,
        qotd: QotdService,
        budget: IdentifyBudget,
        queue: IdentifyQueue | None = None,
        synced: Path | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            allowed_contexts=EVERYWHERE,
            allowed_installs=BY_ANYBODY,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            **options,
        )
        self.services = services
        self.pipeline = pipeline
        self.router = Router()
        self.qotd = qotd
        self._budget = budget
        self._queue = queue
        self._synced = synced
        self.logged_in = asyncio.Event()

    async def add_feature(self, feature: commands.Cog) -> None:
        """Add a feature's commands and its handlers of buttons, menus and forms."""
        await self.add_cog(feature)
        self.router.add(feature)

    def _get_state(self, **options: Any) -> WholeState:
        # discord.py offers no other way to choose the class.
        return WholeState(
            dispatch=self.dispatch,
            handlers=self._handlers,
            hooks=self._hooks,
            http=self.http,
            **options,
        )

    async def setup_hook(self) -> None:
        plain_answers(self.qotd.clock_check.note_date, self.pipeline.missed)
        guard_connections(self._budget.wait)
        await self.services.calls.beside(self._sync())
        self.logged_in.set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if self._queue is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self._queue.wait(shard_id or 0, self.http)
        self._budget.spend()

    async def launch_shard(self, *args: Any, **named: Any) -> None:
        # discord.py gives up waiting for a connection after some minutes. If the bot ends
        # meanwhile, no shard is launched.
        with suppress(PausedError):
            await self._budget.wait()
            await super().launch_shard(*args, **named)

    async def close(self) -> None:
        self._budget.end()
        await self.services.calls.close()
        await super().close()

    def dispatch(self, event: str, /, *args: Any, **named: Any) -> None:
        # Each listener costs a task per event; the tree answers commands and completions.
        if event != "interaction" or args[0].type in _NOT_OF_THE_TREE:
            super().dispatch(event, *args, **named)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer buttons, menus and forms."""
        route = self.router.route(interaction)
        await self.pipeline.run(interaction, route.handle, route.label, route.prepare)

    async def on_ready(self) -> None:
        """Note the servers that removed the bot while it was offline."""
        here = {guild.id for guild in self.guilds}
        with _deferred_to_next_start():
            upkeep = self.services.ledger.upkeep
            known = await upkeep.guilds()
            ours = {id for id in known if (id >> 22) % (self.shard_count or 1) in self.shards}
            if not self._connection.unnamed:
                await upkeep.guilds_left(ours - here, self.services.clock())
            await upkeep.guilds_joined(here)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that a server invited the bot, perhaps again."""
        with _deferred_to_next_start():
            await self.services.ledger.upkeep.guilds_joined([guild.id])

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that a server removed the bot; discord.py does not call this for an outage."""
        with _deferred_to_next_start():
            await self.services.ledger.upkeep.guilds_left([guild.id], self.services.clock())

    async def _sync(self) -> None:
        """Send the commands if they differ from those sent last: Discord limits how often.

        Of several processes, the one does so that has shard 0.
        """
        if self.shard_ids and 0 not in self.shard_ids:
            return
        digest = f"{self.application_id} {self.digest()}".encode()
        with suppress(OSError):
            if self._synced and plain_file(self._synced).read_bytes() == digest:
                return
        try:
            await self.services.calls.run(self._send_commands())
        except UNSENT as error:
            log.error("Discord did not take the commands, the former ones stay: %r", error)
            return
        if self._synced:
            try:
                plain_file(self._synced).touch(mode=0o600)
                self._synced.write_bytes(digest)
            except OSError as error:
                log.error("the commands will be sent again at the next start: %s", error)

    async def _send_commands(self) -> None:
        taken = {(command.type, command.name) for command in await self.tree.sync()}
        sent = {(_type_of(command), command.name) for command in self.tree.get_commands()}
        if taken != sent:
            raise GarbledAnswerError(f"{len(taken & sent)} of {len(sent)} commands came back")

    def digest(self) -> str:
        """Return a hash of the commands as they are sent to Discord."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        return hashlib.sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).hexdigest()
