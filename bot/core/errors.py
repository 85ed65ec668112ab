"""What a person reads when something fails: one table of sentences, looked up by class."""

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
from lore.ledger.sqlite.database import something_kept

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
    # So discord.py calls what lacks a part; all its other errors have classes of their own.
    app_commands.AppCommandError: lambda _: (
        "Discord sent me only a part of what you asked. Ask me again."
    ),
}


def sentence(error: BaseException) -> str | None:
    """Return what the table says of an error, by its class or the nearest class above it."""
    for kind in type(error).__mro__:
        if issubclass(kind, BaseException) and kind in SENTENCES:
            return SENTENCES[kind](error)
    return None


def plain(said: str) -> Layout:
    """Show a sentence alone."""
    return Layout([safe(said)])


async def tell(ctx: RequestContext, error: BaseException) -> None:
    """Answer a failed interaction, to the asker alone; what is not expected is logged.

    While something is typed, nothing but choices can be answered: there are none then.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    interaction = ctx.interaction
    if outcome := _in_vain(interaction, error):
        ctx.outcome = outcome
        return
    said = sentence(error)
    ctx.outcome = Outcome.REFUSED if said else Outcome.FAILED
    if said is None:
        reference = f"{interaction.id & 0xFFFFFF:06x}"
        if lost(error):
            log.error("interaction failed, reference %s: %r", reference, error)
        else:
            log.error("interaction failed, reference %s\n%s", reference, trace(error))
        said = f"Something broke on my side. Tell whoever runs this bot: reference {reference}."
    layout = (ctx.refusal or plain)(said)
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            if not interaction.response.is_done():
                await interaction.response.autocomplete([])
        else:
            await ctx.send(layout, private=True)
    except UNSENT as failure:
        log.warning("the asker could not be told: %r", failure)


def _in_vain(interaction: discord.Interaction, error: BaseException) -> Outcome | None:
    """Return what it comes to when nobody can be told; None if the asker can be."""
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.info("interaction answered too late", extra={"code": error.code})
        return Outcome.LATE
    if isinstance(error, discord.HTTPException) and error.status == 429:
        # What was done is done; to say so would be refused as well.
        log.warning("Discord refused an answer: too many requests")
        return Outcome.RATE_LIMITED
    if interaction.client.is_closed():
        log.info("the bot has ended before an interaction was answered")
        return Outcome.LATE
    return None
