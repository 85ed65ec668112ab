"""What buttons and forms find around them, however long ago they were sent."""

from __future__ import annotations

from typing import Protocol, cast

import discord

from bot.core.desk import Desk
from bot.core.pipeline import Reception
from bot.features.curation.office import Office
from bot.features.qotd.service import Daily


class House(Protocol):
    """Has what the client of this bot has."""

    desk: Desk
    office: Office
    daily: Daily
    reception: Reception


def house(interaction: discord.Interaction) -> House:
    """The house in which an interaction arrived."""
    return cast(House, interaction.client)
