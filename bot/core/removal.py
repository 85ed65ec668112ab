"""Deletes answers."""

from __future__ import annotations

from contextlib import suppress

import discord

from bot.core.page import RemoveAnswer
from bot.core.request import RequestContext
from bot.core.router import handles
from lore.errors import LoreError


class NotYoursError(LoreError):
    """A button was pressed by somebody it does not belong to."""


class Removal:
    """Deletes answers, for their askers and for those who may delete messages anyway."""

    @handles(RemoveAnswer)
    async def remove(self, ctx: RequestContext, _: RemoveAnswer) -> None:
        """Delete the answer that the button belongs to."""
        interaction = ctx.interaction
        # In private messages nobody has permissions.
        if not ctx.component.is_own_answer and not interaction.permissions.manage_messages:
            raise NotYoursError("Only whoever asked, or a moderator, can delete this answer.")
        await interaction.response.defer()
        # A second press finds nothing left to delete.
        with suppress(discord.NotFound):
            await interaction.delete_original_response()
