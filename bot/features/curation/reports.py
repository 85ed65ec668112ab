"""What members say is wrong: curators answer, amend, dismiss or pass it on."""

from __future__ import annotations

from dataclasses import replace

from discord.ext import commands

from bot.core.curators import require_curator
from bot.core.request import RequestContext
from bot.core.router import handles, prepares
from bot.features.curation.announcing import announcing_report
from bot.features.curation.draft_sessions import DraftSessions
from bot.features.curation.ids import (
    AmendReported,
    AnswerReport,
    AskForAnswer,
    DecideReport,
    DraftAction,
    DraftTarget,
)
from bot.features.curation.keeping import keep_typed
from bot.features.curation.opening import open_form
from bot.features.curation.queue import waiting
from bot.features.curation.views import reports as views
from lore.curation.drafts import editable
from lore.ledger.port import StateError
from lore.ledger.records import Actor, ReportState

_STATES = {"dismiss": ReportState.DISMISSED, "pass": ReportState.PASSED_ON}


class ReportedCog(commands.Cog):
    """Lets curators decide about reports."""

    def __init__(self, sessions: DraftSessions) -> None:
        self._sessions = sessions

    @handles(DecideReport)
    async def decide(self, ctx: RequestContext, pressed: DecideReport) -> None:
        """Dismiss a report, or pass it on."""
        require_curator(ctx)
        await _decide(ctx, pressed.number, _STATES[pressed.act], ctx.actor)

    @handles(AskForAnswer)
    async def ask_for_answer(self, ctx: RequestContext, pressed: AskForAnswer) -> None:
        """Ask what to answer to a report."""
        guild_id = require_curator(ctx)
        report = await ctx.services.ledger.reports.report(guild_id, pressed.number)
        form = views.answer_form(report, ctx.services.quota)
        await ctx.open_form(form)

    @prepares(AnswerReport)
    async def keep(self, ctx: RequestContext, _: AnswerReport) -> None:
        """Store the typed text before anything can refuse it."""
        await keep_typed(ctx, self._sessions)

    @handles(AnswerReport)
    async def answer(self, ctx: RequestContext, form: AnswerReport) -> None:
        """Answer a report with what was typed into the form."""
        require_curator(ctx)
        assert ctx.typed is not None
        by = replace(ctx.actor, interaction_id=ctx.typed.token)
        answer = ctx.typed.typed.get("answer", "")
        await _decide(ctx, form.number, ReportState.ANSWERED, by, answer)

    @handles(AmendReported)
    async def amend(self, ctx: RequestContext, pressed: AmendReported) -> None:
        """Open the form of the server's own entry or quote that a report is about."""
        guild_id, ledger = require_curator(ctx), ctx.services.ledger
        report = await ledger.reports.report(guild_id, pressed.number)
        now = await ledger.entries.entry(guild_id, report.about.id)
        if not now.live:
            raise StateError(f"{now.id} is removed. /entry restore brings it back.")
        target = DraftTarget(DraftAction.EDIT, now.id, now.revision, guild_id, report.number)
        await open_form(ctx, target, editable(now.draft))


async def _decide(
    ctx: RequestContext, number: int, state: ReportState, by: Actor, answer: str = ""
) -> None:
    reports = ctx.services.ledger.reports
    decided = await reports.decide(ctx.server, number, state, by, answer)
    async with announcing_report(ctx, decided):
        done = views.decided(decided, ctx.private_options)
        await ctx.reply(await waiting(ctx, number, done))
