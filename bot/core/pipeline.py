"""The steps that every interaction goes through, whatever brought it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import discord

from bot.core.errors import tell
from bot.core.fairness import FairQueue, RateLimits
from bot.core.request import MissedQuestion, Outcome, RequestContext
from bot.core.services import Services
from bot.ops.metrics import Metrics
from lore.errors import LoreError
from lore.ledger.unit import writes_watched
from lore.recent import Recent

log = logging.getLogger(__name__)

Step = Callable[[RequestContext], Awaitable[None]]

# How many interactions are remembered; after a lost connection some are delivered again.
REMEMBERED = 1_000

# How many questions that found nothing may wait to be counted.
COUNTING = 20


class Pipeline:
    """Handles every interaction: deduplicate, wait, limit, open a context, handle, count."""

    def __init__(self, services: Services, limits: RateLimits, metrics: Metrics) -> None:
        self._services = services
        self.limits = limits
        self._metrics = metrics
        self._queue = FairQueue()
        self._counting = 0
        self._seen: Recent[int, bool] = Recent(REMEMBERED)

    def missed(self, why: str) -> None:
        """Count an answer that did not arrive."""
        self._metrics.missed(why)

    async def run(
        self,
        interaction: discord.Interaction[Any],
        handle: Step,
        label: str | None = None,
        prepare: Step | None = None,
    ) -> None:
        """Handle one interaction; errors are told to whoever acted.

        Metrics call it by its label, or by the name of its command. `prepare` runs before anything
        may refuse the interaction.
        """
        if self._seen.find(interaction.id):
            return
        self._seen.keep(interaction.id, True)
        ctx = RequestContext(interaction, self._services, interaction.guild_id)
        try:
            await self._queue.take(interaction.guild_id or interaction.user.id)
            with writes_watched(ctx.deferral.watch):
                await self._handle(ctx, handle, prepare)
        finally:
            self._note(ctx, label, perf_counter() - ctx.deferral.started)
            await ctx.deferral.settle()
        if ctx.unanswered:
            await self._count_unanswered(ctx, ctx.unanswered)

    async def _handle(self, ctx: RequestContext, handle: Step, prepare: Step | None) -> None:
        try:
            if prepare:
                await prepare(ctx)
            self.limits.check(ctx)
            await ctx.of_server(ctx.guild_id)
            await handle(ctx)
        except Exception as error:
            await tell(ctx, error)
        except asyncio.CancelledError:
            ctx.outcome = Outcome.FAILED
            raise

    def _note(self, ctx: RequestContext, label: str | None, seconds: float) -> None:
        interaction = ctx.interaction
        if interaction.type is discord.InteractionType.autocomplete:
            self._metrics.completion(ctx.outcome, seconds)
            return
        command = interaction.command
        label = label or (command.qualified_name if command else "unknown")
        self._metrics.interaction(label, ctx.outcome, seconds)

    async def _count_unanswered(self, ctx: RequestContext, missed: MissedQuestion) -> None:
        interaction = ctx.interaction
        asked = interaction.type is discord.InteractionType.application_command
        if not asked or not ctx.in_own_server:
            return
        # A flood of nonsense must not pile up before the disk; its count does not matter.
        if self._counting >= COUNTING:
            return
        self._counting += 1
        questions, now = self._services.ledger.questions, self._services.clock()
        try:
            await questions.count(ctx.server, missed.question, now, missed.kind)
        except LoreError as error:
            # The asker has been answered, so they need not be told that counting failed.
            log.warning("a question that found nothing was not counted: %s", error)
        finally:
            self._counting -= 1
