"""Where every interaction comes in: each has its turn, and what comes of it is counted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from time import perf_counter
from typing import Any

import discord

from bot.core.deferring import Deferral
from bot.core.fair_queue import Turns
from bot.core.rate_limits import CAME, Limits
from bot.ops.metrics import Metrics
from lore.errors import LoreError
from lore.ledger.port import Questions
from lore.ledger.sqlite.database import writes_watched
from lore.recent import Recent

log = logging.getLogger(__name__)

# Under these names an interaction's `extras` tell what came of it.
OUTCOME = "outcome"
UNANSWERED = "unanswered"
ASKED_KIND = "kind"

# Of so many interactions it is known that they have come; after a lost connection some come again.
REMEMBERED = 1_000

# So many questions that found nothing wait at most to be counted.
COUNTING = 20


class Reception:
    """Stands before the commands, the buttons and the forms."""

    def __init__(
        self,
        limits: Limits,
        metrics: Metrics,
        questions: Questions,
        clock: Callable[[], datetime],
    ) -> None:
        self.limits = limits
        self._metrics = metrics
        self._questions = questions
        self._clock = clock
        self._turns = Turns()
        self._counting = 0
        self._come: Recent[int, bool] = Recent(REMEMBERED)

    def missed(self, why: str) -> None:
        """Count an answer that did not arrive."""
        self._metrics.missed(why)

    async def receive(
        self,
        interaction: discord.Interaction,
        work: Coroutine[Any, Any, None],
        name: str | None = None,
    ) -> None:
        """Do in its turn what is asked for, timed and counted; without a name it is a command's."""
        if self._come.find(interaction.id):
            work.close()
            return
        self._come.keep(interaction.id, True)
        started = interaction.extras[CAME] = perf_counter()
        deferral = Deferral(interaction)
        try:
            await self._turns.take(interaction.guild_id or interaction.user.id)
            with writes_watched(deferral.writing):
                await work
        except Exception:
            interaction.extras.setdefault(OUTCOME, "failed")
            raise
        finally:
            work.close()  # if it was cancelled before its turn
            self._note(interaction, name, perf_counter() - started)
            await deferral.settle()
        await self._count_unanswered(interaction)

    def _note(self, interaction: discord.Interaction, name: str | None, seconds: float) -> None:
        outcome = interaction.extras.get(OUTCOME, "answered")
        if interaction.type is discord.InteractionType.autocomplete:
            self._metrics.completion(outcome, seconds)
            return
        command = interaction.command
        name = name or (command.qualified_name if command else "unknown")
        self._metrics.interaction(name, outcome, seconds)

    async def _count_unanswered(self, interaction: discord.Interaction) -> None:
        question = interaction.extras.get(UNANSWERED)
        asked = interaction.type is discord.InteractionType.application_command
        if question is None or not asked or interaction.guild_id is None:
            return
        # Whoever has installed the bot for themselves asks in servers that it is not in.
        if interaction.client.get_guild(interaction.guild_id) is None:
            return
        # A flood of nonsense must not pile up before the disk; nobody misses its count.
        if self._counting >= COUNTING:
            return
        self._counting += 1
        try:
            kind = interaction.extras.get(ASKED_KIND, "")
            await self._questions.count(interaction.guild_id, question, self._clock(), kind)
        except LoreError as error:
            # The asker has been answered; that nobody learns of the question is no harm to them.
            log.warning("a question that found nothing was not counted: %s", error)
        finally:
            self._counting -= 1
