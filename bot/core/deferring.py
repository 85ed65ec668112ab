"""Tells Discord to wait for an answer that is being written when it will not wait any longer.

That comes before the answer only where the ledger is slow, and what is answered to a change is
private: so all who ask publicly, and all who are answered at once, see no difference.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord

from bot.core.connection.http import UNSENT

log = logging.getLogger(__name__)


class Deferral:
    """Acknowledges an interaction whose work has begun to write, if it is not answered in time."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[None] | None = None
        # Whether Discord was told to wait for the answer.
        self.acknowledged = False

    def watch(self, seconds: float) -> None:
        """Acknowledge it after so many seconds; called at each write, of which the first counts."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._acknowledge)

    def _acknowledge(self) -> None:
        if not self._interaction.response.is_done():
            self.acknowledged = True
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        # What is pressed on a private message is mostly answered by changing it.
        thinking = not is_on_private(self._interaction)
        try:
            await self._interaction.response.defer(ephemeral=thinking, thinking=thinking)
        except UNSENT as error:
            log.info("an interaction was not acknowledged: %r", error)

    async def settle(self) -> None:
        """Acknowledge nothing from now on; return once what is under way has arrived."""
        if self._timer is not None:
            self._timer.cancel()
        if self._sending is not None:
            await self._sending


def is_on_private(interaction: discord.Interaction[Any]) -> bool:
    """Whether it was acted on a message that only one person sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral
