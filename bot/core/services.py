"""What every feature works with; `bot/app.py` builds it once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from weakref import WeakValueDictionary

from discord.app_commands import Choice as Offer

from bot.core.audit import AuditLog
from bot.core.connection.rest import RestCalls
from bot.core.page import Layout, LayoutCache
from bot.core.rendering import RenderOptions
from lore.curation.quota import Quota
from lore.curation.service import Curation
from lore.ledger.port import Ledger, ServerSettings
from lore.ledger.records import GuildSettings
from lore.pack.model import Tiers
from lore.pictures.service import Pictures
from lore.query.answers import Choice, EntryView, Found, Scope
from lore.query.library import Library
from lore.recent import Recent

# Outside servers everything is shown.
EVERYWHERE = GuildSettings()


# Of how many servers the settings are kept in memory: those asked last.
MOST_SETTINGS = 50_000


class SettingsCache:
    """The settings of servers, each read from the ledger once, and again after a change."""

    def __init__(self, ledger: ServerSettings, most: int = MOST_SETTINGS) -> None:
        self._ledger = ledger
        self._known = Recent[int, GuildSettings](most)
        self._changes = 0

    async def of(self, guild_id: int | None) -> GuildSettings:
        """Return the settings of a server, or those outside servers."""
        if guild_id is None:
            return EVERYWHERE
        if (known := self._known.find(guild_id)) is None:
            changes = self._changes
            known = await self._ledger.of(guild_id)
            # Settings read during a change may be the old ones.
            if changes == self._changes:
                self._known.keep(guild_id, known)
        return known

    def drop(self, guild_id: int) -> None:
        """Have a server's settings read again when they are next needed."""
        self._changes += 1
        self._known.drop(guild_id)

    def drop_all(self) -> None:
        """Have every server's settings read again."""
        self._changes += 1
        self._known.drop_if(lambda _: True)


@dataclass(frozen=True)
class Services:
    """What every feature works with."""

    library: Library
    settings: SettingsCache
    ledger: Ledger
    curation: Curation
    quota: Quota
    audit: AuditLog
    calls: RestCalls
    clock: Callable[[], datetime]
    # What the pictures of the pack lie in.
    pack_folder: Path
    # Where the pages of the pack stand on the web; empty where there are none.
    site: str = ""
    # What they tell of, if not of every tier.
    site_tiers: Tiers | None = None
    # None where what draws them is not installed.
    pictures: Pictures | None = None
    # Pages made from the latest answers, found again by the answer's identity.
    entry_pages: LayoutCache[Found | EntryView, Layout] = field(
        default_factory=lambda: LayoutCache(300)
    )
    choices: LayoutCache[tuple[Choice, ...], list[Offer[str]]] = field(
        default_factory=lambda: LayoutCache(1000)
    )
    # One lock per server for comparing drafts, which takes many pieces of the loop's time.
    comparing: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @classmethod
    def build(
        cls,
        library: Library,
        ledger: Ledger,
        quota: Quota,
        calls: RestCalls,
        clock: Callable[[], datetime],
        pack_folder: Path,
        site: str = "",
        site_tiers: Tiers | None = None,
        pictures: Pictures | None = None,
    ) -> Services:
        """Build the services on a library and a ledger."""
        settings = SettingsCache(ledger.settings)

        def changed(guild_id: int) -> None:
            settings.drop(guild_id)
            library.changed(guild_id)

        audit = AuditLog(settings.of, ledger.problems, calls)
        curation = Curation(ledger, library, changed)
        return cls(
            *(library, settings, ledger, curation, quota, audit, calls, clock),
            *(pack_folder, site, site_tiers, pictures),
        )

    def changed(self, guild_id: int) -> None:
        """Read what another process changed of a server when it is next needed."""
        self.settings.drop(guild_id)
        self.library.changed(guild_id)

    def forget(self, guild_id: int) -> None:
        """Drop everything in memory about a server whose data was deleted."""
        self.changed(guild_id)
        self.library.forget(guild_id)

    def forget_all(self) -> None:
        """Drop everything in memory that is of servers, as the ledger may hold other rows now."""
        self.settings.drop_all()
        self.library.forget_all()

    async def scope_of(self, guild_id: int | None) -> Scope:
        """Return what is shown in a server."""
        settings = await self.settings.of(guild_id)
        return Scope(guild_id, self.library.info.chosen(settings.tiers))

    async def options_of(self, guild_id: int) -> RenderOptions:
        """Return how to render an unrequested message in a server: without anyone's buttons."""
        settings = await self.settings.of(guild_id)
        return self.options(settings, private=True, takes_reports=settings.suggestions)

    def options(
        self, settings: GuildSettings, *, private: bool, takes_reports: bool
    ) -> RenderOptions:
        """Return how to render under these settings."""
        info = self.library.info
        spoilered = frozenset(info.other_works) if settings.spoilers else frozenset[str]()
        glyphs = self.pictures.glyphs if self.pictures else None
        return RenderOptions(
            *(info, private, spoilered, settings.short, takes_reports),
            *(self.site, self.site_tiers, glyphs),
        )
