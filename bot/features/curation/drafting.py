"""From a form to the ledger: a typed draft is previewed, then published or discarded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.command_options import KINDS_TO_WRITE, SUGGEST
from bot.core.curators import require_curator, require_member
from bot.core.page import Layout
from bot.core.request import RequestContext, request
from bot.core.router import Router, UnknownFormError, handles, prepares
from bot.features.curation.announcing import announcing, announcing_report
from bot.features.curation.comparing import similar
from bot.features.curation.draft_sessions import (
    NEW,
    DraftSession,
    DraftSessions,
    blank,
    fill_in,
    preview_entry,
)
from bot.features.curation.ids import (
    DecideDraft,
    DraftAction,
    DraftTarget,
    ResendSuggestion,
    RetryForm,
)
from bot.features.curation.keeping import find_own, keep_typed
from bot.features.curation.opening import begin, open_form
from bot.features.curation.views import changes, preview
from bot.features.curation.views.details import gone_remark
from bot.features.curation.views.reports import decided_before
from bot.features.curation.views.saving import said_elsewhere
from bot.features.curation.views.words import kind_of
from lore.curation.diff import diff
from lore.curation.drafts import DraftError, Written, editable, tidied
from lore.ledger.records import Change, Conflict, ServerEntry, TypedForm


class DraftingCog(commands.Cog):
    """Answers forms, and buttons under the previews of drafts."""

    def __init__(self, sessions: DraftSessions, router: Router) -> None:
        self._sessions = sessions
        self._router = router

    @app_commands.command(name=SUGGEST)
    @app_commands.describe(kind="What it is")
    @app_commands.choices(kind=KINDS_TO_WRITE)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def suggest(self, interaction: discord.Interaction, kind: str) -> None:
        """Suggest an entry or a quote for this server's lore; its curators decide."""
        ctx = request(interaction)
        await require_member(ctx)
        target = DraftTarget(DraftAction.SUGGEST, kind)
        await begin(ctx, target, blank(target))

    @prepares(DraftTarget)
    async def keep_draft(self, ctx: RequestContext, target: DraftTarget) -> None:
        """Store the typed text before anything can refuse it."""
        await keep_typed(ctx, self._sessions, target.server)

    @handles(DraftTarget)
    async def submit(self, ctx: RequestContext, target: DraftTarget) -> None:
        """Preview what was typed into a form."""
        assert ctx.typed is not None
        await _check_writer(ctx, target)
        pending = await _pending(ctx, ctx.typed, target)
        await self._note_saved(ctx, pending)
        await ctx.reply(await _shown(ctx, pending))

    @handles(RetryForm)
    async def retry(self, ctx: RequestContext, pressed: RetryForm) -> None:
        """Submit a form again that was refused."""
        typed = await find_own(ctx, self._sessions, pressed.token, pressed.server)
        if typed is not None:
            ctx.typed = typed
            await self._router.resubmit(ctx, typed.form)

    @handles(DecideDraft)
    async def decide(self, ctx: RequestContext, pressed: DecideDraft) -> None:
        """Do what the author chose for a draft."""
        typed = await find_own(ctx, self._sessions, pressed.token, pressed.server)
        if typed is None:
            return
        target = _target(typed)
        await _check_writer(ctx, target)
        pending = await _pending(ctx, typed, target)
        match pressed.act:
            case "publish":
                await self._finish(ctx, pending)
            case "edit":
                await open_form(ctx, target, pending.draft)
            case "discard":
                await self._note_saved(ctx, pending, discarded=True)
                await ctx.reply(preview.discarded(pending, ctx.services.curation.name_of))
            case _:
                await self._note_saved(ctx, pending)
                await ctx.reply(await _shown(ctx, pending, pressed.page))

    @handles(ResendSuggestion)
    async def resend(self, ctx: RequestContext, pressed: ResendSuggestion) -> None:
        """Reopen the form of a rejected or withdrawn suggestion for its author."""
        await require_member(ctx, pressed.server)
        suggestions = ctx.services.ledger.suggestions
        suggestion = await suggestions.not_taken(ctx.server, pressed.number, ctx.actor)
        target = DraftTarget(DraftAction.SUGGEST, kind_of(suggestion.draft), server=pressed.server)
        await begin(ctx, target, suggestion.draft)

    async def _finish(self, ctx: RequestContext, pending: DraftSession) -> None:
        # A second press while it is being published does not publish it again.
        with self._sessions.deciding(pending.typed) as free:
            if not free:
                await ctx.send(Layout([preview.GONE]), private=True)
                return
            kept = await _publish(ctx, pending)
        if isinstance(kept, ServerEntry):
            await self._note_saved(ctx, replace(pending, draft=editable(kept.draft)), kept.id)
        elif kept:
            await self._sessions.keep(kept)

    async def _note_saved(
        self,
        ctx: RequestContext,
        pending: DraftSession,
        entry_id: str = "",
        *,
        discarded: bool = False,
    ) -> None:
        """Keep what became of a quote that was saved from messages of this channel."""
        target, draft = pending.target, pending.draft
        channel = None if discarded else ctx.interaction.channel_id
        await self._sessions.note_saved(ctx.actor, target, ctx.server, draft, channel, entry_id)


def _target(typed: TypedForm) -> DraftTarget:
    """Return what a draft is for; UnknownFormError if it is no draft."""
    try:
        return DraftTarget.parse(typed.form)
    except ValueError as error:
        raise UnknownFormError from error


async def _check_writer(ctx: RequestContext, target: DraftTarget) -> None:
    """Refuse a person who may not write a draft of this purpose."""
    if target.action.for_curators:
        require_curator(ctx)
    else:
        await require_member(ctx, target.server)


async def _pending(ctx: RequestContext, typed: TypedForm, target: DraftTarget) -> DraftSession:
    draft = fill_in(await _form_of(ctx, target), typed.typed)
    # From here on the draft is as it would be stored; an invalid one stays as typed.
    with suppress(DraftError):
        draft = editable(tidied(draft, ctx.services.quota))
    return DraftSession(typed, target, draft)


async def _form_of(ctx: RequestContext, target: DraftTarget) -> Written:
    ledger = ctx.services.ledger
    if target.action is DraftAction.EDIT:
        return editable((await ledger.entries.entry(ctx.server, target.subject)).draft)
    if target.action is DraftAction.APPROVE:
        return (await ledger.suggestions.suggestion(ctx.server, int(target.subject))).draft
    return blank(target)


async def _shown(ctx: RequestContext, pending: DraftSession, page: int = 0) -> Layout:
    services, target = ctx.services, pending.target
    try:
        draft = editable(tidied(pending.draft, services.quota))
    except DraftError as error:
        return preview.refused(pending, str(error))
    services.curation.check_story(draft)
    id = target.subject if target.action is DraftAction.EDIT else NEW
    entry = preview_entry(ctx.server, id, target.revision + 1, draft, ctx.actor.at)
    close = await similar(ctx, draft, besides=id)
    view, options = await services.library.drawn(entry, ctx.scope), ctx.private_options
    name_of, shown = services.curation.name_of, ctx.shows_own
    gone = await services.curation.gone(ctx.server, draft)
    remarks = (
        gone_remark(gone, await services.curation.describer(ctx.server)),
        said_elsewhere(draft, ctx.interaction.client.get_guild(ctx.server)),
    )
    remark = "\n".join(filter(None, remarks))
    return preview.preview(pending, view, close, options, name_of, page, remark, shown=shown)


async def _publish(ctx: RequestContext, pending: DraftSession) -> ServerEntry | TypedForm | None:
    """Publish, save, approve or suggest the draft, whichever it is for.

    Return a new entry that was published, or a draft that remains to be decided about.
    """
    guild_id, draft, target = ctx.server, pending.draft, pending.target
    curation, name_of = ctx.services.curation, ctx.services.curation.name_of
    # The draft's own number identifies the change, so that even a replay publishes it once.
    by = replace(ctx.actor, interaction_id=pending.typed.token)

    def published(entry: ServerEntry) -> Layout:
        return preview.published(entry, target.action, name_of, shown=ctx.shows_own)

    match target.action:
        case DraftAction.SUGGEST:
            if target.changes:
                suggestions = ctx.services.ledger.suggestions
                suggestion = await suggestions.change(guild_id, target.changes, draft, by)
            else:
                suggestion = await curation.suggest(guild_id, draft, by)
            async with ctx.reporting(changes.suggested(suggestion, name_of)):
                await ctx.reply(preview.sent(suggestion, name_of))
        case DraftAction.EDIT:
            return await _save(ctx, pending)
        case DraftAction.APPROVE:
            # A form from before suggestions could be changed names no revision.
            seen = target.revision or 1
            approval = await curation.approve(guild_id, int(target.subject), by, draft, seen)
            async with announcing(ctx, approval.suggestion, approval.entry):
                await ctx.reply(published(approval.entry))
        case _:
            entry = await curation.publish(guild_id, draft, by)
            async with ctx.reporting(changes.report(by.person_id, Change.ADDED, entry, name_of)):
                await ctx.reply(published(entry))
            return entry
    return None


async def _save(ctx: RequestContext, pending: DraftSession) -> TypedForm | None:
    """Save an edited draft, and restore the entry first if its author saw it removed."""
    guild_id, draft, target = ctx.server, pending.draft, pending.target
    curation, name_of, shown = ctx.services.curation, ctx.services.curation.name_of, ctx.shows_own
    by = replace(ctx.actor, interaction_id=pending.typed.token)
    reports = []
    before = await ctx.services.ledger.entries.entry(guild_id, target.subject)
    if not before.live and before.revision == target.revision:
        # An interaction makes one change, so the draft's own number is used for the edit.
        before = await curation.restore(guild_id, before.id, ctx.actor)
        target = replace(target, revision=before.revision)
        reports.append(changes.report(by.person_id, Change.RESTORED, before, name_of))
    saved = await curation.edit(guild_id, target.subject, draft, target.revision, by, target.report)
    undecided = None
    if isinstance(saved, Conflict):
        layout = preview.conflict(
            pending, saved.current, name_of, await curation.describer(guild_id)
        )
        now = replace(target, revision=saved.current.revision)
        undecided = replace(pending.typed, form=str(now))
    elif saved.revision == target.revision:
        layout = preview.unchanged(saved, name_of)
        if reports:
            layout = changes.restored(saved, name_of, shown=shown)
    else:
        changed = diff(before.draft, saved.draft, await curation.describer(guild_id))
        reports.append(changes.report(by.person_id, Change.EDITED, saved, name_of, changed))
        layout = preview.published(saved, target.action, name_of, shown=shown)
    async with _amending(ctx, target, saved), ctx.reporting(*reports):
        await ctx.reply(layout)
    return undecided


@asynccontextmanager
async def _amending(
    ctx: RequestContext, target: DraftTarget, saved: ServerEntry | Conflict
) -> AsyncIterator[None]:
    """Announce that an edit decided the report it was made for; say so if another decision did."""
    if target.report is None or isinstance(saved, Conflict) or saved.revision == target.revision:
        yield
        return
    report = await ctx.services.ledger.reports.report(ctx.server, target.report)
    if (report.decided_by, report.decided_at) == (saved.edited_by, saved.edited_at):
        async with announcing_report(ctx, report):
            yield
    else:
        yield
        await ctx.follow_up(decided_before(report))
