"""Keeping what somebody typed into a form, so that nobody has to type it again, and finding it."""

from __future__ import annotations

from bot.core.page import Layout
from bot.core.removal import NotYoursError
from bot.core.request import UNREADABLE, RequestContext
from bot.core.router import UnknownFormError
from bot.features.curation.draft_sessions import DraftSessions
from bot.features.curation.typed import server_of, typed_into
from bot.features.curation.views import preview
from lore.ledger.records import TypedForm


async def keep_typed(
    ctx: RequestContext, sessions: DraftSessions, server: int | None = None
) -> None:
    """Store the text typed into a form before anything can refuse it; a refusal returns it.

    In a private message the form is for the `server` that its custom_id names.
    """
    try:
        typed = typed_into(ctx.interaction, server)
    except UNREADABLE as error:
        raise UnknownFormError from error
    if typed is None:
        raise UnknownFormError
    ctx.typed, ctx.refusal = typed, lambda reason: preview.returned(reason, typed)
    await sessions.keep(typed)


async def find_own(
    ctx: RequestContext, sessions: DraftSessions, token: int, server: int | None = None
) -> TypedForm | None:
    """Return the draft if it belongs to the person; tell them if it is gone."""
    guild_id = server_of(ctx.interaction, server)
    typed = None
    if guild_id is not None:
        typed = await sessions.find(guild_id, token, ctx.actor.at)
    if typed is None:
        await ctx.send(Layout([preview.GONE]), private=True)
    elif typed.person_id != ctx.interaction.user.id:
        raise NotYoursError("Only whoever wrote this draft can decide about it.")
    return typed
