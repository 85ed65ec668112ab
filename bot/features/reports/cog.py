"""[Something wrong?]: a member says what is wrong, and with which sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from discord.ext import commands

from bot.core.curators import NoServerError
from bot.core.request import RequestContext
from bot.core.router import handles, prepares
from bot.features.curation import DraftSessions, keep_typed
from bot.features.lookup import sentences_on_page
from bot.features.reports import views
from bot.features.reports.ids import AskWhatIsWrong, SendReport
from lore.curation.reported import NotToldError, Subject, subject
from lore.query.arrangement import SourcedSentence


class ReportsCog(commands.Cog):
    """Takes reports for a server's curators, who decide about them in their queue."""

    def __init__(self, sessions: DraftSessions) -> None:
        self._sessions = sessions

    @handles(AskWhatIsWrong)
    async def ask(self, ctx: RequestContext, pressed: AskWhatIsWrong) -> None:
        """Ask what is wrong; a reached limit is reported before anybody types."""
        told = await _told(ctx, pressed.form, pressed.id)
        await ctx.services.ledger.suggestions.check_room(ctx.server, ctx.actor)
        options = ctx.private_options
        sentences: Sequence[SourcedSentence] = ()
        if len(told.sentences) > 1:
            sentences = sentences_on_page(told.sentences, told.tier, options, pressed.page)
        form_id = SendReport(pressed.form, pressed.id)
        form = views.form(form_id, sentences, options, ctx.services.quota)
        await ctx.open_form(form)

    @prepares(SendReport)
    async def keep(self, ctx: RequestContext, _: SendReport) -> None:
        """Store the typed text before anything can refuse it."""
        await keep_typed(ctx, self._sessions)

    @handles(SendReport)
    async def send(self, ctx: RequestContext, form: SendReport) -> None:
        """Put a report into the queue."""
        assert ctx.typed is not None
        told, typed = await _told(ctx, form.form, form.id), ctx.typed.typed
        about = told.reported(typed.get("sentence", ""), ctx.services.library.info)
        # The form's own number identifies the report, so that even a replay adds it once.
        by = replace(ctx.actor, interaction_id=ctx.typed.token)
        reports = ctx.services.ledger.reports
        report = await reports.tell(ctx.server, about, typed.get("wrong", ""), by)
        async with ctx.reporting(views.logged(report, ctx.private_options)):
            await ctx.send(views.sent(report), private=True)


async def _told(ctx: RequestContext, form: Literal["entry", "quote"], id: str) -> Subject:
    """Return what is to be reported, in a server that the bot is in and that shows it."""
    if not ctx.in_own_server:
        raise NoServerError("This works in a server that I am in.")
    if told := await subject(ctx.services.library, ctx.scope, form, id):
        return told
    raise NotToldError("That is no longer told in this server.")
