"""The buttons of `/qotd`: a quote for a date, and the pages of the history."""

from __future__ import annotations

from datetime import date
from typing import Any

import discord

from bot.core.replying import drawn
from bot.features.curation.office import Curator, Office
from bot.features.curation.press import CuratorPress, reply
from bot.features.qotd.telling import Telling
from bot.house import house
from lore.query.answers import Quoted

Button = discord.ui.Button[Any]


class DailyPress(CuratorPress[Button], template=""):
    """A button that reaches the quote of the day."""

    def telling(self, interaction: discord.Interaction, office: Office) -> Telling:
        """What lays out the answer."""
        return Telling(office, house(interaction).daily)


class ForDate(DailyPress, template=r"qotd:queue:(?P<day>\d{4}-\d\d-\d\d):(?P<id>[\w.-]+)"):
    """Gives a date the quote that was meant."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        answer = await office.desk.library.pressed_quote(self.asked["id"], curator.scope)
        if isinstance(answer, Quoted):
            day = date.fromisoformat(self.asked["day"])
            await self.telling(interaction, office).queue(interaction, curator, day, answer.view)
        else:
            await reply(interaction, drawn(answer, curator.manner)[0])


class DaysBefore(DailyPress, template=r"qotd:history:(?P<page>\d+)"):
    """Turns to another page of what became of the days."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        page = int(self.asked["page"])
        await reply(interaction, await self.telling(interaction, office).history(curator, page))


class UndoDaily(DailyPress, template=r"qotd:undo:(?P<change>\d{1,20})"):
    """Takes back what an interaction changed."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        change = int(self.asked["change"])
        await self.telling(interaction, office).undo(interaction, curator, change)


PRESSES = (ForDate, DaysBefore, UndoDaily)
