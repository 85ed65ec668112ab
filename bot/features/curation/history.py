"""The way back: the history of an entry, rolling back, and undoing a removal."""

from __future__ import annotations

from typing import Any

import discord

from bot.features.curation.office import Curator, Office
from bot.features.curation.press import CuratorPress, reply
from bot.features.curation.views import changes
from lore.curation.diff import diff
from lore.ledger.records import Change, Conflict

Button = discord.ui.Button[Any]


class History(CuratorPress[Button], template=r"history:(?P<id>s\d+):(?P<page>\d+)"):
    """Shows what has become of an entry."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        id = self.asked["id"]
        steps = await office.ledger.entries.history(curator.guild_id, id)
        page = int(self.asked["page"])
        await reply(interaction, changes.history_of(id, steps, office.name_of, page))


class Back(CuratorPress[Button], template=r"back:(?P<id>s\d+):(?P<to>\d+):(?P<now>\d+)"):
    """Rolls an entry back to a revision, unless it has changed since its history was shown."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        id, to, now = self.asked["id"], int(self.asked["to"]), int(self.asked["now"])
        guild_id, entries = curator.guild_id, office.ledger.entries
        before = await entries.entry(guild_id, id)
        back = await office.curation.roll_back(guild_id, id, to, now, curator.by)
        if isinstance(back, Conflict):
            steps = await entries.history(guild_id, id)
            layout = changes.history_of(id, steps, office.name_of, warning=changes.STALE)
            await reply(interaction, layout)
            return
        changed = diff(before.draft, back.draft)
        by = curator.by.person_id
        report = changes.report(by, Change.ROLLED_BACK, back, office.name_of, changed)
        async with office.reporting(interaction, guild_id, report):
            await reply(
                interaction, changes.rolled_back(back, to, office.name_of, shown=curator.shows_own)
            )


class Undo(CuratorPress[Button], template=r"undo:(?P<id>s\d+)"):
    """Brings back what was just removed."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        await bring_back(interaction, office, curator, self.asked["id"])


async def bring_back(
    interaction: discord.Interaction, office: Office, curator: Curator, id: str
) -> None:
    """Restore an entry and say so."""
    restored = await office.curation.restore(curator.guild_id, id, curator.by)
    report = changes.report(curator.by.person_id, Change.RESTORED, restored, office.name_of)
    async with office.reporting(interaction, curator.guild_id, report):
        await reply(
            interaction, changes.restored(restored, office.name_of, shown=curator.shows_own)
        )
