"""“Save as quote” in the menu of messages: a message as a quote, alone or with others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.command_options import FOR_CURATORS, IN_SERVERS, OF_SERVERS
from bot.core.curators import require_curator
from bot.core.request import RequestContext, request
from bot.core.router import handles
from bot.features.curation.draft_sessions import SAVED, DraftSessions, saved_draft
from bot.features.curation.ids import AddToSaved, DraftAction, DraftTarget, SaveAlone
from bot.features.curation.keeping import find_own
from bot.features.curation.messages import quoted
from bot.features.curation.opening import begin, open_form
from bot.features.curation.views import saving
from bot.features.problems import curating
from lore.curation.drafts import DraftError, QuoteDraft, tidied, to_json
from lore.curation.joining import joined
from lore.ledger.port import StateError
from lore.ledger.records import TypedForm

# So long after a message was saved, another one of that channel may belong to the same quote.
TOGETHER = timedelta(minutes=10)

# So many seconds may pass before the form opens.
SLOW = 0.5

_NEW = DraftTarget(DraftAction.ADD, "quote")


class SavingCog(commands.Cog):
    """Lets curators save what was said."""

    def __init__(
        self, bot: commands.Bot | commands.AutoShardedBot, sessions: DraftSessions
    ) -> None:
        self._bot = bot
        self._sessions = sessions
        self._menu = app_commands.ContextMenu(
            name="Save as quote",
            callback=self.save_as_quote,
            allowed_contexts=IN_SERVERS,
            allowed_installs=OF_SERVERS,
        )
        self._menu.default_permissions = FOR_CURATORS

    async def cog_load(self) -> None:
        """Add the menu, which a cog cannot declare."""
        self._bot.tree.add_command(self._menu)

    async def save_as_quote(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Begin a quote with what a message says, or ask whether it goes on with the last one."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            channel, since = message.channel.id, ctx.actor.at - TOGETHER
            saved = _saved(ctx, _NEW, quoted(message), (message.id,))
            last = await ctx.services.ledger.drafts.last_saved(
                guild_id, ctx.actor.person_id, channel, since
            )
            before = await _as_it_is(ctx, last) if last else None
            if last is None or before is None or message.id in last.messages:
                await self._open(ctx, saved)
                return
            await self._sessions.keep(saved)
            await ctx.send(saving.offer(last, *before, saved, saved_draft(saved)), private=True)

    @handles(AddToSaved)
    async def add(self, ctx: RequestContext, pressed: AddToSaved) -> None:
        """Open the form of a quote to which one more message was added."""
        require_curator(ctx)
        last = await find_own(ctx, self._sessions, pressed.to)
        added = last and await find_own(ctx, self._sessions, pressed.token)
        if last is None or added is None:
            return
        now = await _as_it_is(ctx, last)
        if now is None:
            raise StateError(
                "What this would be added to was taken away. Choose New quote instead."
            )
        target, before = now
        [message] = added.messages
        draft, messages = joined(before, last.messages, saved_draft(added), message)
        try:
            tidied(draft, ctx.services.quota)
        except DraftError as error:
            raise DraftError(f"{saving.TOO_MUCH}\n{error}") from error
        await self._open(ctx, _saved(ctx, replace(target, saved=None), draft, messages))

    @handles(SaveAlone)
    async def save_alone(self, ctx: RequestContext, pressed: SaveAlone) -> None:
        """Open the form of a quote that is one message alone."""
        require_curator(ctx)
        if saved := await find_own(ctx, self._sessions, pressed.token):
            await self._open(ctx, saved)

    async def _open(self, ctx: RequestContext, saved: TypedForm) -> None:
        target = replace(DraftTarget.parse(saved.form), saved=saved.token)
        opened = replace(saved, typed_at=ctx.actor.at, channel=ctx.interaction.channel_id)
        keeping = asyncio.create_task(self._sessions.keep(opened))
        # Discord takes a form only as the first answer, and waits no longer for a slow ledger.
        await asyncio.wait([keeping], timeout=SLOW)
        open_it = begin if target.action is DraftAction.ADD else open_form
        try:
            await open_it(ctx, target, saved_draft(saved))
        finally:
            await keeping


def _saved(
    ctx: RequestContext, target: DraftTarget, draft: QuoteDraft, messages: tuple[int, ...]
) -> TypedForm:
    by, typed = ctx.actor, {SAVED: to_json(draft)}
    return TypedForm(
        *(ctx.server, by.interaction_id, by.person_id, str(target), typed, by.at),
        messages=messages,
    )


async def _as_it_is(ctx: RequestContext, saved: TypedForm) -> tuple[DraftTarget, QuoteDraft] | None:
    """Return a saved quote as it was published, if it was, and else as it was typed last.

    None if it has been discarded or removed since.
    """
    target = DraftTarget.parse(saved.form)
    if saved.channel is None:
        return None
    if target.action is not DraftAction.EDIT:
        return target, saved_draft(saved)
    entry = await ctx.services.ledger.entries.entry(ctx.server, target.subject)
    if not entry.live or not isinstance(entry.draft, QuoteDraft):
        return None
    return replace(target, revision=entry.revision), entry.draft
