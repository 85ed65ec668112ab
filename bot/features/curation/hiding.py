"""`/entry hide`: what a server hides of the pack, and how it is shown again."""

from __future__ import annotations

from discord.ext import commands

from bot.core.curators import require_curator
from bot.core.hidden import ShowAgain, why_missing
from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.core.router import handles
from bot.core.text import cut, flat
from bot.features.curation.choosing import chosen_entry, named_entry
from bot.features.curation.ids import HideEntry, ListHidden, ShowChosenAgain
from bot.features.curation.views import changes
from bot.features.curation.views import hiding as views
from lore.curation.drafts import HideDraft
from lore.errors import LoreError, echoed
from lore.ids import bare
from lore.ledger.port import StateError
from lore.ledger.records import Change, ServerEntry
from lore.pack.model import SERVER
from lore.query.answers import Quoted, QuoteView, Ref
from lore.query.visible_lore import QUOTE, Sought
from lore.text.markup import without_markup


class NothingToHideError(LoreError):
    """Neither an entry nor a quote was named, or both were."""


class HidingCog(commands.Cog):
    """Lets curators show again what their server hides, and choose what they meant to hide."""

    @handles(HideEntry)
    async def hide_meant(self, ctx: RequestContext, pressed: HideEntry) -> None:
        """Hide the chosen entry."""
        require_curator(ctx)
        if ref := await chosen_entry(ctx, pressed.entry_id):
            await _hide_entry(ctx, ref)

    @handles(ShowAgain)
    async def show_again(self, ctx: RequestContext, pressed: ShowAgain) -> None:
        """Show again what a server hides."""
        require_curator(ctx)
        shown = await _unhide(ctx, pressed.entry_id)
        name_of = ctx.services.curation.name_of
        async with ctx.reporting(
            changes.report(ctx.actor.person_id, Change.REMOVED, shown, name_of)
        ):
            await ctx.reply(views.shown_again(shown, name_of))

    @handles(ShowChosenAgain)
    async def show_chosen_again(self, ctx: RequestContext, pressed: ShowChosenAgain) -> None:
        """Show again what was chosen in the list of all that is hidden."""
        require_curator(ctx)
        shown = await _unhide(ctx, ctx.component.choice)
        name_of = ctx.services.curation.name_of
        async with ctx.reporting(
            changes.report(ctx.actor.person_id, Change.REMOVED, shown, name_of)
        ):
            await ctx.reply(await hidden_page(ctx, pressed.page, views.done(shown, name_of)))

    @handles(ListHidden)
    async def list_hidden(self, ctx: RequestContext, pressed: ListHidden) -> None:
        """Turn to a page of all that the server hides."""
        require_curator(ctx)
        await ctx.reply(await hidden_page(ctx, pressed.page))


async def hide_named(ctx: RequestContext, name: str, quote: str) -> None:
    """Hide the entry, or the quote, that was named; ask which if the name is not sure."""
    if bool(name) == bool(quote):
        raise NothingToHideError("Name what to hide: an entry by `name:`, or a quote by `quote:`.")
    library = ctx.services.library
    if quote:
        found = await library.quote_by_id(quote, ctx.scope)
        if isinstance(found, Quoted):
            await _hide_quote(ctx, found.view)
        elif not await hidden_already(ctx, quote, QUOTE):
            why = await why_missing(ctx, quote, QUOTE)
            raise NothingToHideError(
                why
                or f"There is no quote {echoed(quote)} in the story. Pick one from the list "
                "that opens as you type."
            )
        return
    # What is meant when nothing is hidden: another entry may be found by that name now.
    if await hidden_already(ctx, name):
        return
    if view := await named_entry(ctx, name, lambda _, id: HideEntry(id)):
        await _hide_entry(ctx, view.ref)


async def hidden_already(ctx: RequestContext, asked: str, sought: Sought = None) -> bool:
    """Say that the server hides what was asked for, if it does."""
    if hider := await ctx.services.library.why_hidden(asked, ctx.scope, sought):
        layout = views.hidden_already(hider, ctx.services.curation.name_of)
        await ctx.send(layout, private=True)
    return hider is not None


async def hidden_page(ctx: RequestContext, page: int, done: str = "") -> Layout:
    """Show a page of all that the server hides, the newest first."""
    lore = (await ctx.services.library.layer(ctx.server)).lore.values()
    hides = [(one, _now(ctx, one.draft)) for one in lore if isinstance(one.draft, HideDraft)][::-1]
    return views.hidden_page(hides, ctx.services.curation.name_of, page, done)


def _now(ctx: RequestContext, draft: HideDraft) -> str:
    """Return what a hidden thing is by now."""
    library = ctx.services.library
    if not library.is_open(draft.about):
        return "of another story, which is not told at the moment"
    if draft.of == "quote":
        return "quote" if library.quote_of_pack(draft.about) else "no longer in the story"
    ref = library.of_pack(draft.about)
    if ref is None:
        return "no longer in the story"
    return ref.kind.value if ref.title == draft.name else f"{ref.kind.value}, now {ref.title}"


async def _hide_entry(ctx: RequestContext, ref: Ref) -> None:
    if ref.tier == SERVER:
        raise StateError(f"{ref.id} is this server's own: /entry remove takes it away.")
    quotes = len(await ctx.services.library.quotes_of(ref.id, ctx.scope))
    await _hide(ctx, HideDraft(ref.id, cut(flat(ref.title), ctx.services.quota.name)), quotes)


async def _hide_quote(ctx: RequestContext, quote: QuoteView) -> None:
    if quote.tier == SERVER:
        raise StateError(f"{quote.id} is this server's own: /entry remove takes it away.")
    words = flat(" / ".join(without_markup(line.words) for line in quote.lines))
    name = words if any(letter.isalnum() for letter in words) else bare(quote.id)
    await _hide(ctx, HideDraft(quote.id, cut(name, ctx.services.quota.name), of="quote"))


async def _hide(ctx: RequestContext, draft: HideDraft, quotes: int = 0) -> None:
    curation = ctx.services.curation
    entry = await curation.publish(ctx.server, draft, ctx.actor)
    report = changes.report(ctx.actor.person_id, Change.ADDED, entry, curation.name_of)
    async with ctx.reporting(report):
        await ctx.reply(views.hidden(entry, curation.name_of, quotes))


async def _unhide(ctx: RequestContext, id: str) -> ServerEntry:
    """Show again what the server hides by that entry of its own."""
    now = await ctx.services.ledger.entries.entry(ctx.server, id)
    if not isinstance(now.draft, HideDraft):
        raise StateError(f"{now.id} hides nothing.")
    if not now.live:
        raise StateError(f"{now.draft.name} is shown here already.")
    return await ctx.services.curation.remove(ctx.server, id, ctx.actor)
