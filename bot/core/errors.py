"""What a person reads when something fails: a table of sentences by class of error."""

from __future__ import annotations

import logging
from collections.abc import Callable

import discord
from discord import app_commands

from bot.core.connection.http import TOO_LATE, UNSENT, lost
from bot.core.page import Layout
from bot.core.request import Outcome, RequestContext
from bot.core.text import safe
from bot.ops.tracebacks import trace
from lore.errors import LoreError
from lore.ledger.errors import StorageError
from lore.ledger.unit import something_kept

log = logging.getLogger(__name__)


def _of_storage(error: BaseException) -> str:
    if isinstance(error, StorageError) and something_kept():
        return error.after_others()
    return str(error)


SENTENCES: dict[type[BaseException], Callable[[BaseException], str]] = {
    LoreError: str,
    StorageError: _of_storage,
    app_commands.TransformerError: lambda _: "One of the values is not of the kind I need there.",
    app_commands.CheckFailure: lambda _: "You may not use this here.",
    app_commands.CommandNotFound: lambda _: (
        "I do not know this command any more. Restart Discord to see the present ones."
    ),
    app_commands.CommandSignatureMismatch: lambda _: (
        "This command has changed. Restart Discord to see its present form."
    ),
    # discord.py raises this itself when a part is missing; its other errors have their own classes.
    app_commands.AppCommandError: lambda _: (
        "Discord sent me only a part of what you asked. Ask me again."
    ),
}


def sentence(error: BaseException) -> str | None:
    """Return the table's sentence for an error, by its class or the nearest base class."""
    for kind in type(error).__mro__:
        if issubclass(kind, BaseException) and kind in SENTENCES:
            return SENTENCES[kind](error)
    return None


def plain(text: str) -> Layout:
    """Return a page with one sentence."""
    return Layout([safe(text)])


async def tell(ctx: RequestContext, error: BaseException) -> None:
    """Answer a failed interaction, to the asker alone; unexpected errors are logged.

    While something is typed, only choices can be answered, so there are none.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    interaction = ctx.interaction
    if outcome := _in_vain(interaction, error):
        ctx.outcome = outcome
        return
    text = sentence(error)
    ctx.outcome = Outcome.REFUSED if text else Outcome.FAILED
    if text is None:
        reference = f"{interaction.id & 0xFFFFFF:06x}"
        if lost(error):
            log.error("interaction failed, reference %s: %r", reference, error)
        else:
            log.error("interaction failed, reference %s\n%s", reference, trace(error))
        text = f"Something broke on my side. Tell whoever runs this bot: reference {reference}."
    layout = (ctx.refusal or plain)(text)
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            if not interaction.response.is_done():
                await interaction.response.autocomplete([])
        else:
            await ctx.send(layout, private=True)
    except UNSENT as failure:
        log.warning("the asker could not be told: %r", failure)


def _in_vain(interaction: discord.Interaction, error: BaseException) -> Outcome | None:
    """Return the outcome if nobody can be told of an error; None if the asker can be."""
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.info("interaction answered too late", extra={"code": error.code})
        return Outcome.LATE
    if isinstance(error, discord.HTTPException) and error.status == 429:
        # The change is made, and telling the asker would be refused as well.
        log.warning("Discord refused an answer: too many requests")
        return Outcome.RATE_LIMITED
    if interaction.client.is_closed():
        log.info("the bot has ended before an interaction was answered")
        return Outcome.LATE
    return None
