"""The values typed into a form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import discord

from bot.core.id_names import names
from bot.core.limits import FIELD_TEXT, FORM_FIELDS
from lore.ledger.records import TypedForm
from lore.text.ids_in_text import replace_ids

_NAMES = frozenset(["name", "aliases", "speaker", "listener"])


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
