"""Sends answers; what is being written when Discord will not wait any longer is acknowledged first.

An acknowledgement comes before the answer only where the ledger is slow, and what is answered to a
change is private: so all who ask publicly, and all who are answered at once, see no difference.
"""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter

import discord

from bot.core.connection.http import UNSENT
from bot.core.page import Layout
from bot.core.rate_limits import ACKNOWLEDGED, CAME

log = logging.getLogger(__name__)

_DEFERRAL = "deferral"

# Of Discord's three seconds the others are for many acknowledgements that are due at once.
_SOON = 1.0


class Deferral:
    """Acknowledges an interaction whose work has begun to write, if it is not answered in time."""

    def __init__(self, interaction: discord.Interaction) -> None:
        self._interaction = interaction
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[None] | None = None
        interaction.extras[_DEFERRAL] = self

    def writing(self) -> None:
        """Begin to watch the time; called at each write."""
        if self._timer is None:
            waited = perf_counter() - self._interaction.extras[CAME]
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, _SOON - waited), self._acknowledge)

    def _acknowledge(self) -> None:
        if not self._interaction.response.is_done():
            self._interaction.extras[ACKNOWLEDGED] = True
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


def is_on_private(interaction: discord.Interaction) -> bool:
    """Whether it was acted on a message that only one person sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def send(interaction: discord.Interaction, layout: Layout, *, private: bool) -> None:
    """Answer an interaction with a new message."""
    await _settled(interaction)
    if interaction.response.is_done():
        await interaction.followup.send(view=layout, ephemeral=private)
    else:
        await interaction.response.send_message(view=layout, ephemeral=private)


async def edit(interaction: discord.Interaction, layout: Layout) -> None:
    """Answer an interaction by turning the message that was acted on to `layout`."""
    await _settled(interaction)
    if interaction.response.is_done():
        await interaction.edit_original_response(view=layout)
    else:
        await interaction.response.edit_message(view=layout)


async def _settled(interaction: discord.Interaction) -> None:
    deferral: Deferral | None = interaction.extras.get(_DEFERRAL)
    if deferral is not None:
        await deferral.settle()
