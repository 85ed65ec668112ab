"""`/privacy`: what is kept, one's own part of it, and how to have that deleted."""

from __future__ import annotations

import json
from typing import Any

import discord
from discord import app_commands

from bot.core.deferring import send
from bot.core.page import Layout
from bot.features.about.operator import Operator
from bot.features.curation.exchange import hand_out
from bot.features.curation.office import Office
from bot.features.curation.press import OfficePress, reply
from bot.features.lookup.cog import Command
from bot.features.privacy import views as privacy

# Bytes in a file.
FILE = 1_000_000


def command(operator: Operator) -> Command:
    """The command, which works everywhere."""

    @app_commands.command(name="privacy")
    async def privacy_(interaction: discord.Interaction) -> None:
        """What I keep of you and this server, and how to have it deleted."""
        await send(interaction, privacy.notice(operator), private=True)

    return privacy_


class Mine(OfficePress[discord.ui.Button[Any]], template=r"mine:(?P<act>show|ask|delete)"):
    """Shows whoever presses what is kept of them, or deletes it."""

    async def acted(self, interaction: discord.Interaction, office: Office) -> None:
        person, upkeep = interaction.user.id, office.ledger.upkeep
        match self.asked["act"]:
            case "show":
                await _show(interaction, office)
            case "ask":
                count = len(await upkeep.person_data(person))
                await reply(interaction, privacy.confirm(count))
            case _:
                places = await office.curation.forget_person(person)
                office.drafts.forget_person(person)
                await reply(interaction, privacy.forgotten(places))


async def _show(interaction: discord.Interaction, office: Office) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    rows = await office.ledger.upkeep.person_data(interaction.user.id)
    if not rows:
        await interaction.followup.send(view=Layout([privacy.NOTHING]), ephemeral=True)
        return
    files: list[list[bytes]] = [[]]
    room = FILE
    for row in (json.dumps(row, ensure_ascii=False).encode() for row in rows):
        if len(row) > room:
            files.append([])
            room = FILE
        files[-1].append(row)
        room -= len(row)
    contents = [b"[\n" + b",\n".join(lines) + b"\n]\n" for lines in files]
    await hand_out(interaction, privacy.YOURS, "kept-of-you", contents)
