"""Answers with whatever a look-up came to."""

from __future__ import annotations

from bot.core.choices import not_found
from bot.core.ids import Meant
from bot.core.page import Layout
from bot.core.render_options import RenderOptions
from bot.core.request import MissedQuestion, RequestContext
from bot.features.lookup import entry
from bot.features.lookup.ids import AskForEntry
from lore.pack.model import Kind
from lore.query.answers import EntryAnswer, Found, Unknown


def result_page(answer: EntryAnswer, options: RenderOptions, meant: Meant = AskForEntry) -> Layout:
    """Show what a look-up came to; `meant` asks again for what is chosen."""
    if isinstance(answer, Found):
        return entry.layout(answer, options)
    return not_found(answer, options, meant)


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
    if isinstance(answer, Unknown):
        ctx.unanswered = MissedQuestion(answer.query, kind or "")
    layout = result_page(answer, options, meant)
    await ctx.send_result(layout, found=isinstance(answer, Found), private=options.private)
