"""Sends answers: public ones that others may read, refusals to the asker alone."""

from __future__ import annotations

import discord

from bot.core.buttons import Meant, ask
from bot.core.deferring import edit, send
from bot.core.page import Layout
from bot.core.pipeline import ASKED_KIND, OUTCOME, UNANSWERED
from bot.core.render_options import Manner
from bot.features.lookup import choices, entry
from bot.features.quotes import views as quote
from lore.pack.model import Kind
from lore.query.answers import (
    DidYouMean,
    EntryAnswer,
    Found,
    NoQuote,
    QuoteAnswer,
    QuoteChoices,
    Quoted,
    Removed,
    Unknown,
)
from lore.query.visible_lore import QUOTE


def is_theirs(interaction: discord.Interaction) -> bool:
    """Whether the message that was pressed answers whoever pressed it."""
    asked = interaction.message.interaction_metadata if interaction.message else None
    return asked is not None and asked.user.id == interaction.user.id


async def turn(interaction: discord.Interaction, layout: Layout) -> None:
    """Turn the message that was pressed to `layout`; for others than its asker, a private copy."""
    if is_theirs(interaction):
        await edit(interaction, layout)
    else:
        await send(interaction, layout, private=True)


async def send_answer(
    interaction: discord.Interaction,
    answer: EntryAnswer | QuoteAnswer,
    manner: Manner,
    meant: Meant = ask,
    kind: Kind | None = None,
) -> None:
    """Answer with what was found, or tell the asker alone that it was not.

    `kind` is what was asked for.
    """
    layout, found = drawn(answer, manner, meant)
    if not found:
        interaction.extras[OUTCOME] = "not found"
    if isinstance(answer, Unknown | NoQuote):
        asked_kind = QUOTE if isinstance(answer, NoQuote) else kind or ""
        interaction.extras |= {UNANSWERED: answer.query, ASKED_KIND: asked_kind}
    await send(interaction, layout, private=manner.private or not found)


def drawn(
    answer: EntryAnswer | QuoteAnswer, manner: Manner, meant: Meant = ask
) -> tuple[Layout, bool]:
    """An answer laid out, and whether it is what was asked for; `meant` asks again."""
    match answer:
        case Found():
            return entry.layout(answer, manner), True
        case Quoted(view):
            return quote.layout(view, manner), True
        case QuoteChoices():
            return quote.choices(answer, manner), False
        case DidYouMean():
            return choices.did_you_mean(answer, manner, meant), False
        case Unknown():
            return choices.unknown(answer, manner, meant), False
        case NoQuote():
            return choices.no_quote(answer), False
        case Removed():
            return choices.removed(answer), False
