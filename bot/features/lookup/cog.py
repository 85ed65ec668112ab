"""`/bio`, `/event`, `/lore`: an entry by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.command_options import KINDS
from bot.core.curators import require_curator
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.core.request import RequestContext, request
from bot.core.router import handles
from bot.features.lookup import accounts, sources
from bot.features.lookup.completing import entry_choices
from bot.features.lookup.explained import explained_page
from bot.features.lookup.ids import (
    AskForEntry,
    JumpToEntry,
    ShowAccounts,
    ShowEntry,
    ShowPage,
    ShowSources,
)
from bot.features.lookup.results import cached_entry_page, send_entry
from lore.pack.model import Kind
from lore.query.answers import Found


class LookupCog(commands.Cog):
    """Answers with entries."""

    @app_commands.command()
    @app_commands.describe(name="Who? Any name, alias or spelling", private="Only you see it")
    async def bio(
        self, interaction: discord.Interaction, name: str, private: bool | None = None
    ) -> None:
        """Who someone is and what they did in the story."""
        await _look_up(request(interaction), name, Kind.CHARACTER, private)

    @app_commands.command()
    @app_commands.describe(name="What happened? Any name of it", private="Only you see it")
    async def event(
        self, interaction: discord.Interaction, name: str, private: bool | None = None
    ) -> None:
        """What happened, where, who took part, what came before and after."""
        await _look_up(request(interaction), name, Kind.EVENT, private)

    @app_commands.command()
    @app_commands.describe(
        name="Any name, alias or spelling",
        kind="Only of this kind",
        private="Only you see it",
        explain="For curators: show the candidates and why they are",
    )
    @app_commands.choices(kind=KINDS)
    async def lore(
        self,
        interaction: discord.Interaction,
        name: str,
        kind: str | None = None,
        private: bool | None = None,
        explain: bool = False,
    ) -> None:
        """Look up anything: character, event, place, artifact, faction or work."""
        ctx, wanted = request(interaction), Kind(kind) if kind else None
        if explain:
            require_curator(ctx)
            explained = await ctx.services.library.explain(name, ctx.scope, wanted)
            await ctx.send(explained_page(explained), private=True)
        else:
            await _look_up(ctx, name, wanted, private)

    @bio.autocomplete("name")
    async def complete_character(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await entry_choices(request(interaction), typed, Kind.CHARACTER)

    @event.autocomplete("name")
    async def complete_event(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await entry_choices(request(interaction), typed, Kind.EVENT)

    @lore.autocomplete("name")
    async def complete_any(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        # What stands in another option may still be half typed, and is not checked by Discord.
        kind = next((kind for kind in Kind if kind == interaction.namespace.kind), None)
        return await entry_choices(request(interaction), typed, kind)

    @handles(ShowPage)
    async def show_page(self, ctx: RequestContext, pressed: ShowPage) -> None:
        """Turn to a page of an entry."""
        options = ctx.page_options()
        short = options.short and bool(pressed.short)
        options = replace(options, short=short)
        await _turn_to(ctx, pressed.entry_id, options, pressed.page, _menu_shown(pressed.menu))

    @handles(ShowAccounts)
    async def show_accounts(self, ctx: RequestContext, pressed: ShowAccounts) -> None:
        """Turn to a page of the accounts that differ about an entry."""
        options = ctx.page_options()
        await _turn_to(ctx, pressed.entry_id, options, pressed.page, _accounts_page)

    @handles(ShowSources)
    async def show_sources(self, ctx: RequestContext, pressed: ShowSources) -> None:
        """Send the sources of an entry to the person who pressed, or turn that list."""
        answer = await ctx.services.library.entry(pressed.entry_id, ctx.scope)
        if not isinstance(answer, Found):
            await send_entry(ctx, answer, ctx.private_options)
            return
        layout = sources.sources_page(answer, ctx.private_options, pressed.page or 0)
        if pressed.page is None:
            await ctx.send(layout, private=True)
        else:
            await ctx.turn(layout)

    @handles(JumpToEntry)
    async def jump(self, ctx: RequestContext, _: JumpToEntry) -> None:
        """Turn to the entry that was chosen."""
        options = replace(ctx.page_options(), short=False)
        await _turn_to(ctx, ctx.component.choice, options)

    @handles(AskForEntry)
    async def ask(self, ctx: RequestContext, pressed: AskForEntry) -> None:
        """Answer with the entry that was meant."""
        answer = await ctx.services.library.entry(pressed.entry_id, ctx.scope)
        await send_entry(ctx, answer, ctx.options(pressed.private))

    @handles(ShowEntry)
    async def show(self, ctx: RequestContext, pressed: ShowEntry) -> None:
        """Show an entry to whoever pressed."""
        answer = await ctx.services.library.entry(pressed.entry_id, ctx.scope)
        await send_entry(ctx, answer, ctx.private_options)


async def _look_up(ctx: RequestContext, name: str, kind: Kind | None, private: bool | None) -> None:
    answer = await ctx.services.library.look_up(name, ctx.scope, kind)
    await send_entry(ctx, answer, ctx.options(private), kind=kind)


async def _turn_to(
    ctx: RequestContext,
    id: str,
    options: RenderOptions,
    page: int = 0,
    show: Callable[[RequestContext, Found, RenderOptions, int], Layout] = cached_entry_page,
) -> None:
    answer = await ctx.services.library.entry(id, ctx.scope)
    if isinstance(answer, Found):
        await ctx.turn(show(ctx, answer, options, page))
    else:
        await send_entry(ctx, answer, options)


def _menu_shown(
    menu: int | None,
) -> Callable[[RequestContext, Found, RenderOptions, int], Layout]:
    return partial(cached_entry_page, menu=menu or 0)


def _accounts_page(_: RequestContext, found: Found, options: RenderOptions, page: int) -> Layout:
    return accounts.accounts_page(found, options, page)
