"""The queue of suggestions: one after the other is approved, edited or rejected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord

from bot.core.page import Layout
from bot.core.rate_limits import TooOften
from bot.features.curation.draft_sessions import NEW, Purpose, Verb, as_if_kept
from bot.features.curation.drafting import begin
from bot.features.curation.office import Curator, Office
from bot.features.curation.press import CuratorPress, reply
from bot.features.curation.telling import announcing
from bot.features.curation.views import forms
from bot.features.curation.views import queue as layouts
from lore.ledger.records import TypedForm

Button = discord.ui.Button[Any]


async def waiting(
    interaction: discord.Interaction,
    office: Office,
    curator: Curator,
    number: int = 0,
    done: str = "",
) -> Layout:
    """The suggestion with that number, or the next that waits; `done` says what was decided."""
    queue = await office.ledger.suggestions.queue(curator.guild_id)
    if not queue:
        return layouts.empty(done)
    at = next((i for i, one in enumerate(queue) if one.number >= number), len(queue) - 1)
    draft, library = queue[at].draft, office.desk.library
    try:
        close = await office.alike(interaction, curator.guild_id, draft)
    except TooOften:
        if not done:
            raise
        close = ()  # what was decided is to be told in any case
    view = library.drawn(as_if_kept(curator.guild_id, NEW, 1, draft, queue[at].suggested_at))
    return layouts.one(queue, at, view, close, curator.manner, done)


async def rejected(
    interaction: discord.Interaction, office: Office, number: int, typed: TypedForm
) -> None:
    """Decide against a suggestion, for the reason that stood in the form."""
    curator = await office.admit(interaction)
    by = replace(curator.by, interaction_id=typed.token)
    reason = typed.typed.get("reason", "")
    decided = await office.curation.reject(curator.guild_id, number, reason, by)
    async with announcing(interaction, office, decided):
        done = layouts.decided(decided, office.name_of, shown=curator.shows_own)
        await reply(interaction, await waiting(interaction, office, curator, number, done))


class Queue(CuratorPress[Button], template=r"queue:(?P<number>\d+)"):
    """Turns to another suggestion."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        await reply(
            interaction, await waiting(interaction, office, curator, int(self.asked["number"]))
        )


class Approve(CuratorPress[Button], template=r"approve:(?P<number>\d+)"):
    """Publishes a suggestion as it is."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        number = int(self.asked["number"])
        approval = await office.curation.approve(curator.guild_id, number, curator.by, None)
        done = layouts.decided(approval.suggestion, office.name_of, shown=curator.shows_own)
        async with announcing(interaction, office, approval.suggestion, approval.entry):
            await reply(interaction, await waiting(interaction, office, curator, number, done))


class Amend(CuratorPress[Button], template=r"amend:(?P<number>\d+)"):
    """Opens a suggestion to be edited before it is published."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        number = int(self.asked["number"])
        suggestion = await office.ledger.suggestions.suggestion(curator.guild_id, number)
        purpose = Purpose(Verb.APPROVE, str(number))
        await begin(interaction, office, curator, purpose, suggestion.draft)


class Refuse(CuratorPress[Button], template=r"refuse:(?P<number>\d+)"):
    """Asks why a suggestion is not taken."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        form = forms.rejection(int(self.asked["number"]), office.quota)
        await interaction.response.send_modal(form)
