"""`/suggestions`: what a member has suggested in a server, and what became of it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.curators import require_member
from bot.core.page import Layout
from bot.core.request import RequestContext, request
from bot.core.router import handles
from bot.features.curation.ids import (
    ChangeSuggestion,
    DraftAction,
    DraftTarget,
    ListSuggestions,
    WithdrawSuggestion,
)
from bot.features.curation.opening import open_form
from bot.features.curation.views import changes
from bot.features.curation.views import own_suggestions as views
from bot.features.curation.views.words import kind_of


class OwnSuggestionsCog(commands.Cog):
    """Lets members see, change and withdraw what they have suggested."""

    @app_commands.command()
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def suggestions(self, interaction: discord.Interaction) -> None:
        """What you have suggested here and what became of it; change or withdraw what waits."""
        ctx = request(interaction)
        await require_member(ctx)
        await ctx.send(await _listed(ctx), private=True)

    @handles(ListSuggestions)
    async def list_own(self, ctx: RequestContext, pressed: ListSuggestions) -> None:
        """Show a page of the member's suggestions."""
        await require_member(ctx, pressed.server)
        await ctx.reply(await _listed(ctx, pressed.page))

    @handles(ChangeSuggestion)
    async def change(self, ctx: RequestContext, pressed: ChangeSuggestion) -> None:
        """Open the form of a suggestion of the member's that waits."""
        await require_member(ctx, pressed.server)
        ledger = ctx.services.ledger.suggestions
        mine = await ledger.own_pending(ctx.server, pressed.number, ctx.actor)
        kind, server = kind_of(mine.draft), pressed.server
        target = DraftTarget(DraftAction.SUGGEST, kind, server=server, changes=mine.number)
        await open_form(ctx, target, mine.draft)

    @handles(WithdrawSuggestion)
    async def withdraw(self, ctx: RequestContext, pressed: WithdrawSuggestion) -> None:
        """Withdraw a suggestion of the member's that waits."""
        await require_member(ctx, pressed.server)
        curation = ctx.services.curation
        mine = await ctx.services.ledger.suggestions.withdraw(ctx.server, pressed.number, ctx.actor)
        async with ctx.reporting(changes.suggested(mine, curation.name_of)):
            done = views.withdrawn(mine, curation.name_of)
            await ctx.reply(await _listed(ctx, pressed.page, done))


async def _listed(ctx: RequestContext, page: int = 0, done: str = "") -> Layout:
    own = await ctx.services.ledger.suggestions.of_person(ctx.server, ctx.actor.person_id)
    return views.own_suggestions_page(own, ctx.services.curation.name_of, page, ctx.actor.at, done)
