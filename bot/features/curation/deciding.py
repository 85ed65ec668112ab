"""The queue of suggestions: curators approve, edit or reject one at a time."""

from __future__ import annotations

from dataclasses import replace

from discord.ext import commands

from bot.core.curators import require_curator
from bot.core.fairness import TooOftenError
from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.core.router import handles
from bot.features.curation.announcing import announcing
from bot.features.curation.comparing import similar
from bot.features.curation.draft_sessions import NEW, preview_entry
from bot.features.curation.ids import (
    ApproveSuggestion,
    AskWhyRejected,
    DraftAction,
    DraftTarget,
    EditSuggestion,
    ShowSuggestion,
)
from bot.features.curation.opening import begin
from bot.features.curation.views import forms
from bot.features.curation.views import queue as views
from lore.ledger.records import TypedForm


class SuggestionsCog(commands.Cog):
    """Lets curators decide about suggestions."""

    @handles(ShowSuggestion)
    async def show(self, ctx: RequestContext, pressed: ShowSuggestion) -> None:
        """Turn to another suggestion."""
        require_curator(ctx)
        await ctx.reply(await waiting(ctx, pressed.number))

    @handles(ApproveSuggestion)
    async def approve(self, ctx: RequestContext, pressed: ApproveSuggestion) -> None:
        """Publish a suggestion as it is."""
        guild_id, curation = require_curator(ctx), ctx.services.curation
        approval = await curation.approve(guild_id, pressed.number, ctx.actor, None)
        done = views.decided(approval.suggestion, curation.name_of, shown=ctx.shows_own)
        async with announcing(ctx, approval.suggestion, approval.entry):
            await ctx.reply(await waiting(ctx, pressed.number, done))

    @handles(EditSuggestion)
    async def edit(self, ctx: RequestContext, pressed: EditSuggestion) -> None:
        """Open a suggestion to be edited before it is published."""
        guild_id = require_curator(ctx)
        suggestion = await ctx.services.ledger.suggestions.suggestion(guild_id, pressed.number)
        target = DraftTarget(DraftAction.APPROVE, str(pressed.number))
        await begin(ctx, target, suggestion.draft)

    @handles(AskWhyRejected)
    async def ask_why(self, ctx: RequestContext, pressed: AskWhyRejected) -> None:
        """Ask why a suggestion is not taken."""
        require_curator(ctx)
        form = forms.rejection(pressed.number, ctx.services.quota)
        await ctx.interaction.response.send_modal(form)


async def reject(ctx: RequestContext, number: int, typed: TypedForm) -> None:
    """Reject a suggestion with the reason typed into the form."""
    guild_id, curation = require_curator(ctx), ctx.services.curation
    by = replace(ctx.actor, interaction_id=typed.token)
    decided = await curation.reject(guild_id, number, typed.typed.get("reason", ""), by)
    async with announcing(ctx, decided):
        done = views.decided(decided, curation.name_of, shown=ctx.shows_own)
        await ctx.reply(await waiting(ctx, number, done))


async def waiting(ctx: RequestContext, number: int = 0, done: str = "") -> Layout:
    """Show suggestion `number`, or the next one that waits; `done` says what was decided before."""
    queue = await ctx.services.ledger.suggestions.queue(ctx.server)
    if not queue:
        return views.empty(done)
    at = next((i for i, one in enumerate(queue) if one.number >= number), len(queue) - 1)
    draft, library = queue[at].draft, ctx.services.library
    try:
        close = await similar(ctx, draft)
    except TooOftenError:
        if not done:
            raise
        close = ()  # the decision is shown in any case
    view = library.drawn(preview_entry(ctx.server, NEW, 1, draft, queue[at].suggested_at))
    return views.suggestion_page(queue, at, view, close, ctx.private_options, done)
