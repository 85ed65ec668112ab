"""What members suggest: curators approve, edit or reject it."""

from __future__ import annotations

from dataclasses import replace

from discord.ext import commands

from bot.core.curators import require_curator
from bot.core.request import RequestContext
from bot.core.router import handles, prepares
from bot.features.curation.announcing import announcing
from bot.features.curation.draft_sessions import DraftSessions
from bot.features.curation.ids import (
    ApproveSuggestion,
    AskWhyRejected,
    DraftAction,
    DraftTarget,
    EditSuggestion,
    RejectSuggestion,
    ShowSuggestion,
)
from bot.features.curation.keeping import keep_typed
from bot.features.curation.opening import begin
from bot.features.curation.queue import waiting
from bot.features.curation.views import forms
from bot.features.curation.views import queue as views
from lore.ledger.port import SuggestionChangedError


class SuggestionsCog(commands.Cog):
    """Lets curators decide about suggestions."""

    def __init__(self, sessions: DraftSessions) -> None:
        self._sessions = sessions

    @handles(ShowSuggestion)
    async def show(self, ctx: RequestContext, pressed: ShowSuggestion) -> None:
        """Turn to another suggestion or report."""
        require_curator(ctx)
        await ctx.reply(await waiting(ctx, pressed.number))

    @handles(ApproveSuggestion)
    async def approve(self, ctx: RequestContext, pressed: ApproveSuggestion) -> None:
        """Publish a suggestion as it is."""
        guild_id, curation = require_curator(ctx), ctx.services.curation
        try:
            approval = await curation.approve(
                guild_id, pressed.number, ctx.actor, None, pressed.revision
            )
        except SuggestionChangedError as changed:
            await ctx.reply(await waiting(ctx, pressed.number, f"⚠ {changed}"))
            return
        done = views.decided(approval.suggestion, curation.name_of, shown=ctx.shows_own)
        async with announcing(ctx, approval.suggestion, approval.entry):
            await ctx.reply(await waiting(ctx, pressed.number, done))

    @handles(EditSuggestion)
    async def edit(self, ctx: RequestContext, pressed: EditSuggestion) -> None:
        """Open a suggestion to be edited before it is published."""
        guild_id = require_curator(ctx)
        suggestion = await ctx.services.ledger.suggestions.suggestion(guild_id, pressed.number)
        target = DraftTarget(DraftAction.APPROVE, str(pressed.number), suggestion.revision)
        await begin(ctx, target, suggestion.draft)

    @handles(AskWhyRejected)
    async def ask_why(self, ctx: RequestContext, pressed: AskWhyRejected) -> None:
        """Ask why a suggestion is not taken."""
        require_curator(ctx)
        form = forms.rejection(pressed.number, pressed.revision, ctx.services.quota)
        await ctx.open_form(form)

    @prepares(RejectSuggestion)
    async def keep_reason(self, ctx: RequestContext, _: RejectSuggestion) -> None:
        """Store the typed text before anything can refuse it."""
        await keep_typed(ctx, self._sessions)

    @handles(RejectSuggestion)
    async def reject(self, ctx: RequestContext, form: RejectSuggestion) -> None:
        """Reject a suggestion with the reason typed into the form."""
        guild_id, curation = require_curator(ctx), ctx.services.curation
        assert ctx.typed is not None
        by = replace(ctx.actor, interaction_id=ctx.typed.token)
        reason = ctx.typed.typed.get("reason", "")
        try:
            decided = await curation.reject(guild_id, form.number, reason, by, form.revision)
        except SuggestionChangedError as changed:
            await ctx.reply(await waiting(ctx, form.number, f"⚠ {changed}"))
            return
        async with announcing(ctx, decided):
            done = views.decided(decided, curation.name_of, shown=ctx.shows_own)
            await ctx.reply(await waiting(ctx, form.number, done))
