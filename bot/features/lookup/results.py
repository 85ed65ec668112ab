"""Answers for the result of a look-up."""

from __future__ import annotations

from bot.core.choices import not_found
from bot.core.hidden import explain_hidden
from bot.core.ids import Meant
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.core.request import MissedQuestion, RequestContext
from bot.features.lookup import entry
from bot.features.lookup.ids import AskForEntry
from lore.pack.model import Kind
from lore.query.answers import EntryAnswer, Found, Removed, Unknown


def cached_entry_page(
    ctx: RequestContext, found: Found, options: RenderOptions, page: int = 0, menu: int = 0
) -> Layout:
    """Return a page of an entry, cached for all to whom the same is shown.

    Only the lines that tell how it was asked for are written anew.
    """
    variant = page, menu, options.private, options.spoilered, options.short
    cache = ctx.services.entry_pages
    if found.answer:
        return cache.of(found, variant, lambda: entry.entry_page(found, options, page, menu))
    bare = Found(found.view)
    laid_out = cache.of(
        found.view, variant, lambda: entry.entry_page(bare, options, page, menu)
    ).with_lines(entry.how_asked(found))
    return laid_out or entry.entry_page(found, options, page, menu)


async def send_entry(
    ctx: RequestContext,
    answer: EntryAnswer,
    options: RenderOptions,
    meant: Meant = AskForEntry,
    kind: Kind | None = None,
) -> None:
    """Send the entry that was found, or what to do if none was.

    `kind` is the kind that was asked for; `meant` makes the custom_ids of the offered entries.
    """
    if isinstance(answer, Found):
        await ctx.send(cached_entry_page(ctx, answer, options), private=options.private)
        return
    layout = not_found(answer, options, meant)
    if not isinstance(answer, Removed):
        hidden = await explain_hidden(ctx, layout, answer.query, kind)
        if isinstance(answer, Unknown) and not hidden:
            ctx.unanswered = MissedQuestion(answer.query, kind or "")
    await ctx.send_result(layout, found=False, private=True)
