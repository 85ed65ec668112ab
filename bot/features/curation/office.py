"""Where those who write a server's lore come in: who they are, what they have in hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

import discord

from bot.core.audit import Audit
from bot.core.connection.http import UNSENT
from bot.core.connection.rest import RestCalls
from bot.core.curators import check_curator
from bot.core.desk import Desk
from bot.core.page import Layout
from bot.core.rate_limits import TooOften, patience
from bot.core.render_options import Manner
from bot.features.curation.draft_sessions import Drafts
from lore.curation.drafts import Draft
from lore.curation.duplicates import Alike, alike
from lore.curation.quota import Quota
from lore.curation.service import Curation
from lore.errors import LoreError
from lore.ledger.port import Ledger
from lore.ledger.records import By
from lore.pack.model import SERVER
from lore.query.answers import Scope
from lore.recent import Shared

# So many of the files that people have in hand are kept: some megabytes.
IMPORTS = 20


class NoServerError(LoreError):
    """This only makes sense in a server."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A member of a server who wishes to add to its lore."""

    guild_id: int
    by: By
    manner: Manner
    scope: Scope

    @property
    def shows_own(self) -> bool:
        """Whether their server shows at present what was added to it."""
        return SERVER in self.scope.tiers


class Curator(Writer):
    """A member who, a moment ago, was allowed to change it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a curator is about to import into the lore as it was at `version`.

    Of its entries those that are `clashing` may replace what has their id here, and those that are
    `replacing` were chosen to.
    """

    guild_id: int
    person_id: int
    content: bytes
    version: int
    clashing: frozenset[str]
    replacing: frozenset[str] = frozenset()


class Office:
    """What commands, buttons and forms need to change a server's lore."""

    def __init__(
        self,
        desk: Desk,
        ledger: Ledger,
        quota: Quota,
        clock: Callable[[], datetime],
        calls: RestCalls,
    ) -> None:
        self.desk = desk
        self.ledger = ledger
        self.quota = quota
        self.curation = Curation(ledger, desk.library, desk.changed)
        self.name_of = self.curation.name_of
        self.drafts = Drafts(ledger.drafts)
        self.imports: Shared[int, Upload] = Shared(IMPORTS)
        self._comparing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._clock = clock
        self._calls = calls
        self._audit = Audit(desk, ledger.problems, calls)

    async def welcome(self, interaction: discord.Interaction, server: int | None = None) -> Writer:
        """Whoever is in a server; NoServerError elsewhere.

        In a private message, which is in none, `server` is the one it is about.
        """
        guild_id = interaction.guild_id
        if guild_id is None:
            guild_id = await self._joined(interaction, server)
        by = By(interaction.id, interaction.user.id, interaction.created_at)
        manner = await self.desk.manner_of(guild_id)
        return Writer(guild_id, by, manner, await self.desk.scope_of(guild_id))

    async def _joined(self, interaction: discord.Interaction, server: int | None) -> int:
        """The server, if whoever acts in a private message is a member of it."""
        if server is None:
            raise NoServerError("This works in a server only.")
        guild = interaction.client.get_guild(server)
        if guild is None or not await self._is_member(interaction, guild):
            raise NoServerError("You and I are no longer both in that server.")
        return server

    async def _is_member(self, interaction: discord.Interaction, guild: discord.Guild) -> bool:
        try:
            async with asyncio.timeout(patience(interaction)):
                await self._calls.run(guild.fetch_member(interaction.user.id))
        except (discord.NotFound, discord.Forbidden):
            return False
        except UNSENT as error:
            # Nothing is refused for good: Discord may only be slow, or want no more requests.
            raise TooOften("Discord does not answer me just now. Try again in a moment.") from error
        return True

    async def admit(self, interaction: discord.Interaction) -> Curator:
        """Whoever may curate, judged anew at every click; NotACuratorError otherwise."""
        check_curator(interaction, await self.desk.settings(interaction.guild_id))
        writer = await self.welcome(interaction)
        return Curator(writer.guild_id, writer.by, writer.manner, writer.scope)

    async def alike(
        self,
        interaction: discord.Interaction,
        guild_id: int,
        draft: Draft,
        besides: str | None = None,
    ) -> tuple[Alike, ...]:
        """What exists already and is close to a draft; `besides` is being edited."""
        # One at a time of a server: each takes many small pieces of the event loop's time.
        comparing = self._comparing.setdefault(guild_id, asyncio.Lock())
        try:
            async with asyncio.timeout(patience(interaction)):
                await comparing.acquire()
        except TimeoutError as error:
            raise TooOften("Many are writing here right now. Try again in a moment.") from error
        try:
            return await alike(self.desk.library, guild_id, draft, besides)
        finally:
            comparing.release()

    @asynccontextmanager
    async def reporting(
        self, interaction: discord.Interaction, guild_id: int, *layouts: Layout
    ) -> AsyncIterator[None]:
        """Write to the server's log what was changed, after the answer, be it taken or not."""
        try:
            yield
        finally:
            for layout in layouts:
                await self._audit.post(interaction.client, guild_id, layout, interaction.created_at)

    async def tell_person(self, client: discord.Client, person_id: int, layout: Layout) -> None:
        """Send someone a private message; where they take none, nothing happens."""
        await self._audit.tell(client, person_id, layout)

    async def left(self, guild_ids: Iterable[int]) -> None:
        """The bot was taken out of these servers; what is kept of them is deleted a month later."""
        await self.ledger.upkeep.guilds_left(guild_ids, self._clock())

    async def joined(self, guild_ids: Iterable[int]) -> None:
        """The bot is in these servers."""
        await self.ledger.upkeep.guilds_joined(guild_ids)
