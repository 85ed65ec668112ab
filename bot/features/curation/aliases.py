"""`/entry alias`: names by which a server's members find entries of the pack."""

from __future__ import annotations

from collections.abc import Sequence

from discord.ext import commands

from bot.core.curators import require_curator
from bot.core.ids import CUSTOM_ID, ComponentId
from bot.core.page import Layout, button, rows
from bot.core.rendering import ADDED_COLOUR
from bot.core.request import RequestContext
from bot.core.router import handles
from bot.core.text import safe
from bot.features.curation.choosing import chosen_entry, named_entry
from bot.features.curation.hiding import hidden_already
from bot.features.curation.history import remove_entry
from bot.features.curation.ids import NameEntry, RemoveOwn
from bot.features.curation.views import changes
from bot.features.curation.views.words import CHOSEN, HIDDEN, history, named, show
from bot.features.lookup.ids import AskForEntry
from lore.curation.drafts import AliasDraft, tidied_alias
from lore.ledger.port import StateError
from lore.ledger.records import Change, ServerEntry
from lore.pack.model import SERVER
from lore.query.answers import Ref
from lore.query.resolve import CHOICES
from lore.text.wording import listed


class AliasesCog(commands.Cog):
    """Lets curators choose which entry an alias is for, and take it back."""

    @handles(NameEntry)
    async def name_meant(self, ctx: RequestContext, pressed: NameEntry) -> None:
        """Give the chosen entry its alias."""
        require_curator(ctx)
        if ref := await chosen_entry(ctx, pressed.entry_id):
            await _add(ctx, ref, pressed.alias)

    @handles(RemoveOwn)
    async def remove(self, ctx: RequestContext, pressed: RemoveOwn) -> None:
        """Take something of the server's own away again."""
        require_curator(ctx)
        await remove_entry(ctx, pressed.entry_id)


async def add_alias(ctx: RequestContext, name: str, alias: str) -> None:
    """Give an entry of the pack an alias; ask which entry if its name is not sure."""
    alias = tidied_alias(alias, ctx.services.quota)
    if await hidden_already(ctx, name):
        return

    def meant(private: bool, id: str) -> ComponentId:
        chosen = NameEntry(id, alias)
        # A long alias has no room in a button, which then shows what was meant.
        return chosen if len(str(chosen)) <= CUSTOM_ID else AskForEntry(private, id)

    if view := await named_entry(ctx, name, meant):
        await _add(ctx, view.ref, alias)


async def _add(ctx: RequestContext, ref: Ref, alias: str) -> None:
    if ref.tier == SERVER:
        raise StateError(f"{ref.id} is this server's own: /entry edit gives it other names.")
    called = await ctx.services.library.called(alias, ctx.scope)
    if ref.id in {one.id for one in called}:
        raise StateError(f"{ref.name} is found by {alias} already.")
    curation = ctx.services.curation
    entry = await curation.publish(ctx.server, AliasDraft(ref.id, alias), ctx.actor)
    report = changes.report(ctx.actor.person_id, Change.ADDED, entry, curation.name_of)
    async with ctx.reporting(report):
        await ctx.reply(_added(entry, ref, called, shown=ctx.shows_own))


def _added(entry: ServerEntry, ref: Ref, called: Sequence[Ref], *, shown: bool) -> Layout:
    """Return the confirmation that an entry has an alias, by which others may be called as well."""
    title = named(entry.id, entry.draft, lambda _: ref.name)
    sentence = f"Added: {title}\nIn this server {safe(ref.name)} is found by it, too."
    if called:
        others = listed([f"**{safe(one.title)}**" for one in called[:CHOICES]])
        sentence += f"\n⚠ It is a name of {others} as well: {CHOSEN}"
    buttons = [show(entry), button("Undo", RemoveOwn(entry.id)), history(entry.id)]
    return Layout([sentence, "" if shown else HIDDEN], rows(buttons), ADDED_COLOUR)
