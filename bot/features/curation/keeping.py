"""What was typed into a form, kept so that nobody has to type it again, and found later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import discord

from bot.core.id_names import names
from bot.core.limits import FIELD_TEXT, FORM_FIELDS
from bot.core.page import Layout
from bot.core.removal import NotYoursError
from bot.core.request import UNREADABLE, RequestContext
from bot.core.router import UnknownFormError
from bot.features.curation.draft_sessions import DraftSessions
from bot.features.curation.views import preview
from lore.ledger.records import TypedForm
from lore.text.ids_in_text import replace_ids

_NAMES = frozenset(["name", "aliases", "speaker", "listener"])


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


def server_of(interaction: discord.Interaction[Any], named: int | None) -> int | None:
    """Return the server of an interaction; in a private message, the one named by the custom_id.

    None if the bot is not in it, as a custom_id may be forged.
    """
    if interaction.guild_id is None and named and interaction.client.get_guild(named):
        return named
    return interaction.guild_id


def typed_into(interaction: discord.Interaction[Any], server: int | None) -> TypedForm | None:
    """Return the typed form; None if it concerns no server."""
    guild_id = server_of(interaction, server)
    if guild_id is None:
        return None
    data: dict[str, Any] = dict(interaction.data or {})
    # An id means nothing to later readers.
    name_of = names(interaction.guild, [interaction.user])
    typed = {
        field: replace_ids(value, name_of, is_name=field in _NAMES)
        for field, value in islice(_values(data["components"]), FORM_FIELDS)
    }
    at, person_id = interaction.created_at, interaction.user.id
    return TypedForm(guild_id, interaction.id, person_id, data["custom_id"], typed, at)


def _values(parts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for part in parts:
        field = part["component"]
        value = field["values"][0] if field.get("values") else field.get("value") or ""
        # Cut to Discord's limit, in case the submission is forged.
        yield field["custom_id"], value[:FIELD_TEXT]
