"""Answers with whatever a look-up came to."""

from __future__ import annotations

from bot.core.choices import not_found
from bot.core.ids import Meant
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.core.request import MissedQuestion, RequestContext
from bot.features.lookup import entry
from bot.features.lookup.ids import AskForEntry
from lore.pack.model import Kind
from lore.query.answers import EntryAnswer, Found, Unknown


def entry_page(ctx: RequestContext, found: Found, options: RenderOptions, page: int = 0) -> Layout:
    """Return a page of an entry; all who ask for the same get the one that is kept."""
    way = page, options.private, options.spoilered
    kept = ctx.services.entry_pages
    return kept.of(found, way, lambda: entry.layout(found, options, page))


async def send_entry(
    ctx: RequestContext,
    answer: EntryAnswer,
    options: RenderOptions,
    meant: Meant = AskForEntry,
    kind: Kind | None = None,
) -> None:
    """Answer with what was found, or tell the asker alone that it was not.

    `kind` is what was asked for.
    """
    if isinstance(answer, Found):
        await ctx.send(entry_page(ctx, answer, options), private=options.private)
        return
    if isinstance(answer, Unknown):
        ctx.unanswered = MissedQuestion(answer.query, kind or "")
    await ctx.send_result(not_found(answer, options, meant), found=False, private=True)
