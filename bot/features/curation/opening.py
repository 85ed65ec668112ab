"""Opening the forms for drafts."""

from __future__ import annotations

from bot.core.request import RequestContext
from bot.features.curation.ids import DraftAction, DraftTarget
from bot.features.curation.views import forms
from lore.curation.drafts import Written, form_of


async def begin(ctx: RequestContext, target: DraftTarget, draft: Written) -> None:
    """Open the form for something new; a reached limit is reported before anybody types."""
    ledger = ctx.services.ledger
    if target.action is DraftAction.SUGGEST:
        await ledger.suggestions.check_room(ctx.server, ctx.actor)
    else:
        await ledger.entries.check_room(ctx.server, form_of(draft))
    await open_form(ctx, target, draft)


async def open_form(ctx: RequestContext, target: DraftTarget, draft: Written) -> None:
    """Open the form of a draft as the first answer to the interaction."""
    services = ctx.services
    modal = forms.form(target, draft, services.quota, services.curation.name_of)
    await ctx.open_form(modal)
