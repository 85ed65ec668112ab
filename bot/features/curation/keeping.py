"""Keeping what somebody typed into a form, so that nobody has to type it again."""

from __future__ import annotations

from bot.core.request import UNREADABLE, RequestContext
from bot.core.router import UnknownFormError
from bot.features.curation.draft_sessions import DraftSessions
from bot.features.curation.typed import typed_into
from bot.features.curation.views import preview


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
