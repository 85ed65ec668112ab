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
from lore.ledger.sqlite.database import writes_watched
from lore.recent import Recent

log = logging.getLogger(__name__)

Step = Callable[[RequestContext], Awaitable[None]]

# Of so many interactions it is known that they have come; after a lost connection some come again.
REMEMBERED = 1_000

# So many questions that found nothing wait at most to be counted.
COUNTING = 20


class Pipeline:
    """Deduplicate, wait for a turn, limit, open a context, handle, tell errors, count."""

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
        """Handle one interaction; whatever it raises is told to whoever acted.

        Metrics call it by its label, or by the name of its command. What is to be done before it
        may be refused is done by `prepare`.
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
        if not asked or interaction.guild_id is None:
            return
        # Whoever has installed the bot for themselves asks in servers that it is not in.
        if interaction.client.get_guild(interaction.guild_id) is None:
            return
        # A flood of nonsense must not pile up before the disk; nobody misses its count.
        if self._counting >= COUNTING:
            return
        self._counting += 1
        questions, now = self._services.ledger.questions, self._services.clock()
        try:
            await questions.count(interaction.guild_id, missed.question, now, missed.kind)
        except LoreError as error:
            # The asker has been answered; that nobody learns of the question is no harm to them.
            log.warning("a question that found nothing was not counted: %s", error)
        finally:
            self._counting -= 1
