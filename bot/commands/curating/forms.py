"""Forms that were sent: found by their custom_id, so that nothing typed is lost in a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import discord

from bot import errors
from bot.commands.curating import deciding, drafting
from bot.drafting import Purpose
from bot.house import house
from bot.office import Office

_DRAFT = re.compile(r"form:(add|note|edit|approve|suggest):([\w-]+):(\d+)")
_REJECTION = re.compile(r"reject:(\d+)")


async def received(interaction: discord.Interaction) -> None:
    """Answer a form."""
    around = house(interaction)
    await around.reception.receive(interaction, _answered(interaction, around.office), "form")


async def _answered(interaction: discord.Interaction, office: Office) -> None:
    # Not held to the limits, as the act that opened it was: what was typed would be lost.
    try:
        await _answer(interaction, office)
    except Exception as error:
        await errors.tell(interaction, error)


async def _answer(interaction: discord.Interaction, office: Office) -> None:
    data: dict[str, Any] = dict(interaction.data or {})
    values = dict(_values(data["components"]))
    if asked := _DRAFT.fullmatch(data["custom_id"]):
        await drafting.submitted(interaction, office, Purpose.parsed(*asked.groups()), values)
    elif asked := _REJECTION.fullmatch(data["custom_id"]):
        await deciding.rejected(interaction, office, int(asked[1]), values["reason"])


def _values(parts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for part in parts:
        field = part["component"]
        value = field["values"][0] if field.get("values") else field.get("value", "")
        yield field["custom_id"], value
