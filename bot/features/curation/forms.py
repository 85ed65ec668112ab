"""Forms that were sent: found by their custom_id, so that nothing typed is lost in a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import discord

from bot.core import errors
from bot.core.id_names import names
from bot.features.curation import deciding, drafting
from bot.features.curation.draft_sessions import Purpose
from bot.features.curation.office import Office
from bot.features.curation.press import OfficePress, server_of
from bot.features.curation.views import preview
from bot.features.curation.views.forms import FIELDS, INPUT
from bot.house import House, house
from lore.errors import LoreError
from lore.ledger.records import TypedForm
from lore.text.ids_in_text import in_words

_NAMES = frozenset(["name", "aliases", "speaker", "listener"])
_REJECTION = re.compile(r"reject:(\d+)")


class UnknownFormError(LoreError):
    """A form was sent that this version does not know."""


async def received(interaction: discord.Interaction) -> None:
    """Answer a form."""
    around = house(interaction)
    await around.reception.receive(interaction, _answered(interaction, around), "form")


async def _answered(interaction: discord.Interaction, around: House) -> None:
    typed = None
    try:
        typed = _typed(interaction)
        if typed is None:
            raise UnknownFormError("I do not know this form any more. Please begin anew.")
        # Before anything can refuse it, so that whoever typed it need not type it again.
        await around.office.drafts.keep(typed)
        around.reception.limits.admit(interaction)
        await _answer(interaction, around.office, typed)
    except Exception as error:
        if typed is None:
            await errors.tell(interaction, error)
        else:
            await errors.tell(interaction, error, lambda said: preview.returned(said, typed))


async def _answer(interaction: discord.Interaction, office: Office, typed: TypedForm) -> None:
    if purpose := Purpose.of(typed.form):
        await drafting.submitted(interaction, office, typed, purpose)
    elif asked := _REJECTION.fullmatch(typed.form):
        await deciding.rejected(interaction, office, int(asked[1]), typed)


class Retry(
    OfficePress[discord.ui.Button[Any]], template=r"retry:(?P<token>\d+)(?::(?P<server>\d+))?"
):
    """Sends a form that was refused once more."""

    async def acted(self, interaction: discord.Interaction, office: Office) -> None:
        typed = await drafting.found(interaction, office, self.asked["token"], self.asked["server"])
        if typed is not None:
            await _answer(interaction, office, typed)


def _typed(interaction: discord.Interaction) -> TypedForm | None:
    """What was typed; None if it is in no form that this version knows."""
    data: dict[str, Any] = dict(interaction.data or {})
    form = data["custom_id"]
    purpose = Purpose.of(form)
    if purpose is None and not _REJECTION.fullmatch(form):
        return None
    guild_id = server_of(interaction, purpose.server if purpose else None)
    if guild_id is None:
        return None
    # An id means nothing to who reads it later.
    name_of = names(interaction.guild, [interaction.user])
    typed = {
        field: in_words(value, name_of, is_name=field in _NAMES)
        for field, value in islice(_values(data["components"]), FIELDS)
    }
    at, person_id = interaction.created_at, interaction.user.id
    return TypedForm(guild_id, interaction.id, person_id, form, typed, at)


def _values(parts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for part in parts:
        field = part["component"]
        value = field["values"][0] if field.get("values") else field.get("value") or ""
        # No longer than Discord lets it be, whatever is sent in its place.
        yield field["custom_id"], value[:INPUT]
